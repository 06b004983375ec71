"""The classifier's mathematics: logistic regressions over n-gram counts and a sentence vector. Imports no Rasa.

One head says the intent, one the complaint's category, one the urgency cue. Counts are damped,
weighted by rarity and brought to length 1 per kind of n-gram; vectors are centred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

NONE = "-"
_TOLERANCE = 0.5  # of the loss's slope, a sum over all examples; less costs minutes and changes no answer
_PARTS = 5  # one of them chooses the temperature
_TEMPERATURES = np.geomspace(0.4, 2.5, 31)


@dataclass
class Space:
    """From raw features to the space in which all heads work. `sizes` are the widths of the sparse blocks."""

    sizes: Sequence[int]
    rarity: np.ndarray
    centre: np.ndarray
    dense_weight: float

    @classmethod
    def fit(cls, blocks: Sequence[csr_matrix], dense: np.ndarray, dense_weight: float) -> "Space":
        rows = blocks[0].shape[0]
        seen = np.concatenate([np.bincount(block.indices, minlength=block.shape[1]) for block in blocks])
        rarity = (np.log((1 + rows) / (1 + seen)) + 1).astype(np.float32)
        return cls([block.shape[1] for block in blocks], rarity, dense.mean(axis=0), dense_weight)

    def map(self, blocks: Sequence[csr_matrix], dense: np.ndarray) -> csr_matrix:
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        parts = [
            self._weighted(block, self.rarity[start : start + block.shape[1]])
            for block, start in zip(blocks, starts[:-1], strict=True)
        ]
        return hstack([*parts, csr_matrix((dense - self.centre) * self.dense_weight)], format="csr", dtype=np.float32)

    @staticmethod
    def _weighted(block: csr_matrix, rarity: np.ndarray) -> csr_matrix:
        block = csr_matrix(block, dtype=np.float32, copy=True)
        block.data = (1 + np.log(block.data)) * rarity[block.indices]
        lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
        block.data /= np.repeat(np.where(lengths, lengths, 1), np.diff(block.indptr))
        return block


@dataclass
class Head:
    """One linear score per name; `temperature` flattens or sharpens the probabilities made of them."""

    names: list[str]
    weights: np.ndarray  # features x names
    bias: np.ndarray
    temperature: float = 1.0

    @classmethod
    def fit(
        cls,
        features: csr_matrix,
        labels: Sequence[str],
        strength: float,
        importance: dict[str, float] | None = None,
        calibrated: bool = False,
    ) -> "Head":
        """`importance` weighs the examples of a name, 1 where it says nothing; `calibrated` makes shares honest."""
        emphasis = {name: (importance or {}).get(name, 1.0) for name in set(labels)}
        regression = LogisticRegression(
            C=strength, max_iter=300, tol=_TOLERANCE, class_weight=emphasis, multi_class="multinomial", warm_start=True
        )
        temperature = _temperature(regression, features, np.array(labels)) if calibrated else 1.0
        return cls(*_regress(regression, features, np.array(labels)), temperature)

    def scores(self, features: csr_matrix) -> np.ndarray:
        return features @ self.weights + self.bias

    def probabilities(self, features: csr_matrix) -> np.ndarray:
        return softmax(self.scores(features) / self.temperature)

    def ranked(self, features: csr_matrix) -> list[tuple[str, float]]:
        """Names with probabilities for one message, best first."""
        found = self.probabilities(features)[0]
        return sorted(zip(self.names, found.tolist(), strict=True), key=lambda pair: -pair[1])


Fitted = tuple[list[str], np.ndarray, np.ndarray]  # names, weights, bias


def _regress(regression: LogisticRegression, features: csr_matrix, labels: np.ndarray) -> Fitted:
    """Goes on from where the regression stands, if it was fitted before."""
    regression.fit(features, labels)
    weights, bias = regression.coef_.T, regression.intercept_
    if len(regression.classes_) == 2:
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return list(regression.classes_), np.ascontiguousarray(weights, np.float32), bias.astype(np.float32)


def _temperature(regression: LogisticRegression, features: csr_matrix, labels: np.ndarray) -> float:
    """What fits best how sure the regression is on a fifth that it has not seen; 1 where examples are too few."""
    if min(np.unique(labels, return_counts=True)[1]) < _PARTS:
        return 1.0
    train, unseen = next(StratifiedKFold(_PARTS, shuffle=True, random_state=0).split(labels, labels))
    part = Head(*_regress(regression, features[train], labels[train]))
    right, scores = np.searchsorted(part.names, labels[unseen]), part.scores(features[unseen])
    rows = np.arange(len(right))
    losses = [-np.log(softmax(scores / t)[rows, right] + 1e-9).sum() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def save(path: Path, space: Space, heads: dict[str, Head]) -> None:
    arrays = {"sizes": np.array(space.sizes), "rarity": space.rarity, "centre": space.centre}
    arrays["dense_weight"] = np.array(space.dense_weight)
    for name, head in heads.items():
        arrays |= {f"{name}.names": np.array(head.names), f"{name}.weights": head.weights}
        arrays |= {f"{name}.bias": head.bias, f"{name}.temperature": np.array(head.temperature)}
    np.savez(path, **arrays)


def load(path: Path) -> tuple[Space, dict[str, Head]]:
    """Raises OSError or KeyError when the file is not one that `save` wrote. No pickles are read."""
    with np.load(path) as kept:
        space = Space(kept["sizes"].tolist(), kept["rarity"], kept["centre"], float(kept["dense_weight"]))
        names = [key[: -len(".names")] for key in kept.files if key.endswith(".names")]
        heads = {
            name: Head(kept[f"{name}.names"].tolist(), kept[f"{name}.weights"], kept[f"{name}.bias"],
                       float(kept[f"{name}.temperature"]))
            for name in names
        }  # fmt: skip
    return space, heads
