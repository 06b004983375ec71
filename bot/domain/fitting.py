"""Fits a ranker: a multinomial logistic regression in the space of the examples' similarities.

There are a few thousand examples and ten times as many n-grams, so the unknowns are the examples'
weights: the same optimum, a tenth of the size. It takes some seconds of one processor; the
caller runs it in a process of its own.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bot.domain.ngrams import Vocabulary
from bot.domain.ranker import Example, Floats, Ranker, centred

_SMOOTHNESS = 0.03  # of the weights; chosen on development questions among 0.03, 0.1, 0.3 and 1
_STEPS = 25
_BLOCK = 512
_JITTER = 1e-4


def fit(examples: Sequence[Example]) -> Ranker:
    """Needs two labels at least."""
    labels = tuple(sorted({example.label for example in examples}))
    vocabulary = Vocabulary.of(example.text for example in examples)
    rows = {gram: row for row, gram in enumerate(vocabulary.rarity)}
    grams = _matrix(examples, vocabulary, rows)
    given = np.stack([example.vector for example in examples]).astype(np.float32)
    centre = given.mean(axis=0)
    dense = centred(given, centre)
    weights = _regress(_similar(grams, dense), _targets(examples, labels))
    lexical = np.asarray(grams.T @ weights, np.float32)
    return Ranker(labels, vocabulary, rows, lexical, (dense.T @ weights).astype(np.float32), centre)


def _matrix(examples: Sequence[Example], vocabulary: Vocabulary, rows: dict[str, int]) -> csr_matrix:
    weighed = [vocabulary.weigh(example.text) for example in examples]
    ends = np.cumsum([0, *(len(weights) for weights in weighed)])
    columns = np.fromiter((rows[gram] for weights in weighed for gram in weights), np.int32)
    values = np.fromiter((value for weights in weighed for value in weights.values()), np.float32)
    return csr_matrix((values, columns, ends), shape=(len(examples), len(rows)))


def _similar(grams: csr_matrix, dense: Floats) -> Floats:
    """Row by block of rows: the sparse product of all at once would take several times the memory."""
    similar = dense @ dense.T
    for start in range(0, len(similar), _BLOCK):
        similar[start : start + _BLOCK] += (grams[start : start + _BLOCK] @ grams.T).toarray()
    similar[np.diag_indices_from(similar)] += _JITTER
    return similar


def _targets(examples: Sequence[Example], labels: tuple[str, ...]) -> Floats:
    targets = np.zeros((len(examples), len(labels)), np.float32)
    targets[np.arange(len(examples)), [labels.index(example.label) for example in examples]] = 1
    return targets


def _regress(similar: Floats, targets: Floats) -> Floats:
    """A weight per example and label."""
    roots = cholesky(similar, lower=True, overwrite_a=True, check_finite=False)
    shape = targets.shape

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        unknown = flat.reshape(shape).astype(np.float32)
        scores = roots @ unknown
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        totals = shares.sum(axis=1, keepdims=True)
        wrong = (np.log(totals) - scores)[targets > 0].sum() + _SMOOTHNESS / 2 * float((unknown * unknown).sum())
        slope = roots.T @ (shares / totals - targets) + _SMOOTHNESS * unknown
        return float(wrong), slope.ravel().astype(np.float64)

    best = minimize(loss, np.zeros(targets.size), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    unknown = best.x.reshape(shape).astype(np.float32)
    weights: Floats = solve_triangular(roots, unknown, trans="T", lower=True, check_finite=False)
    return weights
