"""Sends outbox rows: to customers' channels and to desks, in lane order, at least once."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.domain.masking import mask
from bot.domain.retry import GIVE_UP_AFTER, backoff
from bot.errors import LeaseLost, PermanentFailure, RetryLater
from bot.messages import Button, DeskUpdate, Outbound, Receipt
from bot.ports import Channel, Desk
from bot.runtime.pace import Pacer
from bot.services.alerts import Alerts
from bot.services.cases import Cases, remember
from bot.services.projection import Projection
from bot.services.signals import Signals
from bot.store.database import Database
from bot.store.queue import INTERRUPTED, Job, Queue
from bot.store.rows import add_sendings

log = structlog.get_logger()
_OF_LEASE = 2 / 3  # a send may take this part of its lease, so that a slow one is ours to judge


@dataclass(slots=True)
class Sender:
    database: Database
    queue: Queue
    channels: Mapping[str, Channel]
    desks: Mapping[str, Desk]
    cases: Cases
    projection: Projection
    alerts: Alerts
    signals: Signals
    clock: Callable[[], datetime]
    pacer: Pacer = field(default_factory=Pacer)

    async def work(self, job: Job) -> None:
        try:
            await self._attempt(job)
        except LeaseLost:
            log.warning("lease_lost", outbox=job.ids[0])
        self.signals.wake(job.lane)

    async def _attempt(self, job: Job) -> None:
        outlet = self.channels.get(job.outlet) or self.desks.get(job.outlet)
        now = self.clock()
        if job.row.expires_at and job.row.expires_at <= now:
            return await self._dead(job, "kedaluwarsa sebelum sempat terkirim")
        if outlet is None:
            return await self._dead(job, "kanal ini tidak aktif")
        if pause := self.pacer.pause(outlet, job.lane, now):
            return await self.queue.give_back(job, now + pause, "paced", count=False)
        try:
            async with asyncio.timeout(self.queue.lease.total_seconds() * _OF_LEASE):
                receipt = await self._send(job)
        except PermanentFailure as failure:
            await self._dead(job, str(failure))
        except RetryLater as later:
            await self._later(job, INTERRUPTED if later.unclear else str(later), later.after)
        except Exception as error:  # whether it left is not known: the next try says so
            log.warning("send_unclear", outbox=job.ids[0], outlet=job.outlet, error=type(error).__name__)
            await self._later(job, INTERRUPTED, None)
        else:
            await self._sent(job, receipt)

    async def _send(self, job: Job) -> Receipt:
        if job.outlet in self.desks:
            update = await self._update(job)
            return await self.desks[job.outlet].show(update) if update else Receipt()
        payload = job.payloads[0]
        buttons = tuple(Button(**button) for button in payload["buttons"])
        message = Outbound(payload["address"], payload["text"], buttons, repeated=job.interrupted)
        return await self.channels[job.outlet].send(message)

    async def _update(self, job: Job) -> DeskUpdate | None:
        """What the desk must show, read now: a case that changed meanwhile is shown as it is."""
        payload, desk = job.payloads[0], job.outlet
        kind, message_id = payload["kind"], payload.get("message_id")
        again = job.interrupted or job.attempts > 1  # looking for an earlier post costs little
        if kind == "alert":
            return DeskUpdate("alert", text=payload["text"], repeated=again)
        ticket_id: int = payload["ticket_id"]
        thread = await self.cases.post(desk, "case", ticket_id)
        line = await self.cases.line(message_id) if message_id else None
        ref = await self.cases.post(desk, "line", ticket_id, message_id) if kind == "delivery" else ""
        case = await self.cases.view(ticket_id)
        if case is None:
            return None
        words, actor = payload.get("text", ""), payload.get("actor", "")
        return DeskUpdate(kind, case, line, thread, ref, words, actor, repeated=again)

    async def _sent(self, job: Job, receipt: Receipt) -> None:
        async with self.database.write(durable=False) as connection:
            await self.queue.finish(connection, job, receipt=receipt.ref)
            if job.outlet in self.desks:
                await self._remember(connection, job, receipt)
            else:
                await self._tell_delivery(connection, job, "sent")

    async def _remember(self, connection: Any, job: Job, receipt: Receipt) -> None:
        payload = job.payloads[0]
        known = payload["kind"] == "case" and await self.cases.post(job.outlet, "case", payload["ticket_id"])
        if receipt.ref and not known:
            ids = {name: payload.get(name) for name in ("ticket_id", "message_id")}
            await remember(connection, job.outlet, payload["kind"], receipt.ref, self.clock(), **ids)

    async def _tell_delivery(self, connection: Any, job: Job, cause: str) -> None:
        """An agent who replied sees whether it arrived."""
        if job.row.ticket_id:
            rows = self.projection.delivery(job.row.ticket_id, job.row.message_id, cause, self.clock())
            await add_sendings(self.database, connection, rows)
            self.signals.wake("outbox")

    async def _later(self, job: Job, reason: str, after: float | None) -> None:
        is_desk = job.outlet in self.desks
        if job.attempts >= GIVE_UP_AFTER and not is_desk:
            return await self._dead(job, reason)
        wait = backoff(job.attempts, random.random(), after)
        await self.queue.give_back(job, self.clock() + wait, reason)

    async def _dead(self, job: Job, reason: str) -> None:
        """It will never arrive: out of the lane at once, and the desks are told."""
        reason = mask(reason)  # a platform may name the customer
        async with self.database.write() as connection:
            await self.queue.finish(connection, job, "dead", error=reason[:500])
            if job.outlet in self.channels:
                await self._tell_delivery(connection, job, "failed")
        now = self.clock()
        hour = f"{job.outlet}:{now:%Y%m%d%H}"  # one alert an hour and outlet: the case shows each failure
        await self.alerts.raise_("send_failed", hour, now, outlet=job.outlet, error=reason[:200])
        log.error("send_failed", outbox=job.ids[0], outlet=job.outlet)
