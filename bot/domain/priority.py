"""A ticket's priority from impact and urgency (SOP Inquiry and Complaint, stage 2), as policies/priority.yml says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.intents import CATEGORIES, CLASSES, CUES
from bot.domain.tickets import PREFIXES
from bot.errors import BadPolicy

# From the lowest up, with what agents read.
PRIORITIES = {"low": "Rendah", "medium": "Sedang", "high": "Tinggi", "urgent": "Mendesak"}
_URGENCY = ("normal", "high", "critical")
_IMPACT = ("minor", "moderate", "major")


@dataclass(frozen=True, slots=True)
class Priorities:
    """`urgency` by cue, `impact` by ticket type, `type.class` or `type.category`; `matrix` by both."""

    urgency: Mapping[str, str]
    impact: Mapping[str, str]
    matrix: Mapping[str, Mapping[str, str]]

    def of(self, ticket_type: str, message_class: str, category: str, cues: Collection[str]) -> str:
        """One of low, medium, high, urgent. The category says more than the class, the class more than the type."""
        names = (f"{ticket_type}.{category}", f"{ticket_type}.{message_class}", ticket_type)
        impact = next(self.impact[name] for name in names if name in self.impact)
        return self.matrix[impact][self._urgency(cues)]

    def _urgency(self, cues: Collection[str]) -> str:
        levels = [_URGENCY.index(self.urgency[cue]) for cue in set(cues)]
        strongest = max(levels, default=0) + (len(levels) > 1)
        return _URGENCY[min(strongest, len(_URGENCY) - 1)]


def parse_priorities(data: Any) -> Priorities:
    """Raises BadPolicy naming the entry that is wrong."""
    urgency = _table(data, "urgency", CUES, CUES, _URGENCY)
    impact = _table(data, "impact", PREFIXES, (*PREFIXES, *_finer()), _IMPACT)
    rows = data.get("matrix")
    if not isinstance(rows, dict) or set(rows) != set(_IMPACT):
        raise _bad("matrix", f"must have exactly the rows {', '.join(_IMPACT)}")
    matrix = {row: _table(rows, row, _URGENCY, _URGENCY, PRIORITIES) for row in rows}
    return Priorities(urgency, impact, matrix)


def _finer() -> list[str]:
    return [f"{kind}.{name}" for kind in PREFIXES for name in (*CLASSES, *CATEGORIES)]


def _table(
    data: Any, name: str, needed: Collection[str], known: Collection[str], values: Collection[str]
) -> dict[str, str]:
    """The entry `name`: every needed key, no unknown one, and only values from the list."""
    entries = data.get(name)
    if not isinstance(entries, dict):
        raise _bad(name, "must hold `name: level` entries")
    if missing := [key for key in needed if key not in entries]:
        raise _bad(name, f"{missing[0]} is missing")
    for key, value in entries.items():
        if key not in known:
            raise _bad(name, f"{key!r} is unknown; known: {', '.join(known)}")
        if value not in values:
            raise _bad(f"{name}.{key}", f"{value!r} is no level; known: {', '.join(values)}")
    return dict(entries)


def _bad(entry: str, reason: str) -> BadPolicy:
    return BadPolicy(f"policies/priority.yml, {entry}: {reason}")
