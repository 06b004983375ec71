"""A real supervisor and client over the imitated Rasa, with the patience of a test."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.runtime.clock import utc_now
from bot.runtime.model import ModelFiles
from bot.runtime.rasa import Patience, RasaSupervisor
from bot.runtime.understanding import RasaClient
from bot.services.health import Health
from tests.fakes.rasa import FakeRasa

QUICK = Patience(warm_up=5, frozen=0.6, look=0.02, ask=0.05, retry=0.3, longest=0.6)
TIMEOUT = 0.4  # seconds for one answer


@dataclass
class Supervised:
    fake: FakeRasa
    watch: RasaSupervisor
    client: RasaClient
    health: Health
    said: list[str] = field(default_factory=list)

    async def until_ready(self) -> None:
        await until(lambda: self.health.model == "ready" and not self.client.down_since)

    @property
    def running(self) -> list[int]:
        return [pid for pid in self.fake.starts if runs(pid)]


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)


def runs(pid: int) -> bool:
    """A zombie, which only waits for its parent to look, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@asynccontextmanager
async def supervised(fake: FakeRasa, data: Path, crash: bool = False, **patience: float) -> AsyncIterator[Supervised]:
    """With `crash` nobody stops the server at the end, as after a kill -9 of ours."""
    said: list[str] = []
    quick = Patience(**{name: getattr(QUICK, name) for name in QUICK.__dataclass_fields__} | patience)
    watch = RasaSupervisor(ModelFiles(fake.root, fake.cache, fake.python), data, said.append, quick)
    client, health = RasaClient(watch, TIMEOUT, utc_now), Health()
    running = asyncio.create_task(watch.run(client.probe, health))
    try:
        yield Supervised(fake, watch, client, health, said)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await client.close()
        if not crash:
            watch.stop()


def end(pids: list[int]) -> None:
    for pid in pids:
        if runs(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
