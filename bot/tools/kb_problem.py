"""What a check of knowledge_base/ has to say, with its place."""

import re
from dataclasses import dataclass

from bot.errors import BadPolicy

_PLACE = re.compile(r"(?P<file>[^\s:,]+\.yml)(?:, line (?P<line>\d+))?[:,]? ?(?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`text` says what to do. A warning is worth a look, and serves all the same."""

    file: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' * self.warning}{self.text}"


def problem(error: BadPolicy, file: str = "policies", line: int = 1) -> Problem:
    """From an error that names its file, and perhaps its line."""
    place = _PLACE.fullmatch(str(error))
    if place is None:
        return Problem(file, line, str(error))
    return Problem(place["file"], int(place["line"] or line), place["text"])
