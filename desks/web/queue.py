"""The queue: who waits, who has what, and what needs attention."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.tickets import find_number
from bot.messages import Json
from bot.services.alerts import Alerts
from bot.services.cases import Cases
from bot.services.health import Health
from desks.web import labels
from desks.web.cards import Card
from desks.web.forms import Form
from desks.web.pages import Pages
from desks.web.sessions import Agent, Sessions

_LARGEST_ID = 2**63 - 1


class Queue:
    def __init__(
        self,
        sources: tuple[Cases, Alerts, Health],
        sessions: Sessions,
        pages: Pages,
        clock: Callable[[], datetime],
    ) -> None:
        self._cases, self._alerts, self._health = sources
        self._sessions, self._pages, self._clock = sessions, pages, clock

    async def show(self, request: Request) -> Response:
        return self._pages.show("queue.html", **await self._values(request))

    async def live(self, request: Request) -> Response:
        return self._pages.show("_live.html", part="_queue.html", **await self._values(request))

    async def dismiss(self, request: Request, form: Form) -> Response:
        alert_id = request.path_params["alert_id"]
        if alert_id <= _LARGEST_ID:
            await self._alerts.dismiss(alert_id, self._clock())
        tab = _tab(form.get("tab", ""))
        return RedirectResponse(f"/?tab={tab}", 303)

    async def waiting(self) -> int:
        """How many cases nobody has."""
        active = [Card(case) for case in await self._cases.queue()]
        return sum(card.waits(self._clock()) for card in active)

    async def _values(self, request: Request) -> Json:
        agent, tab = request.state.agent, _tab(request.query_params.get("tab", ""))
        active = [Card(case) for case in await self._cases.queue()]
        tabs = _tabs(active, agent, self._clock())
        done = await self._cases.queue(finished=True) if tab == "done" else []
        shown = {**tabs, "done": [Card(case) for case in done]}[tab]
        return {
            "agent": agent,
            "token": self._sessions.token(agent),
            "tab": tab,
            "counts": {name: len(found) for name, found in tabs.items()},
            "cards": shown,
            "waiting": len(tabs["waiting"]),
            "alerts": await self._open_alerts(active),
            "health": self._health,
        }

    async def _open_alerts(self, active: list[Card]) -> list[Json]:
        """Alerts, each with the case it names, so that it can be opened from there."""
        ids = {card.case.number: card.case.ticket_id for card in active}
        return [
            {"id": id_, "text": text, "at": at, "count": count, "case": ids.get(find_number(text) or "")}
            for id_, text, at, count in await self._alerts.open()
        ]


def _tab(name: str) -> str:
    return name if name in labels.TABS else "waiting"


def _tabs(active: list[Card], agent: Agent, now: datetime) -> dict[str, list[Card]]:
    return {
        "waiting": [card for card in active if card.waits(now)],
        "mine": [card for card in active if card.owner == agent.actor],
        "all": active,
    }
