"""Which of many texts is nearly the same as another: by the runs of letters that they share."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NEAR = 0.8
_RUN = 3
Runs = frozenset[str]


@dataclass(frozen=True, slots=True)
class Nearest:
    """Texts by the rarest of their runs.

    Two texts that share as much as NEAR share one of these few, whatever the texts (prefix
    filtering): so few candidates are compared, and none is missed.
    """

    texts: Sequence[Runs]
    seen: Mapping[str, int]
    rows: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Nearest":
        known = [runs(text) for text in texts]
        seen = Counter(run for text in known for run in text)
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(known):
            for run in _rarest(text, seen):
                rows[run].append(row)
        return cls(known, seen, rows)

    def find(self, text: str) -> tuple[float, int]:
        """The greatest share and its row, when any reaches NEAR; else something smaller."""
        mine = runs(text)
        candidates = {row for run in _rarest(mine, self.seen) for row in self.rows.get(run, ())}
        found = ((shared(mine, self.texts[row]), row) for row in sorted(candidates))
        return max(found, key=lambda pair: pair[0], default=(0.0, 0))


def runs(text: str) -> Runs:
    padded = f" {text} "
    return frozenset(padded[at : at + _RUN] for at in range(len(padded) - _RUN + 1))


def shared(one: Runs, other: Runs) -> float:
    """Jaccard: of the runs of both, the part that both have."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _rarest(text: Runs, seen: Mapping[str, int]) -> Sequence[str]:
    return sorted(text, key=lambda run: (seen.get(run, 0), run))[: len(text) - int(NEAR * len(text)) + 1]
