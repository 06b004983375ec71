"""Runs servers, loops and outlets side by side, and stops them in order."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from bot.runtime.web import Server

if TYPE_CHECKING:
    from bot.core import Core

Job = Callable[[], Coroutine[Any, Any, None]]
_DRAIN = 5.0  # seconds that running turns and sends may take at a stop


def outlets(core: "Core") -> list[Any]:
    return [*core.channels.values(), *core.desks.values()]


def routes(core: "Core") -> list[Any]:
    return [route for channel in core.channels.values() for route in channel.routes()]


async def until_stopped(
    core: "Core",
    servers: Sequence[tuple[Server, socket.socket]],
    background: Sequence[Job],
    say: Callable[[str], None],
) -> None:
    """Until a stop signal, or until a part fails: then its error is raised."""
    pumps = core.pumps()
    serving = [asyncio.create_task(server.serve([listening])) for server, listening in servers]
    jobs = [job() for job in background] + [outlet.run() for outlet in outlets(core)]
    entering = [asyncio.create_task(job) for job in jobs]
    working = [asyncio.create_task(pump.run()) for pump in pumps]
    core.health.worker = core.health.sender = True
    try:
        await _wait([*serving, *entering, *working])
        say("Stopping: finishing what is under way ...")
    finally:
        core.health.worker = core.health.sender = False
        # Doors first; then no new claims; then what runs may end. A lease that is left comes again.
        for server, _ in servers:
            server.should_exit = True
        await _cancel(entering + working)
        for pump in pumps:
            await pump.drain(_DRAIN)
        await asyncio.wait(serving, timeout=_DRAIN)
        for outlet in outlets(core):
            if hasattr(outlet, "close"):
                await outlet.close()


async def _wait(tasks: list[asyncio.Task[None]]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    stopping = asyncio.create_task(stopped.wait())
    pending: set[asyncio.Task[Any]] = {stopping, *tasks}
    while not stopping.done():
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
