"""What all contract tests need: real servers on loopback, conditions with a bound, a house at rest."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from bot.messages import Inbound
from bot.runtime import web
from bot.services.intake import Intake
from bot.store import tables
from tests.house import House

HOSTILE = (
    '<b>tebal</b> & "kutip" <!channel> <@U1> @here *bintang* _garis_ `kode` [tautan](https://evil.example) '
    "<https://evil.example|bca.co.id> <script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; "
    "🙂👩‍👩‍👧 مرحبا שלום"
)


async def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Look again and again, at most so long."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


def listener() -> socket.socket:
    return web.bind("127.0.0.1", 0, "TEST_PORT")


@asynccontextmanager
async def serving(app: Starlette, listening: socket.socket | None = None) -> AsyncIterator[str]:
    """The app behind the server that the product uses; gives its address."""
    listening = listening or listener()
    server = web.server(app)
    running = asyncio.create_task(server.serve([listening]))
    await until(lambda: server.started or running.done())
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


class Door:
    """The real intake behind a door that a test can hold shut."""

    def __init__(self, intake: Intake) -> None:
        self._intake, self.tries = intake, 0
        self.open = asyncio.Event()
        self.open.set()

    async def accept(self, messages: list[Inbound], now: datetime) -> list[bool]:
        self.tries += 1
        await self.open.wait()
        return await self._intake.accept(messages, now)


@asynccontextmanager
async def broken_store(sambut: House) -> AsyncIterator[None]:
    """A database that answers, and cannot keep a message."""
    await _rename(sambut, "inbox", "away")
    try:
        yield
    finally:
        await _rename(sambut, "away", "inbox")


async def _rename(sambut: House, old: str, new: str) -> None:
    async with sambut.database.write() as connection:
        await connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


async def quiet(sambut: House) -> None:
    """Everything that follows, with the pauses that a platform's pace or a failed send asks for."""
    live = ("queued", "running")
    for _ in range(100):
        await sambut.settle()
        rows = [await sambut.rows(t, t.c.state.in_(live)) for t in (tables.inbox, tables.outbox)]
        if not any(rows):
            return
    raise AssertionError(f"the house does not come to rest: {rows}")


async def arrived(sambut: House) -> list[dict[str, Any]]:
    """What stands in the inbox, oldest first."""
    return [row.payload for row in await sambut.rows(tables.inbox)]


async def outgoing(sambut: House, outlet: str) -> list[Any]:
    return await sambut.rows(tables.outbox, tables.outbox.c.outlet == outlet)
