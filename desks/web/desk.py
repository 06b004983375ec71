"""The web desk, put together."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.services.alerts import Alerts
from bot.services.cases import Cases
from bot.services.desk import DeskService
from bot.services.editions import Editions
from bot.services.health import Health
from bot.services.signals import Signals
from desks.web.case import Case
from desks.web.entry import Entry
from desks.web.forms import post
from desks.web.guard import Guard
from desks.web.pages import TEMPLATES, Pages
from desks.web.queue import Queue
from desks.web.sessions import Links, Sessions, link


class WebDesk:
    """`key` signs sessions: a new one ends them all. `links` is the folder of one-time links.

    `hosts` are names beside loopback to answer to.
    """

    def __init__(
        self,
        key: bytes,
        links: Path,
        cases: Cases,
        desk_service: DeskService,
        alerts: Alerts,
        editions: Editions,
        health: Health,
        signals: Signals,
        clock: Callable[[], datetime],
        hosts: Collection[str] = (),
    ) -> None:
        self._folder, self._sessions, self._clock = links, Sessions(key), clock
        self._hosts, self._health, self._pages = hosts, health, Pages(editions, clock)
        shared = (self._sessions, self._pages)
        self._entry = Entry(Links(links), *shared, clock)
        self._queue = Queue((cases, alerts, health), *shared, clock)
        services = (cases, desk_service, signals)
        self._case = Case(services, *shared, self._queue.waiting, clock)

    def link(self, base_url: str) -> str:
        return link(self._folder, base_url, self._clock())

    def app(self) -> Starlette:
        guard = Middleware(Guard, self._sessions, self._pages, self._hosts, self._clock)
        failures = {HTTPException: self._pages.failed}
        return Starlette(routes=self._routes(), middleware=[guard], exception_handlers=failures)

    def _routes(self) -> list[BaseRoute]:
        sessions, case = self._sessions, "/cases/{ticket_id:int}"
        return [
            Route("/open", self._entry.ask),
            Route("/open", self._entry.enter, methods=["POST"]),
            post("/leave", sessions, self._entry.leave),
            Route("/", self._queue.show),
            Route("/live/queue", self._queue.live),
            post("/alerts/{alert_id:int}/dismiss", sessions, self._queue.dismiss),
            Route(case, self._case.show),
            Route(f"/live{case}", self._case.live),
            post(f"{case}/do", sessions, self._case.act),
            post(f"{case}/reveal", sessions, self._case.reveal),
            Route("/health", self._show_health),
            Mount("/static", StaticFiles(directory=TEMPLATES / "static")),
        ]

    async def _show_health(self, request: Request) -> Response:
        health = self._health
        state = f"ready: {str(health.ready).lower()}\nmodel: {health.model}\n"
        return PlainTextResponse(state, 200 if health.ready else 503)
