"""Gaps of scores of several seeds: how noisy each language is, and what follows for the interval.

Sources: moderated variances, Smyth (2004); degrees of freedom of a sum of variances, Satterthwaite
(1946) and Welch (1947).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, to_numpy
from lingap.metrics.gap_inversion import LEAST, GapEstimate, gap_estimate
from lingap.metrics.student import t_quantile

_PRIOR_DF = 4  # how much a language's variance is drawn to the pooled one


def gap_over_seeds(
    scores: ArrayInput,
    item_errors: ArrayInput | None = None,
    *,
    gap: str = "mean_rpd",
    level: float = 0.95,
    n_draws: int = 500,
    seed: int = 0,
) -> GapEstimate:
    """Estimate a gap of mean scores over seeds, by test inversion with errors of few seeds.

    Where the gap hangs on few languages, or on one that is noisier than its moderated error says,
    the interval is widened to what Student's t gives with their own variances.

    Args:
        scores: (n_languages, n_seeds) >= 0, 2 or more of each.
        item_errors: (n_languages,) standard errors of the means over test items, which are added;
            None where they are not known.
        gap: ``mean_rpd`` (percent, 0 to 200) or ``std`` (on the scores' scale, n - 1).
        level: Of confidence.
        n_draws: As in :func:`~lingap.metrics.gap_inversion.gap_estimate`.
        seed: Of the draws.

    Raises:
        MetricError: For fewer languages or seeds, or a negative or non-finite score.
    """
    table = _table(scores)
    means, n_seeds = table.mean(axis=1), table.shape[1]
    errors, df = errors_over_seeds(table, item_errors)
    found = gap_estimate(means, errors, gap=gap, df=df, level=level, n_draws=n_draws, seed=seed)
    slopes = _slopes(np.maximum(means, LEAST), gap) ** 2
    of_seeds = slopes * _own_variances(table) / n_seeds
    total = float(of_seeds.sum())
    if item_errors is not None:
        total += float(slopes @ to_numpy(item_errors, "item_errors").astype(np.float64) ** 2)
    moderated = float(slopes @ errors**2)
    if not of_seeds.any() or not moderated:
        return found
    own_df = (n_seeds - 1) * total**2 / float((of_seeds**2).sum())
    quantiles = [t_quantile(level, max(1.0, round(one, 0))) for one in (own_df, df)]
    wider = math.sqrt(total / moderated) * quantiles[0] / quantiles[1]
    if wider <= 1:
        return found
    ends, most = found.interval, 200.0 if gap == "mean_rpd" else math.inf
    low = max(0.0, found.corrected - wider * (found.corrected - ends.low))
    high = min(most, found.corrected + wider * (ends.high - found.corrected))
    return replace(found, interval=replace(ends, low=low, high=high))


def errors_over_seeds(
    scores: ArrayInput, item_errors: ArrayInput | None = None
) -> tuple[Array, float]:
    """Standard errors of means over seeds, for comparing languages, and their degrees of freedom.

    What a seed does to all languages alike moves no gap and is left out: the errors come from the
    interaction of language and seed. The variance of a language is drawn towards the pooled one,
    as few seeds tell little of it (moderated variances, with a prior of 4 degrees of freedom); the
    degrees of freedom are Satterthwaite's.

    Args:
        scores: (n_languages, n_seeds), 2 or more of each.
        item_errors: (n_languages,) standard errors of the means over test items, which are added;
            None where they are not known.

    Returns:
        (n_languages,) errors, and the degrees of freedom of them together.

    Raises:
        MetricError: For fewer languages or seeds, or a non-finite score.
    """
    table = _table(scores)
    n_languages, n_seeds = table.shape
    pooled = _interactions(table).sum() / (n_languages - 1)
    most = (n_languages - 1) * (n_seeds - 1)
    variances, df = np.full(n_languages, pooled), float(most)
    if n_languages > 2 and pooled > 0:
        weight = (n_seeds - 1) / (n_seeds - 1 + _PRIOR_DF)
        variances = weight * _own_variances(table) + (1 - weight) * pooled
        df = min(df, variances.sum() ** 2 / ((variances**2).sum() / (n_seeds - 1)))
    of_means = variances / n_seeds
    if item_errors is None:
        return np.sqrt(of_means), float(df)
    total = of_means + to_numpy(item_errors, "item_errors").astype(np.float64) ** 2
    share = of_means.sum() / total.sum() if total.sum() > 0 else 1.0
    return np.sqrt(total), float(df / share**2) if share > 0 else math.inf


def _table(scores: ArrayInput) -> Array:
    table = to_numpy(scores, "scores").astype(np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise MetricError(
            "scores must be finite, (n_languages, n_seeds) with 2 or more of each; "
            f"got shape {table.shape}."
        )
    return table


def _interactions(table: Array) -> Array:
    """Mean square of what a seed does to each language and not to all, (n_languages,)."""
    off = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    return np.asarray((off**2).sum(axis=1) / (table.shape[1] - 1))


def _own_variances(table: Array) -> Array:
    """Variance over seeds of each language, without what it shares with all; (n_languages,)."""
    n, squares = len(table), _interactions(table)
    pooled = squares.sum() / (n - 1)
    if n == 2:
        return np.full(2, pooled)
    return np.asarray(np.maximum(squares - pooled / n, 0.0) / (1 - 2 / n))


def _slopes(x: Array, gap: str) -> Array:
    """How much the gap changes with each score, (n_languages,)."""
    n = len(x)
    if gap == "std":
        return np.asarray((x - x.mean()) / ((n - 1) * max(float(x.std(ddof=1)), LEAST)))
    a, b = x[:, None], x
    return np.asarray(800 * (np.sign(a - b) * b / (a + b) ** 2).sum(axis=1) / (n * (n - 1)))
