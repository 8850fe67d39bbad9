"""Percentile bootstrap: intervals of statistics of sums over test items."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, to_numpy
from lingap.metrics.classification import f1_of_counts
from lingap.records import Interval

_BLOCK = 1 << 22  # gathered values at a time


def resampled_sums(rows: Array, *, n_resamples: int, seed: int) -> Array:
    """Sums of `rows` (n, k) over n rows drawn with replacement, (n_resamples, k).

    Equal seeds and n give equal draws, so systems on one test set are paired.
    """
    n, k = rows.shape
    rng = np.random.default_rng(seed)
    result = np.empty((n_resamples, k))
    step = max(1, _BLOCK // max(n, 1))
    for at in range(0, n_resamples, step):
        drawn = rng.integers(n, size=(min(step, n_resamples - at), n))
        for column in range(k):
            result[at : at + len(drawn), column] = rows[:, column][drawn].sum(axis=1)
    return result


def resampled_counts(counts: NDArray[np.int64], *, n_resamples: int, seed: int) -> Array:
    """Sums of integer `counts` (n, k) over n rows drawn with replacement, (n_resamples, k).

    Equal rows are drawn as one kind: the same bootstrap as :func:`resampled_sums` and faster, but
    it does not pair systems.
    """
    kinds, times = np.unique(counts, axis=0, return_counts=True)
    draws = np.random.default_rng(seed).multinomial(len(counts), times / len(counts), n_resamples)
    return np.asarray(draws @ kinds, dtype=np.float64)


def percentile_interval(values: Array, *, level: float, method: str) -> Interval:
    """Interval between the outer percentiles of resampled values (n_resamples,)."""
    if not 0 < level < 1:
        raise MetricError(f"level must be between 0 and 1; got {level}.")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level, method)


def _mean_of_first(sums: Array) -> Array:
    return np.asarray(sums[:, 0] / sums[:, -1])


@checked(MetricError)
def bootstrap_interval(
    rows: ArrayInput,
    statistic: Callable[[Array], Array] | None = None,
    *,
    n_resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    unit: str = "sentences",
) -> Interval:
    """Percentile bootstrap interval of a statistic of summed counts, over test items.

    Args:
        rows: (n,) values, whose mean is the statistic; or (n, k) counts of each item, such as true
            positives, false positives and false negatives of each sentence.
        statistic: From resampled sums (n_resamples, k) to values (n_resamples,); needed for counts.
        n_resamples: Draws, at least 100.
        level: Of confidence.
        seed: Of the draws; equal seeds pair systems that share a test set.
        unit: What an item is, for the name of the method.

    Raises:
        MetricError: For no items, non-finite ones, too few draws, or an undefined statistic.

    >>> bootstrap_interval([0.0, 1.0, 1.0, 1.0], n_resamples=200).high
    1.0
    """
    if n_resamples < 100:
        raise MetricError(f"n_resamples must be at least 100; got {n_resamples}.")
    array = to_numpy(rows, "rows")
    if array.ndim == 1:
        array = np.stack([array, np.ones(len(array))], axis=1)
        statistic = _mean_of_first if statistic is None else statistic
    array = as_matrix(array, "rows")
    if statistic is None:
        raise MetricError(
            "Counts need a statistic of their sums: pass statistic, such as f1_of_sums."
        )
    sums = resampled_sums(array, n_resamples=n_resamples, seed=seed)
    values = to_numpy(statistic(sums), "statistic")
    if values.shape != (n_resamples,):
        raise MetricError(
            f"statistic: expected a function from sums {sums.shape} to values ({n_resamples},), "
            f"got one that gives shape {values.shape}."
        )
    if not np.isfinite(values).all():
        raise MetricError("The statistic is undefined in some resamples; define it there.")
    return percentile_interval(values, level=level, method=f"bootstrap over {unit}, percentile")


@checked(MetricError)
def f1_of_sums(sums: Array) -> Array:
    """Micro F1 of summed (tp, fp, fn), one a row; 0 where nothing is right.

    Raises:
        MetricError: For another shape than (m, 3), or a non-finite row.

    >>> f1_of_sums(np.array([[1, 0, 1], [0, 0, 0]]))
    array([0.66666667, 0.        ])
    """
    counts = as_matrix(sums, "sums")
    if counts.shape[1] != 3:
        raise MetricError(f"sums: expected (m, 3), (tp, fp, fn) a row; got shape {counts.shape}.")
    return np.asarray(f1_of_counts(*counts.T))
