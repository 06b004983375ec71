"""How finders share one text: what a finder took is blank to those after it."""

import re
from collections.abc import Callable, Iterable

from bot.messages import Detail, DetailKind

Finder = Callable[[str], Iterable[Detail]]

# No letter, digit, space or mark that any pattern could read across.
_BLANK = "\0"


def spotted(kind: DetailKind, hit: re.Match[str], value: str, group: int = 0) -> Detail:
    """An empty value keeps the words from later finders: the 31st of June is not the 31st of this month."""
    return Detail(kind, hit[group], value, hit.start(group))


def read(text: str, finders: Iterable[Finder]) -> list[Detail]:
    """All that the finders see, those with an empty value too; the first to take a place has it."""
    kept: list[Detail] = []
    left = list(text)
    for finder in finders:
        for found in finder("".join(left)):
            place = slice(found.start, found.start + len(found.text))
            if _BLANK not in left[place]:
                kept.append(found)
                left[place] = _BLANK * len(found.text)
    return kept
