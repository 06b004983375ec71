"""Coming in by a one-time link, and leaving."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.text import clean
from desks.web import forms
from desks.web.guard import COOKIE
from desks.web.pages import Pages
from desks.web.sessions import LINK_LIFETIME, SESSION_LIFETIME, Links, Sessions

_ENTRY = "sambut_desk_entry"
_LONGEST_NAME = 40
# A colleague, and the customer, must not take an agent for one of these.
_TAKEN = frozenset({"bot", "asisten", "asisten virtual", "customer", "pelanggan", "sambut"})
_BAD_NAME = "Tulis nama Anda, 2 sampai 40 karakter, dan bukan nama peran seperti “Asisten”."


class Entry:
    def __init__(self, links: Links, sessions: Sessions, pages: Pages, clock: Callable[[], datetime]) -> None:
        self._links, self._sessions, self._pages, self._clock = links, sessions, pages, clock

    async def ask(self, request: Request) -> Response:
        """Ask for the name. Looking uses nothing up: a preview of the link must not spend it."""
        code = request.query_params.get("code")
        if code is None:
            return self._pages.message("no_session", 403)
        if not self._links.valid(code, self._clock()):
            return self._pages.message("used_link", 403)
        entry = secrets.token_hex(16)
        response = self._form(code, entry)
        self._set(response, request, _ENTRY, entry, int(LINK_LIFETIME.total_seconds()), "/open")
        return response

    async def enter(self, request: Request) -> Response:
        form = await forms.read(request)
        entry = request.cookies.get(_ENTRY, "")
        if not entry or not self._sessions.signed("entry", entry, form.get("token", "")):
            raise HTTPException(403)
        code, name = form.get("code", ""), " ".join(clean(form.get("name", "")).split())
        if self._links.valid(code, self._clock()) and not _is_name(name):
            return self._form(code, entry, name, _BAD_NAME)
        if not self._links.take(code, self._clock()):
            return self._pages.message("used_link", 403)
        return self._let_in(request, name)

    async def leave(self, request: Request, form: forms.Form) -> Response:
        self._sessions.end(request.state.agent, self._clock())
        response = RedirectResponse("/open", 303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    def _let_in(self, request: Request, name: str) -> Response:
        response = RedirectResponse("/", 303)
        token = self._sessions.issue(name, self._clock())
        self._set(response, request, COOKIE, token, int(SESSION_LIFETIME.total_seconds()), "/")
        response.delete_cookie(_ENTRY, path="/open", httponly=True, samesite="strict")
        return response

    def _form(self, code: str, entry: str, name: str = "", problem: str = "") -> Response:
        values = {"code": code, "token": self._sessions.sign("entry", entry), "name": name}
        return self._pages.show("open.html", 422 if problem else 200, problem=problem, **values)

    @staticmethod
    def _set(response: Response, request: Request, name: str, value: str, age: int, path: str) -> None:
        secure = request.url.scheme == "https"
        response.set_cookie(name, value, age, path=path, httponly=True, samesite="strict", secure=secure)


def _is_name(name: str) -> bool:
    letters = re.search(r"[^\W\d_]", name)
    return 2 <= len(name) <= _LONGEST_NAME and letters is not None and name.casefold() not in _TAKEN
