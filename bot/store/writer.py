"""SQLite for the writing connections, without a thread hop per statement.

A statement of ours takes tens of microseconds; handing it to a thread and back takes several times
as much, and a turn has a dozen. So statements run in the event loop's thread, and only a commit
that waits for the disk leaves it. The shape is aiosqlite's, as far as SQLAlchemy's dialect uses it.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self


class _Cursor:
    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Self:
        self._cursor.execute(operation, parameters)
        return self

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> Self:
        self._cursor.executemany(operation, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid


class _Connection:
    def __init__(self, connection: sqlite3.Connection, durable: bool) -> None:
        self._connection, self._durable = connection, durable

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection.cursor())

    async def commit(self) -> None:
        if self._durable and self._connection.in_transaction:
            await asyncio.to_thread(self._connection.commit)
        else:
            self._connection.commit()

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self._connection.create_function(*arguments, **options)

    async def rollback(self) -> None:
        self._connection.rollback()

    async def close(self) -> None:
        self._connection.close()

    def stop(self) -> None:
        self._connection.close()


def opener(path: str, pragmas: Sequence[str], durable: bool) -> Callable[..., Awaitable[_Connection]]:
    """What SQLAlchemy's `async_creator` wants: a function that opens one connection."""

    async def open_(*_: object, **__: object) -> _Connection:
        # No implicit BEGIN: the driver's is deferred, and two writers would meet half-way.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
        return _Connection(connection, durable)

    return open_
