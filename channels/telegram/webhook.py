"""Reading a pushed update safely: who sent it, how long it is, whether it is JSON at all."""

import hmac
import json
from typing import Never

from starlette.requests import ClientDisconnect, Request

from bot.errors import BadRequest
from bot.messages import Json

LARGEST = 1024 * 1024
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class TooLarge(BadRequest):
    """More than LARGEST; the rest was not read."""


def authentic(request: Request, secret: str) -> bool:
    """Compared as bytes: the comparison of strings raises on a header that is not ASCII."""
    given = request.headers.get(_HEADER, "").encode("latin-1")
    return bool(secret) and hmac.compare_digest(given, secret.encode())


async def read(request: Request) -> Json:
    try:
        update = json.loads(await _body(request), parse_constant=_refuse)
    except (ValueError, RecursionError, ClientDisconnect):
        raise BadRequest("not JSON") from None
    if not isinstance(update, dict):
        raise BadRequest("not a JSON object")
    return update


async def _body(request: Request) -> bytes:
    if _declared(request) > LARGEST:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def _declared(request: Request) -> int:
    try:
        return int(request.headers.get("content-length", "0"))
    except ValueError:
        return 0


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")
