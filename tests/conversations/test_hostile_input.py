"""What customers may send and must not be able to do with it."""

import pytest

from bot.domain.text import LONGEST, clean
from bot.messages import Understood
from bot.store import tables
from tests.house import House, house

HOSTILE = {
    "mentions": "<!channel> <!here> <@U1> <!subteam^S1> <https://evil.example|bca.co.id>",
    "html": "<script>alert(1)</script><b>x</b><img src=x onerror=alert(1)>",
    "rasa": '/intent{"a":1}',
    "rasa intent": '/talk_to_human{"x":"y"}',
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "override": "\u202edegnahc si siht",
    "template": "{{ company }}{% for i in range(99999) %}x{% endfor %}",
    "format": "{0.__class__} %s %(x)s",
    "sql": "'; DROP TABLE tickets; --",
    "long": "x" * 100_000,
    "many words": "tidak " * 20_000,
    "emoji": "🙂" * 2_000,
    "blank": "   \n\t ",
    "empty": "",
    "only digits": "1" * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_message_becomes_an_ordinary_case(sambut: House, text: str) -> None:
    """Channels clean what they parse; what they then hand over must be answered or reach a human."""
    budi = sambut.customer("Budi")
    await budi.says(clean(text))
    assert len(budi.replies) == 1
    await budi.says("petugas")
    await budi.says(clean(text))
    assert {row.state for row in await sambut.rows(tables.inbox)} == {"done"}
    assert {row.state for row in await sambut.rows(tables.outbox)} == {"done"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_cleaned_text_can_be_stored_anywhere(text: str) -> None:
    kept = clean(text)
    assert len(kept) <= LONGEST
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert clean(kept) == kept


async def test_a_name_that_is_a_template_stays_a_name(sambut: House) -> None:
    mallory = sambut.customer("{{ company }}<b>")
    await mallory.says("petugas")
    assert mallory.heard("INQ-202611-00001")
    case = next(u.case for u in sambut.desk.shown if u.kind == "case" and u.case)
    assert case.customer == "{{ company }}<b>"


async def test_a_subject_that_is_a_template_is_told_as_it_was_written(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("{{ company.name }} {% raw %}", intent="request_service")
    await budi.says("SRV-202611-00001")
    assert budi.heard('Tiket SRV-202611-00001 ("{{ company.name }} {% raw %}")')


async def test_an_intent_that_nobody_knows_is_no_answer(database_url: str) -> None:
    async def parse(text: str) -> Understood:
        return Understood(text, "nlu_fallback", 0.99, model="x")

    async with house(database_url, parse=parse) as sambut:
        budi = sambut.customer("Budi")
        await budi.says("jam berapa cs buka?")
        assert [b.value for b in budi.replies[-1].buttons] == ["human"]


@pytest.mark.parametrize(
    "button", ["", ":", "wish:", "wish:" + "x" * 500, "human:1", "claim", "helpful:", "__class__:x"]
)
async def test_a_forged_button_opens_no_door(sambut: House, button: str) -> None:
    budi = sambut.customer("Budi")
    await budi.presses(button)
    assert await sambut.rows(tables.tickets) == []
    assert {row.state for row in await sambut.rows(tables.inbox)} == {"done"}


async def test_two_customers_are_two_lanes(sambut: House) -> None:
    budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
    await budi.write("jam berapa cs buka?")
    await ani.write("jam berapa cs buka?")
    await sambut.settle()
    assert (len(budi.replies), len(ani.replies)) == (1, 1)
    assert len(await sambut.rows(tables.customers)) == 2


async def test_a_nul_is_cleaned_whatever_the_channel_does(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa\x00 cs buka?")
    for _ in range(8):
        sambut.passes(minutes=3)
        await sambut.settle()
    assert {r.state for r in await sambut.rows(tables.inbox)} == {"done"}


async def test_a_lone_surrogate_is_cleaned_whatever_the_channel_does(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa\ud800 cs buka?")
    for _ in range(8):
        sambut.passes(minutes=3)
        await sambut.settle()
    assert {r.state for r in await sambut.rows(tables.inbox)} == {"done"}


async def test_a_first_message_that_fails_is_introduced_all_the_same(database_url: str) -> None:
    async def parse(text: str) -> Understood:
        raise ZeroDivisionError

    async with house(database_url, parse=parse) as sambut:
        budi = sambut.customer("Budi")
        await budi.write("x y z")
        for _ in range(8):
            sambut.passes(minutes=3)
            await sambut.settle()
        assert budi.heard("asisten virtual")
