"""Everything that is known when a storm is over: what was said, the rows, and what customers received."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store import tables
from bot.store.database import Database
from bot.store.queue import LIVE
from tests.storm.script import Said


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows in the order of their ids. `sends` in the order in which they reached Telegram."""

    said: tuple[Said, ...]
    sends: tuple[dict[str, Any], ...]
    kills: int
    inbox: list[Any]
    outbox: list[Any]
    messages: list[Any]
    conversations: list[Any]
    tickets: list[Any]


async def collect(database: Database, said: tuple[Said, ...], sends: list[dict[str, Any]], kills: int) -> Evidence:
    names = ("inbox", "outbox", "messages", "conversations", "tickets")
    async with database.read() as connection:
        rows = {}
        for name in names:
            table = tables.metadata.tables[name]
            rows[name] = list((await connection.execute(sa.select(table).order_by(table.c.id))).all())
    return Evidence(said, tuple(sends), kills, **rows)


async def at_rest(database: Database) -> bool:
    """No row of either queue waits or runs."""
    live = [sa.select(t.c.id).where(t.c.state.in_(LIVE)).limit(1) for t in (tables.inbox, tables.outbox)]
    async with database.read() as connection:
        return not any([(await connection.execute(query)).first() for query in live])
