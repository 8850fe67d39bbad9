"""Std and mean RPD of many score vectors at once."""

from __future__ import annotations

import numpy as np

from lingap.metrics.arrays import Array

_BLOCK = 1 << 17  # scores held at a time


def stds(scores: Array) -> Array:
    """Standard deviation with n - 1 over the last axis: (..., L) to (...)."""
    return np.asarray(scores.std(axis=-1, ddof=1))


def mean_rpds(scores: Array) -> Array:
    """Mean relative percentage difference over pairs of the last axis: (..., L) to (...), percent.

    Scores are >= 0 and L >= 2; a pair of two zeros gives NaN, for the caller to judge.
    """
    flat = scores.reshape(-1, scores.shape[-1])
    n_languages = flat.shape[1]
    result = np.zeros(len(flat))
    step = max(1, min(len(flat), _BLOCK // n_languages))
    shape = (n_languages - 1, step)
    differences, totals = np.empty(shape), np.empty(shape)
    for at in range(0, len(flat), step):
        # A language a row, so that every operation runs over vectors that stay in the cache.
        rows = np.ascontiguousarray(flat[at : at + step].T)
        width = rows.shape[1]
        for k in range(n_languages - 1):
            others = rows[k + 1 :]
            a, b = differences[: len(others), :width], totals[: len(others), :width]
            np.subtract(others, rows[k], out=a)
            np.abs(a, out=a)
            np.add(others, rows[k], out=b)
            with np.errstate(invalid="ignore"):
                np.divide(a, b, out=a)
            result[at : at + width] += a.sum(axis=0)
    n_pairs = n_languages * (n_languages - 1) / 2
    return np.asarray(result.reshape(scores.shape[:-1]) * (200 / n_pairs))
