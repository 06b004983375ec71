"""Every message becomes a row before anyone is told that it arrived."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cues import acts_at_once
from bot.domain.text import clean
from bot.messages import DeskCommand, Inbound, Json
from bot.store.database import Database
from bot.store.queue import LIVE, QUEUED
from bot.store.tables import Instant, inbox

# What decides how long a burst waits, read with the insert itself: one statement, not two.
# In RETURNING a column has no type of its own for SQLite, and without the cast it uses no index; the
# words of the partial index are repeated, since only so is it proven to fit.
_LANE = "CAST(inbox.lane AS TEXT)"
_OLDER = (
    f"FROM inbox older WHERE older.lane = {_LANE} AND older.state IN ('queued', 'running') "
    "AND older.state = 'queued' AND older.id < inbox.id"
)
_BESIDE: tuple[sa.ColumnElement[Any], ...] = (
    sa.literal_column(f"(SELECT c.form FROM conversations c WHERE c.lane = {_LANE})").label("form"),
    sa.literal_column(f"(SELECT min(older.created_at) {_OLDER})", Instant).label("first"),
    sa.literal_column(f"(SELECT count(*) {_OLDER})", sa.Integer).label("waiting"),
)


@dataclass(frozen=True, slots=True)
class Debounce:
    """A burst of messages is one story: wait until the customer has been quiet, but not for ever."""

    quiet: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(seconds=8)
    most: int = 10


@dataclass(slots=True)
class Intake:
    """The one door in. `wake` is called after each commit so that no worker has to poll fast."""

    database: Database
    debounce: Debounce
    wake: Any
    capacity: int = 50_000  # rows waiting; beyond that a platform keeps its messages itself

    async def accept(self, messages: list[Inbound], now: datetime) -> list[bool]:
        """Store messages durably, all or none; True for each that was new.

        When this returns, the platform may be told 200; when it raises, it must be told to retry.
        """
        async with self.database.write() as connection:
            new = [await self._store(connection, message, now) for message in messages]
        self.wake()
        return new

    async def accept_command(self, command: DeskCommand, now: datetime) -> bool:
        """Store an agent's action; a redelivered one is a no-op."""
        lane = f"{command.desk}:case:{command.ticket_id}"
        row = {"outlet": command.desk, "key": command.external_id, "lane": lane}
        async with self.database.write() as connection:
            new = await self._insert(connection, row, command.to_json(), now, now)
        self.wake()
        return new is not None

    async def _store(self, connection: AsyncConnection, message: Inbound, now: datetime) -> bool:
        message = _clean(message)
        flush = bool(message.button) or acts_at_once(message.text)
        ready = now if flush else now + self.debounce.quiet
        row = {"outlet": message.source, "key": message.external_id, "lane": message.lane}
        state = await self._insert(connection, row, message.to_json(), now, ready, *_BESIDE)
        if state is None:
            return False
        together = self._ready_at(message, state, now, ready)
        if state.waiting or together != ready:
            mates = sa.and_(inbox.c.lane == message.lane, inbox.c.state.in_(LIVE), inbox.c.state == QUEUED)
            await connection.execute(sa.update(inbox).where(mates).values(ready_at=together))
        return True

    def _ready_at(self, message: Inbound, state: Any, now: datetime, ready: datetime) -> datetime:
        short_answer = state.form is not None and len(message.text.split()) <= 4
        if short_answer or state.waiting + 1 >= self.debounce.most:
            return now
        return max(min(ready, (state.first or now) + self.debounce.longest), now)

    async def _insert(
        self,
        connection: AsyncConnection,
        row: Json,
        payload: Json,
        now: datetime,
        ready: datetime,
        *beside: Any,
    ) -> Any | None:
        """The new row's id and what stands `beside` it; None when the key was there already."""
        values = row | {"payload": payload, "created_at": now, "ready_at": ready}
        query = self.database.insert(inbox)
        query = query.values(values) if self.database.is_sqlite else query.from_select(list(values), _in_line(values))
        query = query.on_conflict_do_nothing().returning(inbox.c.id, *beside)
        return (await connection.execute(query)).first()

    async def has_room(self) -> bool:
        """False when the backlog is so long that a platform should keep its messages itself."""
        query = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state.in_(LIVE))
        async with self.database.read() as connection:
            return bool((await connection.execute(query)).scalar_one() < self.capacity)


def _clean(message: Inbound) -> Inbound:
    """What a customer wrote, fit to store on either database, whichever channel it came by."""
    files = tuple(replace(file, name=clean(file.name)) for file in message.attachments)
    name = clean(message.sender_name) if message.sender_name else message.sender_name
    return replace(message, text=clean(message.text), sender_name=name, attachments=files)


def _in_line(values: Json) -> sa.Select[Any]:
    """The row, once nobody else is storing one of its lane: ids must become visible in order.

    The lock stands in the source of the insert, so it is held before the id is drawn.
    """
    turnstile = sa.func.pg_advisory_xact_lock(sa.func.hashtext(values["lane"])).alias("turnstile")
    columns = (sa.literal(value, inbox.c[name].type).label(name) for name, value in values.items())
    return sa.select(*columns).select_from(turnstile)
