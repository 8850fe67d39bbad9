"""Token premiums and the inequality of token counts."""

from __future__ import annotations

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix

_BLOCK = 1 << 21  # weights drawn at a time


def token_premiums(tokens: ArrayInput, reference: int) -> Array:
    """Tokens of each language per token of the reference, for the same content.

    Args:
        tokens: (L, n) tokens of n parallel sentences in L languages, >= 0.
        reference: Row of the reference language; its premium is 1.

    Returns:
        (L,), >= 0; 2 means that a language needs twice the tokens.

    Raises:
        MetricError: For non-finite counts, or a reference without tokens.

    Source: Petrov et al. (2023), *Language Model Tokenizers Introduce Unfairness Between
    Languages*.

    >>> token_premiums([[2, 2], [3, 5]], reference=0)
    array([1., 2.])
    """
    totals = _checked(tokens, reference).sum(axis=1)
    return np.asarray(totals / totals[reference])


def premium_draws(tokens: ArrayInput, reference: int, *, n_resamples: int, seed: int) -> Array:
    """:func:`token_premiums` over sentences drawn with replacement, (n_resamples, L).

    A draw takes the same sentences in every language, since they are parallel.

    Raises:
        MetricError: As :func:`token_premiums`, and for fewer than 100 draws.
    """
    if n_resamples < 100:
        raise MetricError(f"n_resamples must be at least 100; got {n_resamples}.")
    array = _checked(tokens, reference)
    n, rng = array.shape[1], np.random.default_rng(seed)
    step = max(1, _BLOCK // n)
    found = []
    for at in range(0, n_resamples, step):
        times = rng.multinomial(n, np.full(n, 1 / n), size=min(step, n_resamples - at))
        totals = times @ array.T
        found.append(totals / np.maximum(totals[:, reference], 1e-300)[:, None])
    return np.concatenate(found)


def gini(values: ArrayInput) -> float:
    """Gini coefficient, 0 (all equal) to 1 - 1/n (all in one), of n values >= 0.

    Half the relative mean absolute difference over all ordered pairs (Gini 1912), in the form of
    Sen (1973).

    Raises:
        MetricError: For no values, negative or non-finite ones, or a sum of 0.

    >>> gini([1, 1, 1]), gini([0, 0, 3])
    (0.0, 0.6666666666666666)
    """
    array = np.sort(np.asarray(values, dtype=np.float64))
    if array.ndim != 1 or not array.size or not np.isfinite(array).all() or array[0] < 0:
        raise MetricError("Expected finite values of 0 or more, at least one.")
    if not (total := array.sum()):
        raise MetricError("The Gini coefficient of values that are all 0 is undefined.")
    n = len(array)
    ranks = np.arange(1, n + 1)
    return float(max(0.0, (2 * ranks - n - 1) @ array / (n * total)))


def _checked(tokens: ArrayInput, reference: int) -> Array:
    array = as_matrix(tokens, "tokens")
    if array.min() < 0:
        raise MetricError(f"Counts of tokens are 0 or more; got {array.min():g}.")
    if not array[reference].any():
        raise MetricError("The reference has no tokens.")
    return array
