import asyncio
import copy
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from telegram import Update

from bot.errors import BadRequest, PermanentFailure, RetryLater, SetupError
from bot.messages import Attachment, Button, Inbound, Outbound, Receipt
from channels.telegram import TelegramChannel, TelegramSettings
from channels.telegram.parse import parse
from channels.telegram.text import split
from tests.fakes.telegram_api import Fault, TelegramApi

PAYLOADS = {path.stem: json.loads(path.read_text()) for path in Path(__file__).parent.glob("payloads/telegram/*.json")}
NOW = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
SECRET = "a-long-enough_Secret-1"
UNREADABLE = (Attachment("other", "unreadable"),)


class Store:
    """The door in: remembers what was committed, and can fail before or hang in front of it."""

    def __init__(self) -> None:
        self.tries: list[list[Inbound]] = []
        self.stored: list[Inbound] = []
        self.times: list[datetime] = []
        self.failures = 0
        self.open = asyncio.Event()
        self.open.set()
        self.tried = asyncio.Event()

    async def accept(self, messages: list[Inbound], now: datetime) -> list[bool]:
        self.tries.append(messages)
        self.times.append(now)
        self.tried.set()
        await self.open.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("disk full while writing 'rahasia pelanggan'")
        known = {message.external_id for message in self.stored}
        self.stored += [message for message in messages if message.external_id not in known]
        return [message.external_id not in known for message in messages]

    def texts(self) -> list[str]:
        return [message.text for message in self.stored]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN", "WEBHOOK_URL", "WEBHOOK_SECRET", "API_BASE"):
        monkeypatch.delenv(f"TELEGRAM_{name}", raising=False)


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def waits() -> list[float]:
    return []


@asynccontextmanager
async def a_channel(
    api: TelegramApi, store: Store, waits: list[float] | None = None, **more: Any
) -> AsyncIterator[TelegramChannel]:
    async def sleep(seconds: float) -> None:
        (waits if waits is not None else []).append(seconds)
        await asyncio.sleep(0)

    chosen: dict[str, Any] = {"token": api.token, "api_base": api.url, "poll_timeout": 5} | more
    channel = TelegramChannel(TelegramSettings(**chosen), store.accept, lambda: NOW, sleep)
    try:
        yield channel
    finally:
        await channel.close()


@asynccontextmanager
async def running(channel: TelegramChannel) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(channel.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# Parsing


def inbound(payload: str, text: str = "", *attachments: Attachment, button: str | None = None) -> Inbound:
    key = str(PAYLOADS[payload]["update_id"])
    return Inbound(
        source="telegram",
        external_id=key,
        lane="telegram:1111111",
        address="1111111",
        text=text,
        button=button,
        attachments=attachments,
        sender_name="Sari Contoh",
        reachable=True,
    )


SAID = {
    name: inbound(name, *rest)
    for name, *rest in (
        ("text", "Kamera saya tidak merekam sejak kemarin"),
        ("reply", "sudah ada kabar?"),
        ("command_start", "halo"),
        ("command_start_payload", "halo"),
        ("command_batal", "batal"),
        ("command_addressed", "status INQ-202611-00042"),
        ("photo_caption", "Ini fotonya, lampu merah terus", Attachment("photo", "AgACAgUAAx-large")),
        ("document", "", Attachment("document", "BQACAgUAAx-document", "bukti-transfer.pdf")),
        ("voice", "", Attachment("voice", "AwACAgUAAx-voice")),
        ("audio", "", Attachment("document", "CQACAgUAAx-audio", "suara-kamera.mp3")),
        ("video", "gambarnya putus-putus", Attachment("video", "BAACAgUAAx-video", "rekaman.mp4")),
        ("video_note", "", Attachment("video", "DQACAgUAAx-note")),
        ("animation", "", Attachment("video", "CgACAgUAAx-animation", "berkedip.mp4")),
        ("location", "", Attachment("other", "location", "-6.175392,106.827153")),
        ("venue", "", Attachment("other", "venue", "-6.175392,106.827153")),
        ("contact", "", Attachment("other", "contact", "Toko 6281200000000")),
        ("sticker", "", Attachment("other", "sticker", "😡")),
        ("dice", "", Attachment("other", "dice", "🎲")),
        ("unknown_kind", "", Attachment("other", "unsupported")),
    )
}
PRESSED = {
    name: inbound(name, button=value)
    for name, value in (
        ("callback_query", "solved:no"),
        ("callback_query_old_message", "survey:5"),
    )
}
IGNORED = {
    "edited_message",
    "channel_post",
    "my_chat_member",
    "group_message",
    "group_callback_query",
    "from_bot",
    "callback_query_inline",
    "pinned_message",
}


def test_every_payload_has_an_expectation() -> None:
    assert set(PAYLOADS) == set(SAID) | set(PRESSED) | IGNORED


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_pushed_and_polled_updates_parse_alike(name: str) -> None:
    expected = (SAID | PRESSED).get(name)
    assert parse(PAYLOADS[name]) == ([expected] if expected else [])
    polled = Update.de_json(copy.deepcopy(PAYLOADS[name]), None).to_dict()
    assert parse(polled) == parse(PAYLOADS[name])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/", "/"),
        ("/batal@sambut_test_bot", "batal"),
        ('//intent{"a": 1}', 'intent{"a": 1}'),
        (" / /intent", "intent"),
        ("/email\nsari@contoh.id", "email\nsari@contoh.id"),
        ("/starter", "starter"),
        ("tgl 09/11", "tgl 09/11"),
        ("a\x00b\ud83d", "a\ufffdb\ufffd"),
    ],
)
def test_what_a_customer_writes(written: str, read: str) -> None:
    update = copy.deepcopy(PAYLOADS["text"])
    update["message"]["text"] = written
    assert parse(update)[0].text == read


ODD: tuple[Any, ...] = (None, True, 7, -1.5, "x", "\udc00", [], [7], {}, {"a": []})


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from paths(value[key], (*path, key))


def bent(payload: Any, path: tuple[Any, ...], odd: object) -> Any:
    payload = copy.deepcopy(payload)
    place = payload
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = odd
    return payload


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_no_odd_value_anywhere_breaks_parsing(name: str) -> None:
    for path in paths(PAYLOADS[name]):
        for odd in ODD:
            if path == ("update_id",) and odd != 7:
                with pytest.raises(BadRequest):
                    parse(bent(PAYLOADS[name], path, odd))
                continue
            for message in parse(bent(PAYLOADS[name], path, odd)):
                json.dumps(message.to_json(), ensure_ascii=False).encode()
                assert isinstance(message.text, str)


def test_an_update_that_nobody_can_read_is_parked_with_its_id() -> None:
    update = {"update_id": 7, "message": {"chat": []}}
    (parked,) = parse(update)
    assert (parked.external_id, parked.lane, parked.attachments) == ("7", "telegram:unreadable", UNREADABLE)
    assert not parked.reachable


# Settings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:abc\n")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://cs.example.co.id")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("TELEGRAM_API_BASE", "http://127.0.0.1:1")
    settings = TelegramSettings()
    assert settings.bot_token == "1:abc"
    assert settings.public_url == "https://cs.example.co.id/webhooks/telegram"
    assert settings.api_base == "http://127.0.0.1:1"
    assert "1:abc" not in repr(settings)
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"webhook_url": "https://cs.example.co.id"}, "TELEGRAM_WEBHOOK_SECRET must be set"),
        ({"webhook_url": "https://cs.example.co.id", "webhook_secret": "rahasia ñ"}, "may hold only"),
        ({"webhook_url": "cs.example.co.id", "webhook_secret": SECRET}, "https://"),
    ],
)
def test_an_open_door_is_not_started(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(SetupError, match=says) as failure:
        TelegramSettings(token=SecretStr("1:abc"), **wrong)
    assert "\n" not in str(failure.value)


def test_without_a_token_there_is_no_channel(store: Store) -> None:
    assert not TelegramSettings().enabled
    with pytest.raises(SetupError, match="TELEGRAM_TOKEN is not set"):
        TelegramChannel(TelegramSettings(), store.accept, lambda: NOW)


async def test_check_knows_a_wrong_token_from_a_missing_network(api: TelegramApi, store: Store) -> None:
    async with a_channel(api, store) as channel:
        await channel.check()
        api.fail("getMe", Fault(cut=True), Fault.html(404), Fault.error(500, "Internal Server Error"))
        for _ in range(3):
            await channel.check()
    async with a_channel(api, store, token="7000000001:wrong") as channel:
        with pytest.raises(SetupError, match="copy it again from @BotFather"):
            await channel.check()


# Webhook


@asynccontextmanager
async def a_webhook(api: TelegramApi, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with a_channel(api, store, webhook_secret=SECRET) as channel:
        transport = httpx.ASGITransport(app=Starlette(routes=channel.routes()))
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers) as client:
            yield client


async def post(client: httpx.AsyncClient, body: object, **more: Any) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post("/webhooks/telegram", content=content, **more)


async def test_a_pushed_update_is_stored_before_an_empty_answer(api: TelegramApi, store: Store) -> None:
    async with a_webhook(api, store) as client:
        answer = await post(client, PAYLOADS["text"])
    assert (answer.status_code, answer.content) == (200, b"")
    assert store.stored == [SAID["text"]]
    assert store.times == [NOW]


async def test_without_a_secret_there_is_no_door(api: TelegramApi, store: Store) -> None:
    async with a_channel(api, store) as channel:
        assert channel.routes() == []


@pytest.mark.parametrize(
    "given",
    [
        None,
        b"",
        b"a",
        SECRET[:-1].encode(),
        SECRET.encode() + b"x",
        SECRET.lower().encode(),
        "ñ🙂".encode(),
        b"\xff",
    ],
)
async def test_a_forged_secret_stores_nothing(api: TelegramApi, store: Store, given: bytes | None) -> None:
    async with a_webhook(api, store) as client:
        del client.headers["X-Telegram-Bot-Api-Secret-Token"]
        headers = [] if given is None else [(b"X-Telegram-Bot-Api-Secret-Token", given)]
        answer = await post(client, PAYLOADS["text"], headers=headers)
    assert answer.status_code == 401
    assert not store.tries


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 1e3}',
        b'{"update_id": -1}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 7, "message": NaN}',
        b'{"update_id": 7, "message": -Infinity}',
        b'{"update_id": 7, "message": ' + b"[" * 200_000,
        b'{"update_id": 7, "message": ' + b'{"a":' * 200_000,
    ],
)
async def test_what_is_no_update_is_refused(api: TelegramApi, store: Store, body: bytes) -> None:
    async with a_webhook(api, store) as client:
        assert (await post(client, body)).status_code == 400
    assert not store.tries


@pytest.mark.parametrize("declared", [True, False])
async def test_an_oversized_body_is_refused_unread(api: TelegramApi, store: Store, declared: bool) -> None:
    taken = 0

    async def ten_megabytes() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(160):
            taken += 65536
            yield b" " * 65536

    headers = {"Content-Length": str(160 * 65536)} if declared else {}
    async with a_channel(api, store, webhook_secret=SECRET) as channel:
        status = await raw_post(channel, ten_megabytes(), headers)
    assert status == 413
    assert taken <= (0 if declared else 1024 * 1024 + 65536)
    assert not store.tries


async def raw_post(channel: TelegramChannel, chunks: AsyncIterator[bytes], headers: dict[str, str]) -> int:
    sent: list[Any] = []
    headers = headers | {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/webhooks/telegram",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(chunks), "more_body": True}

    async def send(event: Any) -> None:
        sent.append(event)

    await Starlette(routes=channel.routes())(scope, receive, send)
    return int(sent[0]["status"])


async def test_what_telegram_sent_but_we_cannot_read_is_kept_for_a_human(api: TelegramApi, store: Store) -> None:
    async with a_webhook(api, store) as client:
        for number, message in enumerate(([], "x", {"chat": {"type": "private"}}, {"chat": 7})):
            answer = await post(client, {"update_id": number, "message": message})
            assert (answer.status_code, answer.content) == (200, b"")
    assert [message.attachments for message in store.stored] == [UNREADABLE] * 4


async def test_half_a_surrogate_pair_can_be_stored(api: TelegramApi, store: Store) -> None:
    async with a_webhook(api, store) as client:
        answer = await post(client, bent(PAYLOADS["text"], ("message", "text"), "halo \ud83d"))
    assert answer.status_code == 200
    assert store.texts() == ["halo \ufffd"]


async def test_a_failing_store_makes_telegram_send_again(
    api: TelegramApi, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.failures = 1
    async with a_webhook(api, store) as client:
        assert (await post(client, PAYLOADS["text"])).status_code == 503
        assert store.stored == []
        assert (await post(client, PAYLOADS["text"])).status_code == 200
    assert store.stored == [SAID["text"]]
    assert "rahasia pelanggan" not in caplog.text


async def test_over_a_real_socket_a_failed_push_comes_again(api: TelegramApi, store: Store) -> None:
    store.failures = 1
    async with a_channel(api, store, webhook_secret=SECRET) as channel, a_server(channel) as url:
        api.webhook = {"url": url, "secret_token": SECRET}
        for text in ("satu", "dua"):
            api.push(text)
        assert await api.deliver() == [503, 200]
        assert await api.deliver() == [200]
        api.push("palsu")
        api.webhook["secret_token"] = "guess"
        assert await api.deliver() == [401]
    assert sorted(store.texts()) == ["dua", "satu"]


@asynccontextmanager
async def a_server(channel: TelegramChannel) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Starlette(routes=channel.routes())
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks/telegram"
        finally:
            server.should_exit = True
            await task


async def test_a_webhook_is_announced_with_its_secret_and_drops_nothing(api: TelegramApi, store: Store) -> None:
    api.push("ditulis saat kami mati")
    url = "https://cs.example.co.id/"
    async with a_channel(api, store, webhook_url=url, webhook_secret=SECRET) as channel:
        api.fail("setWebhook", Fault(cut=True), Fault(status=502))
        await channel.run()
    assert api.webhook["url"] == "https://cs.example.co.id/webhooks/telegram"
    assert api.webhook["secret_token"] == SECRET
    assert json.loads(api.webhook["allowed_updates"]) == ["message", "callback_query"]
    assert len(api.pending) == 1


async def test_a_refused_webhook_address_is_a_setup_error(api: TelegramApi, store: Store) -> None:
    api.fail("setWebhook", Fault.error(400, "Bad Request: bad webhook: HTTPS url must be provided"))
    async with a_channel(api, store, webhook_url="http://127.0.0.1/", webhook_secret=SECRET) as channel:
        with pytest.raises(SetupError, match="https url must be provided"):
            await channel.run()


@pytest.mark.parametrize("answer", [Fault.error(400, "Bad Request: query is too old"), Fault(cut=True), None])
async def test_a_press_is_stored_and_its_spinner_stopped(api: TelegramApi, store: Store, answer: Fault | None) -> None:
    if answer:
        api.fail("answerCallbackQuery", answer)
    async with a_webhook(api, store) as client:
        assert (await post(client, PAYLOADS["callback_query"])).status_code == 200
        await api.until(lambda: api.called("answerCallbackQuery"))
    assert store.stored == [PRESSED["callback_query"]]
    assert api.called("answerCallbackQuery") == [{"callback_query_id": "4772185884200000001"}]


# Polling


async def test_polling_stores_then_confirms(api: TelegramApi, store: Store) -> None:
    api.webhook = {"url": "https://old.example"}
    first = api.push("satu")["update_id"]
    async with a_channel(api, store) as channel, running(channel):
        await api.until(lambda: api.confirmed == [first])
        second, third = api.push("dua")["update_id"], api.press("ya")["update_id"]
        await api.until(lambda: api.confirmed == [first, second, third] and api.answered)
    assert [(m.text, m.button) for m in store.stored] == [("satu", None), ("dua", None), ("", "ya")]
    assert {m.lane for m in store.stored} == {"telegram:1001"}
    assert api.called("deleteWebhook") == [{"drop_pending_updates": "false"}]


async def test_the_offset_rises_only_after_the_commit(api: TelegramApi, store: Store, waits: list[float]) -> None:
    ids = [api.push(text)["update_id"] for text in ("satu", "dua")]
    store.failures = 2
    async with a_channel(api, store, waits) as channel, running(channel):
        await api.until(lambda: api.confirmed == ids)
    assert [len(messages) for messages in store.tries] == [2, 2, 2]
    assert store.texts() == ["satu", "dua"]
    offsets = [call.get("offset") for call in api.called("getUpdates")]
    assert offsets[:4] == [None, None, None, str(ids[1] + 1)]
    assert len(waits) == 2


async def test_dying_before_the_commit_loses_nothing(api: TelegramApi, store: Store) -> None:
    update = api.push("jangan hilang")
    store.open.clear()
    async with a_channel(api, store) as channel, running(channel):
        await store.tried.wait()
    assert (store.stored, api.confirmed) == ([], [])
    store.open.set()
    async with a_channel(api, store) as channel, running(channel):
        await api.until(lambda: api.confirmed == [update["update_id"]])
    assert store.texts() == ["jangan hilang"]


async def test_polling_survives_what_a_network_does(
    api: TelegramApi, store: Store, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    faults = [
        Fault.error(409, "Conflict: terminated by other getUpdates request"),
        Fault.error(500, "Internal Server Error"),
        Fault(cut=True),
        Fault(stall=True),
        Fault.html(502),
        Fault.html(404),
        Fault(status=200, body="<html>masuk dulu</html>"),
        Fault(status=200, body='{"ok": true}'),
        Fault.flood(33),
    ]
    api.fail("deleteWebhook", Fault(cut=True))
    # The answer without a result is asked for a second time, raw.
    api.fail("getUpdates", *faults[:8], faults[7], faults[8])
    update = api.push("masih di sini")
    async with a_channel(api, store, waits, request_timeout=0.2, poll_timeout=1) as channel, running(channel):
        await api.until(lambda: api.confirmed == [update["update_id"]], seconds=15)
    assert store.texts() == ["masih di sini"]
    assert len(waits) == 1 + len(faults)
    assert max(waits) >= 33
    assert caplog.text.count("Another program receives with this TELEGRAM_TOKEN") == 1
    assert "masuk dulu" not in caplog.text


async def test_one_update_the_library_cannot_read_does_not_stop_the_rest(
    api: TelegramApi, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    api.push_raw({"update_id": 5, "message": {"message_id": 1, "text": "rahasia pelanggan"}})
    api.push("normal")
    async with a_channel(api, store) as channel, running(channel):
        await api.until(lambda: len(api.confirmed) == 2)
    assert [message.attachments for message in store.stored] == [UNREADABLE, ()]
    assert "rahasia pelanggan" not in caplog.text


async def test_a_revoked_token_ends_polling_with_one_clear_line(api: TelegramApi, store: Store) -> None:
    async with a_channel(api, store, token="7000000001:revoked") as channel:
        with pytest.raises(SetupError, match="TELEGRAM_TOKEN is not accepted by Telegram"):
            await channel.run()


# Sending


async def test_a_message_leaves_as_plain_text_with_its_buttons(api: TelegramApi, store: Store) -> None:
    buttons = (Button("Ya", "solved:yes"), Button("Belum", "solved:no"))
    async with a_channel(api, store) as channel:
        receipt = await channel.send(Outbound("1001", "<b>Halo</b> *kak* https://contoh.id", buttons))
    (sent,) = api.sent
    assert receipt == Receipt(str(sent["message_id"]))
    assert (sent["chat_id"], sent["text"]) == (1001, "<b>Halo</b> *kak* https://contoh.id")
    assert "parse_mode" not in sent
    assert json.loads(sent["link_preview_options"]) == {"is_disabled": True}
    assert sent["reply_markup"]["inline_keyboard"] == [
        [{"text": "Ya", "callback_data": "solved:yes"}],
        [{"text": "Belum", "callback_data": "solved:no"}],
    ]


async def test_a_repeat_is_marked(api: TelegramApi, store: Store) -> None:
    async with a_channel(api, store) as channel:
        await channel.send(Outbound("1001", "Sudah kami catat", repeated=True))
    assert api.sent[0]["text"] == "(pesan ulang) Sudah kami catat"


async def test_a_long_message_leaves_in_parts_with_the_buttons_last(api: TelegramApi, store: Store) -> None:
    text = "\n".join(["baris yang cukup panjang 🙂"] * 400)
    async with a_channel(api, store) as channel:
        receipt = await channel.send(Outbound("1001", text, (Button("Ya", "y"),)))
    assert len(api.sent) == 3
    assert "\n".join(sent["text"] for sent in api.sent) == text
    assert [bool(sent["reply_markup"]) for sent in api.sent] == [False, False, True]
    assert receipt.ref == str(api.sent[-1]["message_id"])


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        (" \n ", []),
        ("a" * 4096, [4096]),
        ("a" * 4097, [4096, 1]),
        ("a" + "🙂" * 2048, [2048, 1]),
        ("a" * 4090 + " " + "b" * 10, [4090, 10]),
        ("a " + "b" * 4096, [4096, 2]),
        ("halo \ud83d", [6]),
    ],
)
def test_splitting(text: str, lengths: list[int]) -> None:
    parts = split(text)
    assert [len(part) for part in parts] == lengths
    assert all(len(part.encode("utf-16-le")) <= 2 * 4096 for part in parts)


@pytest.mark.parametrize(
    ("fault", "error", "after"),
    [
        (Fault.flood(7), RetryLater, 7.0),
        (Fault.error(500, "Internal Server Error"), RetryLater, None),
        (Fault.error(401, "Unauthorized"), RetryLater, None),
        (Fault.html(403), RetryLater, None),
        (Fault.html(400), RetryLater, None),
        (Fault.html(502), RetryLater, None),
        (Fault(status=200, body="<html>"), RetryLater, None),
        (Fault(cut=True), RetryLater, None),
        (Fault(stall=True), RetryLater, None),
        (Fault.error(403, "Forbidden: bot was blocked by the user"), PermanentFailure, None),
        (Fault.error(403, "Forbidden: user is deactivated"), PermanentFailure, None),
        (Fault.error(400, "Bad Request: chat not found"), PermanentFailure, None),
        (Fault.error(400, "Bad Request: migrated", migrate_to_chat_id=-100), PermanentFailure, None),
    ],
)
async def test_send_errors(
    api: TelegramApi, store: Store, fault: Fault, error: type[Exception], after: float | None
) -> None:
    api.fail("sendMessage", fault)
    async with a_channel(api, store, request_timeout=0.2) as channel:
        with pytest.raises(error) as failure:
            await channel.send(Outbound("1001", "halo"))
        assert getattr(failure.value, "after", None) == after
        assert api.token not in str(failure.value)
        await channel.send(Outbound("1001", "halo"))
    assert len(api.sent) == 1


@pytest.mark.parametrize(
    "message",
    [
        Outbound("1001", " "),
        Outbound("unreadable", "halo"),
        Outbound("1001", "halo", (Button("Ya", "é" * 33),)),
        Outbound("1001", "halo", (Button("Ya", ""),)),
    ],
)
async def test_what_telegram_would_never_take_is_not_sent(api: TelegramApi, store: Store, message: Outbound) -> None:
    async with a_channel(api, store) as channel:
        with pytest.raises(PermanentFailure):
            await channel.send(message)
    assert not api.calls


# Secrets


async def test_the_token_stays_out_of_logs_and_reprs(
    api: TelegramApi, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.push("halo")
    api.fail("getUpdates", Fault(cut=True), Fault.html(404))
    api.fail("sendMessage", Fault.error(500, f"cannot post /bot{api.token}/sendMessage"))
    async with a_channel(api, store) as channel:
        async with running(channel):
            await api.until(lambda: api.confirmed)
        with pytest.raises(RetryLater) as failure:
            await channel.send(Outbound("1001", "halo"))
        told = (repr(channel), repr(vars(channel)), str(failure.value), caplog.text)
    assert "Receiving from Telegram failed" in caplog.text
    assert [text for text in told if api.token.split(":")[1].lower() in text.lower()] == []


# The stand-in itself


async def test_the_second_poller_ends_the_first(api: TelegramApi) -> None:
    url = f"{api.url}/bot{api.token}/getUpdates"
    async with httpx.AsyncClient() as client:
        first = asyncio.create_task(client.post(url, data={"timeout": 50}))
        await api.until(lambda: api.called("getUpdates"))
        second = asyncio.create_task(client.post(url, data={"timeout": 50}))
        assert (await first).status_code == 409
        api.push("halo")
        assert len((await second).json()["result"]) == 1


async def test_a_lost_answer_has_had_its_effect(api: TelegramApi, store: Store) -> None:
    api.fail("sendMessage", Fault(cut=True, after=True))
    async with a_channel(api, store) as channel:
        with pytest.raises(RetryLater):
            await channel.send(Outbound("1001", "halo"))
    assert len(api.sent) == 1
