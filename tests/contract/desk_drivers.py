"""One small driver per desk: what an agent does there, and what an agent sees there."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, ClassVar, Protocol

import httpx
from aiohttp import web as aioweb
from starlette.applications import Starlette

from desks.slack.desk import SlackDesk
from desks.slack.settings import SlackSettings
from desks.web import WebDesk
from tests.contract.help import listener, quiet, serving, until
from tests.fakes.slack_api import APP_TOKEN, BOT_TOKEN, CHANNEL, SlackApi, texts
from tests.house import House

KEY = b"k" * 32
Json = dict[str, Any]


class DeskDriver(Protocol):
    name: ClassVar[str]

    async def act(self, who: str, verb: str, text: str = "", ticket: int = 1, times: int = 1) -> str:
        """What the agent does, delivered so often at once; the words of a refusal, else nothing."""

    async def seen(self, ticket: int = 1) -> str:
        """All an agent reads about a case."""

    async def transcript(self, ticket: int = 1) -> str:
        """Only what was said, each line once."""

    async def delivery(self, text: str) -> str:
        """What an agent sees of a reply's fate: sent, failed with a reason, or nothing."""

    async def raw(self) -> str:
        """Everything that was sent to the desk, as it was sent."""

    def wakes_markup(self, raw: str) -> bool:
        """Whether anything in it would be read as markup of the platform."""

    async def down(self) -> None: ...
    async def up(self) -> None: ...


# Slack


class Slack(SlackApi):
    """A Slack that can be away."""

    away = False

    async def _call(self, request: aioweb.Request) -> aioweb.StreamResponse:
        return aioweb.Response(status=503) if self.away else await super()._call(request)


@dataclass
class SlackDriver:
    name: ClassVar[str] = "slack"
    house: House
    api: Slack
    people: dict[str, str] = field(default_factory=dict)

    def _user(self, who: str) -> str:
        user = self.people.setdefault(who, f"U{len(self.people) + 10}")
        self.api.users[user] = who
        return user

    def _parent(self, ticket: int) -> Json:
        return next(p for p in self.api.posts if _key(p).startswith(f"case:{ticket}:"))

    async def act(self, who: str, verb: str, text: str = "", ticket: int = 1, times: int = 1) -> str:
        before = len(self._refusals())
        doing = {"reply": self._type, "note": self._fill}.get(verb, self._press)
        await doing(self._user(who), verb, text, ticket, times)
        await quiet(self.house)
        return " ".join(self._refusals()[before:])

    async def _type(self, user: str, verb: str, text: str, ticket: int, times: int) -> None:
        self.api.acks.clear()
        event = {"event_id": f"Ev-{user}-{len(self.api.calls)}", "ts": f"1893456001.{len(self.api.calls):06d}"}
        words = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        say = (self.api.say(self._parent(ticket)["ts"], f"balas: {words}", user, **event) for _ in range(times))
        assert all(delivery.acked.is_set() for delivery in await asyncio.gather(*say))

    async def _fill(self, user: str, verb: str, text: str, ticket: int, times: int) -> None:
        opened = len(self.api.views)
        await self._press(user, verb, "", ticket, 1)
        await self.api.until(lambda: len(self.api.views) > opened)
        for _ in range(times):
            assert (await self.api.submit(text, user)).acked.is_set()

    async def _press(self, user: str, verb: str, text: str, ticket: int, times: int) -> None:
        stamp = f"1893456002.{len(self.api.calls):06d}"
        action = {"type": "button", "action_id": verb, "value": str(ticket), "action_ts": stamp}
        more = {"actions": [action], "message": self._parent(ticket)}
        press = (self.api.press(verb, str(ticket), user, **more) for _ in range(times))
        assert all(delivery.acked.is_set() for delivery in await asyncio.gather(*press))

    def _refusals(self) -> list[str]:
        return [" ".join(texts(p["blocks"])) for p in self.api.posts if _key(p).startswith("refused:")]

    async def seen(self, ticket: int = 1) -> str:
        """The heading and what stands below it."""
        return "\n".join([*texts(self._parent(ticket)["blocks"]), await self.transcript(ticket)])

    async def transcript(self, ticket: int = 1) -> str:
        thread = [p for p in self.api.posts if p.get("thread_ts") == self._parent(ticket)["ts"]]
        return "\n".join(text for post in thread for text in texts(post["blocks"]))

    async def delivery(self, text: str) -> str:
        (post,) = [p for p in self.api.posts if _key(p).startswith("line:") and text in texts(p["blocks"])]
        marks = {name for ts, name in self.api.reactions if ts == post["ts"]}
        told = [" ".join(texts(p["blocks"])) for p in self.api.posts if _key(p).startswith("delivery:")]
        return {"white_check_mark": "sent", "x": f"failed {told}"}.get("".join(marks), "")

    async def raw(self) -> str:
        return json.dumps([arguments for _, arguments in self.api.calls], ensure_ascii=False)

    def wakes_markup(self, raw: str) -> bool:
        posts = [call for call in json.loads(raw) if "blocks" in call]
        marked = [post.get("text") or "" for post in posts]
        for post in posts:
            blocks = post["blocks"]
            marked += _mrkdwn(json.loads(blocks) if isinstance(blocks, str) else blocks)
        return any("<" in text for text in marked)

    async def down(self) -> None:
        self.api.away = True

    async def up(self) -> None:
        self.api.away = False


def _key(post: Json) -> str:
    metadata = post.get("metadata") or {}
    metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
    return str((metadata.get("event_payload") or {}).get("key", ""))


def _mrkdwn(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for item in part for text in _mrkdwn(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for item in part.values() for text in _mrkdwn(item)]


@asynccontextmanager
async def slack(sambut: House, folder: Path) -> AsyncIterator[SlackDriver]:
    core = sambut.core
    async with Slack() as api:
        known = {"slack_bot_token": BOT_TOKEN, "slack_app_token": APP_TOKEN, "slack_channel": CHANNEL}
        desk = SlackDesk(
            SlackSettings(**known, slack_api_base=api.url),
            lambda command: core.intake.accept_command(command, sambut.now),
            lambda ref: core.cases.by_post("slack", ref),
        )
        api.patience = 5.0
        core.desks["slack"] = desk
        running = asyncio.create_task(desk.run())
        try:
            await api.connected()
            yield SlackDriver(sambut, api)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


# The web desk


@dataclass
class WebDriver:
    name: ClassVar[str] = "web"
    house: House
    desk: WebDesk
    app: Starlette
    port: int = 0
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def act(self, who: str, verb: str, text: str = "", ticket: int = 1, times: int = 1) -> str:
        browser = await self._browser(who)
        page = (await browser.get(f"/cases/{ticket}")).text
        form = {"token": _value(page, "token"), "nonce": _value(page, "nonce"), "verb": verb, "text": text}
        answers = await asyncio.gather(*(browser.post(f"/cases/{ticket}/do", data=form) for _ in range(times)))
        assert {answer.status_code for answer in answers} <= {303, 409}
        await quiet(self.house)
        refused = [answer.text for answer in answers if answer.status_code == 409]
        return " ".join(_text(re.search(r'role="alert" tabindex.*?</p>', page)[0]) for page in refused)

    async def seen(self, ticket: int = 1) -> str:
        return _text(await self._page(f"/cases/{ticket}"))

    async def transcript(self, ticket: int = 1) -> str:
        page = await self._page(f"/cases/{ticket}")
        return _text("\n".join(re.findall(r'<li class="line.*?</li>', page, re.DOTALL)))

    async def delivery(self, text: str) -> str:
        """The line of the transcript that holds the text, and what stands below it."""
        lines = re.findall(r'<li class="line.*?</li>', await self._page("/cases/1"), re.DOTALL)
        (line,) = [_text(line) for line in lines if text in _text(line)]
        fate = line.rpartition(text)[2].strip()
        return {"Terkirim": "sent"}.get(fate, fate.replace("Gagal terkirim", "failed"))

    async def raw(self) -> str:
        tickets = len([case for case in await self.house.core.cases.queue()])
        pages = ["/?tab=all", *(f"/cases/{n + 1}" for n in range(tickets))]
        return "\n".join([await self._page(path) for path in pages])

    def wakes_markup(self, raw: str) -> bool:
        return any(mark in raw for mark in ("<script>", "<b>tebal", "onerror=alert(1)>", "<img src=x", "<@U1>"))

    async def down(self) -> None:
        assert self._serving
        self._stop.set()
        await self._serving

    async def up(self) -> None:
        self._stop, up = asyncio.Event(), asyncio.Event()

        async def serve() -> None:
            listening = listener()
            async with serving(self.app, listening) as url:
                self.port = int(url.rpartition(":")[2])
                for browser in self.browsers.values():
                    browser.base_url = httpx.URL(self.url)
                up.set()
                await self._stop.wait()

        self._serving = asyncio.create_task(serve())
        await until(lambda: up.is_set() or self._serving.done())

    async def _page(self, path: str) -> str:
        answer = await (await self._browser("Pengamat")).get(path)
        assert answer.status_code == 200, path
        return answer.text

    async def _browser(self, who: str) -> httpx.AsyncClient:
        if who not in self.browsers:
            browser = httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30)
            self.browsers[who] = browser
            page = (await browser.get(self.desk.link(self.url))).text
            form = {"token": _value(page, "token"), "code": _value(page, "code"), "name": who}
            assert (await browser.post("/open", data=form)).status_code == 303
        return self.browsers[who]


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def _text(page: str) -> str:
    page = re.sub(r"<(head|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r"</?(dt|dd|div|p|h1|h2|li|span|time|section)\b[^>]*>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


@asynccontextmanager
async def web(sambut: House, folder: Path) -> AsyncIterator[WebDriver]:
    core = sambut.core
    desk = WebDesk(
        KEY, folder / "links", core.cases, core.desk, core.alerts, core.editions, core.health, core.signals,
        lambda: sambut.now,
    )  # fmt: skip
    driver = WebDriver(sambut, desk, desk.app())
    await driver.up()
    try:
        yield driver
    finally:
        for browser in driver.browsers.values():
            await browser.aclose()
        await driver.down()


DESKS = {"slack": slack, "web": web}
