"""The imitated Rasa; whatever it started is gone at the end of a test."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.runtime.clock import utc_now
from bot.runtime.rasa_server import RasaServer
from bot.runtime.understanding import FixedServer, RasaClient
from tests.fakes.rasa import FakeRasa
from tests.runtime.supervised import TIMEOUT, end, until


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeRasa]:
    made = FakeRasa(tmp_path)
    yield made
    end(made.starts + made.trainings)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeRasa, FixedServer]]:
    fake = FakeRasa(tmp_path_factory.mktemp("served"))
    planned = RasaServer.planned("test")
    command = [str(fake.python), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(planned.port)]
    process = subprocess.Popen([*command, "-m", str(fake.root), "--auth-token", planned.token], cwd=fake.root)
    yield fake, FixedServer(f"http://127.0.0.1:{planned.port}/", planned.token)
    process.kill()
    process.wait()


@pytest.fixture
async def client(served: tuple[FakeRasa, FixedServer]) -> AsyncIterator[RasaClient]:
    fake, server = served
    fake.behave()
    made = RasaClient(server, TIMEOUT, utc_now)
    await until(made.probe)
    yield made
    await made.close()
