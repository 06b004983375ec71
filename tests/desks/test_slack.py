"""The Slack desk against real slack-bolt and slack-sdk, with a Slack on loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.errors import PermanentFailure, RetryLater, SetupError
from bot.messages import CaseLine, CaseView, DeskCommand, DeskUpdate
from desks.slack import blocks, desk, people
from desks.slack.desk import SlackDesk
from desks.slack.forms import modal
from desks.slack.incoming import Place, to_command
from desks.slack.mrkdwn import plain
from desks.slack.settings import SlackSettings
from tests.fakes.slack_api import APP_TOKEN, BOT_TOKEN, BOT_USER, CHANNEL, TEAM, SlackApi, texts

NOW = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
PLACE = Place(TEAM, CHANNEL, BOT_USER)
HOSTILE = (
    "<!channel> <!here> <@U1> <!subteam^S1> <https://evil.example|klikbca.co.id> "
    "\u202emoc.live\u202c & *tebal* :x: @channel"
)


@dataclass
class Store:
    """Keeps commands as the intake does: once per external id."""

    slack: SlackApi
    commands: dict[str, DeskCommand] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    failures: int = 0
    calls: int = 0
    acked_when_stored: list[int] = field(default_factory=list)

    async def accept(self, command: DeskCommand) -> bool:
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise RuntimeError(f"database is locked, parameters: {command.text}")
        self.acked_when_stored.append(len(self.slack.acks))
        new = command.external_id not in self.commands
        self.commands.setdefault(command.external_id, command)
        return new

    async def find_case(self, thread: str) -> int | None:
        return self.threads.get(thread)

    @property
    def seen(self) -> list[tuple[str, str]]:
        return [(command.verb, command.text) for command in self.commands.values()]


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    # slack_sdk takes any proxy of the environment, for loopback too.
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with SlackApi() as api:
        yield api


@pytest.fixture
def store(slack: SlackApi) -> Store:
    return Store(slack)


def settings(slack: SlackApi, **changes: str) -> SlackSettings:
    values = {
        "slack_bot_token": BOT_TOKEN,
        "slack_app_token": APP_TOKEN,
        "slack_channel": CHANNEL,
        "slack_api_base": slack.url,
    }
    return SlackSettings(**values | changes)


@pytest.fixture
def desk_(slack: SlackApi, store: Store) -> SlackDesk:
    return SlackDesk(settings(slack), store.accept, store.find_case)


@asynccontextmanager
async def running(desk: SlackDesk, slack: SlackApi) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.run())
    try:
        await slack.connected()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def live(desk_: SlackDesk, slack: SlackApi) -> AsyncIterator[SlackDesk]:
    async with running(desk_, slack):
        yield desk_


def case(**changes: Any) -> CaseView:
    values: dict[str, Any] = {
        "ticket_id": 7,
        "number": "KLH-202611-00042",
        "type": "complaint",
        "status": "new",
        "status_label": "Baru",
        "priority": "high",
        "message_class": "complaint",
        "category": "pengiriman",
        "subject": "Barang rusak",
        "customer": "Budi S.",
        "channel": "telegram",
        "assignee": "",
        "owner": "",
        "answered": False,
        "handler": "human",
        "reasons": ("Pelanggan meminta petugas",),
        "created_at": NOW,
        "first_response_due_at": NOW + timedelta(hours=1),
        "resolution_due_at": NOW + timedelta(days=2),
    }
    return CaseView(**values | changes)


def line(**changes: Any) -> CaseLine:
    values: dict[str, Any] = {"id": 33, "direction": "in", "author": "customer", "text": "halo", "at": NOW}
    return CaseLine(**values | changes)


async def opened(desk: SlackDesk, store: Store, **changes: Any) -> str:
    """A case on the desk; returns the ts of its parent post."""
    view = case(**changes)
    ref = (await desk.show(DeskUpdate("case", case=view))).ref
    store.threads[ref] = view.ticket_id
    return ref.partition(":")[2]


# From Slack to the store


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ambil", ("claim", "")),
        ("  Ambil ", ("claim", "")),
        ("selesai", ("resolve", "")),
        ("kembalikan", ("return", "")),
        ("Kembali ke bot", ("return", "")),
        ("balas: Kami cek dulu, ya.", ("reply", "Kami cek dulu, ya.")),
        ("b: dua\nbaris", ("reply", "dua\nbaris")),
        ("Reply : ok &amp; &lt;siap&gt;", ("reply", "ok & <siap>")),
        ("pelanggan ini marah sekali", ("note", "pelanggan ini marah sekali")),
        ("ambil dulu barangnya", ("note", "ambil dulu barangnya")),
        ("tolong\nbalas: jangan", ("note", "tolong\nbalas: jangan")),
        ("tanya <@U2> dan <@U999>", ("note", "tanya @Budi dan @U999")),
    ],
)
async def test_typed_words_are_stored_before_the_ack(
    live: SlackDesk, slack: SlackApi, store: Store, text: str, expected: tuple[str, str]
) -> None:
    delivery = await slack.say(await opened(live, store), text)
    assert delivery.acked.is_set()
    assert store.seen == [expected]
    assert store.acked_when_stored == [0]
    (command,) = store.commands.values()
    assert (command.desk, command.actor, command.name, command.ticket_id) == ("slack", "slack:U1", "Ani", 7)
    assert command.external_id == delivery.payload["event_id"]


@pytest.mark.parametrize("verb", ["claim", "resolve", "return"])
async def test_a_button_is_stored_before_the_ack(live: SlackDesk, slack: SlackApi, store: Store, verb: str) -> None:
    await opened(live, store)
    delivery = await slack.press(verb, "7", user="U2")
    assert delivery.acked.is_set()
    assert store.seen == [(verb, "")]
    assert store.acked_when_stored == [0]
    (command,) = store.commands.values()
    assert (command.actor, command.name, command.ticket_id) == ("slack:U2", "Budi", 7)


@pytest.mark.parametrize("verb", ["reply", "note"])
async def test_a_form_opens_after_the_ack_and_its_text_is_stored_before(
    live: SlackDesk, slack: SlackApi, store: Store, verb: str
) -> None:
    await opened(live, store)
    await slack.press(verb, "7")
    await slack.until(lambda: slack.views)
    assert "KLH-202611-00042" in json.dumps(slack.views[0])
    acks = len(slack.acks)
    delivery = await slack.submit("Baik & <terima kasih>\nSalam")
    assert delivery.acked.is_set()
    assert delivery.answer is None
    assert store.seen == [(verb, "Baik & <terima kasih>\nSalam")]
    assert store.acked_when_stored == [acks]


async def test_a_failing_store_gets_the_event_again_and_keeps_it_once(
    live: SlackDesk, slack: SlackApi, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    thread, slack.patience, store.failures = await opened(live, store), 0.2, 2
    delivery = await slack.say(thread, "balas: rahasia pelanggan")
    assert delivery.attempts == 3
    assert store.seen == [("reply", "rahasia pelanggan")]
    assert "rahasia" not in caplog.text


async def test_a_button_whose_store_fails_is_not_acknowledged(live: SlackDesk, slack: SlackApi, store: Store) -> None:
    await opened(live, store)
    slack.patience, store.failures = 0.2, 1
    delivery = await slack.press("claim", "7")
    assert not delivery.acked.is_set()
    await slack.press("claim", "7")
    assert store.seen == [("claim", "")]


async def test_a_form_submitted_again_after_a_failure_is_stored_once(
    live: SlackDesk, slack: SlackApi, store: Store
) -> None:
    await opened(live, store)
    await slack.press("reply", "7")
    await slack.until(lambda: slack.views)
    slack.patience, store.failures = 0.2, 1
    assert not (await slack.submit("halo")).acked.is_set()
    slack.patience = 1.0
    await slack.submit("halo")
    await slack.submit("halo")
    await slack.submit("halo, diralat")
    assert store.seen == [("reply", "halo"), ("reply", "halo, diralat")]


async def test_one_event_delivered_three_times_is_one_command(live: SlackDesk, slack: SlackApi, store: Store) -> None:
    thread = await opened(live, store)
    say = [slack.say(thread, "catatan", event_id="Ev77", ts="1900000000.1") for _ in range(3)]
    await asyncio.gather(*say)
    assert store.calls == 3
    assert store.seen == [("note", "catatan")]


async def test_commands_keep_their_order_when_a_name_is_slow(live: SlackDesk, slack: SlackApi, store: Store) -> None:
    thread, release = await opened(live, store), asyncio.Event()
    slack.hold("users.info", release)
    first = asyncio.create_task(slack.say(thread, "ambil"))
    await slack.until(lambda: any(method == "users.info" for method, _ in slack.calls))
    second = asyncio.create_task(slack.say(thread, "balas: halo", user="U2"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(second), 0.2)
    release.set()
    await asyncio.gather(first, second)
    assert [verb for verb, _ in store.seen] == ["claim", "reply"]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"user": BOT_USER},
        {"subtype": "message_changed"},
        {"subtype": "thread_broadcast"},
        {"subtype": "bot_message"},
        {"channel": "C999"},
        {"team": "T999"},
        {"user_team": "T999"},
        {"ts": "same"},
        {"text": "  "},
    ],
)
async def test_what_is_no_colleagues_word_is_acknowledged_and_not_stored(
    live: SlackDesk, slack: SlackApi, store: Store, more: dict[str, Any]
) -> None:
    thread = await opened(live, store)
    if "ts" in more:
        more = {"ts": thread}  # the message that opens a thread is no reply
    delivery = await slack.say(thread, **{"text": "balas: halo"} | more)
    assert delivery.acked.is_set()
    assert store.calls == 0


async def test_other_threads_other_channels_and_other_teams_do_not_count(
    live: SlackDesk, slack: SlackApi, store: Store
) -> None:
    await opened(live, store)
    await slack.say("1700.99", "balas: halo")
    await slack.say("1700.99", "bantuan")
    await slack.press("claim", "7", channel="C999")
    await slack.press("claim", "7", team={"id": "T999"})
    await slack.press("claim", "7", user_team="T999")
    await slack.press("claim", "tujuh")
    await slack.press("delete_everything", "7")
    elsewhere = modal("reply", 7, "C999", "-") | {"id": "V1"}
    await slack.submit("halo", view=elsewhere)
    await slack.submit("halo", view=elsewhere | {"private_metadata": "[}"})
    assert len(slack.acks) == 9
    assert store.calls == 0


async def test_a_thread_is_known_by_its_own_post_before_the_receipt_is_stored(
    live: SlackDesk, slack: SlackApi, store: Store
) -> None:
    ref = (await live.show(DeskUpdate("case", case=case()))).ref
    await slack.say(ref.partition(":")[2], "ambil")
    assert store.seen == [("claim", "")]
    assert next(iter(store.commands.values())).ticket_id == 7


async def test_a_thread_below_an_alert_is_no_case(live: SlackDesk, slack: SlackApi, store: Store) -> None:
    ref = (await live.show(DeskUpdate("alert", text="Batas terlewat"))).ref
    assert (await slack.say(ref.partition(":")[2], "ambil")).acked.is_set()
    assert store.calls == 0


async def test_without_a_name_the_id_serves(
    live: SlackDesk, slack: SlackApi, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_WAIT", 0.05)
    thread, never = await opened(live, store), asyncio.Event()
    slack.error("users.info", "ratelimited")
    slack.hold("users.info", never)
    await slack.say(thread, "satu")
    await slack.say(thread, "dua")
    await slack.say(thread, "tiga")
    never.set()
    assert [command.name for command in store.commands.values()] == ["U1", "U1", "Ani"]


async def test_help_and_files_are_explained_in_the_thread(live: SlackDesk, slack: SlackApi, store: Store) -> None:
    thread, photo = await opened(live, store), [{"id": "F1", "name": "foto.jpg"}]
    await slack.say(thread, "bantuan")
    await slack.until(lambda: len(slack.posts) == 2)
    assert "catatan internal" in slack.posts[1]["text"]
    await slack.say(thread, "lihat ini", subtype="file_share", files=photo)
    await slack.say(thread, "balas: ini fotonya", subtype="file_share", files=photo)
    await slack.until(lambda: len(slack.posts) == 3)
    assert "Lampiran tidak terkirim" in slack.posts[2]["text"]
    assert slack.posts[2]["thread_ts"] == thread
    assert store.seen == [("note", "lihat ini\n[lampiran: foto.jpg]"), ("reply", "ini fotonya")]


async def test_a_command_is_stored_although_slack_refuses_our_own_authorisation(
    live: SlackDesk, slack: SlackApi, store: Store
) -> None:
    thread = await opened(live, store)
    slack.error("auth.test", "internal_error")
    await slack.say(thread, "ambil")
    assert store.seen == [("claim", "")]


async def test_the_socket_comes_back_after_a_cut(live: SlackDesk, slack: SlackApi, store: Store) -> None:
    thread = await opened(live, store)
    await slack.cut()
    await slack.connected(times=2)
    await slack.say(thread, "ambil")
    assert store.seen == [("claim", "")]


async def test_a_used_up_socket_address_is_replaced(
    desk_: SlackDesk, slack: SlackApi, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_WATCH", 0.05)
    slack.refuse_handshakes = 1
    async with running(desk_, slack):
        await slack.say(await opened(desk_, store), "ambil")
    assert store.seen == [("claim", "")]


async def test_it_connects_when_slack_is_back(
    desk_: SlackDesk, slack: SlackApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_WATCH", 0.05)
    slack.status("auth.test", 503)
    slack.error("auth.test", "invalid_auth")
    slack.error("apps.connections.open", "internal_error")
    async with running(desk_, slack):
        assert slack.connections == 1


# From the case to Slack


async def test_a_case_is_posted_once_and_then_changed_in_place(desk_: SlackDesk, slack: SlackApi) -> None:
    receipt = await desk_.show(DeskUpdate("case", case=case()))
    (post,) = slack.posts
    assert receipt.ref == f"{CHANNEL}:{post['ts']}"
    assert _buttons(post) == ["claim", "reply", "note", "resolve", "return"]
    shown = "\n".join(texts(post["blocks"]))
    assert "KLH-202611-00042 · Keluhan · Prioritas Tinggi" in shown
    assert "Batas respons pertama: 22 Nov 2026, 15.05 WIB" in shown
    assert "Petugas: Belum ada" in shown

    claimed = case(assignee="Ani", status="open", status_label="Ditangani")
    assert await desk_.show(DeskUpdate("case", case=claimed, thread=receipt.ref)) == receipt
    assert len(slack.posts) == 1
    assert _buttons(slack.updates[0]) == ["reply", "note", "resolve", "return"]
    assert "Petugas: Ani" in texts(slack.updates[0]["blocks"])


@pytest.mark.parametrize("status", ["resolved", "closed", "merged", "cancelled"])
def test_a_finished_case_has_no_buttons(status: str) -> None:
    assert all(block["type"] != "actions" for block in blocks.case_blocks(case(status=status)))


def test_only_a_case_with_a_human_can_be_given_back() -> None:
    assert "return" not in json.dumps(blocks.case_blocks(case(handler="bot")))


@pytest.mark.parametrize(
    ("direction", "author", "mark"),
    [
        ("in", "customer", "Pelanggan · 22 Nov 2026, 14.05 WIB"),
        ("out", "Ani", "→ ke pelanggan · Ani · 22 Nov 2026, 14.05 WIB"),
        ("out", "bot", "→ ke pelanggan · Bot · 22 Nov 2026, 14.05 WIB"),
        ("note", "Ani", "📝 catatan internal · Ani · 22 Nov 2026, 14.05 WIB"),
    ],
)
async def test_lines_say_who_reads_them(
    desk_: SlackDesk, slack: SlackApi, store: Store, direction: str, author: str, mark: str
) -> None:
    thread = await opened(desk_, store)
    shown = line(direction=direction, author=author)
    await desk_.show(DeskUpdate("line", case=case(), line=shown, thread=f"{CHANNEL}:{thread}"))
    assert slack.posts[1]["thread_ts"] == thread
    assert texts(slack.posts[1]["blocks"]) == [mark, "halo"]


@pytest.mark.parametrize(("delivery", "mark"), [("sent", "white_check_mark"), ("failed", "x")])
async def test_delivery_is_a_mark_on_the_reply(
    desk_: SlackDesk, slack: SlackApi, store: Store, delivery: str, mark: str
) -> None:
    thread = f"{CHANNEL}:{await opened(desk_, store)}"
    error = "pelanggan memblokir bot <!here>" if delivery == "failed" else ""
    reply = line(direction="out", author="Ani", delivery=delivery, delivery_error=error)
    ref = (await desk_.show(DeskUpdate("line", case=case(), line=reply, thread=thread))).ref
    update = DeskUpdate("delivery", case=case(), line=reply, thread=thread, ref=ref)
    assert (await desk_.show(update)).ref == ref
    await desk_.show(replace(update, repeated=True))
    assert slack.reactions == [(ref.partition(":")[2], mark)]
    assert len(slack.posts) == (3 if error else 2)
    assert not error or error in texts(slack.posts[2]["blocks"])[0]


async def test_a_refusal_names_the_agent_and_an_alert_goes_to_the_channel(
    desk_: SlackDesk, slack: SlackApi, store: Store
) -> None:
    thread = f"{CHANNEL}:{await opened(desk_, store)}"
    refused = DeskUpdate("refused", case=case(), thread=thread, text="Sudah diambil oleh Budi", actor="slack:U1")
    await desk_.show(refused)
    await desk_.show(replace(refused, actor="web:siti"))
    await desk_.show(DeskUpdate("alert", case=case(), thread=thread, text="Batas respons terlewat"))
    assert {"type": "user", "user_id": "U1"} in slack.posts[1]["blocks"][0]["elements"][0]["elements"]
    assert texts(slack.posts[2]["blocks"]) == ["Sudah diambil oleh Budi"]
    assert not slack.posts[3].get("thread_ts")


async def test_hostile_text_is_inert_everywhere(desk_: SlackDesk, slack: SlackApi) -> None:
    bad = case(
        subject=HOSTILE,
        customer=HOSTILE,
        assignee=HOSTILE,
        reasons=(HOSTILE,),
        status_label=HOSTILE,
        fields={"nomor_pesanan": HOSTILE},
        lines=(line(text=HOSTILE),),
    )
    thread = (await desk_.show(DeskUpdate("case", case=bad))).ref
    for kind in "line", "delivery", "refused", "alert":
        talk = line(text=HOSTILE, author=HOSTILE, delivery="failed", delivery_error=HOSTILE)
        await desk_.show(DeskUpdate(kind, bad, talk, thread, text=HOSTILE, actor="slack:U1"))  # type: ignore[arg-type]
    assert len(slack.posts) == 5
    for post in slack.posts:
        _assert_inert(post)


async def test_forty_thousand_characters_fit(desk_: SlackDesk, slack: SlackApi) -> None:
    long = "<!channel>&" * 4000
    many = tuple(line(id=n, text=long) for n in range(30))
    fields = {f"isian_{n}": long for n in range(30)}
    full = case(
        lines=many,
        fields=fields,
        subject=long,
        customer=long,
        reasons=(long,) * 9,
        assignee=long,
        number=long,
    )
    thread = (await desk_.show(DeskUpdate("case", case=full))).ref
    for kind in "line", "delivery", "refused", "alert":
        talk = line(text=long, author=long, delivery="failed", delivery_error=long)
        await desk_.show(DeskUpdate(kind, full, talk, thread, text=long, actor="slack:U1"))  # type: ignore[arg-type]
    assert "Selengkapnya ada di desk web." in texts(slack.posts[1]["blocks"])[-1]
    for post in slack.posts:
        _assert_inert(post)


@pytest.mark.parametrize("empty", ["", "\u202e", "\n"])
async def test_empty_texts_are_no_reason_to_refuse(desk_: SlackDesk, empty: str) -> None:
    bare = case(customer=empty, reasons=(), first_response_due_at=None, subject=empty)
    thread = (await desk_.show(DeskUpdate("case", case=bare))).ref
    await desk_.show(DeskUpdate("line", case=bare, line=line(text=empty), thread=thread))
    await desk_.show(DeskUpdate("alert", text=empty))


def test_modals_are_valid() -> None:
    for verb in "reply", "note":
        View(**modal(verb, 7, CHANNEL, "x" * 400)).validate_json()


# Failures of a send


@pytest.mark.parametrize("repeated", [True, False])
async def test_a_lost_answer_does_not_post_twice(desk_: SlackDesk, slack: SlackApi, repeated: bool) -> None:
    """Whether the sender knows of the former try or not."""
    update = DeskUpdate("case", case=case())
    await _unclear_then_again(desk_, slack, update, repeated)
    assert len(slack.posts) == 1
    thread = f"{CHANNEL}:{slack.posts[0]['ts']}"
    for kind in "line", "refused", "alert":
        talk = line() if kind == "line" else None
        again = DeskUpdate(kind, case=case(), line=talk, thread=thread, text="Batas terlewat")  # type: ignore[arg-type]
        await _unclear_then_again(desk_, slack, again, repeated)
    assert len(slack.posts) == 4


async def test_a_repeat_that_never_arrived_is_posted(desk_: SlackDesk, slack: SlackApi) -> None:
    thread = (await desk_.show(DeskUpdate("case", case=case()))).ref
    other = DeskUpdate("line", case=case(), line=line(id=32), thread=thread)
    await desk_.show(other)
    await desk_.show(replace(other, line=line(id=33), repeated=True))
    assert [post["metadata"]["event_payload"]["key"] for post in slack.posts] == [
        "case:7:0",
        "line:7:32",
        "line:7:33",
    ]


async def test_a_copy_is_found_behind_many_posts_and_only_our_own_counts(desk_: SlackDesk, slack: SlackApi) -> None:
    forged = {"event_type": "sambut", "event_payload": {"key": "case:7:0"}}
    first = await desk_.show(DeskUpdate("case", case=case()))
    slack.posts += [{"ts": slack._ts(), "user": "U9", "metadata": forged} for _ in range(500)]
    assert await desk_.show(DeskUpdate("case", case=case(), repeated=True)) == first


async def test_a_call_cut_off_by_the_sender_does_not_post_twice(desk_: SlackDesk, slack: SlackApi) -> None:
    release = asyncio.Event()
    slack.hold("chat.postMessage", release)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(desk_.show(DeskUpdate("case", case=case())), 0.2)
    release.set()
    receipt = await desk_.show(DeskUpdate("case", case=case()))
    assert [f"{CHANNEL}:{post['ts']}" for post in slack.posts] == [receipt.ref]


async def test_a_reply_still_on_its_way_gets_no_mark(desk_: SlackDesk, slack: SlackApi) -> None:
    waiting = line(direction="out", delivery="queued")
    await desk_.show(DeskUpdate("delivery", case=case(), line=waiting, thread=f"{CHANNEL}:1.1", ref=f"{CHANNEL}:1.2"))
    assert not slack.reactions


async def test_an_erased_line_is_not_shown(desk_: SlackDesk, slack: SlackApi) -> None:
    for kind in "line", "delivery":
        await desk_.show(DeskUpdate(kind, case=case(), thread=f"{CHANNEL}:1.1"))  # type: ignore[arg-type]
    assert not slack.posts


async def test_429_names_the_wait(desk_: SlackDesk, slack: SlackApi) -> None:
    slack.limit("chat.postMessage", 42)
    with pytest.raises(RetryLater) as caught:
        await desk_.show(DeskUpdate("case", case=case()))
    assert caught.value.after == 42
    assert not slack.posts


@pytest.mark.parametrize(
    "name",
    [
        "channel_not_found",
        "not_in_channel",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "internal_error",
    ],
)
async def test_what_an_operator_can_mend_is_kept(desk_: SlackDesk, slack: SlackApi, name: str) -> None:
    slack.error("chat.postMessage", name)
    with pytest.raises(RetryLater, match=name):
        await desk_.show(DeskUpdate("case", case=case()))


@pytest.mark.parametrize("name", ["msg_too_long", "invalid_blocks", "msg_blocks_too_long"])
async def test_a_misshapen_message_leaves_the_lane(desk_: SlackDesk, slack: SlackApi, name: str) -> None:
    slack.error("chat.postMessage", name)
    with pytest.raises(PermanentFailure, match=name):
        await desk_.show(DeskUpdate("case", case=case()))


@pytest.mark.parametrize("body", ["", "<html>", "{}", "[1"])
async def test_a_broken_server_is_tried_again(desk_: SlackDesk, slack: SlackApi, body: str) -> None:
    slack.status("chat.postMessage", 503, body)
    with pytest.raises(RetryLater):
        await desk_.show(DeskUpdate("case", case=case()))


async def test_an_unreachable_slack_is_tried_again(slack: SlackApi, store: Store) -> None:
    away = settings(slack, slack_api_base="http://127.0.0.1:1/api/")
    desk = SlackDesk(away, store.accept, store.find_case)
    with pytest.raises(RetryLater):
        await desk.show(DeskUpdate("case", case=case(), repeated=True))
    await desk.check()


# Set-up


async def test_check_names_the_wrong_token(slack: SlackApi, store: Store, desk_: SlackDesk) -> None:
    await desk_.check()
    wrong = settings(slack, slack_bot_token="xoxb-wrong")
    with pytest.raises(SetupError, match="SLACK_BOT_TOKEN: invalid_auth"):
        await SlackDesk(wrong, store.accept, store.find_case).check()


@pytest.mark.parametrize(
    "change",
    [
        {"slack_bot_token": APP_TOKEN},
        {"slack_app_token": BOT_TOKEN},
        {"slack_channel": "#layanan"},
        {"slack_api_base": "http://slack.example/api/"},
    ],
)
def test_wrong_settings_are_named_without_their_value(slack: SlackApi, change: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(slack, **change)
    assert "secret" not in str(caught.value)


async def test_no_token_and_no_words_in_logs_or_errors(
    live: SlackDesk, slack: SlackApi, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    thread = await opened(live, store)
    await slack.say(thread, "balas: rahasia pelanggan")
    slack.error("chat.postMessage", "not_in_channel")
    with pytest.raises(RetryLater) as caught:
        await live.show(DeskUpdate("line", line=line(text="rahasia"), thread=f"{CHANNEL}:{thread}"))
    everything = caplog.text + repr(settings(slack)) + repr(caught.value) + repr(vars(live))
    for word in (BOT_TOKEN, APP_TOKEN, "rahasia"):
        assert word not in everything


def test_the_manifest_fits_the_desk() -> None:
    manifest = yaml.safe_load(Path("slack-manifest.yml").read_text())
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["message.channels", "message.groups"]
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {
        "channels:history",
        "chat:write",
        "groups:history",
        "reactions:write",
        "users:read",
    }


# Pure translation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("&amp;lt; &amp;", "&lt; &"),
        ("<https://x.id/a?b=1&amp;c=2>", "https://x.id/a?b=1&c=2"),
        ("<https://x.id|panduan>", "panduan (https://x.id)"),
        ("<http://x.id|x.id>", "x.id"),
        ("<mailto:cs@x.id|cs@x.id>", "cs@x.id"),
        ("<tel:+6221500|+62 21 500>", "+62 21 500"),
        ("<#C1|umum> <#C1>", "#umum"),
        ("<!here> <!subteam^S1|@cs> <!date^1^{date}|besok>", "@here @cs besok"),
        ("<@U2> <@U3|citra> <@U4> halo", "@Budi @citra  halo"),
        ("a < b > c <nama>", "a < b > c <nama>"),
        ("\u202egp.exe\u202c\x00", "gp.exe"),
    ],
)
def test_markup_becomes_plain_text(text: str, expected: str) -> None:
    assert plain(text, {"U2": "Budi"}) == expected


@pytest.mark.parametrize("body", [{}, {"team_id": TEAM}, {"team_id": TEAM, "type": "event_callback"}])
def test_a_body_without_sense_is_nothing(body: dict[str, Any]) -> None:
    assert to_command(body, PLACE) is None


def _buttons(post: dict[str, Any]) -> list[str]:
    rows = (block["elements"] for block in post["blocks"] if block["type"] == "actions")
    return [button["action_id"] for row in rows for button in row]


async def _unclear_then_again(desk: SlackDesk, slack: SlackApi, update: DeskUpdate, repeated: bool) -> None:
    slack.lose_answer("chat.postMessage")
    with pytest.raises(RetryLater):
        await desk.show(update)
    ref = (await desk.show(replace(update, repeated=repeated))).ref
    assert ref == f"{CHANNEL}:{slack.posts[-1]['ts']}"


def _assert_inert(post: dict[str, Any]) -> None:
    """Nothing that Slack would read as markup, in no block and not in the text beside them."""
    assert "mrkdwn" not in json.dumps(post["blocks"])
    assert not set("<>") & set(post["text"])
    assert "\u202e" not in json.dumps(post, ensure_ascii=False)
    assert post["unfurl_links"] is post["unfurl_media"] is False
    assert "link_names" not in post
    for block in post["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
