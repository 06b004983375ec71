"""Understanding without the house: the model, the articles and the search, for commands and measurements."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.edition import Edition, build
from bot.errors import SetupError
from bot.messages import Inbound, Understood
from bot.runtime.clock import utc_now
from bot.runtime.model import ModelFiles
from bot.runtime.rasa import RasaSupervisor
from bot.runtime.rasa_server import Note
from bot.runtime.understanding import FixedServer, ModelServer, RasaClient, Understander
from bot.services.editions import read_files
from bot.services.health import Health
from bot.services.search import Search
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade

_WARM_UP = 600.0  # seconds; a model may have to be trained
_PATIENCE = 30.0  # seconds for one message: nobody waits for it in a chat


@dataclass(frozen=True, slots=True)
class Reader:
    edition: Edition
    database: Database
    server: ModelServer
    search: Search
    model: RasaClient
    understander: Understander

    async def read(self, text: str, now: datetime) -> Understood:
        return await self.understander.read([Inbound("tool", "", "", "", text)], self.edition, now)


@asynccontextmanager
async def reader(settings: Settings) -> AsyncIterator[Reader]:
    """Uses the server that runs with this data folder, else starts one and ends it. Raises SetupError."""
    edition = build(read_files(settings.root))
    database = await asyncio.to_thread(_vectors, settings)
    try:
        async with _server(settings) as server:
            model = RasaClient(server, _PATIENCE, utc_now)
            try:
                await _ready(model)
                search = Search(database, model.parse)
                await search.fit_to(edition)
                yield Reader(edition, database, server, search, model, Understander(model.parse, search))
            finally:
                await model.close()
    finally:
        await database.close()


def _vectors(settings: Settings) -> Database:
    """A database of their own: the house's has one writing process."""
    settings.cache.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{settings.cache.parent / 'tools.db'}")
    upgrade(database)
    return database


@asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[ModelServer]:
    files = ModelFiles(settings.root.resolve(), settings.cache, settings.rasa_python.absolute())
    running = Note(settings.data / "rasa.json").read()
    if settings.rasa_url:
        yield FixedServer(settings.rasa_url, settings.rasa_token.get_secret_value())
    elif running and running.find() and running.fingerprint == files.fingerprint():
        yield FixedServer(f"http://127.0.0.1:{running.port}", running.token, running.fingerprint)
    else:
        async with _started(files) as supervisor:
            yield supervisor


@asynccontextmanager
async def _started(files: ModelFiles) -> AsyncIterator[RasaSupervisor]:
    with tempfile.TemporaryDirectory(prefix="sambut-") as data:
        supervisor, health = RasaSupervisor(files, Path(data), lambda line: None), Health()
        probe = RasaClient(supervisor, _PATIENCE, utc_now)
        watching = asyncio.create_task(supervisor.run(probe.probe, health))
        try:
            async with asyncio.timeout(_WARM_UP):
                while health.model != "ready":
                    if health.model == "failed":
                        raise SetupError(health.model_note)
                    await asyncio.sleep(0.2)
            yield supervisor
        except TimeoutError:
            raise SetupError("The language model did not answer; see make train") from None
        finally:
            watching.cancel()
            supervisor.stop()
            await probe.close()


async def _ready(model: RasaClient) -> None:
    if not await model.probe():
        raise SetupError("The language model does not answer; start it with make run, or check RASA_URL")
