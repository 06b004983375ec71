"""The web chat through its front door: a real server, real sockets, the real intake and history."""

import asyncio
import base64
import io
import json
import logging
import re
import socket as sockets
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot import chat_client
from bot.messages import Outbound
from bot.runtime.language import language_of
from bot.services.health import Health
from bot.services.history import History
from bot.services.intake import Debounce, Intake
from bot.services.signals import Signals
from bot.store.database import Database
from bot.store.queue import Job, Queue
from bot.store.tables import conversations, customers, inbox, messages, metadata
from channels.webchat import WebChat, WebChatSettings
from channels.webchat.doors import Places, Tempo, Tokens
from channels.webchat.words import FOLDER, WORDS

Frame = dict[str, Any]
Line = tuple[str, str, list[dict[str, str]]]

COMPANY = {
    "name": "Rumah Pintar Nusantara",
    "bot_name": "Sambut",
    "privacy_notice": "rumahpintar.example/privasi",
}
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def echo(payload: Frame) -> list[Line]:
    return [("bot", f"Anda menulis: {payload['text']}", [])]


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[sockets.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class House:
    """A web chat with a database behind it and a bot that answers what `reply` returns.

    The bot pauses while `gate` is clear.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.database = Database(f"sqlite:///{folder}/sambut.db")
        self.signals, self.health = Signals(), Health(model="ready")
        debounce = Debounce(quiet=timedelta(0))
        self.intake = Intake(self.database, debounce, lambda: self.signals.wake("inbox"))
        self.files = folder / "files"
        known = {"key": b"k" * 32, "files": self.files, "company": COMPANY} | settings
        parts = (History(self.database), self.signals, self.health, lambda: datetime.now(UTC))
        self.chat = WebChat(WebChatSettings(**known), self.intake.accept, self.intake.has_room, *parts)
        self.queue = Queue(self.database, inbox, timedelta(minutes=1), bursts=False)
        self.reply: Callable[[Frame], list[Line]] = echo
        self.gate = asyncio.Event()
        self.gate.set()
        self.app = Starlette(routes=list(self.chat.routes()))
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        async with self.database.engines()[0].begin() as connection:
            await connection.run_sync(metadata.create_all)
        bot = asyncio.create_task(self.answer_all())
        await self.start()
        try:
            yield self
        finally:
            await self.stop()
            bot.cancel()
            with suppress(asyncio.CancelledError):
                await bot
            await self.database.close()

    async def start(self) -> None:
        listener = sockets.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(self.app, log_config=None, lifespan="off", ws_max_size=8 * 1024 * 1024)
        self.server = Server(config)
        self.serving = asyncio.create_task(self.server.serve(sockets=[listener]))
        await self.server.up.wait()

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.serving

    async def answer_all(self) -> None:
        with self.signals.listen("inbox") as event:
            while True:
                await self.gate.wait()
                while job := await self.queue.claim(datetime.now(UTC)):
                    await self.answer(job)
                await event.wait()
                event.clear()

    async def answer(self, job: Job) -> None:
        payload = job.payloads[0]
        text, external_id = payload["text"], payload["external_id"]
        async with self.database.write() as connection:
            await self.write_line(connection, job.lane, "in", "customer", text, external_id=external_id)
            for author, text, buttons in self.reply(payload):
                await self.write_line(connection, job.lane, "out", author, text, buttons)
            await self.queue.finish(connection, job)
        await self.chat.send(Outbound(job.lane, ""))

    async def say(self, lane: str, author: str, text: str) -> None:
        """A line that nobody asked for, as an agent writes it."""
        async with self.database.write() as connection:
            await self.write_line(connection, lane, "out", author, text)
        await self.chat.send(Outbound(lane, text))

    async def write_line(
        self,
        connection: Any,
        lane: str,
        direction: str,
        author: str,
        text: str,
        buttons: Any = (),
        **more: Any,
    ) -> None:
        now = datetime.now(UTC)
        find = sa.select(conversations.c.id).where(conversations.c.lane == lane)
        id = (await connection.execute(find)).scalar()
        if id is None:
            person = sa.insert(customers).values(name="", created_at=now).returning(customers.c.id)
            customer = (await connection.execute(person)).scalar_one()
            row = {"lane": lane, "source": "webchat", "address": lane, "customer_id": customer}
            new = sa.insert(conversations).values(**row, created_at=now)
            id = (await connection.execute(new.returning(conversations.c.id))).scalar_one()
        line = {"conversation_id": id, "direction": direction, "author": author, "text": text, **more}
        await connection.execute(sa.insert(messages).values(**line, buttons=list(buttons), created_at=now))

    async def inbound(self) -> list[Frame]:
        async with self.database.read() as connection:
            rows = await connection.execute(sa.select(inbox.c.payload).order_by(inbox.c.id))
            return list(rows.scalars())

    @asynccontextmanager
    async def guest(self, session: str | None = None, seq: int = 0, **more: Any) -> AsyncIterator["Guest"]:
        async with connect(f"ws://127.0.0.1:{self.port}/chat/ws", proxy=None, max_size=None) as socket:
            guest = Guest(socket)
            await guest.send({"type": "hello", "session": session, "seq": seq, **more})
            guest.welcome = await guest.until(type="welcome")
            yield guest


class Guest:
    """One connection. `seen` holds every frame so far."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Frame] = []
        self.welcome: Frame = {}

    @property
    def session(self) -> str:
        return str(self.welcome["session"])

    async def send(self, frame: Frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def write(self, id: str, text: str = "", **more: Any) -> None:
        await self.send({"type": "message", "id": id, "text": text, **more})

    async def until(self, **wanted: Any) -> Frame:
        while True:
            frame: Frame = json.loads(await asyncio.wait_for(self.socket.recv(), 10))
            self.seen.append(frame)
            if wanted.items() <= frame.items():
                return frame

    async def turn(self, id: str, text: str = "", **more: Any) -> None:
        await self.write(id, text, **more)
        await self.until(type="accepted", id=id)
        await self.until(type="status", state="idle")

    async def error(self, raw: str | bytes) -> str:
        await self.socket.send(raw)
        return str((await self.until(type="error"))["code"])

    def lines(self) -> list[Frame]:
        return [frame for frame in self.seen if frame["type"] == "message"]

    def texts(self) -> list[str]:
        return [line["text"] for line in self.lines()]

    def cut(self) -> None:
        self.socket.transport.abort()


@pytest.fixture
async def house(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[House]:
    async with House(tmp_path).open() as house:
        yield house
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


def attachment(data: bytes = JPEG, type: str = "image/jpeg", name: str = "foto.jpg") -> Frame:
    return {"name": name, "type": type, "data": base64.b64encode(data).decode()}


async def test_a_message_is_stored_answered_and_then_the_turn_is_over(house: House) -> None:
    async with house.guest(name="Sari") as guest:
        await guest.until(type="status", state="idle")
        await guest.turn("a1", "halo")
        assert [(line["from"], line["text"]) for line in guest.lines()] == [
            ("customer", "halo"),
            ("bot", "Anda menulis: halo"),
        ]
        assert guest.lines()[0]["id"] == "a1"
        states = [frame["state"] for frame in guest.seen if frame["type"] == "status"]
        assert states == ["ready", "idle", "typing", "idle"]
    (stored,) = await house.inbound()
    assert stored["sender_name"] == "Sari"
    assert stored["lane"] == stored["address"] == "webchat:" + stored["external_id"].removesuffix(":a1")
    assert guest.session not in json.dumps(stored)


async def test_accepted_means_committed(house: House) -> None:
    house.gate.clear()
    async with house.guest() as guest:
        await guest.write("a1", "halo")
        await guest.until(type="accepted", id="a1")
        assert [row["text"] for row in await house.inbound()] == ["halo"]
        await guest.until(type="status", state="typing")
        assert guest.lines() == []


async def test_lines_are_neither_lost_nor_repeated_over_cut_connections(house: House) -> None:
    session, seq, got = None, 0, []
    for n in range(12):
        async with house.guest(session, seq) as guest:
            assert guest.welcome["resumed"] is (n > 0)
            session = guest.session
            await guest.write(f"m{n}", f"pesan {n}")
            if n % 3:
                await guest.until(type="accepted")
            if n % 3 == 2:
                await guest.until(**{"type": "message", "from": "bot", "text": f"Anda menulis: pesan {n}"})
            guest.cut()
        async with house.guest(session, max([seq, *(line["seq"] for line in guest.lines())])) as again:
            await again.turn(f"m{n}", f"pesan {n}")  # the client cannot know whether it arrived
        got += guest.lines() + again.lines()
        seq = got[-1]["seq"]
    asked = [f"pesan {n}" for n in range(12)]
    assert [line["text"] for line in got if line["from"] == "customer"] == asked
    answered = [f"Anda menulis: {text}" for text in asked]
    assert [line["text"] for line in got if line["from"] == "bot"] == answered
    assert [line["seq"] for line in got] == sorted({line["seq"] for line in got})


async def test_a_repeated_id_is_accepted_again_without_a_second_row(house: House) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", "halo")
        await guest.turn("a1", "halo")
        async with house.guest(guest.session, guest.lines()[-1]["seq"]) as other:
            await other.turn("a1", "halo")
            assert other.lines() == []
    assert len(await house.inbound()) == 1


async def test_equal_ids_of_two_sessions_are_two_messages(house: House) -> None:
    async with house.guest() as one, house.guest() as two:
        await one.turn("a1", "satu")
        await two.turn("a1", "dua")
        assert one.texts() == ["satu", "Anda menulis: satu"]
        assert two.texts() == ["dua", "Anda menulis: dua"]


async def test_two_tabs_of_one_session_show_the_same(house: House) -> None:
    async with house.guest() as one, house.guest(one.session) as two:
        await one.turn("a1", "halo")
        await two.until(text="Anda menulis: halo")
        assert one.lines() == two.lines()


async def test_an_agent_writes_without_being_asked(house: House) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", "halo")
        lane = (await house.inbound())[0]["lane"]
        await house.say(lane, "Rina", "Saya Rina, ada yang bisa saya bantu?")
        line = await guest.until(type="message", text="Saya Rina, ada yang bisa saya bantu?")
        assert line["from"] == "agent"
        assert "id" not in line


async def test_a_long_history_comes_whole(house: House) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", "halo")
        lane = (await house.inbound())[0]["lane"]
    async with house.database.write() as connection:
        for n in range(450):
            await house.write_line(connection, lane, "out", "bot", f"baris {n}")
    async with house.guest(guest.session, guest.lines()[-1]["seq"]) as again:
        await again.until(type="status", state="idle")
        assert again.texts() == [f"baris {n}" for n in range(450)]


async def test_buttons_come_and_go_back_with_their_value(house: House) -> None:
    choice = {"title": "Ya, benar", "value": "form:yes"}
    house.reply = lambda payload: [("bot", "Benar?", [choice])]
    async with house.guest() as guest:
        await guest.turn("a1", "halo")
        assert guest.lines()[-1]["buttons"] == [choice]
        await guest.turn("a2", "Ya, benar", button="form:yes")
    assert [(row["text"], row["button"]) for row in await house.inbound()] == [
        ("halo", None),
        ("Ya, benar", "form:yes"),
    ]


@pytest.mark.parametrize("break_", ["made up", "x" * 5000, "a.b.c", "\N{SNOWMAN}", "signature", "body"])
async def test_a_session_that_we_did_not_issue_is_replaced(house: House, break_: str) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", "rahasia")
    head, _, tail = guest.session.rpartition(".")
    other = "0" if tail[0] != "0" else "1"
    forged = {"signature": f"{head}.{other}{tail[1:]}", "body": f"x{guest.session[1:]}"}.get(break_, break_)
    async with house.guest(forged) as thief:
        await thief.until(type="status", state="idle")
        assert thief.welcome["resumed"] is False
        assert thief.session not in (forged, guest.session)
        assert thief.lines() == []


def test_a_session_ends_and_belongs_to_one_key() -> None:
    tokens = Tokens(b"k" * 32, timedelta(days=180))
    token = tokens.issue(NOW)
    assert tokens.valid(token, NOW + timedelta(days=179))
    assert not tokens.valid(token, NOW + timedelta(days=181))
    assert not Tokens(b"K" * 32, timedelta(days=180)).valid(token, NOW)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        House(tmp_path, key=b"short")


BAD = [
    "",
    "{",
    "null",
    "[]",
    '"hello"',
    "{}",
    '{"type": 7}',
    '{"type": ["message"]}',
    '{"type": "unknown"}',
    '{"type": "hello", "seq": 0}',
    '{"type": "message"}',
    '{"type": "message", "id": ""}',
    '{"type": "message", "id": 5, "text": "x"}',
    '{"type": "message", "id": "a b", "text": "x"}',
    '{"type": "message", "id": "\\ud800", "text": "x"}',
    '{"type": "message", "id": "' + "x" * 65 + '", "text": "x"}',
    '{"type": "message", "id": "a"}',
    '{"type": "message", "id": "a", "text": "  \\u0000 "}',
    '{"type": "message", "id": "a", "text": {"x": 1}}',
    '{"type": "message", "id": "a", "text": true}',
    '{"type": "message", "id": "a", "text": NaN}',
    '{"type": "message", "id": "a", "text": "x", "n": Infinity}',
    '{"type": "message", "id": "a", "text": "x \\udfff"}',
    '{"type": "message", "id": "a", "button": []}',
    '{"type": "message", "id": "a", "button": "' + "b" * 65 + '"}',
    '{"type": "message", "id": "a", "attachment": "x"}',
    '{"type": "message", "id": "a", "attachment": {"name": 1, "type": "image/jpeg", "data": ""}}',
    '{"type": "message", "id": "a", "n": ' + "9" * 10_000 + "}",
    '{"a":' * 100_000,
    "[" * 200_000,
    b"\x00\xff binary",
]


async def test_a_bad_frame_is_an_error_frame_and_the_socket_stays(house: House) -> None:
    async with house.guest() as guest:
        for raw in BAD:
            assert await guest.error(raw) == "bad_request", raw[:80]
        await guest.turn("ok", "halo")
    assert [row["text"] for row in await house.inbound()] == ["halo"]


@pytest.mark.parametrize("seq", ["1", -1, 1.5, True, 2**70, [1]])
async def test_a_bad_hello_may_be_said_again(house: House, seq: Any) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}/chat/ws", proxy=None) as socket:
        guest = Guest(socket)
        assert await guest.error('{"type": "message", "id": "a", "text": "before hello"}') == "bad_request"
        assert await guest.error(json.dumps({"type": "hello", "seq": seq})) == "bad_request"
        await guest.send({"type": "hello"})
        await guest.until(type="welcome")
    assert await house.inbound() == []


async def test_a_long_text_is_refused_with_its_id(house: House) -> None:
    async with house.guest() as guest:
        await guest.write("a1", "x" * 4001)
        assert (await guest.until(type="error")).items() >= {"id": "a1", "code": "too_long"}.items()
        await guest.turn("a2", "x" * 4000)


async def test_a_frame_over_eight_megabytes_closes_the_socket(house: House) -> None:
    async with house.guest() as guest:
        with pytest.raises(ConnectionClosed) as closed:
            await guest.error("x" * (8 * 1024 * 1024 + 1))
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_a_file_is_on_the_disk_under_a_name_of_ours_when_it_is_accepted(house: House) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", "ini fotonya", attachment=attachment(name="struk belanja.jpg"))
        await guest.turn("a2", attachment=attachment(b"%PDF-1.7 ...", "application/pdf", "surat.pdf"))
    photo, document = [row["attachments"][0] for row in await house.inbound()]
    assert (photo["kind"], photo["name"]) == ("photo", "struk belanja.jpg")
    assert (document["kind"], document["name"]) == ("document", "surat.pdf")
    assert (house.files / photo["ref"]).read_bytes() == JPEG
    assert stat.S_IMODE((house.files / photo["ref"]).stat().st_mode) == 0o600


async def test_a_file_that_is_sent_twice_is_kept_once(house: House) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", attachment=attachment())
        await guest.turn("a1", attachment=attachment())
    (stored,) = (await house.inbound())[0]["attachments"]
    assert [path.name for path in house.files.iterdir()] == [stored["ref"]]


@pytest.mark.parametrize(
    "sent",
    [
        attachment(b"<html><script>alert(1)</script>"),
        attachment(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml", "a.svg"),
        attachment(b"GIF89a" + bytes(20), "image/gif"),
        attachment(b"MZ" + bytes(20), "application/pdf", "a.pdf"),
        attachment(JPEG, "image/png"),
        attachment(JPEG, "text/html"),
        attachment(b""),
        attachment(b"\xff\xd8\xff" + bytes(5 * 1024 * 1024)),
        {"name": "a.jpg", "type": "image/jpeg", "data": "not base64!"},
        {},
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused(house: House, sent: Frame) -> None:
    async with house.guest() as guest:
        await guest.write("a1", attachment=sent)
        assert (await guest.until(type="error")).items() >= {"id": "a1", "code": "bad_attachment"}.items()
    assert not house.files.exists() or not list(house.files.iterdir())
    assert await house.inbound() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\foto.jpg", "foto.jpg"),
        ("a\x00b\n.jpg", "ab .jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("..", "lampiran.jpg"),
        ("", "lampiran.jpg"),
        ("x" * 5000 + ".jpg", "x" * 96 + ".jpg"),
        ("%2e%2e%2fpasswd", "%2e%2e%2fpasswd"),
    ],
)
async def test_a_file_name_never_reaches_the_disk(house: House, name: str, shown: str) -> None:
    async with house.guest() as guest:
        await guest.turn("a1", attachment=attachment(name=name))
    (stored,) = (await house.inbound())[0]["attachments"]
    assert stored["name"] == shown
    assert [path.name for path in house.files.iterdir()] == [stored["ref"]]


async def test_too_many_messages_at_once_are_slowed_down_not_lost(house: House) -> None:
    house.gate.clear()
    async with house.guest() as guest:
        for n in range(21):
            await guest.write(f"m{n}", f"pesan {n}")
        refused = await guest.until(type="error")
        assert (refused["id"], refused["code"]) == ("m20", "slow_down")
        assert [row["text"] for row in await house.inbound()] == [f"pesan {n}" for n in range(20)]


def test_the_tempo_recovers() -> None:
    tempo = Tempo(most=2, seconds=0)
    assert all(tempo.spend() for _ in range(5))
    assert not tempo.spend(3)


async def test_a_full_house_says_so_and_stores_nothing(house: House) -> None:
    house.intake.capacity = 0
    async with house.guest() as guest:
        await guest.write("a1", "halo")
        assert (await guest.until(type="error"))["code"] == "busy"
        house.intake.capacity = 10
        await guest.turn("a1", "halo")
    assert len(await house.inbound()) == 1


async def test_a_failing_database_is_busy_and_logs_no_text(tmp_path: Path, caplog: Any) -> None:
    async with House(tmp_path).open() as house, house.guest() as guest:
        await guest.until(type="status", state="idle")
        async with house.database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
        await guest.write("a1", "nomor saya 08123456789")
        assert (await guest.until(type="error")).items() >= {"id": "a1", "code": "busy"}.items()
    assert "could not be stored" in caplog.text
    assert "08123456789" not in caplog.text


async def test_the_page_hears_when_the_model_gets_ready(house: House) -> None:
    house.health.model = "training"
    async with house.guest() as guest:
        await guest.until(type="status", state="warming_up")
        await guest.write("a1", "halo")
        house.health.model = "ready"
        await guest.until(type="status", state="ready")


@pytest.mark.parametrize(
    ("allowed", "origin", "enters"),
    [
        ((), None, True),
        ((), "http://{host}", True),
        ((), "https://{host}", True),
        ((), "https://evil.example", False),
        ((), "https://{host}.evil.example", False),
        ((), "null", False),
        (("https://toko.example",), "https://toko.example", True),
        (("https://toko.example",), "https://toko.example.evil.example", False),
        (("https://toko.example",), "http://{host}", False),
    ],
)
async def test_only_pages_of_ours_connect(tmp_path: Path, allowed: Any, origin: Any, enters: bool) -> None:
    async with House(tmp_path, origins=allowed).open() as house:
        host = f"127.0.0.1:{house.port}"
        opening = connect(f"ws://{host}/chat/ws", proxy=None, origin=origin and origin.format(host=host))
        if enters:
            async with opening:
                return
        with pytest.raises(InvalidStatus) as refused:
            await opening
        assert refused.value.response.status_code == 403


def test_an_address_has_a_number_of_places_and_gets_them_back() -> None:
    places = Places(2)
    here, there = "203.0.113.7", "2001:db8::8"
    with places.take(here) as first, places.take(here) as second:
        assert (first, second) == (True, True)
        with places.take(here) as third, places.take(there) as other, places.take("::1") as local:
            assert (third, other, local) == (False, True, True)
    with places.take(here) as again:
        assert again


async def test_the_page_and_its_parts_come_with_safe_headers(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as client:
        page = await client.get("/")
        script = await client.get("/chat/static/chat.js")
        outside = await client.get("/chat/static/%2e%2e/index.html")
    assert page.status_code == script.status_code == 200
    assert outside.status_code == 404
    for response in (page, script):
        policy = response.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
    assert "Rumah Pintar Nusantara" in page.text
    assert 'href="https://rumahpintar.example/privasi"' in page.text
    assert "javascript" in script.headers["content-type"]


async def test_company_data_is_escaped_in_the_page(tmp_path: Path) -> None:
    company = {"name": "<script>x</script>", "bot_name": '"><b>', "privacy_notice": "javascript:alert(1)"}
    async with (
        House(tmp_path, company=company).open() as house,
        httpx.AsyncClient(base_url=house.url, trust_env=False) as client,
    ):
        page = (await client.get("/")).text
    assert "<script>x" not in page
    assert "<b>" not in page
    assert 'href="javascript' not in page


READERS = [
    ("/", "", "id"),
    ("/", "id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
    ("/", "en-GB,en;q=0.9,id;q=0.8", "en"),
    ("/", "en;q=0.5, id; q=0.8", "id"),
    ("/", "EN", "en"),
    ("/", "fr-CH, fr;q=0.9, id;q=0.4, en;q=0.2", "id"),
    ("/", "id;q=0, en;q=0.1", "en"),
    ("/", "jv-ID, en;q=0.8", "id"),
    ("/", "fr", "en"),
    ("/", "zh-Hant-TW, *;q=0.5", "en"),
    ("/", "*", "id"),
    ("/", "en;q=nan, ;q=1, en;q=2", "id"),
    ("/", "," * 10_000, "id"),
    ("/", "a" * 10_000 + "!", "id"),
    ("/?lang=en", "id", "en"),
    ("/?lang=id", "en", "id"),
    ("/?lang=fr", "en", "en"),
    ("/?lang=../id", "", "id"),
]


async def test_the_page_speaks_the_language_that_is_asked_for_or_else_the_browsers(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as client:
        for path, accepted, language in READERS:
            page = await client.get(path, headers={"Accept-Language": accepted})
            assert f'<html lang="{language}">' in page.text, (path, accepted[:80])
            assert page.headers["vary"] == "Accept-Language"


async def test_each_page_leads_to_the_other(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as client:
        indonesian, english = [(await client.get(f"/?lang={language}")).text for language in ("id", "en")]
    assert re.search(r'<a [^>]*href="/\?lang=en" lang="en" hreflang="en">English</a>', indonesian)
    assert re.search(r'<a [^>]*href="/\?lang=id" lang="id" hreflang="id">Bahasa Indonesia</a>', english)


def leaves(words: Any, path: str = "") -> dict[str, str]:
    """Every text of a language by its place."""
    if isinstance(words, str):
        return {path: words}
    return {place: text for key in words for place, text in leaves(words[key], f"{path}.{key}").items()}


def test_both_languages_have_the_same_texts_with_the_same_places_to_fill() -> None:
    indonesian, english = [
        {place: set(re.findall(r"{\w+}", text)) for place, text in leaves(WORDS[language]).items()}
        for language in ("id", "en")
    ]
    assert indonesian == english
    assert all(text.strip() for words in WORDS.values() for text in leaves(words).values())


def vocabulary(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower()))


async def test_no_indonesian_is_left_in_the_english_page_or_in_the_scripts(house: House) -> None:
    indonesian, english = [vocabulary(" ".join(leaves(WORDS[language]).values())) for language in ("id", "en")]
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as client:
        page = (await client.get("/?lang=en")).text.replace("Bahasa Indonesia", "").replace("example/privasi", "")
        scripts = [(await client.get(f"/chat/static/{path.name}")).text for path in FOLDER.glob("static/*.js")]
    assert len(scripts) > 5
    for text in (page, *scripts):
        assert vocabulary(text) & (indonesian - english) == set()


def test_the_english_suggestions_are_clear_enough_to_be_answered_in_english() -> None:
    assert {text: language_of(text) for text in WORDS["en"]["starters"].values() if language_of(text) != "en"} == {}


# The terminal client


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


async def typed(house: House, *lines: str, name: str = "", as_json: bool = True) -> tuple[int, list[str]]:
    out = io.StringIO()
    text = io.StringIO("".join(f"{line}\n" for line in lines))
    code = await asyncio.wait_for(chat_client.run(house.url, name, as_json, text, out), 20)
    return code, out.getvalue().splitlines()


DONE = {"turn": "done"}


async def test_each_line_of_a_script_waits_for_its_answer(house: House) -> None:
    code, out = await typed(house, "satu", "", "dua")
    assert code == 0
    assert [json.loads(line) for line in out] == [
        {"from": "bot", "text": "Anda menulis: satu", "buttons": []},
        DONE,
        {"from": "bot", "text": "Anda menulis: dua", "buttons": []},
        DONE,
    ]


async def test_a_turn_without_an_answer_is_done_too(house: House) -> None:
    house.reply = lambda payload: []
    assert await typed(house, "satu") == (0, ['{"turn": "done"}'])


async def test_lines_may_come_from_an_async_iterator_and_go_out_as_text(house: House) -> None:
    house.reply = lambda payload: [("agent", "Pilih satu", [{"title": "Ya", "value": "y"}])]

    async def lines() -> AsyncIterator[str]:
        yield "halo\n"

    out = io.StringIO()
    assert await chat_client.run(house.url, "", False, lines(), out) == 0
    assert out.getvalue() == "agent: Pilih satu\n  [1] Ya\n"


async def test_a_name_is_a_session_of_its_own_that_goes_on_where_it_was(house: House) -> None:
    await typed(house, "satu", name="ani")
    await typed(house, "dua", name="../budi")
    lane = (await house.inbound())[0]["lane"]
    await house.say(lane, "Rina", "Ini Rina")
    _, out = await typed(house, "tiga", name="ani")
    assert [json.loads(line).get("text") for line in out] == ["Ini Rina", "Anda menulis: tiga", None]
    first, second, third = [row["lane"] for row in await house.inbound()]
    assert first == third != second
    assert [row["sender_name"] for row in await house.inbound()] == ["ani", "../budi", "ani"]


async def test_session_files_are_private(house: House, tmp_path: Path) -> None:
    await typed(house, "satu", name="ani")
    (kept,) = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


async def test_buttons_are_pressed_by_number(house: House) -> None:
    choices = [{"title": "Ya", "value": "y"}, {"title": "Tidak", "value": "n"}]
    house.reply = lambda payload: [("bot", "Benar?", choices if payload["text"] == "halo" else [])]
    _, out = await typed(house, "/button 1", "halo", "/button 3", "/button x", "/button 2")
    assert [json.loads(line).get("error") for line in out if "error" in line] == [
        "no reply had buttons yet",
        "there is no button '3'; choose 1 to 2",
        "there is no button 'x'; choose 1 to 2",
    ]
    assert out.count('{"turn": "done"}') == 5
    assert [(row["text"], row["button"]) for row in await house.inbound()] == [("halo", None), ("Tidak", "n")]


async def test_photos_are_sent_and_bad_files_named(house: House, tmp_path: Path) -> None:
    (tmp_path / "foto saya.jpg").write_bytes(JPEG)
    (tmp_path / "besar.jpg").write_bytes(b"\xff\xd8\xff" + bytes(5 * 1024 * 1024))
    (tmp_path / "teks.jpg").write_text("halo")
    names = ["foto saya.jpg", "tidak-ada.jpg", "besar.jpg", "teks.jpg", ""]
    _, out = await typed(house, *(f"/photo {tmp_path / name if name else ''}" for name in names))
    errors = [json.loads(line)["error"] for line in out if "error" in line]
    assert [error.split("'")[-1] for error in errors[:3]] == [
        ": No such file or directory",
        " is larger than 5 MB",
        " is not a JPEG, PNG, WebP or PDF file",
    ]
    assert len(errors) == 4
    assert [row["attachments"][0]["name"] for row in await house.inbound()] == ["foto saya.jpg"]


async def test_what_the_server_refuses_is_told_and_the_script_goes_on(house: House) -> None:
    _, out = await typed(house, "x" * 4001, "halo")
    assert "terlalu panjang" in json.loads(out[0])["error"]
    assert [json.loads(line) for line in out[1:]] == [DONE, *[json.loads(line) for line in out[2:3]], DONE]
    assert json.loads(out[2])["text"] == "Anda menulis: halo"


async def test_no_server_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with sockets.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    assert await chat_client.run(url, "ani", True, io.StringIO("halo\n"), io.StringIO()) == 1
    assert capsys.readouterr().err == f"Sambut is not running at {url}; start it with make run\n"


async def test_the_terminal_comes_back_after_the_server_was_away(house: House) -> None:
    async def lines() -> AsyncIterator[str]:
        yield "satu"
        await house.stop()
        await house.start()
        yield "dua"

    out = io.StringIO()
    assert await asyncio.wait_for(chat_client.run(house.url, "ani", True, lines(), out), 20) == 0
    texts = [json.loads(line).get("text") for line in out.getvalue().splitlines()]
    assert texts == ["Anda menulis: satu", None, "Anda menulis: dua", None]
    assert [row["text"] for row in await house.inbound()] == ["satu", "dua"]
