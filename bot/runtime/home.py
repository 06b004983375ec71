"""The data folder: made, checked, locked; and the key that signs sessions."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO

from bot.errors import SetupError


def prepare(data: Path) -> IO[str]:
    """Make the folder and lock it for this process; keep the returned file open as long as it runs.

    SQLite has one writing process; the lock makes a second one fail with a clear line.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "files").mkdir(exist_ok=True)
        lock = (data / "sambut.lock").open("a+")
    except OSError as error:
        raise SetupError(
            f"The folder {data} cannot be written ({error.strerror}); mend its rights, "
            "or choose another with SAMBUT_DATA=..."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SetupError(
            f"Sambut already runs with the folder {data}; stop it first, or choose another with SAMBUT_DATA=..."
        ) from None
    return lock


def key(data: Path) -> bytes:
    """The secret that signs web sessions; losing it ends them, nothing more."""
    path = data / "session.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()
