"""One Rasa server as a process of this machine, and the note by which our next process finds it."""

import contextlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class RasaServer:
    """`token` opens the server and names its process: no other has it in its command line."""

    port: int
    token: str
    fingerprint: str
    started: float  # epoch seconds

    @classmethod
    def planned(cls, fingerprint: str) -> "RasaServer":
        return cls(_free_port(), secrets.token_hex(16), fingerprint, time.time())

    @classmethod
    def from_json(cls, data: Any) -> "RasaServer":
        """Raises ValueError, KeyError or TypeError. A short token could name a process of somebody else."""
        if not re.fullmatch(r"[0-9a-f]{32}", data["token"]):
            raise ValueError("no token of ours")
        return cls(int(data["port"]), data["token"], str(data["fingerprint"]), float(data["started"]))

    def find(self) -> int | None:
        """The number of its process, found by the token: numbers alone are reused."""
        return next((pid for pid, line in _command_lines() if self.token in line), None)

    def runs_as(self, pid: int) -> bool:
        return self.token in (_command_line(pid) if _PROC.is_dir() else dict(_command_lines()).get(pid, ""))

    @property
    def age(self) -> float:
        return max(0.0, time.time() - self.started)


class Note:
    """The file that survives us. It is written before the server starts, so that none is ever unknown."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> RasaServer | None:
        try:
            return RasaServer.from_json(json.loads(self._path.read_text()))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, server: RasaServer) -> None:
        """At once or not at all, for the owner's eyes only. Raises OSError."""
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(server), file)
        new.replace(self._path)

    def remove(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _command_lines() -> Iterator[tuple[int, str]]:
    if _PROC.is_dir():  # slim images have no ps
        pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
        yield from ((pid, _command_line(pid)) for pid in pids)
        return
    shown = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True, check=False)
    for pid, _, line in (row.strip().partition(" ") for row in shown.stdout.splitlines()):
        yield int(pid), line


def _command_line(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
