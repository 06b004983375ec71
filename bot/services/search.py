"""Which articles a question is about, and whether the first may be told.

A ranker fitted to the articles' examples decides. While an edition is newer than the ranker, the
articles that changed are found by their words alone (BM25), so that an edit is live at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection

import structlog

from bot.domain import fitting
from bot.domain.edition import Edition
from bot.domain.ranker import Example, Floats, Ranker
from bot.errors import ModelDown
from bot.messages import Band, Match, Understood
from bot.store import vectors
from bot.store.database import Database

log = structlog.get_logger()
_MOST = 10  # articles that a turn looks at
_LEXICAL = 3  # of those that only their words found
_PROBE = "halo"
_SAVED_AFTER = 100  # new vectors, so that a stop in the middle of the first start loses little

Fit = Callable[[Sequence[Example]], Awaitable[Ranker]]


async def fit_apart(examples: Sequence[Example]) -> Ranker:
    """In a process of its own: it takes seconds of a processor and some hundred megabytes, once per edit.

    The process ends with us. Raises EOFError when it died.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_fit, args=(theirs, examples), daemon=True)
    await asyncio.to_thread(process.start)
    theirs.close()
    try:
        ranker: Ranker = await asyncio.to_thread(ours.recv)
        return ranker
    finally:
        process.kill()


def _fit(result: Connection, examples: Sequence[Example]) -> None:
    result.send(fitting.fit(examples))


@dataclass(frozen=True, slots=True)
class Found:
    matches: tuple[Match, ...] = ()
    band: Band = "none"


class Search:
    """`parse` gives a text's vector beside its intent."""

    def __init__(self, database: Database, parse: Callable[[str], Awaitable[Understood]], fit: Fit = fit_apart) -> None:
        self._database, self._parse, self._fit = database, parse, fit
        self._ranker: Ranker | None = None
        self._edition: Edition | None = None  # that the ranker was fitted to
        self._encoder = ""  # whose vectors it knows
        self._busy: asyncio.Task[None] | None = None

    def find(self, edition: Edition, heard: Understood, today: date) -> Found:
        if heard.encoder != self._encoder:  # the model was replaced: the next beat fits anew
            self._ranker = self._edition = None
        expired = {name for name, article in edition.articles.items() if not article.serves(today)}
        changed = self._changed(edition)
        ranked = self._ranker.rank(heard.text, heard.vector, expired) if self._ranker else ()
        known = tuple(m for m in ranked if m.article in edition.articles and m.article not in changed)[:_MOST]
        fresh = edition.index.search(heard.text) if changed else ()
        lexical = tuple(m for m in fresh if m.article in changed and m.article not in expired)[:_LEXICAL]
        band = self._band(known, edition)
        if band != "answer" and lexical and lexical[0].score >= edition.limits.lexical:
            return Found(lexical + known, "answer")
        return Found(known + lexical, band)

    @staticmethod
    def _band(known: Sequence[Match], edition: Edition) -> Band:
        best = known[0].score if known else 0.0
        if best >= edition.limits.answer:
            return "answer"
        return "offer" if best >= edition.limits.offer else "none"

    def _changed(self, edition: Edition) -> set[str]:
        before = self._edition.articles if self._edition else {}
        return {name for name, article in edition.articles.items() if before.get(name) != article}

    @property
    def ranker(self) -> Ranker | None:
        return self._ranker

    def refresh(self, edition: Edition) -> None:
        """Fit to a new edition in the background; the last good ranker serves meanwhile."""
        if self._edition is not edition and (self._busy is None or self._busy.done()):
            self._busy = asyncio.create_task(self._refit(edition))

    async def _refit(self, edition: Edition) -> None:
        try:
            await self.fit_to(edition)
        except ModelDown:
            log.info("vectors_wait", reason="the model is away")  # the next beat tries again
        except Exception as error:
            log.error("fit_failed", error=repr(error)[:200])

    async def fit_to(self, edition: Edition) -> None:
        """Raises ModelDown when the model that gives the vectors does not answer."""
        texts = list(dict.fromkeys(text for text, _ in edition.examples))
        encoder = (await self._parse(_PROBE)).encoder
        made = await self._vectors(encoder, texts)
        examples = [Example(text, label, made[text]) for text, label in edition.examples if text in made]
        several = len({example.label for example in examples}) > 1  # of one alone, everything would be sure
        self._ranker = await self._fit(examples) if several else None
        self._edition, self._encoder = edition, encoder
        log.info("ranker_fitted", examples=len(examples))

    async def _vectors(self, encoder: str, texts: Sequence[str]) -> dict[str, Floats]:
        known = await vectors.load(self._database, encoder, texts)
        missing = [text for text in texts if text not in known]
        for start in range(0, len(missing), _SAVED_AFTER):
            heard = [await self._hear(text) for text in missing[start : start + _SAVED_AFTER]]
            if any(h and h.encoder != encoder for h in heard):
                raise ModelDown("the model was replaced meanwhile")
            await vectors.save(self._database, encoder, {h.text: h.vector for h in heard if h})
        return await vectors.load(self._database, encoder, texts)

    async def _hear(self, text: str) -> Understood | None:
        """None for a text that the model cannot read, while it reads others."""
        try:
            return await self._parse(text)
        except ModelDown:
            await self._parse(_PROBE)
            log.warning("example_unreadable", length=len(text))
            return None
