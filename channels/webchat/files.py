"""Files from customers, kept under names of our own."""

import base64
import os
import re
import secrets
from pathlib import Path
from typing import Literal

from bot.domain.text import clean
from bot.messages import Attachment

_LARGEST = 5 * 1024 * 1024
_LONGEST_NAME = 100
_JPEG, _PNG, _WEBP, _PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
_SUFFIX = {_JPEG: ".jpg", _PNG: ".png", _WEBP: ".webp", _PDF: ".pdf"}


def store(folder: Path, name: str, declared: str, encoded: str) -> Attachment:
    """On the disk when this returns. Raises ValueError for a file that we do not take. Blocks."""
    data = base64.b64decode(encoded, validate=True)
    type_ = sniff(data)
    if type_ is None or type_ != declared or len(data) > _LARGEST:
        raise ValueError("not a file that we take")
    ref = secrets.token_hex(16) + _SUFFIX[type_]
    _write(folder, ref, data)
    kind: Literal["photo", "document"] = "document" if type_ == _PDF else "photo"
    return Attachment(kind, ref, clean_name(name) or "lampiran" + _SUFFIX[type_])


def discard(folder: Path, ref: str) -> None:
    (folder / ref).unlink(missing_ok=True)


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes show, if it is one that we take."""
    if data.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _WEBP
    return _PDF if data.startswith(b"%PDF-") else None


def clean_name(name: str) -> str:
    """The last part of a path, fit to be shown; it never names a file of ours."""
    last = re.split(r"[/\\]", clean(name))[-1]
    return " ".join(last.split()).lstrip(".")[-_LONGEST_NAME:]


def _write(folder: Path, ref: str, data: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder / ref, "xb", opener=_private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if os.name == "posix":
        _sync_names(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
