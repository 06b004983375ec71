"""The loop that inbox and outbox share: claim, work on several lanes at once, wait for more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.services.signals import Signals, wait
from bot.store.queue import Job, Queue

log = structlog.get_logger()
_LONGEST_WAIT = 1.0  # seconds without a wake-up before the queue is looked at again


class Pump:
    """Runs `work` on each job of a queue, at most `slots` at once. `work` handles its own errors."""

    def __init__(
        self, name: str, queue: Queue, work: Callable[[Job], Awaitable[None]], slots: int,
        signals: Signals, clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._name, self._queue, self._work = name, queue, work
        self._signals, self._clock = signals, clock
        self._slots = asyncio.Semaphore(slots)
        self._running: set[asyncio.Task[None]] = set()
        self._blocked = False

    async def run(self) -> None:
        with self._signals.listen(self._name) as event:
            while True:
                await self._slots.acquire()
                job = await self._claim()
                if job is None:
                    self._slots.release()
                    await wait(event, self._pause())
                else:
                    self._start(job)

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(self._do(job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _do(self, job: Job) -> None:
        try:
            await self._work(job)
        except Exception as error:  # the lease runs out and the job comes again
            log.error("job_failed", queue=self._name, job=job.ids[0], error=type(error).__name__)
        finally:
            self._slots.release()
            if self._blocked:  # something waits behind a lane that ran: perhaps this one
                self._signals.wake(self._name)

    async def _claim(self) -> Job | None:
        try:
            return await self._queue.claim(self._clock())
        except Exception as error:  # a database that is away comes back; the loop must be there then
            log.error("claim_failed", queue=self._name, error=type(error).__name__)
            return None

    def _pause(self) -> float:
        """Seconds until there may be work, if nothing wakes us before."""
        ready = self._queue.next_at
        left = (ready - self._clock()).total_seconds() if ready else _LONGEST_WAIT
        self._blocked = ready is not None and left <= 0
        return _LONGEST_WAIT if self._blocked else min(max(left, 0.005), _LONGEST_WAIT)

    async def drain(self, seconds: float) -> None:
        """Let running jobs end; those that do not keep their lease and come again."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
