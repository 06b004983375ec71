"""The victim seen from outside: start, kill, stop, always by its own process id."""

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import IO, Self

ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0  # seconds for a start or an end
_LOOK = 0.01


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Victim:
    """`life` counts the deaths; `listening()` returns as soon as the web server accepts."""

    def __init__(self, environment: dict[str, str], port: int, log: Path) -> None:
        self._environment, self._port, self._log = environment, port, log
        self._up = asyncio.Event()
        self._ended: asyncio.Future[int] | None = None
        self._pid = 0

    async def __aenter__(self) -> Self:
        self._out: IO[bytes] = self._log.open("ab")
        self._nest = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.storm.victim", cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=self._out,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ended and not self._ended.done():
            await self.kill()
        self._nest.kill()
        await self._nest.wait()
        self._out.close()

    async def start(self, **more: str) -> None:
        """Returns when it listens, or when it is gone already."""
        assert self._nest.stdin
        self._nest.stdin.write(json.dumps(self._environment | more).encode() + b"\n")
        self._pid = int(await self._line())
        self._ended = asyncio.ensure_future(self._end())
        async with asyncio.timeout(_PATIENCE):
            while not self._ended.done() and not await self._listens():
                await asyncio.sleep(_LOOK)
        if not self._ended.done():
            self._up.set()

    async def _line(self) -> str:
        assert self._nest.stdout
        return (await self._nest.stdout.readline()).decode()

    async def _end(self) -> int:
        code = int((await self._line()).split()[0])
        self._up.clear()
        return code

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        writer.close()
        return True

    async def listening(self) -> None:
        await asyncio.sleep(_LOOK)  # a death is noticed a moment after it
        await self._up.wait()

    async def ended(self) -> int:
        """The exit code: minus the signal's number for a death by signal."""
        assert self._ended
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.shield(self._ended)

    async def kill(self) -> int:
        os.kill(self._pid, signal.SIGKILL)
        return await self.ended()

    async def stop(self) -> int:
        os.kill(self._pid, signal.SIGTERM)
        return await self.ended()
