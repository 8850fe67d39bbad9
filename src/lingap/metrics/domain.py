"""H-divergence: how well a classifier tells two languages apart, and the bound based on it.

d_H = 2 sup |P(h = 1) - P'(h = 1)| over a family of classifiers is estimated as 2 (1 - 2 e), e the
held-out error of one trained to tell the two samples apart. A trained classifier reaches the
supremum at most, so the estimate is a lower bound for its family up to sampling noise.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix
from lingap.metrics.bootstrap import bootstrap_interval, percentile_interval
from lingap.metrics.student import t_quantile
from lingap.records import Interval

Family = Literal["linear", "mlp", "product"]
Labels = NDArray[np.int64]
Fit = Callable[[Any, Labels], Callable[[Any], Labels]]

N_FOLDS = 5
"""Folds of the cross-fitting, and so rows that each side needs, unless others are named."""


@dataclass(frozen=True, slots=True)
class HDivergence:
    """An estimate of the H-divergence; ``float()`` of it is the estimate.

    Args:
        estimate: 2 (1 - 2 e), 0 (indistinguishable) to 2 (perfectly separable); an error
            above one half counts as one half.
        interval: Of the mean at this number of rows: bootstrap over held-out rows, in pairs if
            both sides have equally many, else of each side separately. It is widened by Student's
            t of the smaller side and by sqrt(k / (k - 1)) of k folds, since other rows would train
            other classifiers; where hardly any row is wrong, down to what is possible if none of
            so many was wrong by chance.
        error: Held-out error e, the mean of both sides' error rates.
        family: The classifiers.
        n: Rows of the smaller side.
        n_folds: Of the cross-fitting.
    """

    estimate: float
    interval: Interval
    error: float
    family: str
    n: int
    n_folds: int

    def __float__(self) -> float:
        return self.estimate


@checked(MetricError)
def h_divergence(
    x: ArrayInput,
    y: ArrayInput,
    *,
    family: Family = "linear",
    n_folds: int = N_FOLDS,
    n_resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> HDivergence:
    """Estimate the H-divergence of two samples by cross-fitted classifiers.

    Each row is classified by a model that was not trained on it. If both sides have equally many
    rows, row i is taken to be the same sentence in both and is in the same fold. If not, rows of
    the smaller side count more in training, so that both sides weigh the same.

    Args:
        x: (n, d).
        y: (m, d), of the same width; rows need not be parallel.
        family: ``linear`` (logistic regression), ``mlp`` (one hidden layer of 32), or ``product``
            (products of two linear ones, as H delta H needs; on 32 principal components).
        n_folds: At least 2, and no more than the smaller side has rows.
        n_resamples: For the interval.
        level: Of confidence.
        seed: Of folds, training and draws.

    Raises:
        MetricError: For non-finite rows, different widths, or too few rows.

    Source: Ben-David et al. (2006, 2010).
    """
    a, b = as_matrix(x, "x", min_rows=2), as_matrix(y, "y", min_rows=2)
    if a.shape[1] != b.shape[1]:
        raise MetricError(
            f"Widths differ: {a.shape} and {b.shape}; the classifiers need one space."
        )
    fits: dict[str, Fit] = {"linear": _linear, "mlp": _mlp, "product": _product}
    if family not in fits:
        raise MetricError(f"family is 'linear', 'mlp' or 'product', not {family!r}.")

    def fit(rows: Any, labels: Labels) -> Callable[[Any], Labels]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no convergence is fine: held-out error decides
            return fits[family](rows, labels)

    return _cross_fit(
        np.concatenate([a, b]), len(a), fit, family, n_folds, n_resamples, level, seed,
        take=lambda rows, at: rows[at],
    )  # fmt: skip


@checked(MetricError)
def hdh_divergence(
    x: ArrayInput,
    y: ArrayInput,
    *,
    n_folds: int = N_FOLDS,
    n_resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> HDivergence:
    """Estimate the H delta H divergence of two samples for linear classifiers.

    Where two linear classifiers disagree is the sign of a product of two affine functions: a
    quadratic one. A logistic regression on products of pairs of (32 principal) components searches
    that family. Arguments as :func:`h_divergence`.
    """
    return h_divergence(
        x, y, family="product", n_folds=n_folds, n_resamples=n_resamples, level=level, seed=seed
    )


@checked(MetricError)
def ngram_divergence(
    x: Sequence[Sequence[str]],
    y: Sequence[Sequence[str]],
    *,
    max_n: int = 3,
    n_folds: int = N_FOLDS,
    n_resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> HDivergence:
    """H-divergence of two languages' inputs, by naive Bayes over n-grams of units; no model.

    Args:
        x: Sentences of units (characters, subwords or phonemes).
        y: Sentences of the other language.
        max_n: Longest n-gram.
        n_folds: As in :func:`h_divergence`.
        n_resamples: For the interval.
        level: Of confidence.
        seed: Of folds and draws.

    Raises:
        MetricError: For fewer sentences than folds.
    """
    from lingap.metrics.units import ngram_ids

    sentences = [tuple(s) for s in (*x, *y)]
    rows, n_ids = ngram_ids(sentences, max_n=max_n)

    def fit(train: list[Labels], labels: Labels) -> Callable[[Any], Labels]:
        counts = np.full((2, n_ids), 0.5)
        for side in (0, 1):
            mine = [r for r, label in zip(train, labels, strict=True) if label == side]
            if mine:
                counts[side] += np.bincount(np.concatenate(mine), minlength=n_ids)
        weights = np.log(counts[1] / counts[1].sum()) - np.log(counts[0] / counts[0].sum())
        return lambda test: np.array([int(weights[r].sum() > 0) for r in test])

    return _cross_fit(
        rows, len(x), fit, f"{max_n}-gram", n_folds, n_resamples, level, seed,
        take=lambda items, at: [items[i] for i in at],
    )  # fmt: skip


def _cross_fit(
    rows: Any,
    n_first: int,
    fit: Fit,
    family: str,
    n_folds: int,
    n_resamples: int,
    level: float,
    seed: int,
    *,
    take: Callable[[Any, Any], Any],
) -> HDivergence:
    sizes = n_first, len(rows) - n_first
    if not 2 <= n_folds <= min(sizes):
        raise MetricError(
            f"n_folds: expected at least 2 folds, and as many rows on each side; got {n_folds} "
            f"folds for {sizes[0]} and {sizes[1]} rows."
        )
    rng = np.random.default_rng(seed)
    folds = [rng.permutation(np.arange(size) % n_folds) for size in sizes]
    if sizes[0] == sizes[1]:
        folds[1] = folds[0]
    fold = np.concatenate(folds)
    labels = np.repeat(np.array([0, 1], dtype=np.int64), sizes)
    wrong = np.empty(len(labels))
    for k in range(n_folds):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        train = _balanced(train, labels, rng)
        judge = fit(take(rows, train), labels[train])
        wrong[test] = judge(take(rows, test)) != labels[test]
    first, second = wrong[:n_first], wrong[n_first:]
    error = float(first.mean() + second.mean()) / 2
    if sizes[0] == sizes[1]:  # draw both sides of a sentence together
        ends = bootstrap_interval(
            (first + second) / 2, level=level, n_resamples=n_resamples, seed=seed,
            unit="held-out sentences",
        )  # fmt: skip
        ends = replace(ends, method="bootstrap over held-out sentences, widened for training")
    else:  # errors among n rows drawn with replacement are binomial
        drawn = [rng.binomial(len(s), s.mean(), size=n_resamples) / len(s) for s in (first, second)]
        ends = percentile_interval(
            (drawn[0] + drawn[1]) / 2, level=level,
            method="bootstrap over the held-out sentences of each side, widened for training",
        )  # fmt: skip

    def of(e: float) -> float:
        return max(0.0, 2 * (1 - 2 * e))

    # What the bootstrap leaves out: that rows are few, and that other rows train other classifiers.
    n = min(sizes)
    few = t_quantile(ends.level, n - 1) / t_quantile(ends.level, math.inf) * math.sqrt(n / (n - 1))
    wider = few * math.sqrt(n_folds / (n_folds - 1))
    lowest = max(0.0, error - wider * (error - ends.low))
    highest, method = error + wider * (ends.high - error), ends.method
    # A bootstrap of no error knows of none; so few rows may have met none by chance.
    by_chance = 1 - ((1 - ends.level) / 2) ** (1 / n)
    if highest < by_chance:
        highest, method = by_chance, f"{method}, widened to what no error among {n} allows"
    return HDivergence(
        estimate=of(error),
        interval=Interval(of(highest), of(lowest), ends.level, method),
        error=error,
        family=family,
        n=n,
        n_folds=n_folds,
    )


def _balanced(train: Labels, labels: Labels, rng: np.random.Generator) -> Labels:
    """Rows to train on, those of the smaller side repeated until both sides have equally many.

    The error is the mean of both sides' rates. A classifier trained on unlike sides minimizes
    another one, and answers with the larger side.
    """
    sides = [train[labels[train] == side] for side in (0, 1)]
    most = max(map(len, sides))
    if len(sides[0]) == len(sides[1]):
        return train
    return np.concatenate(
        [
            np.concatenate([np.tile(s, most // len(s)), rng.permutation(s)[: most % len(s)]])
            for s in sides
        ]
    )


def _standardized(rows: Array) -> tuple[Array, Array]:
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    return mean, np.where(spread > 1e-12 * (np.abs(mean) + 1e-300), spread, 1.0)


def _logistic(features: Array, labels: Labels) -> Callable[[Array], Labels]:
    from sklearn.linear_model import LogisticRegression

    mean, spread = _standardized(features)
    model = LogisticRegression(C=1.0, max_iter=300)
    model.fit((features - mean) / spread, labels)
    return lambda test: np.asarray(model.predict((test - mean) / spread))


def _linear(rows: Array, labels: Labels) -> Callable[[Array], Labels]:
    return _logistic(rows, labels)


def _mlp(rows: Array, labels: Labels) -> Callable[[Array], Labels]:
    from sklearn.neural_network import MLPClassifier

    mean, spread = _standardized(rows)
    model = MLPClassifier((32,), solver="lbfgs", alpha=0.01, max_iter=300, random_state=0)
    model.fit((rows - mean) / spread, labels)
    return lambda test: np.asarray(model.predict((test - mean) / spread))


def _product(rows: Array, labels: Labels) -> Callable[[Array], Labels]:
    mean = rows.mean(axis=0)
    width = min(32, rows.shape[1], len(rows) - 1)
    _, _, axes = np.linalg.svd(rows - mean, full_matrices=False)
    axes = axes[:width].T
    scale = ((rows - mean) @ axes).std(axis=0)
    scale[scale <= 1e-12 * scale.max()] = 1.0
    i, j = np.triu_indices(width)

    def features(x: Array) -> Array:
        z = (x - mean) @ axes / scale
        return np.concatenate([z, z[:, i] * z[:, j]], axis=1)

    judge = _logistic(features(rows), labels)
    return lambda test: judge(features(test))


@checked(MetricError)
def performance_gap_bound(divergence: float, *, n: int, dimension: int, delta: float) -> float:
    """Right-hand side of theorem 4.1: an upper bound on any classifier's gap in error.

    1/2 divergence + 2 sqrt((dimension log(2 n) + log(2 / delta)) / n), with probability at least
    1 - delta. An error rate lies in [0, 1], so a bound of 1 or more is vacuous.

    Args:
        divergence: Empirical H delta H divergence of both samples, 0 to 2.
        n: Samples of each language.
        dimension: Pseudo-dimension of the family; d + 1 for linear classifiers of width d.
        delta: Probability of failure, in (0, 1).

    Raises:
        MetricError: For a value out of range.

    Source: Jung et al. (2024), theorem 4.1; Ben-David et al. (2010).

    >>> round(performance_gap_bound(0.5, n=10_000, dimension=10, delta=0.05), 3)
    0.453
    """
    if not (0 <= divergence <= 2 and n >= 1 and dimension >= 1 and 0 < delta < 1):
        raise MetricError(
            f"Expected divergence in [0, 2], n >= 1, dimension >= 1 and delta in (0, 1); got "
            f"divergence {divergence}, n {n}, dimension {dimension}, delta {delta}."
        )
    complexity = (dimension * math.log(2 * n) + math.log(2 / delta)) / n
    return divergence / 2 + 2 * math.sqrt(complexity)
