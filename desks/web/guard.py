"""What every request passes before a page sees it. A new page is closed unless it is listed here."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desks.web.pages import Pages
from desks.web.sessions import Sessions

COOKIE = "sambut_desk"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_log = logging.getLogger(__name__)
_OPEN = ("/open", "/health")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Guard:
    """`hosts`: the names a browser may know the desk by; others are pages that aim DNS at us."""

    def __init__(
        self,
        app: ASGIApp,
        sessions: Sessions,
        pages: Pages,
        hosts: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._app, self._sessions, self._pages = app, sessions, pages
        self._hosts, self._clock = frozenset(hosts) | LOOPBACK, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        try:
            answer = self._refusal(scope) or self._app
            await answer(scope, receive, with_headers)
        except Exception as error:
            # Not the error's text: a failed query would print the customer's words.
            _log.error("web desk: %s failed: %s", scope["path"], type(error).__name__)
            if started:
                raise RuntimeError("the answer broke off") from None
            await self._pages.message("crashed", 500)(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        """Why this request goes no further; None when it may. Leaves the agent in the state."""
        request = HTTPConnection(scope)
        if not self._known_host(request.headers.getlist("host")):
            return PlainTextResponse("Alamat ini tidak dikenal.", 403)
        agent = self._sessions.read(request.cookies.get(COOKIE, ""), self._clock())
        scope.setdefault("state", {})["agent"] = agent
        path = scope["path"]
        if agent or path in _OPEN or path.startswith("/static/"):
            return None
        if scope["method"] in ("GET", "HEAD") and not path.startswith("/live/"):
            return RedirectResponse("/open", 303)
        return self._pages.message("no_session", 403)

    def _known_host(self, hosts: list[str]) -> bool:
        try:
            return len(hosts) == 1 and urlsplit(f"//{hosts[0]}").hostname in self._hosts
        except ValueError:
            return False
