"""Std and mean RPD of many score vectors at once, and scores resampled over seeds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lingap.metrics.arrays import Array

_BLOCK = 1 << 20  # differences held at a time


def stds(scores: Array) -> Array:
    """Standard deviation with n - 1 over the last axis: (..., L) to (...)."""
    return np.asarray(scores.std(axis=-1, ddof=1))


def mean_rpds(scores: Array) -> Array:
    """Mean relative percentage difference over pairs of the last axis: (..., L) to (...), percent.

    Scores are >= 0 and L >= 2; a pair of two zeros gives NaN, for the caller to judge.
    """
    flat = scores.reshape(-1, scores.shape[-1])
    i, j = np.triu_indices(flat.shape[1], 1)
    result = np.empty(len(flat))
    step = max(1, _BLOCK // len(i))
    for at in range(0, len(flat), step):
        a, b = flat[at : at + step, i], flat[at : at + step, j]
        total = a + b
        np.subtract(a, b, out=a)
        np.abs(a, out=a)
        with np.errstate(invalid="ignore"):
            a /= total
        result[at : at + step] = a.mean(axis=1)
    return np.asarray(result.reshape(scores.shape[:-1]) * 200)


def seed_draws(n_seeds: int, *, n_resamples: int, seed: int) -> tuple[Array, NDArray[np.intp]]:
    """Draws of seeds with replacement: distinct weightings (D, n_seeds), and which each draw took.

    With few seeds most draws repeat (5 seeds have 126 distinct ones), so what follows is computed
    once for each distinct weighting.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.integers(n_seeds, size=(n_resamples, n_seeds))
    counts = np.zeros((n_resamples, n_seeds))
    np.add.at(counts, (np.arange(n_resamples)[:, None], drawn), 1.0)
    distinct, which = np.unique(counts, axis=0, return_inverse=True)
    return distinct / n_seeds, which.reshape(-1)


def resampled_means(scores: Array, *, n_resamples: int, seed: int) -> Array:
    """Means over resampled seeds: (..., n_seeds) to (n_resamples, ...), one draw for all."""
    weights, which = seed_draws(scores.shape[-1], n_resamples=n_resamples, seed=seed)
    return np.asarray(np.tensordot(weights, scores, axes=(1, -1))[which])
