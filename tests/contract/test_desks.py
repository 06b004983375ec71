"""The contract of every desk: Slack through real slack-bolt, the web desk over real HTTP."""

import ast
from pathlib import Path
from typing import Any

import pytest

import bot.app
import desks
from bot.errors import PermanentFailure
from bot.messages import Attachment
from bot.store import tables
from tests.contract.desk_drivers import DESKS
from tests.contract.help import HOSTILE, quiet
from tests.house import Customer, House

every_desk = pytest.mark.parametrize("desk", sorted(DESKS), indirect=True)
both_ways = pytest.mark.parametrize(("here", "there"), [("web", "slack"), ("slack", "web")])
STORY = "kecewa banget, uang saya hilang dan saya lapor polisi, hubungi 081234567890"
NUMBER = "KLH-202611-00001"
PERSONAL = (
    "3171234567890001", "3171 2345 6789 0001", "31.71.23.456789.0001", "09.254.294.3-407.000", "092542943407000",
    "4111 1111 1111 1111", "4111-1111-1111-1111", "0812-3456-7890", "+62 812 3456 7890", "081234567890",
    "siti.aminah@contoh.co.id",
)  # fmt: skip


async def waiting(sambut: House, story: str = STORY, name: str = "Budi") -> Customer:
    """A customer whose urgent complaint waits for a person."""
    customer = sambut.customer(name)
    await customer.says(story, intent="complaint")
    await quiet(sambut)
    assert [row.handler for row in await sambut.rows(tables.conversations)][-1] == "human"
    return customer


def heard(customer: Customer) -> list[str]:
    return [reply.text for reply in customer.replies]


def is_finished(seen: str) -> bool:
    return "Status: selesai" in seen or "Kasus ini selesai." in seen


def test_every_desk_has_a_driver() -> None:
    packages = {p.parent.name for p in Path(desks.__path__[0]).glob("*/desk.py")}
    root = ast.walk(ast.parse(Path(bot.app.__file__).read_text()))
    pushed = {n.slice.value for n in root if isinstance(n, ast.Subscript) and ast.unparse(n.value) == "core.desks"}
    assert packages == pushed | {"web"} == set(DESKS)


# What an agent sees


@every_desk
async def test_a_case_appears_with_number_class_priority_masked_customer_reasons_and_summary(
    sambut: House, desk: Any
) -> None:
    await waiting(sambut, name="Budi 081234567890")
    seen = await desk.seen()
    for words in (
        NUMBER, "Keluhan", "mendesak", "Budi 0812******90", "Keluhan mendesak", '"uang saya hilang"', "kecewa banget",
        "hubungi 0812******90",
    ):  # fmt: skip
        assert words.lower() in seen.lower(), words
    assert "081234567890" not in seen


@every_desk
async def test_the_next_words_of_the_customer_stand_on_the_desk_and_the_bot_is_silent(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    before = heard(budi)
    for text in ("halo?", "jam berapa cs buka?", "masih ada orang?"):
        await budi.says(text)
    await quiet(sambut)
    assert heard(budi) == before
    seen = await desk.seen()
    assert 0 < seen.index("halo?") < seen.index("jam berapa cs buka?") < seen.index("masih ada orang?")


@every_desk
async def test_the_name_of_a_file_stands_on_the_desk_without_personal_data(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    await budi.write("", attachments=(Attachment("photo", "ref-1", "KTP 3171234567890001.jpg"),))
    await quiet(sambut)
    assert "[photo: KTP 3171**********01.jpg]" in await desk.seen()


# What an agent does


@every_desk
async def test_a_case_is_claimed_once_and_the_second_agent_is_told_who_has_it(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    assert await desk.act("Rina", "claim") == ""
    before = heard(budi)
    assert "Halo, saya Rina" in before[-1]
    for verb in ("claim", "reply", "resolve", "return"):
        assert "sudah diambil oleh Rina" in await desk.act("Dewi", verb, "halo")
    assert heard(budi) == before
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.assignee_name, ticket.status) == ("Rina", "open")
    assert "Rina" in await desk.seen()


@every_desk
async def test_a_claim_delivered_twice_is_one_claim(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    assert await desk.act("Rina", "claim", times=2) == ""
    assert len([text for text in heard(budi) if "saya Rina" in text]) == 1


@every_desk
async def test_a_reply_delivered_twice_reaches_the_customer_once_and_the_agent_sees_it_sent(
    sambut: House, desk: Any
) -> None:
    budi = await waiting(sambut)
    assert await desk.act("Rina", "claim") == ""
    assert await desk.act("Rina", "reply", "Baik, kami cek dulu.", times=3) == ""
    assert heard(budi).count("Baik, kami cek dulu.") == 1
    assert await desk.delivery("Baik, kami cek dulu.") == "sent"
    assert await desk.act("Rina", "reply", "Baik, kami cek dulu.") == ""
    assert heard(budi).count("Baik, kami cek dulu.") == 2, "the same words again are a new reply"


@every_desk
async def test_a_reply_that_cannot_be_sent_is_shown_as_failed_with_the_reason(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    await desk.act("Rina", "claim")
    sambut.channel.fail = [PermanentFailure("diblokir oleh pelanggan")]
    await desk.act("Rina", "reply", "Selamat siang")
    assert "Selamat siang" not in heard(budi)
    fate = await desk.delivery("Selamat siang")
    assert fate.startswith("failed")
    assert "diblokir oleh pelanggan" in fate


@every_desk
async def test_a_note_stays_in_the_house(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    before = heard(budi)
    assert await desk.act("Dewi", "note", "pelanggan ini pernah menipu", times=2) == ""
    assert (await desk.transcript()).count("pelanggan ini pernah menipu") == 1
    assert heard(budi) == before
    lines = await sambut.core.history.after(budi.lane, 0)
    assert not any("menipu" in line.text for line in lines)
    await desk.act("Rina", "claim")
    await desk.act("Rina", "reply", "halo")
    await desk.act("Rina", "resolve")
    assert not any("menipu" in message.text for message in sambut.channel.sent)


@every_desk
@pytest.mark.parametrize(
    ("verb", "words"), [("resolve", "kami nyatakan selesai"), ("return", "siap membantu Anda lagi")]
)
async def test_the_end_gives_the_conversation_back_to_the_bot(sambut: House, desk: Any, verb: str, words: str) -> None:
    budi = await waiting(sambut)
    await desk.act("Rina", "claim")
    assert await desk.act("Rina", verb) == ""
    assert words in heard(budi)[-1]
    await budi.says("jam berapa cs buka?")
    assert budi.heard("08.00-20.00")
    (ticket,), (conversation,) = await sambut.rows(tables.tickets), await sambut.rows(tables.conversations)
    assert (ticket.status, conversation.handler) == ("resolved" if verb == "resolve" else "open", "bot")


@every_desk
async def test_a_finished_case_takes_no_more_orders(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut)
    await desk.act("Rina", "claim")
    assert not is_finished(await desk.seen())
    await desk.act("Rina", "resolve")
    before = heard(budi)
    assert is_finished(await desk.seen())
    for verb in ("claim", "reply", "resolve", "return"):
        if desk.name == "slack" and verb != "reply":
            continue  # no button is left to press
        assert "sudah selesai" in await desk.act("Rina", verb, "halo")
    assert heard(budi) == before


# Two desks, one case


@both_ways
async def test_claimed_on_one_desk_is_refused_on_the_other(
    sambut: House, both: dict[str, Any], here: str, there: str
) -> None:
    budi = await waiting(sambut)
    assert await both[here].act("Rina", "claim") == ""
    assert "Rina" in await both[there].seen()
    before = heard(budi)
    assert "sudah diambil oleh Rina" in await both[there].act("Dewi", "claim")
    assert "sudah diambil oleh Rina" in await both[there].act("Dewi", "reply", "halo")
    assert heard(budi) == before


@both_ways
async def test_what_one_desk_does_the_other_shows(sambut: House, both: dict[str, Any], here: str, there: str) -> None:
    await waiting(sambut)
    await both[here].act("Rina", "claim")
    await both[here].act("Rina", "reply", "Baik, kami cek dulu.")
    await both[here].act("Rina", "note", "stok tinggal satu")
    seen = await both[there].seen()
    for words in ("Rina", "Baik, kami cek dulu.", "stok tinggal satu"):
        assert words in seen, words
    assert await both[there].delivery("Baik, kami cek dulu.") == "sent"
    await both[here].act("Rina", "resolve")
    assert "kami nyatakan selesai" in await both[there].seen()
    assert is_finished(await both[there].seen())


# What must not leave the house, and what must stay asleep


async def test_personal_data_never_leaves_for_slack_unmasked(sambut: House, both: dict[str, Any]) -> None:
    slack, web = both["slack"], both["web"]
    siti = sambut.customer(f"Siti {PERSONAL[9]}")
    await siti.says(f"uang saya hilang, saya lapor polisi, NIK {PERSONAL[0]}, email {PERSONAL[-1]}", intent="complaint")
    for each in PERSONAL:
        await siti.says(f"data saya {each} ya", each)
        await siti.write("", attachments=(Attachment("document", "ref", f"{each}.pdf"),))
    await quiet(sambut)
    await slack.act("Rina", "claim")
    await slack.act("Rina", "note", "sudah ditelepon")
    await web.act("Dewi", "note", f"nomornya {PERSONAL[9]}")
    await slack.act("Rina", "reply", "Baik, Bu.")
    await slack.act("Rina", "resolve")
    raw = await slack.raw()
    assert "sudah ditelepon" in raw, "the case did reach Slack"
    assert [each for each in PERSONAL if each in raw] == []
    assert [each for each in PERSONAL if each in await web.raw()] == []


async def test_a_platforms_error_that_names_the_customer_is_masked_too(sambut: House, both: dict[str, Any]) -> None:
    await waiting(sambut, "uang saya hilang, saya lapor polisi")
    await both["web"].act("Rina", "claim")
    sambut.channel.fail = [PermanentFailure(f"recipient {PERSONAL[9]} is not registered")]
    await both["web"].act("Rina", "reply", "Baik, Bu.")
    assert "is not registered" in await both["slack"].raw()
    assert PERSONAL[9] not in await both["slack"].raw()


async def test_a_form_under_way_shows_its_answers_masked(sambut: House, both: dict[str, Any]) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says("kecewa banget, paket sudah seminggu belum sampai juga", intent="complaint")
    await guest.presses("skip")
    await guest.presses("wish:Perbaikan")
    await guest.says("Siti")
    await guest.says(PERSONAL[-1])
    await guest.says("petugas")
    await quiet(sambut)
    assert "Siti" in await both["slack"].seen()
    assert PERSONAL[-1] not in await both["slack"].raw()
    assert PERSONAL[-1] not in await both["web"].raw()


@every_desk
async def test_hostile_words_of_a_customer_are_inert_and_legible(sambut: House, desk: Any) -> None:
    budi = await waiting(sambut, f"uang saya hilang, saya lapor polisi {HOSTILE}", name="<!channel> <script>x</script>")
    await budi.says(HOSTILE)
    await desk.act("Rina", "claim")
    await desk.act("Rina", "note", HOSTILE)
    seen = await desk.seen()
    for words in ("<!channel>", "<@U1>", "<script>alert(1)</script>", "<b>tebal</b>", "&lt;b&gt;", "مرحبا שלום"):
        assert words in seen, words
    assert not desk.wakes_markup(await desk.raw())


# A desk that is away


@every_desk
async def test_a_desk_that_is_away_delays_no_customer_and_shows_everything_in_order_when_it_is_back(
    sambut: House, desk: Any
) -> None:
    await desk.down()
    budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
    await budi.says(STORY, intent="complaint")
    assert budi.heard(NUMBER)
    for text in ("satu dari Budi", "dua dari Budi", "tiga dari Budi"):
        await budi.says(text)
    await ani.says("jam berapa cs buka?")
    assert ani.heard("08.00-20.00")
    sambut.passes(hours=30)
    await sambut.settle()
    await desk.up()
    await quiet(sambut)
    assert NUMBER in await desk.seen()
    said = await desk.transcript()
    places = [said.index(words) for words in ("satu dari Budi", "dua dari Budi", "tiga dari Budi")]
    assert places == sorted(places)
    assert said.count("tiga dari Budi") == 1
    assert await desk.act("Rina", "reply", "Maaf menunggu") == ""
    assert heard(budi)[-1] == "Maaf menunggu"
