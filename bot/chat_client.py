"""The web chat in a terminal: one message a line in, replies out. The same WebSocket as the page."""

import asyncio
import base64
import hashlib
import json
import os
import secrets
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from bot.errors import SambutError

Frame = dict[str, Any]

_LARGEST_FILE = 5 * 1024 * 1024
_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"RIFF": "image/webp",
    b"%PDF-": "application/pdf",
}
_RETRY = ("busy", "slow_down")
_PAUSES = (0.2, 0.5, 1, 2, 4, 8)


async def run(url: str, name: str, as_json: bool, lines: TextIO | AsyncIterator[str], out: TextIO) -> int:
    """Talk until the input ends; the exit code. `name` keeps a session of its own; empty keeps none."""
    printer = _JsonPrinter(out) if as_json else _TextPrinter(out)
    client = _Client(url, name, _Session.load(url, name), printer)
    tasks = [asyncio.create_task(client.stay_connected()), asyncio.create_task(_talk(client, printer, lines))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return 0
    except SambutError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _talk(client: "_Client", printer: "_Printer", lines: TextIO | AsyncIterator[str]) -> None:
    """From a file or a pipe, a line waits for the answer to the one before it, so that scripts repeat."""
    typed = not isinstance(lines, AsyncIterator) and lines.isatty()
    await client.settled()
    async for line in _each(lines):
        if not line.strip():
            continue
        try:
            await client.say(_message(line.strip(), client.buttons))
        except _BadLine as error:
            printer.error(str(error))
        if not typed:
            await client.settled()
            printer.turn_done()
    await client.settled()


async def _each(lines: TextIO | AsyncIterator[str]) -> AsyncIterator[str]:
    if isinstance(lines, AsyncIterator):
        async for line in lines:
            yield line
        return
    queue: asyncio.Queue[str | SambutError | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    # A daemon: a thread that waits for the keyboard must not keep the program from ending.
    threading.Thread(target=_read, args=(lines, loop, queue), daemon=True).start()
    while (item := await queue.get()) is not None:
        if isinstance(item, SambutError):
            raise item
        yield item


def _read(lines: TextIO, loop: asyncio.AbstractEventLoop, queue: asyncio.Queue[Any]) -> None:
    def put(item: str | SambutError | None) -> None:
        with suppress(RuntimeError):  # the loop may have ended first
            loop.call_soon_threadsafe(queue.put_nowait, item)

    try:
        for line in lines:
            put(line)
        put(None)
    except (OSError, ValueError) as error:
        put(SambutError(f"the input cannot be read: {error}"))


class _BadLine(Exception):
    """A command that cannot be carried out; the text says why."""


def _message(line: str, buttons: list[dict[str, str]]) -> Frame:
    command, _, rest = line.partition(" ")
    frame: Frame = {"type": "message", "id": secrets.token_hex(8)}
    if command == "/photo":
        return frame | {"attachment": _attachment(rest.strip())}
    if command == "/button":
        button = _pick(rest.strip(), buttons)
        return frame | {"text": button["title"], "button": button["value"]}
    return frame | {"text": line}


def _attachment(name: str) -> Frame:
    path = Path(name).expanduser()
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _BadLine(f"cannot read {name!r}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > _LARGEST_FILE:
        raise _BadLine(f"{name!r} is larger than 5 MB")
    type_ = next((type_ for magic, type_ in _MAGIC.items() if data.startswith(magic)), None)
    if type_ is None:
        raise _BadLine(f"{name!r} is not a JPEG, PNG, WebP or PDF file")
    return {"name": path.name, "type": type_, "data": base64.b64encode(data).decode()}


def _pick(number: str, buttons: list[dict[str, str]]) -> dict[str, str]:
    if not buttons:
        raise _BadLine("no reply had buttons yet")
    if not (number.isdecimal() and 1 <= int(number) <= len(buttons)):
        raise _BadLine(f"there is no button {number!r}; choose 1 to {len(buttons)}")
    return buttons[int(number) - 1]


class _Client:
    def __init__(self, url: str, name: str, session: "_Session", printer: "_Printer") -> None:
        self._url, self._name, self._session, self._printer = url, name, session, printer
        self.buttons = session.buttons
        self._socket: ClientConnection | None = None
        self._unsent: Frame | None = None
        self._taken = asyncio.Event()
        self._idle = asyncio.Event()
        self._refusal = ""

    async def say(self, message: Frame) -> None:
        """Until the server has stored it. Raises _BadLine when it will not."""
        self._unsent, self._refusal = message, ""
        self._taken.clear()
        await self._push()
        await self._taken.wait()
        if self._refusal:
            raise _BadLine(self._refusal)

    async def settled(self) -> None:
        """Until nothing that we said is still being worked on."""
        await self._idle.wait()

    async def stay_connected(self) -> None:
        """Come back after a cut, with the place where we were; give up when the server stays away."""
        await self._visit()
        pauses = iter(_PAUSES)
        while (pause := next(pauses, None)) is not None:
            await asyncio.sleep(pause)
            with suppress(SambutError):
                await self._visit()
                pauses = iter(_PAUSES)
        raise SambutError(f"the connection to Sambut at {self._url} was lost")

    async def _visit(self) -> None:
        proxy: Literal[True] | None = None if _is_local(self._url) else True
        try:
            async with connect(_address(self._url), max_size=None, proxy=proxy) as socket:
                await self._converse(socket)
        except InvalidStatus as error:
            status = error.response.status_code
            raise SambutError(f"{self._url} refused the chat (HTTP {status}); is it Sambut?") from None
        except (OSError, InvalidHandshake):
            raise SambutError(f"Sambut is not running at {self._url}; start it with make run") from None
        except InvalidURI:
            raise SambutError(f"{self._url!r} is not an address") from None

    async def _converse(self, socket: ClientConnection) -> None:
        try:
            await socket.send(json.dumps({"type": "hello", "name": self._name, **self._session.place()}))
            async for raw in socket:
                await self._receive(socket, json.loads(raw))
        except ConnectionClosed:
            pass
        finally:
            self._socket = None
            self._idle.clear()

    async def _push(self) -> None:
        if self._socket and self._unsent:
            try:
                await self._socket.send(json.dumps(self._unsent))
            except ConnectionClosed:
                return  # it goes again after the next welcome

    async def _receive(self, socket: ClientConnection, frame: Frame) -> None:
        match frame:
            case {"type": "welcome", "session": token, "resumed": resumed}:
                self._session.welcome(token, resumed)
                self._socket = socket
                await self._push()
            case {"type": "message"}:
                self._show(frame)
            case {"type": "accepted", "id": id} if self._is_mine(id):
                self._idle.clear()
                self._take("")
            case {"type": "error"} if self._is_mine(frame["id"]):
                await self._refused(frame["code"], frame["text"])
            case {"type": "status", "state": "idle"}:
                self._idle.set()
            case {"type": "status", "state": "typing"}:
                self._idle.clear()
            case {"type": "status", "state": "warming_up"}:
                self._printer.note("the model is still being prepared; answers come when it is ready")

    def _is_mine(self, id: str | None) -> bool:
        return self._unsent is not None and id in (None, self._unsent["id"])

    def _take(self, refusal: str) -> None:
        self._unsent, self._refusal = None, refusal
        self._taken.set()

    async def _refused(self, code: str, text: str) -> None:
        if code not in _RETRY:
            return self._take(text)
        await asyncio.sleep(1)
        await self._push()

    def _show(self, frame: Frame) -> None:
        self._session.seq = frame["seq"]
        if frame["from"] != "customer":
            if frame["buttons"]:
                self.buttons[:] = frame["buttons"]
            self._printer.reply(frame["from"], frame["text"], frame["buttons"])
        self._session.save()


def _address(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + "/chat/ws", "", ""))


def _is_local(url: str) -> bool:
    return urlsplit(_address(url)).hostname in ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True)
class _Session:
    """Who we are to the server and how far we have read; a file only when the session has a name."""

    path: Path | None
    token: str
    seq: int
    buttons: list[dict[str, str]]

    @classmethod
    def load(cls, url: str, name: str) -> "_Session":
        if not name:
            return cls(None, "", 0, [])
        state = os.environ.get("XDG_STATE_HOME")
        folder = Path(state) / "sambut" if state else Path("var")
        key = hashlib.sha256(f"{url}\n{name}".encode()).hexdigest()[:32]
        path = folder / "chat" / f"{key}.json"
        try:
            kept = json.loads(path.read_text())
            return cls(path, kept["token"], kept["seq"], kept["buttons"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path, "", 0, [])

    def place(self) -> Frame:
        return {"session": self.token, "seq": self.seq}

    def welcome(self, token: str, resumed: bool) -> None:
        self.token = token
        if not resumed:
            self.seq = 0
            self.buttons.clear()
        self.save()

    def save(self) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}")
        kept = {"token": self.token, "seq": self.seq, "buttons": self.buttons}
        with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            json.dump(kept, file)
        draft.replace(self.path)


class _TextPrinter:
    def __init__(self, out: TextIO) -> None:
        self._out = out

    def reply(self, author: str, text: str, buttons: list[dict[str, str]]) -> None:
        choices = "".join(f"\n  [{n}] {button['title']}" for n, button in enumerate(buttons, 1))
        print(f"{author}: {text}{choices}", file=self._out, flush=True)

    def error(self, text: str) -> None:
        print(f"error: {text}", file=sys.stderr, flush=True)

    def note(self, text: str) -> None:
        print(f"({text})", file=sys.stderr, flush=True)

    def turn_done(self) -> None:
        pass


class _JsonPrinter:
    def __init__(self, out: TextIO) -> None:
        self._out = out

    def reply(self, author: str, text: str, buttons: list[dict[str, str]]) -> None:
        self._print({"from": author, "text": text, "buttons": buttons})

    def error(self, text: str) -> None:
        self._print({"error": text})

    def note(self, text: str) -> None:
        print(f"({text})", file=sys.stderr, flush=True)

    def turn_done(self) -> None:
        self._print({"turn": "done"})

    def _print(self, value: Frame) -> None:
        print(json.dumps(value, ensure_ascii=False), file=self._out, flush=True)


_Printer = _TextPrinter | _JsonPrinter
