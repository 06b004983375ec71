"""Keeps the Rasa server up: trained, started on a free loopback port, adopted after our own crash."""

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.errors import SetupError
from bot.runtime.model import ModelFiles, rasa_environment
from bot.runtime.rasa_server import Note, RasaServer, kill
from bot.services.health import Health

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `retry` doubles with each failure in a row, up to `longest`."""

    warm_up: float = 120.0  # a server may take this long to answer for the first time
    frozen: float = 20.0  # without an answer, after which a server that did answer is replaced
    look: float = 1.0  # between looks at the process
    ask: float = 5.0  # between questions to a server that answers, and looks at data whose training failed
    retry: float = 30.0
    longest: float = 600.0


class RasaSupervisor:
    """`url` and `token` are what to ask the model with; they change when a server is replaced."""

    def __init__(
        self, files: ModelFiles, data: Path, say: Callable[[str], None], patience: Patience | None = None
    ) -> None:
        self._files, self._say, self._health = files, say, Health()
        self._note, self._log = Note(data / "rasa.json"), data / "rasa.log"
        self._patience = patience or Patience()
        self._server: RasaServer | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._adopted: int | None = None
        self._failures = 0

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
        """Until cancelled. `probe` says whether the model answers. Whatever fails, the loop never gives up."""
        self._health = health
        while True:
            causes = await asyncio.to_thread(self._causes)
            try:
                await self._provide()
                await self._watch(probe)
            except SetupError as error:
                await self._failed(str(error), causes)
            except Exception as error:
                await self._failed(f"The language model cannot be started ({type(error).__name__}: {error})", causes)
            await asyncio.sleep(self._patience.look)

    async def _provide(self) -> None:
        fingerprint = await asyncio.to_thread(self._files.fingerprint)
        if self._adopt(fingerprint):
            self._say("Language model: a running server was found and is used.")
            return
        self._files.check_python()
        if not self._files.path(fingerprint).exists():
            self._health.model = "training"
            self._say("Language model: training (three to five minutes, only when its data changed) ...")
            await self._files.train(fingerprint, self._log)
        self._start(fingerprint)

    def _adopt(self, fingerprint: str) -> bool:
        """Use the server that an earlier process of ours left behind, or end it when it is outdated."""
        left = self._note.read()
        pid = left.find() if left else None
        if left is None or pid is None:
            return False
        if left.fingerprint != fingerprint:
            kill(pid)
            return False
        self._server, self._adopted = left, pid
        return True

    def _start(self, fingerprint: str) -> None:
        self._health.model = "starting"
        self._say("Language model: starting (about half a minute); messages are accepted meanwhile.")
        server = RasaServer.planned(fingerprint)
        command = [
            str(self._files.python), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(server.port),
            "-m", str(self._files.path(fingerprint)), "--auth-token", server.token,
        ]  # fmt: skip
        self._write_note(server)
        with self._log.open("ab") as out:
            # Its own session: Ctrl-C reaches us first, and we end it in order.
            self._child = subprocess.Popen(
                command, cwd=self._files.root, env=rasa_environment(self._files.cache), stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self._server = server

    def _write_note(self, server: RasaServer) -> None:
        try:
            self._note.write(server)
        except OSError as error:  # only a crash of ours would need it
            log.warning("note_not_written", error=error.strerror)

    async def _watch(self, probe: Callable[[], Awaitable[bool]]) -> None:
        """Returns when the server is gone or frozen. Raises SetupError when a new one never answered."""
        assert self._server is not None
        patience, is_new = self._patience, self._child is not None
        heard, limit = time.monotonic(), max(patience.frozen, patience.warm_up - self._server.age)
        answers = answered = False
        while self._alive():
            silence = time.monotonic() - heard
            if not answers or silence >= patience.ask:
                answers = await probe()
                if answers:
                    heard, limit, answered = time.monotonic(), patience.frozen, True
                    self._ready()
                elif silence > limit:
                    log.warning("model_frozen", seconds=int(silence))
                    break
            await asyncio.sleep(patience.look)
        self._health.model = "down"
        self.stop()
        if is_new and not answered:
            raise SetupError(f"The language model ended before it answered; the reason is at the end of {self._log}")

    def _ready(self) -> None:
        self._health.model, self._health.model_note = "ready", ""
        self._failures = 0

    def _alive(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self._server is not None and self._adopted is not None and self._server.runs_as(self._adopted)

    async def _failed(self, reason: str, causes: tuple[str, bool]) -> None:
        """Say it once; wait until a cause changed since the attempt began, or try again after a while."""
        if reason != self._health.model_note:
            self._say(reason)
        self._health.model, self._health.model_note = "failed", reason
        patience = self._patience
        pause = min(patience.retry * 2**self._failures, patience.longest)
        self._failures += 1
        end = time.monotonic() + pause
        while time.monotonic() < end:
            if await asyncio.to_thread(self._causes) != causes:
                return
            await asyncio.sleep(patience.ask)

    def _causes(self) -> tuple[str, bool]:
        """What a start depends on and people change."""
        try:
            return self._files.fingerprint(), self._files.python.exists()
        except SetupError as error:
            return str(error), self._files.python.exists()

    def stop(self) -> None:
        """End the server; nothing of it needs saving."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        elif self._adopted is not None and self._server is not None and self._server.runs_as(self._adopted):
            kill(self._adopted)
        self._server = self._child = self._adopted = None
        self._note.remove()
