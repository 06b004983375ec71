"""Which article a question is about: a regression over the articles' own example questions.

It knows two views of a text, its n-grams and its sentence vector, and one class beside the
articles: what the company is asked and no article answers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.ngrams import Vocabulary, read
from bot.messages import Match

Floats = NDArray[np.float32]
NOTHING = "-"  # the class of questions that no article answers


@dataclass(frozen=True, slots=True)
class Example:
    """A text that belongs to an article, or to NOTHING."""

    text: str
    label: str
    vector: Floats


@dataclass(frozen=True, slots=True)
class Ranker:
    """`lexical` has a row per n-gram of the vocabulary, `dense` one per number of a vector; a column per label."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    rows: Mapping[str, int]
    lexical: Floats
    dense: Floats
    centre: Floats

    def rank(self, text: str, vector: Sequence[float], without: Collection[str] = ()) -> tuple[Match, ...]:
        """Every article but some with its probability, best first; the rest of the probability is NOTHING's."""
        scores = self._lexical(text) + centred(np.asarray(vector, np.float32), self.centre) @ self.dense
        scores[[label in without for label in self.labels]] = -np.inf
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        found = (Match(label, round(float(share), 4)) for label, share in zip(self.labels, shares, strict=True))
        hidden = {NOTHING, *without}
        return tuple(sorted((m for m in found if m.article not in hidden), key=lambda m: -m.score))

    def _lexical(self, text: str) -> Floats:
        weights = self.vocabulary.weigh(text)
        if not weights:
            return np.zeros(len(self.labels), np.float32)
        rows = [self.rows[gram] for gram in weights]
        return np.array(list(weights.values()), np.float32) @ self.lexical[rows]

    def words(self, text: str, article: str, most: int = 5) -> tuple[tuple[str, float], ...]:
        """The words of a text that speak most for an article, with their part of the score."""
        column = self.lexical[:, self.labels.index(article)]
        parts = {word: self._part(word, column) for word in dict.fromkeys(read(text))}
        best = sorted(parts.items(), key=lambda part: -part[1])[:most]
        return tuple((word, round(part, 3)) for word, part in best if part > 0)

    def _part(self, word: str, column: Floats) -> float:
        weights = self.vocabulary.weigh(word)
        return float(sum(weight * column[self.rows[gram]] for gram, weight in weights.items()))


def centred(vectors: Floats, centre: Floats) -> Floats:
    """E5's vectors point nearly one way; what tells them apart is the difference from the mean."""
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    return (moved / np.where(lengths, lengths, 1)).astype(np.float32)
