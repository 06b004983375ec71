"""The one durable queue. Inbox and outbox are two tables of its shape.

Order holds per lane: a row runs only when it is the oldest live row of its lane and nothing of
the lane is running. A claim is a lease with a token; a result is written only by the holder.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LeaseLost
from bot.messages import Json
from bot.store.database import Database

# Literals, not parameters: only so can a planner prove that the partial index fits.
QUEUED, RUNNING = sa.literal_column("'queued'", sa.Text), sa.literal_column("'running'", sa.Text)
LIVE = (QUEUED, RUNNING)
MODEL_DOWN = "model down"  # the error of a row that waits for the language model
INTERRUPTED = "interrupted"  # the error of a row whose last holder may or may not have done the work


@dataclass(frozen=True, slots=True)
class Job:
    """Claimed rows of one lane, in order: one for the outbox, a burst for the inbox."""

    token: str
    outlet: str
    lane: str
    ids: tuple[int, ...]
    payloads: tuple[Json, ...]
    attempts: int
    created_at: datetime
    row: Any

    @property
    def interrupted(self) -> bool:
        return bool(self.row.error == INTERRUPTED)


class Queue:
    def __init__(self, database: Database, table: sa.Table, lease: timedelta, bursts: bool) -> None:
        self.database, self.table, self.lease, self.bursts = database, table, lease, bursts
        self._head = self._head_query()
        self._claim = self._claim_query()
        waiting = sa.select(sa.func.min(table.c.ready_at)).where(table.c.state == QUEUED, table.c.state.in_(LIVE))
        self._next, self._finish = waiting, dict[tuple[str, ...], sa.Update]()
        self.next_at: datetime | None = None

    def _head_query(self) -> sa.ScalarSelect[Any]:
        t, older, busy = self.table, self.table.alias("older"), self.table.alias("busy")
        now = sa.bindparam("now", type_=t.c.ready_at.type)
        runnable = sa.or_(
            sa.and_(t.c.state == QUEUED, t.c.ready_at <= now),
            sa.and_(t.c.state == RUNNING, t.c.running_lane.is_not(None), t.c.lease_until < now),
        )
        live = older.c.state.in_(LIVE)
        is_oldest = ~sa.exists().where(older.c.lane == t.c.lane, older.c.id < t.c.id, live)
        is_free = ~sa.exists().where(busy.c.running_lane == t.c.lane, busy.c.lease_until >= now)
        query = sa.select(t.c.id).where(runnable, t.c.state.in_(LIVE), is_oldest, is_free)
        return query.order_by(t.c.ready_at, t.c.id).limit(1).scalar_subquery()

    def _claim_query(self) -> sa.Update:
        t, mates = self.table, self.table.alias("mates")
        now = sa.bindparam("now", type_=t.c.ready_at.type)
        head = self._head
        chosen: Any = t.c.id == head
        if self.bursts:
            lane = sa.select(mates.c.lane).where(mates.c.id == head).scalar_subquery()
            waiting = sa.or_(t.c.ready_at <= now, t.c.state == RUNNING)
            chosen = sa.and_(t.c.lane == lane, t.c.state.in_(LIVE), waiting)
        mark = sa.case((t.c.id == head, t.c.lane), else_=None)
        values = {
            "state": "running",
            "running_lane": mark,
            "lease_token": sa.bindparam("token"),
            "lease_until": sa.bindparam("until", type_=t.c.ready_at.type),
            "attempts": t.c.attempts + 1,
            "error": sa.case((t.c.state == RUNNING, INTERRUPTED), else_=t.c.error),
        }
        # A claim that waited for another's commit looks again at the row alone, not at the head it chose:
        # this is what it must see then.
        untaken = sa.or_(t.c.state == QUEUED, t.c.lease_until < now)
        return sa.update(t).where(chosen, untaken).values(values).returning(t)

    async def claim(self, now: datetime) -> Job | None:
        """The oldest job that may run. A power cut may undo a claim; that costs nothing.

        After an empty claim `next_at` is when the first waiting row is due; a time that has passed
        says that rows wait behind one that runs.
        """
        token = secrets.token_hex(8)
        values = {"now": now, "until": now + self.lease, "token": token}
        try:
            async with self.database.write(durable=False) as connection:
                found = (await connection.execute(self._claim, values)).all()
                rows = sorted(found, key=lambda row: row.id)
                if not rows:
                    self.next_at = (await connection.execute(self._next)).scalar()
                elif rows[0].running_lane is None:
                    # Another process took the head between our look and our write.
                    await connection.rollback()
                    return None
        except IntegrityError:
            return None
        return self._job(token, rows) if rows else None

    @staticmethod
    def _job(token: str, rows: list[Any]) -> Job:
        head = rows[0]
        ids, payloads = tuple(r.id for r in rows), tuple(r.payload for r in rows)
        return Job(token, head.outlet, head.lane, ids, payloads, head.attempts, head.created_at, head)

    async def finish(self, connection: AsyncConnection, job: Job, state: str = "done", **values: object) -> None:
        """Close the job inside the caller's transaction. Raises LeaseLost when it is not ours."""
        freed = {"state": state, "running_lane": None, "lease_token": None, "lease_until": None} | values
        result = await connection.execute(
            self._finish_query(tuple(freed)),
            {"token": job.token, "ids": job.ids} | {f"new_{name}": value for name, value in freed.items()},
        )
        if result.rowcount != len(job.ids):
            raise LeaseLost(job.token)

    def _finish_query(self, columns: tuple[str, ...]) -> sa.Update:
        """Built once per set of columns: building a statement costs more than running it."""
        if columns not in self._finish:
            t = self.table
            ids = t.c.id.in_(sa.bindparam("ids", expanding=True))
            mine = sa.and_(ids, t.c.lease_token == sa.bindparam("token"), t.c.state == RUNNING)
            new = {name: sa.bindparam(f"new_{name}", type_=t.c[name].type) for name in columns}
            self._finish[columns] = sa.update(t).where(mine).values(new)
        return self._finish[columns]

    async def give_back(self, job: Job, ready_at: datetime, error: str = "", count: bool = True) -> None:
        """Queue the job again. `count=False` when the failure was not the job's own."""
        values: dict[str, object] = {"ready_at": ready_at, "error": error}
        if not count:
            values["attempts"] = job.attempts - 1
        async with self.database.write(durable=False) as connection:
            await self.finish(connection, job, "queued", **values)

    async def wake_waiting(self, error: str, now: datetime) -> None:
        """What waits for that reason is ready at once, in its order of arrival."""
        t = self.table
        waiting = sa.and_(t.c.state == "queued", t.c.error == error, t.c.ready_at > now)
        async with self.database.write(durable=False) as connection:
            await connection.execute(sa.update(t).where(waiting).values(ready_at=now))

    async def release_all(self) -> None:
        """Free every lease at once: only for the one process that holds the writer's lock."""
        t = self.table
        freed = {
            "state": "queued",
            "error": INTERRUPTED,
            "running_lane": None,
            "lease_token": None,
            "lease_until": None,
        }
        async with self.database.write(durable=False) as connection:
            await connection.execute(sa.update(t).where(t.c.state == "running").values(freed))
