"""The application as a process of its own, and what the system says of processes (Linux)."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.runtime.rasa_server import Note
from tests.storm.process import ROOT, free_port

SECRET = "bench-secret"
_READY = 300.0  # seconds; a model may have to be trained
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class App:
    pid: int
    port: int
    data: Path

    def rasa(self) -> tuple[int, str, str] | None:
        """Process id, address and token of the server it supervises."""
        note = Note(self.data / "rasa.json").read()
        pid = note.find() if note else None
        return (pid, f"http://127.0.0.1:{note.port}", note.token) if note and pid else None


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


@asynccontextmanager
async def app(folder: Path, api: str, token: str, rasa_url: str) -> AsyncIterator[App]:
    """Running, with the model ready; ended by its own process id."""
    port, desk = free_port(), free_port()
    environment = os.environ | {
        "SAMBUT_ROOT": str(ROOT), "SAMBUT_DATA": str(folder), "SAMBUT_PORT": str(port),
        "SAMBUT_DESK_PORT": str(desk), "SAMBUT_DEBOUNCE": "false", "RASA_URL": rasa_url, "TELEGRAM_TOKEN": token,
        "TELEGRAM_API_BASE": api, "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}", "SLACK_BOT_TOKEN": "",
    }  # fmt: skip
    written = folder / "app.log"
    with written.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.launcher", cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            await _ready(f"http://127.0.0.1:{port}/health/ready", process, written)
            if not rasa_url:  # an imitation gives no vectors to fit to
                await _at_rest(written)
            yield App(process.pid, port, folder)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await process.wait()


async def _ready(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(_READY), aiohttp.ClientSession() as session:
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"the application ended:\n{log.read_text()[-2000:]}")
            try:
                async with session.get(url) as answer:
                    if json.loads(await answer.read())["model"] == "ready":
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def _at_rest(log: Path) -> None:
    """The first start reads every example with the model, which would compete with what is measured."""
    async with asyncio.timeout(_READY):
        while b"ranker_fitted" not in log.read_bytes():
            await asyncio.sleep(0.1)
