"""One small driver per channel: how a customer of that platform writes, presses, reads and misbehaves.

A new channel needs a driver here; `test_every_channel_has_a_driver` says so.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.messages import Button
from bot.runtime import web
from bot.runtime.serve import routes
from channels.telegram import TelegramChannel, TelegramSettings
from channels.webchat import WebChat, WebChatSettings
from tests.contract.help import Door, listener, serving, until
from tests.fakes.telegram_api import Fault, TelegramApi
from tests.house import House

Json = dict[str, Any]
SECRET = "a-long-enough_Secret-1"
KEY = b"k" * 32
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
FORGED = (None, b"", b"a", SECRET[:-1].encode(), SECRET.lower().encode(), SECRET.encode() + b"x", "ñ🙂".encode())
MARK = "(pesan ulang) "  # how a channel marks what may have arrived already


@dataclass(frozen=True)
class Reply:
    text: str
    buttons: tuple[Button, ...] = ()


class Driver(Protocol):
    channel: ClassVar[str]
    door: Door

    def text(self, who: str, words: str) -> Any:
        """An event of the platform, ready to be delivered once or often."""

    def press(self, who: str, button: Button) -> Any: ...
    def photo(self, who: str, caption: str) -> Any: ...

    async def deliver(self, *events: Any) -> list[bool]:
        """All at once; True for what we acknowledged."""

    async def heard(self, who: str) -> list[Reply]:
        """What stands on the customer's screen."""

    def is_inert(self) -> bool:
        """Nothing that left asks the platform to read markup."""

    async def forge(self, who: str) -> list[int]: ...
    async def malformed(self, bodies: Sequence[bytes]) -> list[int]: ...
    def trouble(self) -> None:
        """The next sends go wrong, each in another way."""


# Telegram


@dataclass
class Telegram:
    channel: ClassVar[str] = "telegram"
    api: TelegramApi
    door: Door
    chat: TelegramChannel
    public: str
    people: dict[str, int] = field(default_factory=dict)

    def _who(self, who: str) -> Json:
        return {"chat_id": self.people.setdefault(who, 1001 + len(self.people)), "name": who}

    def _held(self, update: Json) -> Json:
        self.api.pending.remove(update)
        return update

    def text(self, who: str, words: str) -> Json:
        return self._held(self.api.push(words, **self._who(who)))

    def press(self, who: str, button: Button) -> Json:
        return self._held(self.api.press(button.value, **self._who(who)))

    def photo(self, who: str, caption: str) -> Json:
        update = self.text(who, "")
        sizes = [{"file_id": f"id-{n}", "file_unique_id": f"u{n}", "width": n, "height": n} for n in (90, 800)]
        update["message"] = {k: v for k, v in update["message"].items() if k != "text"}
        update["message"] |= {"photo": sizes, "caption": caption}
        return update

    async def heard(self, who: str) -> list[Reply]:
        mine = [m for m in self.api.sent if m["chat_id"] == self._who(who)["chat_id"]]
        return [Reply(m["text"], _keyboard(m["reply_markup"])) for m in mine]

    def is_inert(self) -> bool:
        return not any({"parse_mode", "entities", "link_preview_url"} & set(m) for m in self.api.called("sendMessage"))

    def lose(self, who: str, how: str) -> None:
        (self.api.blocked if how == "blocked" else self.api.gone).add(self._who(who)["chat_id"])

    def trouble(self) -> None:
        """Slow, cut before and after it took effect, overloaded, a proxy's page."""
        faults = (Fault(cut=True), Fault(cut=True, after=True), Fault.flood(7), Fault.html(502), Fault(stall=True))
        self.api.fail("sendMessage", *faults)

    def lost_answer(self) -> None:
        self.api.fail("sendMessage", Fault(cut=True, after=True))

    def hold_second_part(self) -> None:
        chat = {"id": 1001, "type": "private", "first_name": "Budi"}
        fine = {"ok": True, "result": {"message_id": 1, "date": 1794000000, "chat": chat, "text": "x"}}
        self.api.fail("sendMessage", Fault(200, json.dumps(fine), after=True), Fault.flood(7))


class Webhook(Telegram):
    async def deliver(self, *events: Json) -> list[bool]:
        secret = self.api.webhook["secret_token"]
        bodies = [json.dumps(event).encode() for event in events]
        return [status < 300 for status in await self._post(bodies, secret.encode())]

    async def _post(self, bodies: Sequence[bytes], secret: bytes | None) -> list[int]:
        headers = [] if secret is None else [(b"X-Telegram-Bot-Api-Secret-Token", secret)]
        async with httpx.AsyncClient(timeout=30) as client:
            posts = [client.post(self.api.webhook["url"], content=body, headers=headers) for body in bodies]
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    async def forge(self, who: str) -> list[int]:
        body = json.dumps(self.text(who, "palsu")).encode()
        return [status for secret in FORGED for status in await self._post([body], secret)]

    async def malformed(self, bodies: Sequence[bytes]) -> list[int]:
        return await self._post(bodies, SECRET.encode())


class Halt:
    """Stands for the poll loop's pause after a failure: it lasts until the loop is cancelled."""

    reached = False

    async def __call__(self, _: float) -> None:
        self.reached = True
        await asyncio.Event().wait()


@dataclass
class Polling(Telegram):
    """Each delivery is one life of the poll loop: what was not confirmed before comes again."""

    halt: Halt = field(default_factory=Halt)

    async def deliver(self, *events: Json) -> list[bool]:
        for event in events:
            if self.api.pending.count(event) < events.count(event):
                self.api.push_raw(event)
        self.halt.reached = False
        running = asyncio.create_task(self.chat.run())
        try:
            await until(lambda: self.halt.reached or running.done() or not any(e in self.api.pending for e in events))
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return [event not in self.api.pending for event in events]

    async def forge(self, who: str) -> list[int]:
        """Whoever polls has no door at all."""
        async with httpx.AsyncClient() as client:
            posts = [client.post(f"{self.public}/webhooks/telegram", json=self.text(who, "palsu"), headers=headers)
                     for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": ""})]  # fmt: skip
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    async def malformed(self, bodies: Sequence[bytes]) -> list[int]:
        """An answer of getUpdates that nobody can read: 400 when the loop lives on and asks again."""
        statuses = []
        for body in bodies:
            self.api.fail("getUpdates", Fault(200, body.decode(errors="replace")))
            edited = self.text("Budi", "diubah")
            edited["edited_message"] = edited.pop("message")
            read = False
            for _ in range(3):
                read = read or (await self.deliver(edited))[0]
            statuses.append(400 if read else 500)
        return statuses


def _keyboard(markup: Json) -> tuple[Button, ...]:
    rows = markup.get("inline_keyboard", [])
    return tuple(Button(b["text"], b["callback_data"]) for row in rows for b in row)


@asynccontextmanager
async def webhook(sambut: House, folder: Path) -> AsyncIterator[Webhook]:
    listening = listener()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with TelegramApi() as api, _telegram(sambut, api, webhook_url=url, webhook_secret=SECRET) as (chat, door):
        driver = Webhook(api, door, chat, url)
        async with serving(web.public_app(routes(sambut.core), sambut.core.health), listening):
            await chat.run()
            yield driver


@asynccontextmanager
async def polling(sambut: House, folder: Path) -> AsyncIterator[Polling]:
    halt = Halt()
    async with (
        TelegramApi() as api,
        _telegram(sambut, api, halt) as (chat, door),
        serving(web.public_app(routes(sambut.core), sambut.core.health)) as url,
    ):
        yield Polling(api, door, chat, url, halt=halt)


@asynccontextmanager
async def _telegram(
    sambut: House, api: TelegramApi, sleep: Any = asyncio.sleep, **more: Any
) -> AsyncIterator[tuple[TelegramChannel, Door]]:
    known = {"token": api.token, "api_base": api.url, "poll_timeout": 5, "request_timeout": 2.0}
    door = Door(sambut.core.intake)
    chat = TelegramChannel(TelegramSettings(**known | more), door.accept, lambda: sambut.now, sleep)
    sambut.core.channels["telegram"] = chat
    try:
        yield chat, door
    finally:
        api.release.set()
        await chat.close()


# The web chat


@dataclass
class Page:
    """An open page: `lines` are those it was shown, in the order in which they came."""

    socket: ClientConnection
    session: str = ""
    resumed: bool = False
    lines: list[Json] = field(default_factory=list)

    async def read(self) -> Json:
        frame: Json = json.loads(await asyncio.wait_for(self.socket.recv(), 20))
        if frame["type"] == "message":
            self.lines.append(frame)
        return frame

    async def until(self, *kinds: str, **wanted: Any) -> Json:
        while True:
            frame = await self.read()
            if frame["type"] in kinds and wanted.items() <= frame.items():
                return frame


@dataclass
class Chat:
    channel: ClassVar[str] = "webchat"
    house: House
    door: Door
    public: str
    pages: dict[str, Page] = field(default_factory=dict)
    ids: int = 0

    def text(self, who: str, words: str) -> Any:
        self.ids += 1
        return who, {"type": "message", "id": f"m{self.ids}", "text": words}

    def press(self, who: str, button: Button) -> Any:
        who, frame = self.text(who, button.title)
        return who, frame | {"button": button.value}

    def photo(self, who: str, caption: str) -> Any:
        who, frame = self.text(who, caption)
        data = base64.b64encode(JPEG).decode()
        return who, frame | {"attachment": {"name": "foto.jpg", "type": "image/jpeg", "data": data}}

    async def deliver(self, *events: Any) -> list[bool]:
        for who, _ in events:
            await self._page(who)
        return await asyncio.gather(*(self._write(who, frame) for who, frame in events))

    async def _write(self, who: str, frame: Json) -> bool:
        """From a tab of its own. One that is closed without an answer sends again later."""
        async with self._open(self.pages[who].session, 2**62, who) as tab:
            await tab.socket.send(json.dumps(frame))
            try:
                return (await tab.until("accepted", "error"))["type"] == "accepted"
            except ConnectionClosed:
                return False

    async def heard(self, who: str) -> list[Reply]:
        """What the open page was pushed must be what a reload shows."""
        page = await self._page(who)
        async with self._open(page.session, 0) as again:
            await again.until("status", state="idle")
        while len(page.lines) < len(again.lines):
            await page.read()
        assert page.lines == again.lines
        assert [line["seq"] for line in page.lines] == sorted({line["seq"] for line in page.lines})
        replies = [line for line in page.lines if line["from"] != "customer"]
        return [Reply(line["text"], tuple(Button(**b) for b in line["buttons"])) for line in replies]

    def is_inert(self) -> bool:
        """Plain text in JSON, no key that a page could take for markup."""
        keys = {key for page in self.pages.values() for line in page.lines for key in line}
        return keys <= {"type", "seq", "from", "text", "buttons", "at", "id"}

    async def forge(self, who: str) -> list[int]:
        page = await self._page(who)
        head, _, tail = page.session.rpartition(".")
        other = "0" if tail[0] != "0" else "1"
        forged = (f"{head}.{other}{tail[1:]}", f"x{page.session[1:]}", "", "x", "a.b.c", "ñ🙂", "x" * 5000)
        return [await self._enters(page, session) for session in forged] + [await self._from_elsewhere()]

    async def _enters(self, page: Page, session: str) -> int:
        async with self._open(session, 0) as thief:
            await thief.until("status", state="idle")
            return 200 if thief.resumed or thief.session in (page.session, session) or thief.lines else 401

    async def _from_elsewhere(self) -> int:
        try:
            async with connect(self._url, proxy=None, origin="https://evil.example"):
                return 200
        except InvalidStatus as refused:
            return refused.response.status_code

    async def malformed(self, bodies: Sequence[bytes]) -> list[int]:
        return [await self._sent(body) for body in bodies]

    async def _sent(self, body: bytes) -> int:
        async with self._open("", 0) as tab:
            try:
                await tab.socket.send(body, text=True)
                return 400 if (await tab.until("error", "accepted"))["type"] == "error" else 200
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                return {1007: 400, 1009: 413, 1003: 400}.get(code, 500)

    def trouble(self) -> None:
        for page in self.pages.values():
            page.socket.transport.abort()

    lost_answer = trouble

    async def _page(self, who: str) -> Page:
        """The customer's open page; one that was cut comes back where it was."""
        page = self.pages.get(who)
        if page and not page.socket.transport.is_closing():
            return page
        seq = page.lines[-1]["seq"] if page and page.lines else 0
        opened = await self._hello(page.session if page else "", seq, who)
        opened.lines = page.lines if page else []
        self.pages[who] = opened
        return opened

    async def _hello(self, session: str, seq: int, who: str) -> Page:
        page = Page(await connect(self._url, proxy=None, max_size=None))
        await page.socket.send(json.dumps({"type": "hello", "session": session, "seq": seq, "name": who}))
        welcome = await page.until("welcome")
        page.session, page.resumed = welcome["session"], welcome["resumed"]
        return page

    @asynccontextmanager
    async def _open(self, session: str, seq: int, who: str = "") -> AsyncIterator[Page]:
        page = await self._hello(session, seq, who)
        try:
            yield page
        finally:
            await page.socket.close()

    @property
    def _url(self) -> str:
        return self.public.replace("http", "ws", 1) + "/chat/ws"

    async def close(self) -> None:
        for page in self.pages.values():
            await page.socket.close()


@asynccontextmanager
async def webchat(sambut: House, folder: Path) -> AsyncIterator[Chat]:
    core = sambut.core
    core.health.model = "ready"
    door = Door(core.intake)
    settings = WebChatSettings(KEY, folder / "files", core.editions.current.company)
    parts = (door.accept, core.intake.has_room, core.history, core.signals, core.health, lambda: sambut.now)
    core.channels["webchat"] = WebChat(settings, *parts)
    async with serving(web.public_app(routes(core), core.health)) as url:
        driver = Chat(sambut, door, url)
        try:
            yield driver
        finally:
            await driver.close()


DRIVERS = {"telegram-webhook": webhook, "telegram-polling": polling, "webchat": webchat}
CHANNELS = {Telegram.channel, Chat.channel}
LOSING = ("telegram-webhook", "telegram-polling")  # where a customer can block us; a page cannot
