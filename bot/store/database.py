"""Engines and the unit of work, alike over SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import SetupError
from bot.store.writer import opener

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000")


def _begins(engine: AsyncEngine, statement: str) -> AsyncEngine:
    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)

    return engine


def _writer(url: sa.URL, synchronous: str) -> AsyncEngine:
    durable = synchronous == "FULL"
    creator = opener(url.database or "", (*_PRAGMAS, f"synchronous={synchronous}"), durable)
    engine = create_async_engine(url, async_creator=creator, pool_size=1, max_overflow=0, pool_reset_on_return=None)
    return _begins(engine, "BEGIN IMMEDIATE")


def _reader(url: sa.URL) -> AsyncEngine:
    """Reads may be long: they run in threads, beside the writer (WAL)."""
    engine = create_async_engine(url, pool_size=4, max_overflow=0)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    return _begins(engine, "BEGIN")


def _checked(url: str) -> sa.URL:
    """Raises SetupError, which never shows the address: it holds a password."""
    try:
        parsed = make_url(url)
        return parsed.set(drivername=_DRIVERS[parsed.drivername])
    except (sa.exc.ArgumentError, KeyError, ValueError):
        raise SetupError(
            "SAMBUT_DATABASE_URL: must look like postgresql://user:password@host/name, or be left out for SQLite"
        ) from None


class Database:
    """One writing connection a durability on SQLite; a pool on PostgreSQL.

    `durable` writes are on the disk when the block ends. Relaxed writes survive a kill of the
    process but not a power cut: fit for claims and receipts, whose loss costs a repeated send.
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock = asyncio.Lock()
        if self.is_sqlite:
            self._durable = _writer(self.url, "FULL")
            self._relaxed = _writer(self.url, "NORMAL")
            self._reader = _reader(self.url)
        else:
            relaxed = {"options": "-c synchronous_commit=off"}
            self._durable = create_async_engine(self.url, pool_size=16)
            self._relaxed = create_async_engine(self.url, pool_size=8, connect_args=relaxed)
            self._reader = self._durable

    def insert(self, table: sa.Table) -> Any:
        """An insert that knows `on_conflict_do_*` on either database."""
        return (sqlite if self.is_sqlite else postgresql).insert(table)

    @asynccontextmanager
    async def write(self, durable: bool = True) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        if self.is_sqlite:
            # Waiting here is fair and cheap; waiting inside SQLite polls and may starve.
            async with self._lock, (self._durable if durable else self._relaxed).begin() as connection:
                yield connection
            return
        async with (self._durable if durable else self._relaxed).begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    def engines(self) -> tuple[AsyncEngine, ...]:
        return tuple({id(e): e for e in (self._durable, self._relaxed, self._reader)}.values())

    async def close(self) -> None:
        for engine in self.engines():
            await engine.dispose()
