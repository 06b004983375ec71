import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services.search import Search
from bot.store.database import Database
from tests.services.small import Model, fit_here


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    yield made
    await made.close()


@pytest.fixture
async def local(blank_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite alone, where a test is about what surrounds the database."""
    made = Database(f"sqlite:///{shutil.copy(blank_sqlite, tmp_path)}")
    yield made
    await made.close()


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def search(database: Database, model: Model) -> Search:
    return Search(database, model.parse, fit_here)
