"""Cases as desks show them: personal data masked, unless a reveal is asked for and logged."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.masking import mask
from bot.domain.tickets import ACTIVE
from bot.messages import CaseLine, CaseReading, CaseView, Json
from bot.services.editions import Editions
from bot.services.replies import words
from bot.store import inquiries
from bot.store.database import Database
from bot.store.rows import add_events, event
from bot.store.tables import conversations, customers, desk_posts, messages, outbox, tickets

_LINES = 30
_QUEUE = 200
Show = Callable[[str], str]

_CASE = (
    sa.select(tickets, customers.c.name, customers.c.contact, conversations.c.source, conversations.c.handler)
    .join(customers, customers.c.id == tickets.c.customer_id)
    .join(conversations, conversations.c.id == tickets.c.conversation_id)
)
# How far the last try to send a message came; a message without an outbox row was not sent.
_DELIVERY = sa.select(messages, outbox.c.state, outbox.c.error).outerjoin(outbox, outbox.c.message_id == messages.c.id)


class Cases:
    def __init__(self, database: Database, editions: Editions) -> None:
        self._database, self._editions = database, editions

    async def queue(self, finished: bool = False) -> list[CaseView]:
        """Active cases, handed-off and urgent ones first; or the latest finished ones. Masked."""
        priority = sa.case({"urgent": 0, "high": 1, "medium": 2, "low": 3}, value=tickets.c.priority)
        active = tickets.c.status.in_(ACTIVE)
        query = _CASE.where(~active if finished else active).limit(_QUEUE)
        order = [tickets.c.id.desc()] if finished else [tickets.c.handed_off_at.is_(None), priority, tickets.c.id]
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(*order))).all()
        return [self._view(row, mask, ()) for row in rows]

    async def view(self, ticket_id: int) -> CaseView | None:
        async with self._database.read() as connection:
            return await self._load(connection, ticket_id, mask)

    async def explained(self, ticket_id: int) -> CaseView | None:
        """As `view`, with how its message was understood: for a page where an agent may correct that."""
        async with self._database.read() as connection:
            return await self._explained(connection, ticket_id, mask)

    async def reveal(self, ticket_id: int, actor: str, now: datetime) -> CaseView | None:
        """The case with nothing masked; the look is an event before it is a view."""
        async with self._database.write() as connection:
            await add_events(connection, [event("customer.revealed", now, actor, ticket_id=ticket_id)])
            return await self._explained(connection, ticket_id, str)

    async def line(self, message_id: int) -> CaseLine | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_DELIVERY.where(messages.c.id == message_id))).first()
        return _line(row, mask) if row else None

    async def post(self, desk: str, kind: str, ticket_id: int, message_id: int | None = None) -> str:
        """Where a desk shows the case (`kind` case) or one of its lines; empty before it does."""
        query = sa.select(desk_posts.c.ref).where(desk_posts.c.desk == desk, desk_posts.c.kind == kind)
        query = query.where(desk_posts.c.ticket_id == ticket_id)
        if message_id is not None:
            query = query.where(desk_posts.c.message_id == message_id)
        async with self._database.read() as connection:
            return (await connection.execute(query.limit(1))).scalar() or ""

    async def by_post(self, desk: str, ref: str) -> int | None:
        """The ticket of a desk's post, the other way round."""
        query = sa.select(desk_posts.c.ticket_id).where(desk_posts.c.desk == desk, desk_posts.c.ref == ref)
        async with self._database.read() as connection:
            return (await connection.execute(query.limit(1))).scalar()

    async def _load(self, connection: AsyncConnection, ticket_id: int, show: Show) -> CaseView | None:
        row = (await connection.execute(_CASE.where(tickets.c.id == ticket_id))).first()
        if row is None:
            return None
        recent = _DELIVERY.where(messages.c.conversation_id == row.conversation_id)
        lines = (await connection.execute(recent.order_by(messages.c.id.desc()).limit(_LINES))).all()
        return self._view(row, show, tuple(_line(line, show) for line in reversed(lines)))

    async def _explained(self, connection: AsyncConnection, ticket_id: int, show: Show) -> CaseView | None:
        case = await self._load(connection, ticket_id, show)
        if case is None:
            return None
        inquiry = await inquiries.of_ticket(connection, ticket_id)
        return replace(case, reading=self._reading(inquiry)) if inquiry else case

    def _reading(self, inquiry: Any) -> CaseReading:
        titles = {id_: article.title["id"] for id_, article in self._editions.current.articles.items()}
        return CaseReading(
            message_class=inquiry.message_class,
            confidence=inquiry.confidence,
            corrected=inquiry.corrected,
            ranking=tuple((name, share) for name, share in inquiry.ranking or ()),
            articles=tuple((titles.get(id_, id_), score) for id_, score in inquiry.articles or ()),
        )

    def _view(self, row: Any, show: Show, lines: Sequence[CaseLine]) -> CaseView:
        contact = f" · {row.contact}" if row.contact else ""
        return CaseView(
            ticket_id=row.id,
            number=row.number,
            type=row.type,
            status=row.status,
            status_label=words(self._editions.current, f"utter_status_{row.status}"),
            priority=row.priority,
            message_class=row.message_class,
            category=row.category,
            subject=show(row.subject),
            customer=show(f"{row.name or 'Tanpa nama'}{contact}"),
            channel=row.source,
            assignee=row.assignee_name,
            owner=row.assignee,
            answered=row.first_human_reply_at is not None,
            handler=row.handler,
            reasons=tuple(row.reasons or ()),
            created_at=row.created_at,
            first_response_due_at=row.first_response_due_at,
            resolution_due_at=row.resolution_due_at,
            fields=_fields(row.fields, show),
            lines=tuple(lines),
        )


async def remember(
    connection: AsyncConnection, desk: str, kind: str, ref: str, now: datetime, **ids: int | None
) -> None:
    """Where a desk keeps something of a case: to find it again, and to erase the copy one day."""
    await connection.execute(sa.insert(desk_posts).values(desk=desk, kind=kind, ref=ref, created_at=now, **ids))


def _fields(fields: Json | None, show: Show) -> Json:
    return {name: show(str(value)) for name, value in (fields or {}).items() if value and value != "-"}


def _line(row: Any, show: Show) -> CaseLine:
    files = " ".join(f"[{a['kind']}{': ' + a['name'] if a.get('name') else ''}]" for a in row.attachments or ())
    text = f"{row.text} {files}".strip()
    delivery = {"queued": "queued", "running": "queued", "done": "sent", "dead": "failed"}.get(row.state or "", "")
    failed = row.error if delivery == "failed" else ""
    return CaseLine(row.id, row.direction, row.author, show(text), row.created_at, delivery, failed)
