"""Slack on loopback: the Web API that the desk uses, and Socket Mode.

It refuses what Slack refuses (malformed blocks, unknown channels and tokens, used-up socket
addresses) and redelivers events that nobody acknowledged.
"""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]

BOT_TOKEN, APP_TOKEN = "xoxb-bot-secret", "xapp-app-secret"
TEAM, CHANNEL, BOT_USER = "T1", "C123", "UBOT"
_MAX_DELIVERIES = 4
_BLOCKS_MAX, _TEXT_MAX = 13_200, 40_000


@dataclass(slots=True)
class Delivery:
    """One event or interaction on its way to the app. `answer` is the payload of the ack."""

    envelope_id: str
    kind: str
    payload: Json
    attempts: int = 0
    answer: Json | None = None
    acked: asyncio.Event = field(default_factory=asyncio.Event)

    def envelope(self) -> str:
        body: Json = {"type": self.kind, "envelope_id": self.envelope_id, "payload": self.payload}
        if self.kind == "events_api":
            reason = "timeout" if self.attempts > 1 else ""
            body |= {"retry_attempt": self.attempts - 1, "retry_reason": reason}
        body["accepts_response_payload"] = self.kind == "interactive"
        return json.dumps(body)


class SlackError(Exception):
    pass


class SlackApi:
    """`async with SlackApi() as slack`. `patience` stands for Slack's three seconds."""

    def __init__(self) -> None:
        self.url = ""
        self.patience = 1.0
        self.users: dict[str, str] = {"U1": "Ani", "U2": "Budi"}
        self.posts: list[Json] = []
        self.updates: list[Json] = []
        self.reactions: list[tuple[str, str]] = []
        self.views: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.acks: dict[str, Json | None] = {}
        self.connections = 0
        self.refuse_handshakes = 0
        self._faults: dict[str, deque[Callable[[web.Request], Awaitable[web.StreamResponse | None]]]]
        self._faults = defaultdict(deque)
        self._deliveries: dict[str, Delivery] = {}
        self._ids = itertools.count(1)
        self._tickets: set[str] = set()
        self._socket: web.WebSocketResponse | None = None
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/socket", self._serve_socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self._runner.cleanup()

    # What a person does

    async def say(
        self, thread_ts: str | None, text: str, user: str = "U1", *, event_id: str = "", **more: Any
    ) -> Delivery:
        """A message in our channel; returns when it is acknowledged or Slack has given up."""
        event = {"type": "message", "channel": CHANNEL, "user": user, "text": text, "ts": self._ts()}
        event |= {"team": TEAM, "channel_type": "channel"}
        if thread_ts:
            parent = next((p for p in self.posts if p["ts"] == thread_ts), {})
            event |= {"thread_ts": thread_ts, "parent_user_id": parent.get("user", "U9")}
        event |= more
        event_id = event_id or f"Ev{next(self._ids)}"
        body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}
        return await self.deliver("events_api", body)

    async def press(
        self,
        action_id: str,
        value: str,
        user: str = "U1",
        *,
        user_team: str = TEAM,
        channel: str = CHANNEL,
        **more: Any,
    ) -> Delivery:
        """A button below the newest parent post."""
        parents = [p for p in self.posts if not p.get("thread_ts")] or [{}]
        action = {"type": "button", "action_id": action_id, "value": value, "action_ts": self._ts()}
        body = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": user_team},
            "channel": {"id": channel},
            "message": parents[-1],
            "trigger_id": f"trigger.{next(self._ids)}",
            "actions": [action],
        }
        return await self.deliver("interactive", body | more)

    async def submit(self, text: str, user: str = "U1", view: Json | None = None) -> Delivery:
        """The modal that was opened last, filled in."""
        view = view or self.views[-1]
        state = {"values": {"text": {"text": {"type": "plain_text_input", "value": text}}}}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "view": view | {"state": state},
        }
        return await self.deliver("interactive", body)

    async def deliver(self, kind: str, payload: Json) -> Delivery:
        """Events are redelivered, interactions are not: Slack shows the person a warning instead."""
        delivery = Delivery(f"envelope-{next(self._ids)}", kind, payload)
        self._deliveries[delivery.envelope_id] = delivery
        most = _MAX_DELIVERIES if kind == "events_api" else 1
        while delivery.attempts < most and not delivery.acked.is_set():
            delivery.attempts += 1
            await self._transmit(delivery)
            try:
                await asyncio.wait_for(delivery.acked.wait(), self.patience)
            except TimeoutError:
                continue
        return delivery

    # What goes wrong

    def limit(self, method: str, retry_after: int = 7) -> None:
        async def fault(_: web.Request) -> web.StreamResponse:
            headers = {"Retry-After": str(retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

        self._faults[method].append(fault)

    def error(self, method: str, name: str) -> None:
        async def fault(_: web.Request) -> web.StreamResponse:
            return web.json_response({"ok": False, "error": name})

        self._faults[method].append(fault)

    def status(self, method: str, status: int, body: str = "<html>") -> None:
        async def fault(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, text=body, content_type="text/html")

        self._faults[method].append(fault)

    def lose_answer(self, method: str) -> None:
        """The call is carried out, and the connection breaks before the answer."""

        async def fault(request: web.Request) -> web.StreamResponse:
            await self._answer(request)
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        self._faults[method].append(fault)

    def hold(self, method: str, until: asyncio.Event) -> None:
        """The call is carried out, and its answer waits."""

        async def fault(request: web.Request) -> web.StreamResponse:
            answer = await self._answer(request)
            await until.wait()
            return answer

        self._faults[method].append(fault)

    async def cut(self) -> None:
        """Close the socket, as Slack does every few hours."""
        await self.connected()
        assert self._socket is not None
        await self._socket.close()

    async def connected(self, times: int = 1) -> None:
        """Until the app has connected so often in all."""
        await self.until(lambda: self.connections >= times and self._open())

    async def until(self, true: Callable[[], object], seconds: float = 10) -> None:
        """Wait for a state that calls or acks bring about."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(true)

    # Socket Mode

    def _open(self) -> bool:
        return self._socket is not None and not self._socket.closed

    async def _transmit(self, delivery: Delivery) -> None:
        await self.until(self._open)
        assert self._socket is not None
        await self._socket.send_str(delivery.envelope())

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        if self.refuse_handshakes:
            self.refuse_handshakes -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._socket, self.connections = socket, self.connections + 1
        await self._notify()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await self._acknowledge(json.loads(message.data))
        await self._notify()
        return socket

    async def _acknowledge(self, answer: Json) -> None:
        delivery = self._deliveries[answer["envelope_id"]]
        delivery.answer = self.acks[delivery.envelope_id] = answer.get("payload")
        delivery.acked.set()
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # Web API

    async def _call(self, request: web.Request) -> web.StreamResponse:
        faults = self._faults[request.match_info["method"]]
        answer = await (faults.popleft()(request) if faults else self._answer(request))
        await self._notify()
        assert answer is not None
        return answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        await self._notify()
        token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if request.headers.get("Authorization") != f"Bearer {token}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        try:
            data = getattr(self, "_" + method.replace(".", "_"))(arguments)
        except SlackError as error:
            return web.json_response({"ok": False, "error": str(error)})
        return web.json_response({"ok": True} | data)

    def _auth_test(self, _: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": "B1", "url": "https://contoh.slack.com/"}

    def _apps_connections_open(self, _: Json) -> Json:
        ticket = f"ticket-{next(self._ids)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self._port}/socket?ticket={ticket}"}

    def _chat_postMessage(self, message: Json) -> Json:
        _check_message(message)
        if message.get("thread_ts") and not self._find(message["thread_ts"]):
            raise SlackError("thread_not_found")
        post = message | {"ts": self._ts(), "user": BOT_USER, "bot_id": "B1"}
        self.posts.append(post)
        return {"channel": CHANNEL, "ts": post["ts"], "message": post}

    def _chat_update(self, message: Json) -> Json:
        _check_message(message)
        post = self._find(message["ts"])
        if post is None:
            raise SlackError("message_not_found")
        post.update(message)
        self.updates.append(message)
        return {"channel": CHANNEL, "ts": message["ts"]}

    def _reactions_add(self, reaction: Json) -> Json:
        mark = (reaction["timestamp"], reaction["name"])
        if mark in self.reactions:
            raise SlackError("already_reacted")
        self.reactions.append(mark)
        return {}

    def _views_open(self, arguments: Json) -> Json:
        view = _decoded(arguments["view"])
        _validated(View(**view))
        opened = view | {"id": f"V{next(self._ids)}"}
        self.views.append(opened)
        return {"view": opened}

    def _users_info(self, arguments: Json) -> Json:
        if arguments["user"] not in self.users:
            raise SlackError("user_not_found")
        profile = {"display_name": self.users[arguments["user"]]}
        return {"user": {"id": arguments["user"], "name": "login", "profile": profile}}

    def _conversations_history(self, arguments: Json) -> Json:
        return self._page([p for p in reversed(self.posts) if not p.get("thread_ts")], arguments)

    def _conversations_replies(self, arguments: Json) -> Json:
        thread = arguments["ts"]
        # Slack puts the parent first, whatever the bounds are.
        parent = [p for p in self.posts if p["ts"] == thread]
        replies = [p for p in self.posts if p.get("thread_ts") == thread]
        page = self._page(replies, arguments)
        return page | {"messages": parent + page["messages"]}

    def _page(self, messages: list[Json], arguments: Json) -> Json:
        oldest = float(arguments.get("oldest") or 0)
        recent = [_visible(m, arguments) for m in messages if float(m["ts"]) >= oldest]
        start, size = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
        following = str(start + size) if start + size < len(recent) else ""
        cursor = {"next_cursor": following}
        return {"messages": recent[start : start + size], "response_metadata": cursor}

    def _find(self, ts: str) -> Json | None:
        return next((post for post in self.posts if post["ts"] == ts), None)

    def _ts(self) -> str:
        return f"1893456000.{next(self._ids):06d}"


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return {k: v for k, v in (await request.json()).items() if v is not None}
    return {**request.query, **await request.post()}


def _check_message(message: Json) -> None:
    if message["channel"] != CHANNEL:
        raise SlackError("channel_not_found")
    if len(message.get("text") or "") > _TEXT_MAX:
        raise SlackError("msg_too_long")
    message["blocks"] = _decoded(message.get("blocks") or [])
    for block in message["blocks"]:
        parsed = Block.parse(block)
        if parsed is None:
            raise SlackError("invalid_blocks")
        _validated(parsed)
    if sum(map(len, texts(message["blocks"]))) > _BLOCKS_MAX or len(message["blocks"]) > 50:
        raise SlackError("msg_blocks_too_long")
    if not all(texts(message["blocks"])):
        raise SlackError("invalid_blocks")


def _validated(part: Any) -> None:
    try:
        part.to_dict()
    except SlackObjectFormationError as error:
        raise SlackError("invalid_blocks") from error


def texts(part: Any) -> list[str]:
    """Every text inside blocks."""
    if isinstance(part, list):
        return [text for item in part for text in texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for key, item in part.items() if key != "text" or not own for text in texts(item)]


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _visible(message: Json, arguments: Json) -> Json:
    asked = str(arguments.get("include_all_metadata")).lower() in ("1", "true")
    return message if asked else {k: v for k, v in message.items() if k != "metadata"}
