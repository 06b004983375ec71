"""Rows that a transaction adds: messages, outgoing rows, events. Many at once, one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Json
from bot.store.database import Database
from bot.store.tables import alerts, events, inquiries, messages, outbox

# A reply that could not leave for a day would puzzle more than it helps; the desk hears of it.
EXPIRES_AFTER = timedelta(hours=24)

# Built once: building a statement costs more than running it.
_ADD_MESSAGES = sa.insert(messages).returning(messages.c.id)
_ADD_EVENTS, _ADD_INQUIRY = sa.insert(events), sa.insert(inquiries)


async def add_messages(connection: AsyncConnection, rows: Sequence[Json]) -> list[int]:
    """Message rows in order, one statement; their ids in the same order, since ids only rise."""
    return sorted((await connection.execute(_ADD_MESSAGES, list(rows))).scalars())


def message(conversation_id: int, direction: str, text: str, now: datetime, **values: Any) -> Json:
    row: Json = {
        "conversation_id": conversation_id,
        "direction": direction,
        "text": text,
        "created_at": now,
        "ticket_id": None,
        "external_id": "",
        "author": "",
        "buttons": None,
        "attachments": None,
    }
    return row | values


def sending(outlet: str, key: str, lane: str, payload: Json, now: datetime, **values: Any) -> Json:
    """An outbox row. `key` is unique per outlet: adding it twice is a no-op."""
    row: Json = {"outlet": outlet, "key": key, "lane": lane, "payload": payload, "created_at": now}
    lifetime = {"ready_at": now, "expires_at": now + EXPIRES_AFTER}
    return row | lifetime | {"message_id": None, "ticket_id": None} | values


async def add_sendings(database: Database, connection: AsyncConnection, rows: Sequence[Json]) -> None:
    if rows:
        await connection.execute(database.insert(outbox).on_conflict_do_nothing(), list(rows))


def event(type_: str, now: datetime, actor: str = "bot", **values: Any) -> Json:
    """An event. `data` holds ids, enums and numbers only, so that erasing a person leaves figures."""
    return {
        "type": type_,
        "at": now,
        "actor": actor,
        "ticket_id": None,
        "conversation_id": None,
        "data": {},
    } | values


async def add_events(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    if rows:
        await connection.execute(_ADD_EVENTS, list(rows))


async def close_alert(connection: AsyncConnection, key: str, now: datetime) -> None:
    """The key is freed, so that the same trouble may be told again another day."""
    freed = {"closed_at": now, "key": alerts.c.key + ":" + sa.cast(alerts.c.id, sa.Text)}
    await connection.execute(sa.update(alerts).where(alerts.c.key == key, alerts.c.closed_at.is_(None)).values(freed))


async def add_inquiry(connection: AsyncConnection, **values: object) -> None:
    await connection.execute(_ADD_INQUIRY, values)
