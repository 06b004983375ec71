"""What `kb test` and `kb search` share: a question put to the search, and a table to read."""

from collections.abc import Sequence

from bot.errors import SetupError
from bot.messages import Match, Understood
from bot.runtime.clock import utc_now
from bot.tools.reader import Reader


async def ask(read: Reader, text: str) -> Understood:
    """Raises SetupError when the model went away: an empty answer would look like a weak article."""
    understood = await read.read(text, utc_now())
    if understood.model == "down":
        raise SetupError("The language model stopped answering; try again")
    return understood


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest entry; the first row is the heading."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def scored(matches: Sequence[Match]) -> str:
    return ", ".join(f"{match.article} {match.score:.2f}" for match in matches) or "nothing"
