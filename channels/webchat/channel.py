"""The company's own web chat: a page and a WebSocket. The protocol stands in docs/web-chat.md."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.messages import Attachment, Inbound, Outbound, Receipt
from bot.ports import Pace
from bot.services.health import Health
from bot.services.history import History
from bot.services.signals import Signals
from channels.webchat.doors import Places, Tempo, Tokens, digest, origin_allowed
from channels.webchat.feed import Feed
from channels.webchat.files import discard, store
from channels.webchat.frames import LONGEST_FRAME, BadFrame, Hello, Said, SentFile, parse
from channels.webchat.words import FOLDER, WORDS, choose, fill

_log = logging.getLogger(__name__)
_HELLO_SECONDS = 10
_FILE_POINTS = 5  # a file costs the disk far more than a line does
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class WebChatSettings:
    """`key` signs session tokens: a new one ends all sessions. `files` is where attachments go.

    `origins` are the only pages that may connect; none given means pages of the same host.
    `company` has the keys `name`, `bot_name` and `privacy_notice`.
    """

    key: bytes = field(repr=False)
    files: Path
    company: Mapping[str, str]
    origins: tuple[str, ...] = ()
    sockets_per_address: int = 20
    session_lifetime: timedelta = timedelta(days=180)


class WebChat:
    name = "webchat"
    pace: Pace | None = None

    def __init__(
        self,
        settings: WebChatSettings,
        accept: Callable[[list[Inbound], datetime], Awaitable[list[bool]]],
        has_room: Callable[[], Awaitable[bool]],
        history: History,
        signals: Signals,
        health: Health,
        clock: Callable[[], datetime],
    ) -> None:
        if len(settings.key) < 16:
            raise ValueError("the web chat's key needs 16 bytes or more")
        self._settings = settings
        self._accept, self._has_room, self._clock = accept, has_room, clock
        self._signals, self._source = signals, (history, signals, health)
        self._tokens = Tokens(settings.key, settings.session_lifetime)
        self._places = Places(settings.sockets_per_address)
        self._pages = {language: _render(language, settings.company) for language in WORDS}

    def routes(self) -> Sequence[BaseRoute]:
        headers = [Middleware(_SecurityHeaders)]
        static = StaticFiles(directory=FOLDER / "static")
        return [
            Route("/", self._show_page, middleware=headers),
            Mount("/chat/static", static, middleware=headers),
            WebSocketRoute("/chat/ws", self._connect),
        ]

    async def run(self) -> None:
        return

    async def send(self, message: Outbound) -> Receipt:
        """The line is in the history already: those who look at it only need to be woken."""
        self._signals.wake(message.address)
        return Receipt()

    async def _show_page(self, request: Request) -> Response:
        language = choose(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
        return HTMLResponse(self._pages[language], headers={"Vary": "Accept-Language"})

    async def _connect(self, socket: WebSocket) -> None:
        if not origin_allowed(socket.headers, self._settings.origins):
            return await _refuse(socket, 403)
        with self._places.take(socket.client.host if socket.client else "") as free:
            if not free:
                return await _refuse(socket, 429)
            await socket.accept()
            with suppress(WebSocketDisconnect):
                await self._serve(socket)

    async def _serve(self, socket: WebSocket) -> None:
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                hello = await _hello(socket)
        except TimeoutError:
            return await socket.close(1008)
        now = self._clock()
        resumed = self._tokens.valid(hello.session, now)
        token = hello.session if resumed else self._tokens.issue(now)
        feed = Feed(socket, self._source, digest(token), hello.seq if resumed else 0)
        await feed.send({"type": "welcome", "session": token, "resumed": resumed})
        following = asyncio.create_task(feed.run())
        try:
            await self._listen(socket, feed, _Speaker(digest(token), hello.name))
        finally:
            # Stopped, not cancelled: a cancelled read would throw its database connection away.
            feed.stop()
            await following

    async def _listen(self, socket: WebSocket, feed: Feed, speaker: "_Speaker") -> None:
        tempo = Tempo()
        while True:
            try:
                frame = await _read(socket)
                if isinstance(frame, Hello):
                    raise BadFrame("bad_request")
                if not tempo.spend(_FILE_POINTS if frame.file else 1):
                    raise BadFrame("slow_down", frame.id)
                await self._take(frame, speaker)
                await feed.accepted(frame.id)
            except BadFrame as bad:
                await feed.send(bad.to_json())

    async def _take(self, said: Said, speaker: "_Speaker") -> None:
        """Store the message. A failure is told as "busy": the client sends it again later."""
        try:
            if not await self._has_room():
                raise BadFrame("busy", said.id)
            files = (await self._keep(said.id, said.file),) if said.file else ()
            (new,) = await self._accept([speaker.inbound(said, files)], self._clock())
            if not new:
                self._drop(files)
        except BadFrame:
            raise
        except Exception as error:
            _log.error("web chat: a message could not be stored: %s", type(error).__name__)
            raise BadFrame("busy", said.id) from None

    async def _keep(self, id: str, file: SentFile) -> Attachment:
        try:
            return await asyncio.to_thread(store, self._settings.files, file.name, file.type, file.data)
        except ValueError:
            raise BadFrame("bad_attachment", id) from None

    def _drop(self, files: tuple[Attachment, ...]) -> None:
        for file in files:
            discard(self._settings.files, file.ref)


@dataclass(frozen=True, slots=True)
class _Speaker:
    session: str
    name: str

    def inbound(self, said: Said, files: tuple[Attachment, ...]) -> Inbound:
        lane = f"webchat:{self.session}"
        return Inbound(
            source=WebChat.name,
            external_id=f"{self.session}:{said.id}",
            lane=lane,
            address=lane,
            text=said.text,
            button=said.button,
            attachments=files,
            sender_name=self.name or None,
            reachable=False,  # who closes the page may never come back to it
        )


async def _hello(socket: WebSocket) -> Hello:
    while True:
        try:
            frame = await _read(socket)
            if isinstance(frame, Hello):
                return frame
            raise BadFrame("bad_request", frame.id)
        except BadFrame as bad:
            await socket.send_json(bad.to_json())


async def _read(socket: WebSocket) -> Hello | Said:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if len(text or message.get("bytes") or "") > LONGEST_FRAME:
        await socket.close(1009)
        raise WebSocketDisconnect(1009)
    return parse(text)


async def _refuse(socket: WebSocket, status: int) -> None:
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(Response(status_code=status))
    else:
        await socket.close()


def _render(language: str, company: Mapping[str, str]) -> str:
    templates = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    return templates.get_template("index.html").render(
        language=language,
        others={other: words["language"] for other, words in WORDS.items() if other != language},
        words=fill(WORDS[language], company=company["name"], bot=company["bot_name"]),
        company=company,
        privacy=_web_address(company.get("privacy_notice", "")),
    )


def _web_address(text: str) -> str:
    return text if not text or text.startswith(("https://", "http://")) else f"https://{text}"


class _SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(k.lower().encode(), v.encode()) for k, v in _HEADERS.items()]
            await send(message)

        await self._app(scope, receive, with_headers)
