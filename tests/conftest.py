"""Fixtures for tests through the front: every test of the house runs on each database that answers."""

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from bot.domain.edition import Edition, Files, build, edition_id
from bot.services import editions
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import metadata
from tests.house import House, house

_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


def _postgres_answers() -> bool:
    try:
        psycopg.connect(_SERVER, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


_HAS_POSTGRES = _postgres_answers()
_ABSENT = pytest.mark.skipif(not _HAS_POSTGRES, reason="no PostgreSQL answers on 127.0.0.1:5432")


@pytest.fixture(scope="session", autouse=True)
def built_once() -> Iterator[None]:
    """The same files are built once in a run: nearly every test serves the project's own."""
    made: dict[str, Edition] = {}

    def once(files: Files) -> Edition:
        name = edition_id(files)
        if name not in made:
            made[name] = build(files)
        return made[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editions, "build", once)
        yield


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy: migrating one per test would take most of the time."""
    path = tmp_path_factory.mktemp("blank") / "sambut.db"
    upgrade(Database(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One migrated database for the run; each test finds it empty."""
    name = f"sambut_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_SERVER, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        upgrade(Database(_at(name)))
        yield _at(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _empty(url: str) -> None:
    """Also ends what a killed process left connected."""
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(others)
        connection.execute(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, _ABSENT])])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("blank_sqlite"), tmp_path / "sambut.db")
        return f"sqlite:///{tmp_path}/sambut.db"
    url: str = request.getfixturevalue("postgres")
    _empty(url)
    return url


def _at(name: str) -> str:
    return _SERVER.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture
async def sambut(database_url: str) -> AsyncIterator[House]:
    """The house with its real files, a remembering channel and desk, and a hinted model."""
    async with house(database_url) as made:
        yield made
