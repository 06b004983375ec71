"""Held-out questions: knowledge_base/tests/*.yml, lists of {q, article, style}."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.yaml_text import load
from bot.errors import BadPolicy

_WORD = re.compile(r"[^\W_]+")
_KNOWN = {"q", "article", "style"}


@dataclass(frozen=True, slots=True)
class Case:
    """`article` is None for a question that no article answers."""

    file: str
    text: str
    article: str | None
    style: str = ""


def plain(text: str) -> str:
    """Equal for texts that differ only in case, punctuation and spaces."""
    return "".join(_WORD.findall(text.casefold())) or text.strip()


def case(file: str, entry: Any) -> Case:
    """Raises BadPolicy showing the entry."""
    given = entry if isinstance(entry, dict) else {}
    text, article, style = given.get("q"), given.get("article", ...), given.get("style", "")
    sound = isinstance(article, str | None) and isinstance(style, str) and set(given) <= _KNOWN
    if not (sound and isinstance(text, str) and text.strip()):
        raise BadPolicy(f"{file}: write it as {{q: text, article: id or null}}, not {str(entry)[:60]}")
    return Case(file, text.strip(), article, style)


def cases(paths: Sequence[Path]) -> list[Case]:
    """Raises BadPolicy naming file and entry."""
    return [case(path.name, entry) for path in paths for entry in _listed(path)]


def _listed(path: Path) -> list[Any]:
    try:
        listed = load(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadPolicy(f"{path}: cannot be read ({type(error).__name__})") from None
    if not isinstance(listed, list):
        raise BadPolicy(f"{path.name}: must be a list of {{q: text, article: id or null}}")
    return listed
