"""Who may come in: links that open once, and signed session cookies."""

import hashlib
import hmac
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)


class Links:
    """Codes of one-time links: a file each, named by the code's hash, so that any process may make one.

    Who can write to the folder could as well read the database in it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, now: datetime) -> str:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if not self._lives(path, now):
                path.unlink(missing_ok=True)
        code = secrets.token_urlsafe(16)
        self._path(code).write_text((now + LINK_LIFETIME).isoformat())
        return code

    def valid(self, code: str, now: datetime) -> bool:
        return self._lives(self._path(code), now)

    def take(self, code: str, now: datetime) -> bool:
        """Use the code up; False when it is none, was used or is too old."""
        good = self.valid(code, now)
        try:
            self._path(code).unlink()
        except FileNotFoundError:
            return False
        return good

    def _path(self, code: str) -> Path:
        return self._folder / hashlib.sha256(code.encode(errors="replace")).hexdigest()

    @staticmethod
    def _lives(path: Path, now: datetime) -> bool:
        try:
            return now < datetime.fromisoformat(path.read_text())
        except (FileNotFoundError, ValueError):
            return False


def link(folder: Path, base_url: str, now: datetime) -> str:
    """A link that lets one agent in, once, within 15 minutes."""
    return f"{base_url.rstrip('/')}/open?code={Links(folder).make(now)}"


@dataclass(frozen=True, slots=True)
class Agent:
    """`actor` is the same for one name in every session, so that a case stays its agent's."""

    name: str
    session: str
    until: float

    @property
    def actor(self) -> str:
        return f"web:{slug(self.name)}"


def slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


class Sessions:
    """Sessions are stored in their cookie only. One that was left is refused until it expires."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the web desk's key needs 16 bytes or more")
        self._key = key
        self._left: dict[str, float] = {}

    def issue(self, name: str, now: datetime) -> str:
        until = (now + SESSION_LIFETIME).timestamp()
        body = urlsafe_b64encode(json.dumps([name, secrets.token_hex(16), until]).encode()).decode()
        return f"{body}.{self.sign('session', body)}"

    def read(self, token: str, now: datetime) -> Agent | None:
        body, _, signature = token.rpartition(".")
        if not self.signed("session", body, signature):
            return None
        agent = Agent(*json.loads(urlsafe_b64decode(body)))
        return agent if now.timestamp() < agent.until and agent.session not in self._left else None

    def end(self, agent: Agent, now: datetime) -> None:
        self._left = {id_: until for id_, until in self._left.items() if until > now.timestamp()}
        self._left[agent.session] = agent.until

    def token(self, agent: Agent) -> str:
        """What every form of the session must carry."""
        return self.sign("form", agent.session)

    def sign(self, purpose: str, value: str) -> str:
        text = f"desk-{purpose}:{value}".encode(errors="replace")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

    def signed(self, purpose: str, value: str, signature: str) -> bool:
        """Compared as bytes: a comparison of text raises on what is not ASCII."""
        return hmac.compare_digest(signature.encode(errors="replace"), self.sign(purpose, value).encode())
