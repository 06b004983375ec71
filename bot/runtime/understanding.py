"""What a burst of messages means: the model's intent, the phrases that need no model, the articles."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import httpx
import structlog

from bot.domain import cues
from bot.domain.edition import Edition
from bot.domain.tickets import find_number
from bot.errors import ModelDown
from bot.messages import Inbound, Understood

log = structlog.get_logger()
_LONGEST = 2_000  # characters that the model reads; a longer story says its intent before that


def read_locally(inbounds: Sequence[Inbound]) -> Understood:
    """All that needs no model. A burst is one text; a stop or a human request in any line counts."""
    # The text of a pressed button is its title: the value says what was meant.
    text = "\n".join(i.text for i in inbounds if i.text and not i.button)
    lines = [found for i in inbounds if (found := cues.exact(i.text))]
    named = next((found for found in lines if found in ("human", "cancel")), None)
    button = None if text else next((i.button for i in reversed(inbounds) if i.button), None)
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


class RasaClient:
    """The Understanding port over Rasa's `POST /model/parse`.

    A first failure opens the circuit: later calls fail at once until a probe succeeds, so that a
    frozen model does not hold up the messages that need none.
    """

    def __init__(self, server: ModelServer, timeout: float, now: Callable[[], datetime]) -> None:
        self._server, self._now = server, now
        self._client = httpx.AsyncClient(timeout=timeout, trust_env=False)
        # Closed by the first successful probe: until then nothing is asked and everything waits.
        self.down_since: datetime | None = now()

    async def parse(self, text: str) -> Understood:
        if self.down_since:
            raise ModelDown("waiting for the model to come back")
        return await self._parse(text)

    async def probe(self) -> bool:
        """Whether the model answers now; opens or closes the circuit accordingly."""
        try:
            await self._parse("halo")
        except ModelDown:
            return False
        self.down_since = None
        return True

    async def _parse(self, text: str) -> Understood:
        try:
            return _read(text, await self._ask(text), self._server.fingerprint)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            self.down_since = self.down_since or self._now()
            raise ModelDown(type(error).__name__) from None

    async def _ask(self, text: str) -> Any:
        url, token = self._server.url, self._server.token
        if url is None:
            raise ValueError("the model is not up yet")
        # A leading slash would name an intent directly: customers must not be able to.
        body = {"text": text[:_LONGEST].lstrip("/ ")}
        answer = await self._client.post(f"{url}/model/parse", params={"token": token} if token else {}, json=body)
        answer.raise_for_status()
        return answer.json()

    async def close(self) -> None:
        await self._client.aclose()


def _read(text: str, data: Any, fingerprint: str) -> Understood:
    ranking = tuple((str(i["name"]), float(i["confidence"])) for i in data["intent_ranking"])
    intent, confidence = str(data["intent"]["name"]), float(data["intent"]["confidence"])
    return Understood(text, intent, confidence, ranking, model=fingerprint)


class Understander:
    """Puts the model, the local reading and the article search together."""

    def __init__(self, parse: Callable[[str], Awaitable[Understood]]) -> None:
        self._parse = parse

    async def read(self, inbounds: Sequence[Inbound], edition: Edition) -> Understood:
        """Never raises for a model that is down: `model` says "down" then."""
        local = read_locally(inbounds)
        if not local.text:
            return replace(local, model="none")
        try:
            heard = await self._parse(local.text)
        except ModelDown:
            return replace(local, model="down")
        return replace(
            local,
            intent=heard.intent,
            confidence=heard.confidence,
            ranking=heard.ranking,
            model=heard.model,
            matches=edition.index.search(local.text),
        )
