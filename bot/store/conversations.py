"""Conversations and the customers behind them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Inbound
from bot.store.tables import conversations, customers

_JOINED = (
    sa.select(conversations, customers.c.name.label("customer_name"), customers.c.contact)
    .join(customers, customers.c.id == conversations.c.customer_id)
    .with_for_update(of=conversations)
)
_BY_LANE = _JOINED.where(conversations.c.lane == sa.bindparam("lane"))
_BY_ID = _JOINED.where(conversations.c.id == sa.bindparam("id"))


async def lock(connection: AsyncConnection, lane: str) -> Any | None:
    """The conversation row, locked until the transaction ends: every change of handler waits here."""
    return (await connection.execute(_BY_LANE, {"lane": lane})).first()


async def lock_by_id(connection: AsyncConnection, conversation_id: int) -> Any:
    return (await connection.execute(_BY_ID, {"id": conversation_id})).one()


async def create(connection: AsyncConnection, message: Inbound, now: datetime) -> Any:
    """A first contact: the customer and the conversation, locked by having been made here."""
    name = message.sender_name or ""
    customer = sa.insert(customers).values(name=name, created_at=now).returning(customers.c.id)
    customer_id = (await connection.execute(customer)).scalar_one()
    values = {"source": message.source, "address": message.address, "customer_id": customer_id}
    known = sa.literal(name).label("customer_name"), sa.literal("").label("contact")
    query = sa.insert(conversations).values(lane=message.lane, created_at=now, **values)
    return (await connection.execute(query.returning(conversations, *known))).one()


async def update(connection: AsyncConnection, conversation_id: int, **values: object) -> None:
    query = sa.update(conversations).where(conversations.c.id == conversation_id).values(**values)
    await connection.execute(query)


async def know_customer(connection: AsyncConnection, customer_id: int, **values: str) -> None:
    await connection.execute(sa.update(customers).where(customers.c.id == customer_id).values(**values))
