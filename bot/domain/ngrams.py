"""Texts as weighted n-grams: single words, pairs of words, and runs of letters that forgive spelling."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_LONG = re.compile(r"(.)\1{2,}")
_SHORTEST, _LONGEST = 2, 5  # letters of a run, with the space at a word's ends

Weights = dict[str, float]


def read(text: str) -> list[str]:
    """Words in lower case, figures as 0, `lamaaaa` as `lamaa`. Never used for intents."""
    return _WORD.findall(_LONG.sub(r"\1\1", _FIGURES.sub("0", text.lower())))


def _words(words: list[str]) -> Iterator[str]:
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))


def _runs(words: list[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            if size > len(padded):
                break
            for at in range(len(padded) - size + 1):
                yield "~" + padded[at : at + size]


def _counted(text: str) -> tuple[Counter[str], Counter[str]]:
    words = read(text)
    return Counter(_words(words)), Counter(_runs(words))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams of a set of texts with their rarity."""

    rarity: Mapping[str, float]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        seen: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            for counted in _counted(text):
                seen.update(counted.keys())
        return cls({gram: math.log((1 + total) / (1 + times)) + 1 for gram, times in seen.items()})

    def weigh(self, text: str) -> Weights:
        """Known n-grams with their weights; words and runs each have length 1 as a vector."""
        found: Weights = {}
        for counted in _counted(text):
            part = {g: (1 + math.log(n)) * self.rarity[g] for g, n in counted.items() if g in self.rarity}
            length = math.sqrt(sum(weight * weight for weight in part.values())) or 1.0
            found.update((gram, weight / length) for gram, weight in part.items())
        return found
