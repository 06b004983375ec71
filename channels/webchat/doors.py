"""Who may come in, as whom, and how fast."""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Tokens:
    """Session tokens that only we can make: 128 random bits, the hour of issue, and a signature.

    None is stored anywhere: whoever holds one can prove it, and a dump of the database holds none.
    """

    key: bytes
    lifetime: timedelta

    def issue(self, now: datetime) -> str:
        body = f"{secrets.token_urlsafe(16)}.{_hour(now):x}"
        return f"{body}.{self._sign(body)}"

    def valid(self, token: str, now: datetime) -> bool:
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return False
        issued = int(body.rpartition(".")[2], 16)
        return _hour(now) - issued <= self.lifetime / timedelta(hours=1)

    def _sign(self, body: str) -> str:
        return hmac.new(self.key, b"webchat:" + body.encode(), hashlib.sha256).hexdigest()[:32]


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // 3600


def digest(token: str) -> str:
    """What stands for a session in the database."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def origin_allowed(headers: Mapping[str, str], allowed: tuple[str, ...]) -> bool:
    """Programs send no Origin; a browser always does and cannot be made to lie about it."""
    origin = headers.get("origin")
    if origin is None:
        return True
    if allowed:
        return origin.lower() in {each.lower().rstrip("/") for each in allowed}
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


class Places:
    """Open sockets by address. Loopback is not counted: there every customer is a proxy's."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    @contextmanager
    def take(self, host: str) -> Iterator[bool]:
        """False when the address has as many sockets as it may."""
        if _is_loopback(host):
            yield True
            return
        self._open[host] += 1
        try:
            yield self._open[host] <= self._most
        finally:
            self._open[host] -= 1
            if not self._open[host]:
                del self._open[host]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return not host  # a Unix socket has no address


class Tempo:
    """At most `most` points in any `seconds`."""

    def __init__(self, most: int = 20, seconds: float = 10) -> None:
        self._most, self._seconds = most, seconds
        self._spent: deque[float] = deque()

    def spend(self, points: int = 1) -> bool:
        now = time.monotonic()
        while self._spent and self._spent[0] <= now - self._seconds:
            self._spent.popleft()
        if len(self._spent) + points > self._most:
            return False
        self._spent.extend([now] * points)
        return True
