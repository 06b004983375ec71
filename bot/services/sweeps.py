"""What the clock does: looks for what was forgotten. Every sweep may run twice without harm."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.escalation import Facts, fired
from bot.domain.tickets import ACTIVE
from bot.services.alerts import Alerts
from bot.services.editions import Editions
from bot.store.database import Database
from bot.store.queue import LIVE
from bot.store.rows import add_events, event
from bot.store.tables import inbox, outbox, tickets

_SLOW = timedelta(minutes=2)
_SCRUB_AFTER = timedelta(days=30)
_PAGE = 500


class Sweeps:
    def __init__(self, database: Database, editions: Editions, alerts: Alerts) -> None:
        self._database, self._editions, self._alerts = database, editions, alerts

    async def unclaimed(self, now: datetime) -> int:
        """Remind the desks of handed-off cases that nobody claimed; how many were reminded of."""
        waiting = tickets.c.handed_off_at.is_not(None) & (tickets.c.assignee == "")
        query = sa.select(tickets).where(waiting, tickets.c.status.in_(ACTIVE), tickets.c.reminded_at.is_(None))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(tickets.c.id).limit(_PAGE))).all()
        return sum([await self._remind(row, now) for row in rows])

    async def _remind(self, row: Any, now: datetime) -> bool:
        minutes = int((now - row.handed_off_at).total_seconds() // 60)
        facts = Facts(unclaimed_minutes=minutes, priority=row.priority, complaint=row.type == "complaint")
        rules = fired(self._editions.current.rules, facts, "remind")
        if not rules:
            return False
        # The alert is idempotent by its key, so a crash between the two writes repeats nothing.
        await self._alerts.raise_("unclaimed", str(row.id), now, number=row.number, minutes=minutes)
        data = {"rules": [rule.name for rule in rules], "minutes": minutes}
        async with self._database.write() as connection:
            await connection.execute(sa.update(tickets).where(tickets.c.id == row.id).values(reminded_at=now))
            await add_events(connection, [event("ticket.reminded", now, ticket_id=row.id, data=data)])
        return True

    async def slow_sends(self, now: datetime) -> None:
        """An outgoing row that waits for more than two minutes is shown to the desk."""
        late = sa.and_(outbox.c.state.in_(LIVE), outbox.c.created_at < now - _SLOW)
        query = sa.select(outbox.c.outlet).where(late).distinct()
        async with self._database.read() as connection:
            outlets = (await connection.execute(query)).scalars().all()
        for outlet in outlets:
            await self._alerts.raise_("send_slow", f"{outlet}:{now:%Y%m%d%H}", now, outlet=outlet)

    async def edition_problem(self, now: datetime) -> None:
        problem = self._editions.problem
        if problem:
            await self._alerts.raise_("edition", problem[:200], now, problem=problem[:300])
        else:
            await self._alerts.close("edition", now)

    async def scrub(self, now: datetime) -> int:
        """Empty the payloads of rows done 30 days ago; their keys stay, to know a repeat."""
        count = 0
        for table in (inbox, outbox):
            old = sa.and_(table.c.state.not_in(LIVE), table.c.created_at < now - _SCRUB_AFTER)
            full = sa.cast(table.c.payload, sa.Text) != "{}"
            query = sa.update(table).where(old, full).values(payload={}).execution_options(synchronize_session=False)
            async with self._database.write(durable=False) as connection:
                count += (await connection.execute(query)).rowcount
        return count
