"""Sends that fail, messages that poison, platforms that repeat themselves."""

from bot.errors import PermanentFailure, RetryLater
from bot.messages import Understood
from bot.store import tables
from tests.house import Hints, House, house


async def test_a_send_that_may_succeed_later_is_tried_again_in_order(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.channel.fail = [RetryLater("slow down", after=30.0), RetryLater("again")]
    await budi.says("halo", intent="greet")
    await budi.says("jam berapa cs buka?")
    assert budi.replies == []
    for _ in range(10):
        sambut.passes(minutes=3)
        await sambut.settle()
    assert ["asisten virtual" in m.text for m in budi.replies] == [True, False]
    assert budi.heard("08.00-20.00")
    assert [m.repeated for m in budi.replies] == [False, False]


async def test_the_wait_that_a_platform_asks_for_is_kept(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.channel.fail = [RetryLater("slow down", after=600.0)]
    await budi.says("halo", intent="greet")
    sambut.passes(seconds=500)
    await sambut.settle()
    assert budi.replies == []
    sambut.passes(seconds=100)
    await sambut.settle()
    assert len(budi.replies) == 1


async def test_one_customer_who_cannot_be_reached_holds_up_nobody_else(sambut: House) -> None:
    budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
    sambut.channel.fail = [RetryLater("slow down", after=600.0)]
    await budi.says("halo", intent="greet")
    await ani.says("halo", intent="greet")
    assert (len(budi.replies), len(ani.replies)) == (0, 1)


async def test_a_send_that_never_succeeds_is_told_to_the_desk_and_frees_the_lane(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.channel.fail = [PermanentFailure("blocked by the customer")]
    await budi.says("halo", intent="greet")
    assert any("blocked by the customer" in text for text in sambut.desk.alerts)
    await budi.says("jam berapa cs buka?")
    assert budi.heard("08.00-20.00")


async def test_an_agent_sees_whether_a_reply_arrived(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("petugas")
    await sambut.agent("claim")
    sambut.channel.fail = [PermanentFailure("blocked")]
    await sambut.agent("reply", "Selamat siang")
    await sambut.agent("reply", "Masih di sana?")
    shown = {u.line.text: u.line.delivery for u in sambut.desk.shown if u.kind == "delivery" and u.line}
    assert (shown["Selamat siang"], shown["Masih di sana?"]) == ("failed", "sent")


async def test_what_could_not_leave_for_a_day_is_not_sent(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.channel.fail = [RetryLater("down", after=25 * 3600.0)]
    await budi.says("halo", intent="greet")
    sambut.passes(hours=26)
    await sambut.settle()
    assert budi.replies == []
    (row,) = await sambut.rows(tables.outbox, tables.outbox.c.outlet == "memory")
    assert (row.state, row.error) == ("dead", "kedaluwarsa sebelum sempat terkirim")
    assert any("kedaluwarsa" in text for text in sambut.desk.alerts)


async def test_a_send_whose_end_is_unknown_is_marked_when_it_is_repeated(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.channel.fail = [ConnectionResetError("half way")]
    await budi.says("halo", intent="greet")
    sambut.passes(minutes=5)
    await sambut.settle()
    assert [m.repeated for m in budi.replies] == [True]


async def test_a_desk_that_is_away_learns_of_everything_later(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.desk.fail = [RetryLater("away", after=3 * 86400.0)]
    await budi.says("petugas")
    await budi.says("halo?")
    sambut.passes(days=3, minutes=5)
    await sambut.settle()
    assert sambut.desk.lines() == ["halo?"]


async def test_a_poison_message_is_parked_with_an_apology_and_a_case(database_url: str) -> None:
    hints = Hints()

    async def parse(text: str) -> Understood:
        if "racun" in text:
            raise ZeroDivisionError("a bug of ours")
        return await hints.parse(text)

    async with house(database_url, parse=parse) as sambut:
        budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
        await budi.write("racun")
        for _ in range(8):
            sambut.passes(minutes=3)
            await sambut.settle()
        assert budi.heard("ada gangguan pada sistem kami")
        assert budi.heard("INQ-202611-00001")
        (ticket,) = await sambut.rows(tables.tickets)
        assert (ticket.reasons, ticket.fields["question"]) == (["Pesan gagal diproses"], "racun")
        assert any("gagal diproses" in text for text in sambut.desk.alerts)
        assert [row.state for row in await sambut.rows(tables.inbox)] == ["parked"]
        await budi.says("halo?")
        assert sambut.desk.lines() == ["halo?"]
        await ani.says("jam berapa cs buka?")
        assert ani.heard("08.00-20.00")


async def test_poison_does_not_hold_up_the_others_while_it_is_tried(database_url: str) -> None:
    hints = Hints()

    async def parse(text: str) -> Understood:
        if "racun" in text:
            raise ZeroDivisionError
        return await hints.parse(text)

    async with house(database_url, parse=parse) as sambut:
        budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
        await budi.write("racun")
        await ani.says("jam berapa cs buka?")
        assert ani.heard("08.00-20.00")
        assert budi.replies == []


async def test_a_repeated_delivery_is_one_message(sambut: House) -> None:
    budi = sambut.customer("Budi")
    for _ in range(3):
        await budi.write("jam berapa cs buka?", external_id="tg-1")
    await sambut.settle()
    await budi.write("jam berapa cs buka?", external_id="tg-1")
    await sambut.settle()
    assert len(budi.replies) == 1
    assert len(await sambut.rows(tables.inbox)) == len(await sambut.rows(tables.inquiries)) == 1


async def test_a_repeated_command_of_an_agent_is_one_reply(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("petugas")
    for _ in range(2):
        await sambut.agent("reply", "Selamat siang")
        sambut.commands -= 1
    assert [m.text for m in budi.replies].count("Selamat siang") == 1
