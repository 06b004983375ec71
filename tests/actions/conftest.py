"""Decisions as values: a situation and what was understood in, effects out."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.dialogue import decide
from bot.domain.edition import build
from bot.domain.effects import Effects, Situation
from bot.messages import Match, Understood
from bot.services.editions import read_files

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
EDITION = build(read_files(Path(__file__).parents[2]))
Decide = Callable[..., Effects]


def understood(text: str, intent: str = "general", *matches: tuple[str, float], **more: object) -> Understood:
    """`matches` as (article, score); the band follows from the first by the edition's own limits."""
    found = tuple(Match(*match) for match in matches)
    best, limits = found[0].score if found else 0.0, EDITION.limits
    band = "answer" if best >= limits.answer else "offer" if best >= limits.offer else "none"
    return Understood(text, intent, 0.95, matches=found, band=band, model="test", **more)  # type: ignore[arg-type]


@pytest.fixture
def turn() -> Decide:
    """What is decided in a conversation that is under way."""

    def take(said: Understood, **situation: object) -> Effects:
        return decide(Situation(EDITION, **situation), said, NOW)  # type: ignore[arg-type]

    return take
