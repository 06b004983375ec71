"""Turns inbox rows into outcomes: customers' bursts and agents' commands."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.retry import PARK_AFTER, backoff
from bot.errors import LeaseLost, ModelDown, Refused
from bot.messages import DeskCommand, Inbound
from bot.runtime.understanding import Understander
from bot.services.alerts import Alerts
from bot.services.desk import DeskService
from bot.services.editions import Editions
from bot.services.signals import Signals
from bot.services.turns import Turns
from bot.store.database import Database
from bot.store.queue import MODEL_DOWN, Job, Queue

log = structlog.get_logger()
_LONGEST_WAIT = timedelta(seconds=15)  # until a message that waits for the model is looked at again


@dataclass(slots=True)
class Worker:
    """`desks` are the outlets whose rows are commands of agents. Whatever fails ends with a human."""

    database: Database
    queue: Queue
    turns: Turns
    desk: DeskService
    understander: Understander
    editions: Editions
    alerts: Alerts
    signals: Signals
    clock: Callable[[], datetime]
    desks: Collection[str]

    async def work(self, job: Job) -> None:
        try:
            await (self._command(job) if job.outlet in self.desks else self._turn(job))
        except LeaseLost:
            log.warning("lease_lost", job=job.ids[0])
        except ModelDown:
            await self._wait(job)
        except Exception as error:
            log.error("turn_failed", job=job.ids[0], attempt=job.attempts, error=repr(error)[:200])
            await self._retry_or_park(job, type(error).__name__)
        self.signals.wake("outbox")
        self.signals.wake(job.lane)

    async def _turn(self, job: Job) -> None:
        inbounds = [Inbound.from_json(dict(payload)) for payload in job.payloads]
        understood = await self.understander.read(inbounds, self.editions.current, self.clock())
        await self.turns.take(job, inbounds, understood, self.clock())

    async def _command(self, job: Job) -> None:
        """One command of the burst after the other; a refusal does not stop the next."""
        now = self.clock()
        async with self.database.write() as connection:
            for payload in job.payloads:
                command = DeskCommand(**payload)
                try:
                    async with connection.begin_nested():
                        await self.desk.perform(connection, command, now)
                except Refused as refused:
                    await self.desk.refuse(connection, command, refused, now)
            await self.queue.finish(connection, job)

    async def _wait(self, job: Job) -> None:
        """The model is down: the customer hears of it once, the message stays first in its lane."""
        now, limits = self.clock(), self.editions.current.limits
        if now - job.created_at >= limits.notice_after:
            inbounds = [Inbound.from_json(dict(payload)) for payload in job.payloads]
            await self.turns.delay(job, inbounds, now)
        # Looked at again when something is due, not in a circle: a backlog must leave room for those who
        # need no model. The heartbeat wakes all of them when the model is back.
        due = (job.created_at + limit for limit in (limits.notice_after, limits.handoff_after))
        ready = min((at for at in due if at > now), default=now + _LONGEST_WAIT)
        await self.queue.give_back(job, min(ready, now + _LONGEST_WAIT), MODEL_DOWN, count=False)

    async def _retry_or_park(self, job: Job, error: str) -> None:
        now = self.clock()
        if job.attempts < PARK_AFTER:
            await self.queue.give_back(job, now + backoff(job.attempts, random.random()), error)
            return
        try:
            inbounds = [Inbound.from_json(dict(payload)) for payload in job.payloads]
            await self.turns.park(job, inbounds, error, now)
            await self.alerts.raise_("parked", str(job.ids[0]), now, error=error)
        except Exception as worse:  # not even a case can be made of it: a human must read the row
            log.error("park_failed", job=job.ids[0], error=repr(worse)[:200])
            async with self.database.write() as connection:
                await self.queue.finish(connection, job, "parked", error=error)
            await self.alerts.raise_("unreadable", str(job.ids[0]), now, error=error, inbox=job.ids[0])
