"""Whether a function's time grows with its input and not with the square of it."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

HOSTILE = {
    "a!": "a!", "open brackets": "(", "spaces": " ", "digits": "1", "digits and spaces": "1 ", "dots": "a.",
    "at": "a@", "dashes": "1-", "newlines": "\n", "plus": "+(", "words": "tidak ", "letters": "a",
}  # fmt: skip


def is_linear(function: Callable[[str], Any], unit: str, start: str = "", end: str = "", length: int = 100_000) -> bool:
    """Four times the text may take four times the time, not sixteen."""
    small, large = (start + unit * (size // len(unit)) + end for size in (length // 4, length))
    return any(_time(function, large) < max(8 * _time(function, small), 0.02) for _ in range(3))


def _time(function: Callable[[str], Any], text: str) -> float:
    return min(_once(function, text) for _ in range(3))


def _once(function: Callable[[str], Any], text: str) -> float:
    start = time.thread_time()
    with contextlib.suppress(ValueError):  # an answer that is refused counts like one that is kept
        function(text)
    return time.thread_time() - start
