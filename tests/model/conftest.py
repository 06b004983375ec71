"""The real trained model behind the real Rasa server, started once for all tests that need it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.runtime.clock import utc_now
from bot.runtime.model import ModelFiles
from bot.runtime.rasa import RasaSupervisor
from bot.runtime.understanding import FixedServer, RasaClient
from bot.services.health import Health
from bot.settings import Settings
from tests.house import ROOT

_LONGEST = 600  # seconds that training and start may take on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.rasa)


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FixedServer]:
    """The address of a running server. It outlives the event loops of single tests: a thread keeps it."""
    files = ModelFiles(ROOT, Settings().cache, ROOT / ".venv-rasa" / "bin" / "python")
    if not files.python.exists():
        pytest.skip("Rasa is not installed: make setup")
    watch = RasaSupervisor(files, tmp_path_factory.mktemp("rasa"), print)
    health, over = Health(), Event()
    thread = Thread(target=lambda: asyncio.run(_keep(watch, health, over)))
    thread.start()
    try:
        assert asyncio.run(_until_ready(health)), health.model_note or "the model did not start in time"
        yield FixedServer(str(watch.url), watch.token, watch.fingerprint)
    finally:
        over.set()
        thread.join()


async def _keep(watch: RasaSupervisor, health: Health, over: Event) -> None:
    client = RasaClient(watch, 10, utc_now)
    running = asyncio.create_task(watch.run(client.probe, health))
    await asyncio.to_thread(over.wait)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    watch.stop()
    await client.close()


async def _until_ready(health: Health) -> bool:
    for _ in range(_LONGEST * 10):
        if health.model in ("ready", "failed"):
            break
        await asyncio.sleep(0.1)
    return health.model == "ready"


@pytest.fixture
async def model(rasa: FixedServer) -> AsyncIterator[RasaClient]:
    client = RasaClient(rasa, 10, utc_now)
    assert await client.probe()
    yield client
    await client.close()
