"""One case: what is known, what was said, and what an agent may do."""

import re
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.text import clean
from bot.errors import Refused
from bot.messages import CaseView, DeskCommand, Json
from bot.services.cases import Cases
from bot.services.desk import DeskService, agent_words
from bot.services.signals import Signals
from desks.web import labels
from desks.web.act import command_id
from desks.web.cards import Card
from desks.web.forms import Form
from desks.web.pages import Pages
from desks.web.sessions import Agent, Sessions

_LARGEST_ID = 2**63 - 1
_NONCE = re.compile(r"[0-9a-f]{32}")
Count = Callable[[], Awaitable[int]]


class Case:
    def __init__(
        self,
        services: tuple[Cases, DeskService, Signals],
        sessions: Sessions,
        pages: Pages,
        waiting: Count,
        clock: Callable[[], datetime],
    ) -> None:
        self._cases, self._desk, self._signals = services
        self._sessions, self._pages, self._waiting, self._clock = sessions, pages, waiting, clock

    async def show(self, request: Request) -> Response:
        done = labels.DONE.get(request.query_params.get("done", ""), "")
        return await self._page(request, await self._find(request), done=done)

    async def live(self, request: Request) -> Response:
        values = await self._values(request.state.agent, await self._find(request))
        return self._pages.show("_live.html", part="_case.html", **values)

    async def act(self, request: Request, form: Form) -> Response:
        command = _command(request, form)
        try:
            await self._desk.perform_now(command, self._clock())
        except Refused as refused:
            typed = {command.verb: command.text}
            problem = agent_words(refused)
            return await self._page(request, await self._find(request), 409, problem=problem, typed=typed)
        self._signals.wake("outbox")
        return RedirectResponse(f"/cases/{command.ticket_id}?done={command.verb}", 303)

    async def reveal(self, request: Request, form: Form) -> Response:
        """The whole page again, unmasked: as an answer to a POST it is in no history and no cache."""
        await self._find(request)
        actor = request.state.agent.actor
        case = await self._cases.reveal(request.path_params["ticket_id"], actor, self._clock())
        assert case is not None, "found just above, and no case is ever deleted"
        return await self._page(request, case, revealed=True)

    async def _find(self, request: Request) -> CaseView:
        ticket_id = request.path_params["ticket_id"]
        case = await self._cases.explained(ticket_id) if ticket_id <= _LARGEST_ID else None
        if case is None:
            raise HTTPException(404)
        return case

    async def _page(
        self, request: Request, case: CaseView, status: int = 200, *, done: str = "", problem: str = "",
        typed: Mapping[str, str] | None = None, revealed: bool = False,
    ) -> Response:  # fmt: skip
        values = await self._values(request.state.agent, case)
        values |= {"done": done, "problem": problem, "typed": typed or {}, "revealed": revealed}
        return self._pages.show("case.html", status, nonce=secrets.token_hex(16), **values)

    async def _values(self, agent: Agent, case: CaseView) -> Json:
        card = Card(case)
        return {
            "agent": agent,
            "token": self._sessions.token(agent),
            "case": case,
            "card": card,
            "can": _can(card, agent),
            "mine": card.owner == agent.actor,
            "fields": _fields(case),
            "voices": Counter(labels.voice(line) for line in case.lines),
            "heard": max((line.at for line in case.lines if line.direction == "in"), default=None),
            "waiting": await self._waiting(),
        }


def _command(request: Request, form: Form) -> DeskCommand:
    agent, ticket_id = request.state.agent, request.path_params["ticket_id"]
    nonce, verb = form.get("nonce", ""), form.get("verb", "")
    if not _NONCE.fullmatch(nonce) or verb not in labels.DONE or ticket_id > _LARGEST_ID:
        raise HTTPException(400)
    said = clean(form.get("text", "").replace("\r\n", "\n"))
    text = f"{form['level']} {said}" if form.get("level") else said
    external_id = command_id(agent.session, nonce, ticket_id, verb, text)
    return DeskCommand("web", external_id, agent.actor, agent.name, ticket_id, verb, text)


def _can(card: Card, agent: Agent) -> frozenset[str]:
    """What the page offers. What is allowed, the service decides again."""
    free = card.owner in ("", agent.actor)
    offers = {
        "claim": card.active and not card.owner,
        "reply": card.active and free,
        "resolve": card.active and free,
        "return": card.active and free and card.case.handler == "human",
    }
    return frozenset(verb for verb, offered in offers.items() if offered)


def _fields(case: CaseView) -> dict[str, str]:
    """What was collected, by its name for agents; a story that is the first message is shown once."""
    fields = dict(case.fields)
    if fields.get("story") == fields.get("first_message"):
        fields.pop("first_message", None)
    return {labels.field(name): value for name, value in fields.items()}
