"""A Bot API server on loopback, with the habits of the real one (github.com/tdlib/telegram-bot-api).

async with TelegramApi() as api:
    api.push("halo", chat_id=7, name="Budi")       # a customer writes
    ... TELEGRAM_API_BASE=api.url, TELEGRAM_TOKEN=api.token ...
    await api.until(lambda: api.sent)              # what the bot sent
    api.fail("sendMessage", Fault.flood(3))        # the next call of that method fails
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from aiohttp import web

Json = dict[str, Any]
BOT = {"id": 7000000001, "is_bot": True, "first_name": "Sambut", "username": "sambut_test_bot"}
_STARTED = 1794000000


class Refusal(Exception):
    def __init__(self, status: int, text: str, **parameters: int) -> None:
        self.status, self.parameters = status, parameters
        self.text = f"{ {400: 'Bad Request', 403: 'Forbidden', 409: 'Conflict'}[status] }: {text}"


@dataclass(frozen=True)
class Fault:
    """How a call goes wrong. `after`: it takes effect first, and only the answer is spoilt."""

    status: int = 500
    body: str = ""
    cut: bool = False
    stall: bool = False  # no answer until `TelegramApi.release` is set
    after: bool = False

    @classmethod
    def error(cls, status: int, description: str, **parameters: int) -> Self:
        return cls(status, json.dumps(_error(status, description, parameters)))

    @classmethod
    def flood(cls, seconds: int) -> Self:
        return cls.error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    @classmethod
    def html(cls, status: int) -> Self:
        return cls(status, "<html><body><h1>Bad Gateway</h1></body></html>")


@dataclass
class TelegramApi:
    token: str = "7000000001:AAF-fake_token_of_the_loopback_server"
    url: str = ""
    webhook: Json = field(default_factory=dict)
    pending: list[Json] = field(default_factory=list)  # what getUpdates or the webhook still owes
    confirmed: list[int] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)  # customers who stopped the bot
    gone: set[int] = field(default_factory=set)  # chats Telegram does not know
    release: asyncio.Event = field(default_factory=asyncio.Event)
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _changes: set[asyncio.Task[None]] = field(default_factory=set)
    _ids: int = 0
    _polls: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release.set()
        self._polls += 1  # ends a long poll
        await self._announce()
        await self._runner.cleanup()

    # What a customer does

    def push(self, text: str, chat_id: int = 1001, name: str = "Budi") -> Json:
        return self._arrive(message=_message(self._next(), chat_id, name, text=text))

    def press(self, data: str, chat_id: int = 1001, name: str = "Budi") -> Json:
        shown = _message(self._next(), chat_id, name, text="Pilih satu") | {"from": BOT}
        query = {"id": f"90000{self._ids}", "from": _user(chat_id, name), "chat_instance": "1"}
        return self._arrive(callback_query=query | {"message": shown, "data": data})

    def _arrive(self, **content: Json) -> Json:
        update = {"update_id": 500_000_000 + self._next()} | content
        self.push_raw(update)
        return update

    def push_raw(self, update: Json) -> None:
        self.pending.append(update)
        task = asyncio.get_running_loop().create_task(self._announce())
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)

    async def deliver(self) -> list[int]:
        """One try to push everything pending to the webhook; what got a 2xx is not owed any more."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        statuses = []
        async with httpx.AsyncClient() as client:
            for update in list(self.pending):
                response = await client.post(self.webhook["url"], json=update, headers=headers)
                statuses.append(response.status_code)
                if response.is_success:
                    self._confirm(update)
        return statuses

    # What a test does

    def fail(self, method: str, *faults: Fault) -> None:
        self._faults[method].extend(faults)

    async def until(self, true: Callable[[], object], seconds: float = 5) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(true()))

    def called(self, method: str) -> list[Json]:
        return [params for name, params in self.calls if name == method]

    # The server

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(401, _error(401, "Unauthorized", {}))
        method, params = request.match_info["method"], dict(await request.post())
        self.calls.append((method, params))
        await self._announce()
        faults = self._faults[method]
        fault = faults.popleft() if faults else None
        if fault is None:
            return await self._effect(method, params)
        if fault.after:
            await self._effect(method, params)
        return await self._spoil(fault, request)

    async def _spoil(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        if fault.stall:
            await self.release.wait()
        if fault.cut and request.transport:
            request.transport.abort()
        kind = "text/html" if fault.body.startswith("<") else "application/json"
        return web.Response(status=fault.status, text=fault.body, content_type=kind)

    async def _effect(self, method: str, params: Json) -> web.StreamResponse:
        handler = getattr(self, f"_{method.lower()}", None)
        if handler is None:
            return _answer(404, _error(404, "Not Found", {}))
        try:
            result = await handler(params)
        except Refusal as refusal:
            return _answer(refusal.status, _error(refusal.status, refusal.text, refusal.parameters))
        await self._announce()
        return _answer(200, {"ok": True, "result": result})

    async def _getme(self, _: Json) -> Json:
        abilities = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
        return BOT | dict.fromkeys(abilities, False)

    async def _getupdates(self, params: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(409, "can't use getUpdates method while webhook is active")
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        for update in [u for u in self.pending if u["update_id"] < offset]:
            self._confirm(update)
        await self._wait(min(int(params.get("timeout", 0)), 50))
        return self.pending[: min(limit, 100)]

    async def _wait(self, seconds: float) -> None:
        self._polls += 1
        mine = self._polls
        await self._announce()
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.pending or self._polls != mine)
        except TimeoutError:
            return
        if self._polls != mine:
            raise Refusal(409, "terminated by other getUpdates request")

    async def _setwebhook(self, params: Json) -> bool:
        if params.get("drop_pending_updates") == "true":
            self.pending.clear()
        self.webhook = params if params.get("url") else {}
        return True

    async def _deletewebhook(self, params: Json) -> bool:
        return await self._setwebhook(params | {"url": ""})

    async def _answercallbackquery(self, params: Json) -> bool:
        self.answered.append(params["callback_query_id"])
        return True

    async def _sendmessage(self, params: Json) -> Json:
        chat_id, text = int(params["chat_id"]), params.get("text", "").strip()
        self._refuse_send(chat_id, text, params)
        markup = json.loads(params.get("reply_markup", "{}"))
        chat = {"id": chat_id, "type": "private", "first_name": "Budi"}
        message = {"message_id": self._next(), "from": BOT, "chat": chat, "date": _STARTED, "text": text}
        self.sent.append(params | {"chat_id": chat_id, "reply_markup": markup, "message_id": message["message_id"]})
        return message | ({"reply_markup": markup} if markup else {})

    def _refuse_send(self, chat_id: int, text: str, params: Json) -> None:
        if chat_id in self.blocked:
            raise Refusal(403, "bot was blocked by the user")
        if chat_id in self.gone:
            raise Refusal(400, "chat not found")
        if not text:
            raise Refusal(400, "message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "message is too long")
        rows = json.loads(params.get("reply_markup", "{}")).get("inline_keyboard", [])
        if any(not 1 <= len(b["callback_data"].encode()) <= 64 for row in rows for b in row):
            raise Refusal(400, "BUTTON_DATA_INVALID")

    def _confirm(self, update: Json) -> None:
        self.pending.remove(update)
        self.confirmed.append(update["update_id"])

    def _next(self) -> int:
        self._ids += 1
        return self._ids

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _user(chat_id: int, name: str) -> Json:
    return {"id": chat_id, "is_bot": False, "first_name": name, "language_code": "id"}


def _message(message_id: int, chat_id: int, name: str, **content: Any) -> Json:
    chat = {"id": chat_id, "first_name": name, "type": "private"}
    head = {"message_id": message_id, "from": _user(chat_id, name), "chat": chat}
    return head | {"date": _STARTED + message_id} | content


def _error(status: int, description: str, parameters: Json) -> Json:
    body = {"ok": False, "error_code": status, "description": description}
    return body | ({"parameters": parameters} if parameters else {})


def _answer(status: int, body: Json) -> web.Response:
    return web.json_response(body, status=status)
