"""The process's heartbeat: reloads editions, watches the model, runs the sweeps."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.runtime.understanding import RasaClient
from bot.services.alerts import Alerts
from bot.services.editions import Editions
from bot.services.health import Health
from bot.services.search import Search
from bot.services.signals import Signals
from bot.services.sweeps import Sweeps
from bot.store.queue import MODEL_DOWN, Queue

log = structlog.get_logger()
_TICK = 1.0  # seconds
_SWEEP_EVERY, _SCRUB_EVERY = 15.0, 3600.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Heartbeat:
    editions: Editions
    model: RasaClient
    sweeps: Sweeps
    alerts: Alerts
    health: Health
    signals: Signals
    clock: Callable[[], datetime]
    inbox: Queue
    search: Search
    _was_down: bool = True  # at a start nothing is known, and rows may wait from before
    _due: dict[str, float] = field(default_factory=dict)

    async def run(self) -> None:
        while True:
            await self.tick(self.clock())
            await asyncio.sleep(_TICK)

    async def tick(self, now: datetime) -> None:
        """One beat. A step that fails is logged and the others go on."""
        for step in (self._edition, self._model, self._sweep, self._scrub):
            try:
                await step(now)
            except Exception as error:
                log.error("tick_failed", step=step.__name__, error=repr(error)[:200])

    async def _edition(self, now: datetime) -> None:
        before = self.editions.problem
        if await self.editions.refresh(now) or self.editions.problem != before:
            await self.sweeps.edition_problem(now)

    async def _model(self, now: datetime) -> None:
        since = self.model.down_since
        # The supervisor asks too, and may be the one who closed the circuit.
        if since is None or await self.model.probe():
            if self._was_down:
                await self._model_is_back(now)
            self.search.refresh(self.editions.current)
            return
        self._was_down = True
        if self.health.model == "ready":
            self.health.model = "down"
        patience: timedelta = self.editions.current.limits.handoff_after
        if now - since >= patience:
            local = since.astimezone(self.editions.current.calendar.zone)
            await self.alerts.raise_("model_down", since.isoformat(), now, since=f"{local:%H.%M}")

    async def _model_is_back(self, now: datetime) -> None:
        self.health.model, self._was_down = "ready", False
        await self.alerts.close("model_down", now)
        await self.inbox.wake_waiting(MODEL_DOWN, now)
        self.signals.wake("inbox")

    async def _sweep(self, now: datetime) -> None:
        if self._is_due("sweep", _SWEEP_EVERY):
            await self.sweeps.unclaimed(now)
            await self.sweeps.slow_sends(now)

    async def _scrub(self, now: datetime) -> None:
        if self._is_due("scrub", _SCRUB_EVERY):
            await self.sweeps.scrub(now)

    def _is_due(self, name: str, every: float) -> bool:
        if time.monotonic() < self._due.get(name, 0.0):
            return False
        self._due[name] = time.monotonic() + every
        return True
