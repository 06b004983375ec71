"""Figures of classification, each with the interval that a sample of this size allows."""

import math
from collections import Counter
from collections.abc import Sequence

_Z = 1.96  # 95 %


def interval(right: int, total: int) -> tuple[float, float]:
    """Wilson's interval of a share."""
    if not total:
        return 0.0, 1.0
    share, spread = right / total, _Z * _Z / total
    middle = share + spread / 2
    wide = _Z * math.sqrt(share * (1 - share) / total + spread / total / 4)
    return (middle - wide) / (1 + spread), (middle + wide) / (1 + spread)


def told(right: int, total: int) -> str:
    low, high = interval(right, total)
    return f"{right / total if total else 0:.3f}  [{low:.3f}, {high:.3f}]  of {total}"


def macro_f1(expected: Sequence[str], found: Sequence[str]) -> float:
    """The mean of each expected label's F1; a label that never was expected has none."""
    hits = Counter(e for e, f in zip(expected, found, strict=True) if e == f)
    wanted, given = Counter(expected), Counter(found)
    return sum(2 * hits[label] / (wanted[label] + given[label]) for label in wanted) / len(wanted)


def right_at_most_false(
    scored: Sequence[tuple[float, bool]], others: Sequence[float], share: float
) -> tuple[float, float]:
    """The threshold above which at most `share` of the others lie, and the share of right answers above it.

    `scored`: best score of an answerable question and whether that article is right.
    """
    allowed = int(share * len(others))
    threshold = sorted(others, reverse=True)[allowed] if others else 0.0
    return threshold, sum(right and score > threshold for score, right in scored) / (len(scored) or 1)
