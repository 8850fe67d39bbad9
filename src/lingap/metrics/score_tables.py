"""Std and mean RPD of many score vectors at once."""

from __future__ import annotations

import numpy as np

from lingap.metrics.arrays import Array

_BLOCK = 1 << 17  # scores held at a time


def stds(scores: Array) -> Array:
    """Standard deviation with n - 1 over the last axis: (..., L) to (...)."""
    return np.asarray(scores.std(axis=-1, ddof=1))


def _ratio(first: Array, second: Array) -> Array:
    """|a - b| / (a + b) of scores >= 0: half of the difference relative to the mean."""
    off = np.asarray(np.subtract(first, second))
    np.abs(off, out=off)
    return np.asarray(np.divide(off, first + second, out=off))


def rpds(first: Array, second: Array) -> Array:
    """Relative percentage difference, |a - b| / ((a + b) / 2) x 100, of scores that are >= 0.

    Shapes: any two that broadcast. 0 against 0 gives NaN, which the caller handles.

    Source: Jung et al. (2024), equation 1.
    """
    # Halving first keeps the sum finite for any finite scores.
    with np.errstate(invalid="ignore"):
        return 200 * _ratio(first / 2, second / 2)


def rpds_of_pairs(scores: Array) -> Array:
    """Relative percentage difference of every two scores, (L,) to (L, L), percent.

    Symmetric, 0 on the diagonal; 0 against 0 gives NaN elsewhere, which the caller handles.
    """
    result = rpds(scores[:, None], scores)
    np.fill_diagonal(result, 0.0)
    return result


def mean_rpds(scores: Array) -> Array:
    """Mean relative percentage difference over pairs of the last axis: (..., L) to (...), percent.

    Scores are >= 0 and L >= 2; a pair of zeros gives NaN, which the caller handles.
    """
    flat = scores.reshape(-1, scores.shape[-1])
    n_languages = flat.shape[1]
    result = np.zeros(len(flat))
    step = max(1, _BLOCK // n_languages)
    with np.errstate(invalid="ignore"):
        for at in range(0, len(flat), step):
            # One row per language, so that operations run over vectors that stay in the cache.
            rows = np.ascontiguousarray(flat[at : at + step].T) / 2
            for k in range(n_languages - 1):
                result[at : at + step] += _ratio(rows[k + 1 :], rows[k]).sum(axis=0)
    n_pairs = n_languages * (n_languages - 1) / 2
    return np.asarray(result.reshape(scores.shape[:-1]) * (200 / n_pairs))


def rpd_or_none(scores: Array) -> float | None:
    """Mean relative percentage difference of (L,); None of one score, or where two are 0."""
    defined = len(scores) > 1 and (scores == 0).sum() < 2
    return float(mean_rpds(scores[None])[0]) if defined else None
