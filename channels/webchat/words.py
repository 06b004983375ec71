"""What the page says: one YAML file for each language, and the choice between them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bot
from bot.domain.yaml_text import load

FOLDER = Path(bot.__file__).parent / "templates" / "chat"
WORDS: dict[str, dict[str, Any]] = {
    language: load(f"{language}.yml", (FOLDER / f"{language}.yml").read_text("utf-8")) for language in ("id", "en")
}
_RANGE = re.compile(r"([a-z]+)(?:-[-a-z0-9]*)?\s*(?:;\s*q=([01](?:\.\d*)?))?")
# Who reads Javanese or Sundanese reads Indonesian too; "in" is its old code, which old phones still send.
_READ = {"jv": "id", "su": "id", "in": "id"}


def choose(asked: str, accepted: str) -> str:
    """The language that is asked for, else the browser's first of ours; for those of other countries English."""
    if asked in WORDS:
        return asked
    named = list(_by_quality(accepted))
    return next((language for language in named if language in WORDS), "en" if named else "id")


def _by_quality(accepted: str) -> Iterator[str]:
    """The languages of an Accept-Language header, the most welcome first."""
    ranges = [found for each in accepted.lower().split(",") if (found := _RANGE.fullmatch(each.strip()))]
    for found in sorted(ranges, key=_quality, reverse=True):
        if _quality(found):
            yield _READ.get(found[1], found[1])


def _quality(found: re.Match[str]) -> float:
    return float(found[2] or 1)


def fill(words: Any, **values: str) -> Any:
    """The same words with their places filled."""
    if isinstance(words, str):
        return words.format(**values)
    return {key: fill(each, **values) for key, each in words.items()}
