"""Tickets and their numbers."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.effects import TicketFacts
from bot.domain.tickets import ACTIVE, number
from bot.store.database import Database
from bot.store.tables import counters, tickets

_MOST = 50
_OWN = (
    sa.select(tickets)
    .where(tickets.c.customer_id == sa.bindparam("customer"))
    .order_by(tickets.c.id.desc())
    .limit(_MOST)
)


async def of_customer(connection: AsyncConnection, customer_id: int) -> tuple[TicketFacts, ...]:
    rows = (await connection.execute(_OWN, {"customer": customer_id})).all()
    return tuple(facts(row) for row in rows)


def facts(row: Any) -> TicketFacts:
    return TicketFacts(
        id=row.id,
        number=row.number,
        type=row.type,
        status=row.status,
        subject=row.subject,
        priority=row.priority,
        handed_off=bool(row.assignee),
        resolution_due_at=row.resolution_due_at,
    )


async def create(database: Database, connection: AsyncConnection, prefix: str, month: str, **values: object) -> Any:
    """A ticket with the next number of its prefix and month, allocated in this transaction."""
    insert = database.insert(counters).values(prefix=prefix, month=month, value=1)
    upsert = insert.on_conflict_do_update(
        index_elements=[counters.c.prefix, counters.c.month], set_={"value": counters.c.value + 1}
    ).returning(counters.c.value)
    value = (await connection.execute(upsert)).scalar_one()
    query = sa.insert(tickets).values(number=number(prefix, month, value), **values).returning(tickets)
    return (await connection.execute(query)).one()


async def get(connection: AsyncConnection, ticket_id: int, lock: bool = False) -> Any | None:
    query = sa.select(tickets).where(tickets.c.id == ticket_id)
    return (await connection.execute(query.with_for_update() if lock else query)).first()


async def handed_off(connection: AsyncConnection, conversation_id: int, besides: int) -> int | None:
    """The oldest active case of a conversation that was handed to humans."""
    mine = (tickets.c.conversation_id == conversation_id) & (tickets.c.id != besides)
    waits = tickets.c.handed_off_at.is_not(None) & tickets.c.status.in_(ACTIVE)
    query = sa.select(tickets.c.id).where(mine, waits).order_by(tickets.c.id).limit(1)
    found: int | None = (await connection.execute(query)).scalar()
    return found


async def update(connection: AsyncConnection, ticket_id: int, **values: object) -> None:
    await connection.execute(sa.update(tickets).where(tickets.c.id == ticket_id).values(**values))
