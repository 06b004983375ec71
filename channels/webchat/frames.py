"""What a client may send over the socket. Anything else becomes a BadFrame, never another error."""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.domain.text import clean
from channels.webchat.words import WORDS

LONGEST_FRAME = 8 * 1024 * 1024
LONGEST_TEXT = 4_000
_LARGEST_SEQ = 2**63 - 1
_ID = re.compile(r"[!-~]{1,64}")

# For clients that have no words of their own for a code.
ERRORS: dict[str, str] = WORDS["id"]["script"]["errors"]


class BadFrame(Exception):
    """`code` is a key of ERRORS; `id` the client's id of the message, when it could be read."""

    def __init__(self, code: str, id: str | None = None) -> None:
        super().__init__(code)
        self.code, self.id = code, id

    def to_json(self) -> dict[str, Any]:
        return {"type": "error", "id": self.id, "code": self.code, "text": ERRORS[self.code]}


@dataclass(frozen=True, slots=True)
class Hello:
    session: str
    seq: int
    name: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """As it arrived: `data` is still Base64 and `type` only what the client says."""

    name: str
    type: str
    data: str


@dataclass(frozen=True, slots=True)
class Said:
    id: str
    text: str
    button: str | None
    file: SentFile | None


def parse(raw: str | None) -> Hello | Said:
    frame = _object(raw)
    if frame.get("type") == "hello":
        return _hello(frame)
    if frame.get("type") == "message":
        return _said(frame)
    raise BadFrame("bad_request")


def _object(raw: str | None) -> dict[str, Any]:
    try:
        frame = json.loads(raw or "", parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadFrame("bad_request") from None
    if not isinstance(frame, dict):
        raise BadFrame("bad_request")
    return frame


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def _hello(frame: dict[str, Any]) -> Hello:
    seq = frame.get("seq") or 0
    if type(seq) is not int or not 0 <= seq <= _LARGEST_SEQ:
        raise BadFrame("bad_request")
    return Hello(_string(frame, "session"), seq, clean(_string(frame, "name"))[:80])


def _said(frame: dict[str, Any]) -> Said:
    id = frame.get("id")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise BadFrame("bad_request")
    try:
        said = Said(id, _text(frame), _button(frame), _file(frame))
    except BadFrame as bad:
        raise BadFrame(bad.code, id) from None
    if not (said.text or said.button or said.file):
        raise BadFrame("bad_request", id)
    return said


def _text(frame: dict[str, Any]) -> str:
    text = _string(frame, "text")
    if len(text) > LONGEST_TEXT:
        raise BadFrame("too_long")
    return clean(text)


def _button(frame: dict[str, Any]) -> str | None:
    value = _string(frame, "button")
    if value != clean(value) or len(value.encode()) > 64:
        raise BadFrame("bad_request")
    return value or None


def _file(frame: dict[str, Any]) -> SentFile | None:
    sent = frame.get("attachment")
    if sent is None:
        return None
    if not isinstance(sent, dict):
        raise BadFrame("bad_request")
    return SentFile(_string(sent, "name"), _string(sent, "type"), _string(sent, "data"))


def _string(frame: dict[str, Any], key: str) -> str:
    """The string under `key`, empty when absent. Lone surrogates fail here: no database keeps them."""
    value = frame.get(key)
    if value is None:
        return ""
    try:
        if not isinstance(value, str):
            raise ValueError(key)
        value.encode()
    except ValueError:
        raise BadFrame("bad_request") from None
    return value
