"""What the clock looks for: forgotten cases, slow sends, old payloads."""

from bot.errors import RetryLater
from bot.store import tables
from tests.house import House


async def test_a_case_that_nobody_takes_is_reminded_of_once(sambut: House) -> None:
    await sambut.customer("Budi").says("petugas")
    sambut.passes(minutes=8)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 0
    sambut.passes(minutes=3)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 1
    sambut.passes(hours=5)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 0
    await sambut.settle()
    (text,) = sambut.desk.alerts
    assert "INQ-202611-00001" in text
    (event,) = await sambut.rows(tables.events, tables.events.c.type == "ticket.reminded")
    assert event.data["rules"] == ["unclaimed"]


async def test_a_case_that_was_taken_is_not_reminded_of(sambut: House) -> None:
    await sambut.customer("Budi").says("petugas")
    await sambut.agent("claim")
    sambut.passes(minutes=30)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 0


async def test_a_ticket_that_waits_for_nobody_is_not_reminded_of(sambut: House) -> None:
    await sambut.customer("Budi").says("mau daftar", intent="register")
    sambut.passes(days=1)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 0


async def test_a_slow_send_is_shown_to_the_desk_once(sambut: House) -> None:
    sambut.channel.fail = [RetryLater("slow", after=3600.0)]
    await sambut.customer("Budi").says("halo", intent="greet")
    sambut.passes(seconds=90)
    await sambut.core.sweeps.slow_sends(sambut.now)
    await sambut.settle()
    assert sambut.desk.alerts == []
    for _ in range(3):
        sambut.passes(minutes=1)
        await sambut.core.sweeps.slow_sends(sambut.now)
    await sambut.settle()
    (text,) = sambut.desk.alerts
    assert "memory tertahan" in text


async def test_after_thirty_days_payloads_go_and_a_repeat_is_still_known(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.write("NIK saya 3171234567890001", external_id="tg-1")
    await sambut.settle()
    sambut.passes(days=29)
    assert await sambut.core.sweeps.scrub(sambut.now) == 0
    sambut.passes(days=2)
    assert await sambut.core.sweeps.scrub(sambut.now) > 0
    assert await sambut.core.sweeps.scrub(sambut.now) == 0
    for table in (tables.inbox, tables.outbox):
        assert [row.payload for row in await sambut.rows(table)] == [{}] * len(await sambut.rows(table))
    before = len(budi.replies)
    await budi.write("NIK saya 3171234567890001", external_id="tg-1")
    await sambut.settle()
    assert len(budi.replies) == before
    assert len(await sambut.rows(tables.inbox)) == 1


async def test_what_still_waits_is_not_emptied(sambut: House) -> None:
    sambut.model.down = True
    await sambut.customer("Budi").write("jam berapa cs buka?")
    sambut.passes(days=40)
    assert await sambut.core.sweeps.scrub(sambut.now) == 0
    (row,) = await sambut.rows(tables.inbox)
    assert row.payload["text"] == "jam berapa cs buka?"


async def test_a_case_that_comes_back_to_the_desk_is_reminded_of_again(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("petugas")
    sambut.passes(minutes=11)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 1
    await sambut.agent("claim")
    await sambut.agent("return")
    await budi.says("petugas")
    sambut.passes(minutes=11)
    assert await sambut.core.sweeps.unclaimed(sambut.now) == 1
    await sambut.settle()
    assert len(sambut.desk.alerts) == 2


async def test_the_same_trouble_is_told_again_after_it_was_mended(sambut: House) -> None:
    for _ in range(2):
        await sambut.core.alerts.raise_("edition", "x", sambut.now, problem="x")
        await sambut.settle()
        await sambut.core.alerts.close("edition", sambut.now)
    assert len(sambut.desk.alerts) == 2
