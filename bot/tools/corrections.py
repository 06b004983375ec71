"""`sambut nlu export-corrections`: what agents corrected, as training data that somebody reads before it is used."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import yaml

from bot.domain.edition import build
from bot.domain.masking import mask
from bot.errors import SetupError
from bot.services.editions import read_files
from bot.settings import Settings
from bot.store import inquiries
from bot.store.database import Database
from bot.tools.nlu_files import normalised

_HEAD = """\
# Messages whose class agents corrected, newest last. Read each before you move it to nlu/: an agent may err,
# names of people stay in the text, and numbers that were starred out need invented ones in their place.
version: "3.1"

"""
_NO_DATABASE = "The database cannot be read; start it, and Sambut once on it (make run)"
_NONE = "# No corrections yet.\n"
_NONE_SINCE = "# No corrections since {since}.\n"


@dataclass(frozen=True, slots=True)
class Correction:
    """`agent` is a number: colleagues are told apart, not named."""

    text: str
    predicted: str
    corrected: str
    at: datetime
    desk: str
    agent: int


async def run(settings: Settings, since: date | None, out: TextIO) -> None:
    zone = build(read_files(settings.root)).calendar.zone
    database = Database(settings.url)
    # SQLite would make an empty database where there is none.
    if database.is_sqlite and not await asyncio.to_thread(Path(database.url.database or "").exists):
        raise SetupError(_NO_DATABASE)
    found = merged(read(*await _rows(database)))
    out.write(shown([c for c in found if since is None or c.at.astimezone(zone).date() >= since], zone, since))


async def _rows(database: Database) -> tuple[Sequence[Any], dict[int, str]]:
    try:
        async with database.read() as connection:
            return await inquiries.corrected(connection)
    except sa.exc.DBAPIError:
        raise SetupError(_NO_DATABASE) from None
    finally:
        await database.close()


def read(rows: Sequence[Any], said: Mapping[int, str]) -> Iterator[Correction]:
    """One of each message that was not corrected back: what the model had said, and the last agent's word."""
    agents: dict[str, int] = {}
    for row in rows:
        agents.setdefault(row.actor, len(agents) + 1)
    by_inquiry = sorted(rows, key=lambda row: (row.inquiry_id, row.id))
    for inquiry_id, group in groupby(by_inquiry, key=lambda row: row.inquiry_id):
        first, *more = group
        last = more[-1] if more else first
        text = _fit(said.get(inquiry_id, ""))
        if text and first.predicted != last.corrected:
            desk = last.actor.partition(":")[0]
            yield Correction(text, first.predicted, last.corrected, last.created_at, desk, agents[last.actor])


def merged(found: Iterable[Correction]) -> list[Correction]:
    """Oldest first; of one text the newest word only, or the training would contradict itself."""
    latest: dict[str, Correction] = {}
    for correction in sorted(found, key=lambda c: c.at):
        latest.pop(normalised(correction.text), None)
        latest[normalised(correction.text)] = correction
    return list(latest.values())


def shown(found: Sequence[Correction], zone: ZoneInfo, since: date | None) -> str:
    if not found:
        return _NONE_SINCE.format(since=since) if since else _NONE
    blocks = []
    for intent in dict.fromkeys(correction.corrected for correction in found):
        lines = [_example(correction, zone) for correction in found if correction.corrected == intent]
        blocks.append(f"  - intent: {intent}\n    examples:\n{''.join(lines)}")
    return f"{_HEAD}nlu:\n" + "\n".join(blocks)


def _example(correction: Correction, zone: ZoneInfo) -> str:
    """In Rasa's form of a list: its other form, a block of text, can hold no comments."""
    day = correction.at.astimezone(zone).date()
    who = f"agent {correction.agent} ({correction.desk})"
    return (
        f"      # {correction.predicted} -> {correction.corrected}, {day}, {who}\n"
        f"      - text: {_quoted(correction.text)}\n"
    )


def _fit(text: str) -> str:
    """Masked, on one line, and nothing in it that Rasa would take for an entity."""
    line = " ".join(mask(text).split())
    return line.replace("](", "] (").replace("]{", "] {")


def _quoted(text: str) -> str:
    """In quotes, so that Rasa does not look for variables of the environment in it."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=len(text) * 8 + 80).strip()
