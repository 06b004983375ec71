"""Fixtures for tests through the front: every test of the house runs on each database that answers."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, _ABSENT])])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new, empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/sambut.db"
        return
    name = f"sambut_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_SERVER, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield _SERVER.rsplit("/", 1)[0] + f"/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def sambut(database_url: str) -> AsyncIterator[House]:
    """The house with its real files, a remembering channel and desk, and a hinted model."""
    async with house(database_url) as made:
        yield made
