"""The data folder: made, checked, locked; and the key that signs sessions."""

import fcntl
import os
import secrets
import tempfile
from pathlib import Path
from typing import IO

from bot.errors import SetupError

_KEY_BYTES = 32


def prepare(data: Path) -> IO[str]:
    """Make the folder and lock it for this process; keep the returned file open as long as it runs.

    SQLite has one writing process; the lock makes a second one fail with a clear line.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "files").mkdir(exist_ok=True)
        lock = (data / "sambut.lock").open("a+")
        tempfile.TemporaryFile(dir=data).close()  # the lock may be there already: can anything be added?
    except OSError as error:
        raise SetupError(
            f"The folder {data} cannot be written ({error.strerror}); mend its rights, "
            "or choose another with SAMBUT_DATA=..."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise SetupError(
            f"Sambut already runs with the folder {data}; stop it first, or choose another with SAMBUT_DATA=..."
        ) from None
    return lock


def key(data: Path) -> bytes:
    """The secret that signs web sessions; losing it ends them, nothing more."""
    path = data / "session.key"
    try:
        found = path.read_bytes() if path.exists() else b""
        # A kill or a full disk may leave less than was written, and a short key could be guessed.
        return found if len(found) >= _KEY_BYTES else _new_key(path)
    except OSError as error:
        raise SetupError(f"The file {path} cannot be used ({error.strerror}); mend its rights, or remove it") from None


def _new_key(path: Path) -> bytes:
    made, new = secrets.token_bytes(_KEY_BYTES), path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made)
    new.replace(path)
    return made
