"""What a burst of messages means: the model's intent, the phrases that need no model, the articles."""

import base64
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

import aiohttp
import numpy as np
import structlog

from bot.domain import cues
from bot.domain.cues import second_request
from bot.domain.details import details
from bot.domain.edition import Edition
from bot.domain.tickets import find_number
from bot.errors import ModelDown, SetupError
from bot.messages import Inbound, Understood
from bot.runtime.language import language_of
from bot.services.search import Search

log = structlog.get_logger()
_LONGEST = 2_000  # characters that the model reads; a longer story says its intent before that
_NO_WORDS = "?!"  # of an empty text, Rasa says nothing
_HALVES = re.compile(r"[\ud800-\udfff]")  # of characters: no tokenizer takes them
_LARGEST = 1_000_000  # bytes of an answer
# From which probability a cue counts: by itself, and where a phrase says so too. Chosen on development messages.
_CUE, _CUE_WITH_PHRASE = 0.17, 0.1
_ALARM = 0.3  # of danger and fraud: they stop whatever was going on, and a forgotten password is no theft


def read_locally(inbounds: Sequence[Inbound]) -> Understood:
    """All that needs no model. A burst is one text; a stop or a human request in any line counts."""
    # The text of a pressed button is its title: the value says what was meant.
    text = "\n".join(i.text for i in inbounds if i.text and not i.button)
    lines = [found for i in inbounds if (found := cues.exact(i.text))]
    named = next((found for found in lines if found in ("human", "cancel")), None)
    pressed = next((i.button for i in reversed(inbounds) if i.button), None)
    button = pressed if not text or pressed in ("human", "cancel") else None
    return Understood(
        text=text,
        exact=named or (lines[-1] if lines and len(inbounds) == 1 else None),  # type: ignore[arg-type]
        cues=cues.cues(text),
        ticket_number=find_number(text),
        button=button,
        attachments=tuple(a for i in inbounds for a in i.attachments),
    )


class ModelServer(Protocol):
    """Where the model is. `url` is None before it was started; both may change at a restart."""

    @property
    def url(self) -> str | None: ...
    @property
    def token(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FixedServer:
    """A Rasa server that somebody else runs (`RASA_URL`)."""

    url: str
    token: str
    fingerprint: str = "external"

    def __post_init__(self) -> None:
        if not re.match(r"https?://[\w\[]", self.url):
            raise SetupError("RASA_URL: must look like http://host:5005")


class RasaClient:
    """The Understanding port over Rasa's `POST /model/parse`.

    A first failure opens the circuit: later calls fail at once until a probe succeeds, so that a
    frozen model does not hold up the messages that need none.
    """

    def __init__(self, server: ModelServer, timeout: float, now: Callable[[], datetime]) -> None:
        self._server, self._now = server, now
        self._timeout = aiohttp.ClientTimeout(total=timeout)  # of the whole call: an answer may also trickle
        self._session: aiohttp.ClientSession | None = None
        # Closed by the first successful probe: until then nothing is asked and everything waits.
        self.down_since: datetime | None = now()

    async def parse(self, text: str) -> Understood:
        if self.down_since:
            raise ModelDown("waiting for the model to come back")
        try:
            return await self._parse(text)
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            self._open()
            raise ModelDown(type(error).__name__) from None
        except Exception as error:
            # It did answer: one text that it cannot read must not hold up the others.
            log.warning("parse_failed", error=type(error).__name__, answers=await self.probe())
            raise ModelDown(type(error).__name__) from None

    async def probe(self) -> bool:
        """Whether the model answers now; opens or closes the circuit accordingly."""
        try:
            await self._parse("halo")
        except Exception:  # whatever a server may answer: it does not understand now
            self._open()
            return False
        self.down_since = None
        return True

    def _open(self) -> None:
        self.down_since = self.down_since or self._now()

    async def _parse(self, text: str) -> Understood:
        # A leading slash, also after line breaks, would name an intent directly: customers must not be able to.
        said = re.sub(r"^[\s/]+", "", _HALVES.sub("?", text))[:_LONGEST] or _NO_WORDS
        return _read(text, json.loads(await self._ask(said)), self._server.fingerprint)

    async def _ask(self, text: str) -> bytes:
        url, token = self._server.url, self._server.token
        if url is None:
            raise TimeoutError("the model is not up yet")
        if self._session is None:  # it belongs to the running loop
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        address, params = f"{url.rstrip('/')}/model/parse", {"token": token} if token else {}
        async with self._session.post(address, params=params, json={"text": text}, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError(f"status {answer.status}")
            return await _body(answer.content)

    async def close(self) -> None:
        if self._session:
            await self._session.close()


async def _body(stream: aiohttp.StreamReader) -> bytes:
    body = b""
    async for chunk in stream.iter_any():
        body += chunk
        if len(body) > _LARGEST:
            raise ValueError("the answer is too large")
    return body


def _read(text: str, data: Any, fingerprint: str) -> Understood:
    """Raises whatever a wrong shape causes; the caller takes every error for one.

    A server with another pipeline than ours may leave out all but the intents.
    """
    intent, confidence = _scored(data["intent"])
    return Understood(
        text,
        intent,
        confidence,
        tuple(_scored(entry) for entry in data["intent_ranking"]),
        cues=_cues(text, data.get("cues")),
        category=_scored(data["category"])[0] if intent == "complaint" and data.get("category") else "",
        vector=_vector(data.get("vector", "")),
        encoder=str(data.get("encoder", "")),
        model=fingerprint,
    )


def _cues(text: str, told: Any) -> tuple[tuple[str, str], ...]:
    """Phrases alone are often wrong ("balas asap ya"): the model must not think them unlikely."""
    phrases = dict(cues.cues(text))
    if told is None:
        return tuple(phrases.items())
    shares = dict(_scored(cue) for cue in told)
    found = {cue["name"]: str(cue["words"]) for cue in told if shares[cue["name"]] >= _enough(cue["name"])}
    found |= {name: words for name, words in phrases.items() if shares.get(name, 0.0) >= _CUE_WITH_PHRASE}
    return tuple(found.items())


def _enough(cue: str) -> float:
    return _ALARM if cue in ("danger", "fraud") else _CUE


def _vector(packed: str) -> tuple[float, ...]:
    vector = np.frombuffer(base64.b64decode(packed, validate=True), "<f2")
    if not np.isfinite(vector).all():
        raise ValueError("no vector")
    return tuple(vector.tolist())


def _scored(entry: Any) -> tuple[str, float]:
    name, confidence = entry["name"], float(entry["confidence"])
    if not isinstance(name, str) or not 0.0 <= confidence <= 1.001:
        raise ValueError("not an intent")
    return name, confidence


class Understander:
    """Puts the model, the local reading and the article search together."""

    def __init__(self, parse: Callable[[str], Awaitable[Understood]], search: Search) -> None:
        self._parse, self._search = parse, search

    async def read(self, inbounds: Sequence[Inbound], edition: Edition, now: datetime) -> Understood:
        """Never raises for a model that is down: `model` says "down" then."""
        local = read_locally(inbounds)
        if not local.text:
            return replace(local, model="none")
        today = now.astimezone(edition.calendar.zone).date()
        local = replace(local, language=language_of(local.text), details=details(local.text, today, edition.products))
        try:
            heard = await self._heard(local.text, edition, today)
            also = await self._also(local.text, edition, today)
        except ModelDown:
            return replace(local, model="down")
        return replace(
            heard, exact=local.exact, ticket_number=local.ticket_number, button=local.button,
            attachments=local.attachments, language=local.language, details=local.details, also=also,
        )  # fmt: skip

    async def _heard(self, text: str, edition: Edition, today: date) -> Understood:
        heard = await self._parse(text)
        found = self._search.find(edition, heard, today)
        return replace(heard, matches=found.matches, band=found.band)

    async def _also(self, text: str, edition: Edition, today: date) -> Understood | None:
        """A second request, where the customer says that there is one ("sekalian mau tanya ...")."""
        second = second_request(text)
        return await self._heard(second, edition, today) if second else None
