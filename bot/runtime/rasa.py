"""Keeps the Rasa server up: trained, started on a free loopback port, adopted after our own crash."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from bot.errors import SetupError
from bot.runtime.model import ModelFiles, rasa_environment
from bot.services.health import Health

log = structlog.get_logger()
_WARM_UP = 120.0  # seconds a server may take to answer for the first time
_FROZEN = 20.0  # seconds without an answer after which a server that did answer is replaced


@dataclass(frozen=True, slots=True)
class _Server:
    """A Rasa server that runs; kept in a file, so that the next process of ours finds it."""

    pid: int
    port: int
    token: str
    fingerprint: str


class RasaSupervisor:
    """`probe` says whether the model answers; `url` and `token` are what to ask it with."""

    def __init__(self, files: ModelFiles, data: Path, say: Callable[[str], None]) -> None:
        self._files, self._say, self._health = files, say, Health()
        self._state, self._log = data / "rasa.json", data / "rasa.log"
        self._server: _Server | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str | None:
        return f"http://127.0.0.1:{self._server.port}" if self._server else None

    @property
    def token(self) -> str:
        return self._server.token if self._server else ""

    @property
    def fingerprint(self) -> str:
        return self._server.fingerprint if self._server else ""

    async def run(self, probe: Callable[[], Awaitable[bool]], health: Health) -> None:
        """Until cancelled. A server that dies or freezes is replaced; the loop never gives up."""
        self._health = health
        while True:
            try:
                await self._provide()
                await self._watch(probe)
            except SetupError as error:
                self._health.model, self._health.model_note = "failed", str(error)
                self._say(str(error))
                await asyncio.sleep(30)
            await asyncio.sleep(1)

    async def _provide(self) -> None:
        fingerprint = await asyncio.to_thread(self._files.fingerprint)
        if self._adopt(fingerprint):
            self._say("Language model: a running server was found and is used.")
            return
        if not self._files.python.exists():
            raise SetupError(f"Rasa is not installed at {self._files.python}; run: make setup")
        if not self._files.path(fingerprint).exists():
            self._health.model = "training"
            self._say("Language model: training (one to three minutes, only when its data changed) ...")
            await self._files.train(fingerprint, self._log)
        self._start(fingerprint)

    def _adopt(self, fingerprint: str) -> bool:
        """Use the server that an earlier process of ours left behind, or end it when it is outdated."""
        try:
            left = _Server(**json.loads(self._state.read_text()))
        except (OSError, ValueError, TypeError):
            return False
        if not _is_ours(left):
            return False
        if left.fingerprint == fingerprint:
            self._server = left
            return True
        _kill(left.pid)
        return False

    def _start(self, fingerprint: str) -> None:
        self._health.model = "starting"
        self._say("Language model: starting (about half a minute); messages are accepted meanwhile.")
        port, token = _free_port(), secrets.token_hex(16)
        command = [
            str(self._files.python), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port),
            "-m", str(self._files.path(fingerprint)), "--auth-token", token,
        ]  # fmt: skip
        with self._log.open("ab") as out:
            # Its own session: Ctrl-C reaches us first, and we end it in order.
            self._child = subprocess.Popen(
                command,
                cwd=self._files.root,
                env=rasa_environment(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._server = _Server(self._child.pid, port, token, fingerprint)
        self._state.write_text(json.dumps(asdict(self._server)))
        self._state.chmod(0o600)

    async def _watch(self, probe: Callable[[], Awaitable[bool]]) -> None:
        """Returns when the server is gone; one that does not answer any more is ended first."""
        server = self._server
        assert server is not None
        answered, limit = time.monotonic(), _WARM_UP
        while self._alive(server):
            if await probe():
                answered, limit = time.monotonic(), _FROZEN
                self._health.model = "ready"
            elif time.monotonic() - answered > limit:
                log.warning("model_frozen", seconds=int(limit))
                break
            await asyncio.sleep(1)
        self._health.model = "down"
        self.stop()

    def _alive(self, server: _Server) -> bool:
        if self._child is not None and self._child.pid == server.pid:
            return self._child.poll() is None
        return _is_ours(server)

    def stop(self) -> None:
        """End the server; nothing of it needs saving."""
        if self._server:
            _kill(self._server.pid)
        if self._child:
            self._child.wait(timeout=10)
        self._server = self._child = None
        self._state.unlink(missing_ok=True)


def _is_ours(server: _Server) -> bool:
    """Whether the process with that number is still the server we started: numbers are reused."""
    return server.token in _command_line(server.pid)


def _command_line(pid: int) -> str:
    if Path("/proc/self").exists():  # slim images have no ps
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
