"""The contract of every channel, through the public app on a real server and over a real database."""

import ast
import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bot.app
import channels
from bot.messages import Attachment, Button, Inbound
from bot.store import tables
from tests.contract.drivers import CHANNELS, DRIVERS, LOSING, MARK
from tests.contract.help import HOSTILE, arrived, broken_store, outgoing, quiet, until
from tests.house import House

every_channel = pytest.mark.parametrize("driver", sorted(DRIVERS), indirect=True)
ASKED = "jam berapa cs buka?"
MALFORMED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"{}",
    b"\xff\xfe",
    b'{"type": "message", "text": "\xff", "update_id": 1}',
    b'{"update_id": NaN, "type": "message", "id": "a", "text": NaN}',
    b'{"update_id": ' + b"9" * 10_000 + b"}",
    b'{"a":' * 100_000,
    b"[" * 200_000,
    b'{"update_id": 1, "text": "' + b"x" * 9_500_000 + b'"}',
]


def test_every_channel_has_a_driver() -> None:
    folder = Path(channels.__path__[0])
    packages, files = {p.parent.name for p in folder.glob("*/__init__.py")}, {p.stem for p in folder.glob("[a-z]*.py")}
    root = ast.walk(ast.parse(Path(bot.app.__file__).read_text()))
    built = {n.slice.value for n in root if isinstance(n, ast.Subscript) and ast.unparse(n.value) == "core.channels"}
    assert packages | files == built == CHANNELS


# In


@every_channel
async def test_a_message_is_acknowledged_only_when_it_is_stored(sambut: House, driver: Any) -> None:
    message = driver.text("Budi", "halo")
    driver.door.open.clear()
    delivery = asyncio.create_task(driver.deliver(message))
    await until(lambda: driver.door.tries)
    assert not (await asyncio.wait({delivery}, timeout=0.3))[0], "acknowledged before it was stored"
    assert await arrived(sambut) == []
    driver.door.open.set()
    assert await delivery == [True]
    assert [row["text"] for row in await arrived(sambut)] == ["halo"]


@every_channel
async def test_what_could_not_be_stored_comes_again_and_is_kept_once(sambut: House, driver: Any) -> None:
    message = driver.text("Budi", "halo")
    async with broken_store(sambut):
        assert await driver.deliver(message) == [False]
        assert await driver.deliver(message) == [False]
    assert await arrived(sambut) == []
    assert await driver.deliver(message) == [True]
    assert [row["text"] for row in await arrived(sambut)] == ["halo"]


@every_channel
async def test_a_message_delivered_three_times_two_at_once_is_one_row_and_one_reply(sambut: House, driver: Any) -> None:
    message = driver.text("Budi", ASKED)
    assert await driver.deliver(message, message) == [True, True]
    await quiet(sambut)
    assert await driver.deliver(message) == [True]
    await quiet(sambut)
    assert len(await arrived(sambut)) == 1
    assert len(await sambut.rows(tables.inquiries)) == 1
    assert len(await driver.heard("Budi")) == 1


@every_channel
async def test_ten_first_messages_at_once_are_one_conversation_with_all_ten_in_order(
    sambut: House, driver: Any
) -> None:
    words = [f"pesan {n}" for n in range(10)]
    assert await driver.deliver(*(driver.text("Budi", each) for each in words)) == [True] * 10
    await quiet(sambut)
    came = [row["text"] for row in await arrived(sambut)]
    kept = [row.text for row in await sambut.rows(tables.messages, tables.messages.c.direction == "in")]
    assert sorted(came) == words
    assert kept == came
    assert len(await sambut.rows(tables.conversations)) == len(await sambut.rows(tables.customers)) == 1
    assert len(await driver.heard("Budi")) == 1, "a burst is one story"


@every_channel
async def test_messages_one_after_the_other_keep_their_order(sambut: House, driver: Any) -> None:
    for n in range(5):
        await driver.deliver(driver.text("Budi", f"pesan {n}"))
    await quiet(sambut)
    kept = [row.text for row in await sambut.rows(tables.messages, tables.messages.c.direction == "in")]
    assert kept == [f"pesan {n}" for n in range(5)]


@every_channel
async def test_text_button_and_photo_of_one_customer_share_a_lane_and_two_customers_do_not(
    sambut: House, driver: Any
) -> None:
    button = Button("Sudah jelas", "helpful:yes")
    await driver.deliver(driver.text("Budi", "halo"))
    await driver.deliver(driver.press("Budi", button))
    await driver.deliver(driver.photo("Budi", "fotonya"))
    await driver.deliver(driver.text("Ani", "halo"))
    *budi, ani = await arrived(sambut)
    assert len({row["lane"] for row in budi}) == len({row["address"] for row in budi}) == 1
    assert ani["lane"] != budi[0]["lane"]
    assert ani["address"] != budi[0]["address"]
    assert {row["source"] for row in [*budi, ani]} == {driver.channel}
    await quiet(sambut)
    assert len(await sambut.rows(tables.conversations)) == 2


@every_channel
async def test_a_photo_with_its_words_becomes_an_attachment_of_the_message(sambut: House, driver: Any) -> None:
    assert await driver.deliver(driver.photo("Budi", "ini fotonya")) == [True]
    (row,) = await arrived(sambut)
    (photo,) = Inbound.from_json(row).attachments
    assert (row["text"], photo.kind, bool(photo.ref)) == ("ini fotonya", "photo", True)
    await quiet(sambut)
    kept = (await sambut.rows(tables.messages))[0]
    assert [Attachment(**each) for each in kept.attachments] == [photo]
    assert len(await driver.heard("Budi")) == 1


@every_channel
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\udc00a\ud800b", "a\U0001f642b \u202eb"])
async def test_what_no_database_keeps_is_stored_cleanly_or_refused(sambut: House, driver: Any, text: str) -> None:
    (acknowledged,) = await driver.deliver(driver.text("Budi", text))
    rows = await arrived(sambut)
    assert len(rows) == acknowledged
    assert acknowledged or "\ud800" in text, "only half a character may be a reason to refuse"
    for row in rows:
        assert "\x00" not in row["text"]
        assert row["text"].encode().decode() == row["text"]
        assert {"a", "b"} <= set(row["text"])
    await quiet(sambut)
    assert {row.state for row in await sambut.rows(tables.inbox)} <= {"done"}
    assert len(await driver.heard("Budi")) == acknowledged


# Out


@every_channel
async def test_a_reply_its_buttons_and_the_pressed_button_go_round(sambut: House, driver: Any) -> None:
    await driver.deliver(driver.text("Budi", ASKED))
    await quiet(sambut)
    (reply,) = await driver.heard("Budi")
    assert "08.00-20.00" in reply.text
    assert reply.buttons == (Button("Sudah jelas", "helpful:yes"), Button("Belum terjawab", "helpful:no"))
    assert await driver.deliver(driver.press("Budi", reply.buttons[1])) == [True]
    assert (await arrived(sambut))[-1]["button"] == "helpful:no"
    await quiet(sambut)
    _, second = await driver.heard("Budi")
    assert "belum membantu" in second.text


@every_channel
async def test_two_customers_hear_their_own_reply_and_nothing_else(sambut: House, driver: Any) -> None:
    await driver.deliver(driver.text("Budi", ASKED), driver.text("Ani", "petugas"))
    await quiet(sambut)
    (budi,), (ani,) = await driver.heard("Budi"), await driver.heard("Ani")
    assert "08.00-20.00" in budi.text
    assert "INQ-202611-00001" in ani.text
    assert "INQ-" not in budi.text


@every_channel
async def test_hostile_text_of_an_agent_arrives_inert_and_as_it_was_written(sambut: House, driver: Any) -> None:
    await driver.deliver(driver.text("Budi", "petugas"))
    await quiet(sambut)
    await sambut.agent("reply", HOSTILE)
    await quiet(sambut)
    assert (await driver.heard("Budi"))[-1].text == HOSTILE
    assert driver.is_inert()


@every_channel
async def test_hostile_text_of_an_article_arrives_inert_and_as_it_was_written(sambut: House, driver: Any) -> None:
    edition = sambut.core.editions.current
    hostile = {name: replace(a, answer={"id": HOSTILE, "en": HOSTILE}) for name, a in edition.articles.items()}
    sambut.core.editions._current = replace(edition, articles=hostile)
    await driver.deliver(driver.text("Budi", ASKED))
    await quiet(sambut)
    (reply,) = await driver.heard("Budi")
    assert reply.text.endswith(HOSTILE)
    assert driver.is_inert()


@every_channel
async def test_a_reply_of_ten_thousand_characters_arrives_whole(sambut: House, driver: Any) -> None:
    words = " ".join(f"kata-{n} 🙂" for n in range(1000))[:10_000]
    await driver.deliver(driver.text("Budi", "petugas"))
    await quiet(sambut)
    before = len(await driver.heard("Budi"))
    await sambut.agent("reply", words)
    await quiet(sambut)
    claimed, *parts = (await driver.heard("Budi"))[before:]
    assert "Halo, saya Rina" in claimed.text
    assert " ".join(part.text for part in parts).split() == words.split()


# Who does not belong here, and what makes no sense


@every_channel
async def test_without_the_right_secret_nothing_comes_in(sambut: House, driver: Any) -> None:
    statuses = await driver.forge("Budi")
    assert statuses
    assert set(statuses) <= {401, 403, 404}
    assert await arrived(sambut) == []
    assert driver.door.tries == 0


@every_channel
async def test_what_cannot_be_read_is_refused_and_the_door_stays_open(sambut: House, driver: Any) -> None:
    statuses = await driver.malformed(MALFORMED)
    assert len(statuses) == len(MALFORMED)
    assert all(400 <= status < 500 for status in statuses), statuses
    assert await arrived(sambut) == []
    assert await driver.deliver(driver.text("Budi", "halo")) == [True]
    assert len(await arrived(sambut)) == 1


# When the platform or the customer is away


@pytest.mark.parametrize("driver", LOSING, indirect=True)
@pytest.mark.parametrize("how", ["blocked", "gone"])
async def test_a_customer_who_cannot_be_reached_fails_one_message_and_holds_up_nothing(
    sambut: House, driver: Any, how: str
) -> None:
    driver.lose("Budi", how)
    await driver.deliver(driver.text("Budi", ASKED), driver.text("Ani", ASKED))
    await quiet(sambut)
    budi, ani = await outgoing(sambut, driver.channel)
    if budi.payload["address"] != str(driver.people["Budi"]):
        budi, ani = ani, budi
    assert (budi.state, ani.state, budi.running_lane) == ("dead", "done", None)
    assert budi.attempts == 1, "at once, not after half an hour of tries"
    assert budi.error
    assert len([text for text in sambut.desk.alerts if "gagal terkirim" in text]) == 1
    assert len(await driver.heard("Ani")) == 1
    driver.api.blocked.clear()
    driver.api.gone.clear()
    await driver.deliver(driver.text("Budi", ASKED))
    await quiet(sambut)
    assert "08.00-20.00" in (await driver.heard("Budi"))[-1].text, "the lane is free"


@every_channel
async def test_through_a_slow_and_broken_platform_nothing_is_lost(sambut: House, driver: Any) -> None:
    await driver.deliver(driver.text("Budi", "petugas"))
    await quiet(sambut)
    driver.trouble()
    said = ["Selamat siang", "Sedang kami cek", "Sudah beres"]
    for text in said:
        await sambut.agent("reply", text)
    await quiet(sambut)
    heard = [reply.text for reply in await driver.heard("Budi")]
    once = list(dict.fromkeys(text.removeprefix(MARK) for text in heard))
    assert [text for text in once if text in said] == said
    assert all(heard.count(text) == 1 for text in said), "the trouble was over by then"
    assert {row.state for row in await outgoing(sambut, driver.channel)} == {"done"}


@pytest.mark.parametrize("driver", [*LOSING, "webchat"], indirect=True)
async def test_a_reply_whose_answer_was_lost_is_shown_once_or_marked_as_repeated(sambut: House, driver: Any) -> None:
    await driver.deliver(driver.text("Budi", ASKED))
    driver.lost_answer()
    await quiet(sambut)
    first, *copies = [reply.text for reply in await driver.heard("Budi")]
    assert "08.00-20.00" in first
    assert copies in ([], [MARK + first])


@pytest.mark.parametrize("driver", LOSING, indirect=True)
async def test_a_long_reply_that_is_held_up_between_its_parts_repeats_none_of_them_unmarked(
    sambut: House, driver: Any
) -> None:
    await driver.deliver(driver.text("Budi", "petugas"))
    await quiet(sambut)
    await sambut.agent("claim")
    await quiet(sambut)
    driver.hold_second_part()
    await sambut.agent("reply", " ".join(f"kata-{n}" for n in range(900)))
    await quiet(sambut)
    heard = [reply.text for reply in await driver.heard("Budi")]
    assert any("kata-899" in text for text in heard)
    assert [text[:20] for text in heard if heard.count(text) > 1] == []


def test_malformed_bodies_are_malformed_for_everyone() -> None:
    """The list itself may not hold a message that some channel could read."""
    for body in MALFORMED[:-3]:
        try:
            read = json.loads(body)
        except (ValueError, RecursionError):
            continue
        assert not isinstance(read, dict) or not isinstance(read.get("text"), str)
