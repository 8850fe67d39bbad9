"""Mantel's test: whether two distances between the same languages go together."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import ArrayInput, as_matrix
from lingap.metrics.language_permutations import orders, orders_to_try


@checked(MetricError)
def mantel_test(
    first: ArrayInput, second: ArrayInput, *, n_permutations: int = 999, seed: int = 0
) -> tuple[float, float]:
    """Spearman's R over pairs, and its two-sided p-value from permuting the languages of one side.

    Args:
        first: (L, L), symmetric, L >= 4; the diagonal is not read.
        second: The same of other distances.
        n_permutations: At the most; of few languages all orders are tried.
        seed: Of the permutations.

    Raises:
        MetricError: For other shapes, values that are not finite, matrices that are not symmetric,
            or distances that are all equal.

    Source: Mantel (1967); Legendre and Legendre (2012), section 10.5.1.

    >>> line = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    >>> mantel_test(line, line**2)[0]
    1.0
    """
    a, b = as_matrix(first, "first"), as_matrix(second, "second")
    n = len(a)
    if a.shape != (n, n) or b.shape != (n, n) or n < 4:
        raise MetricError(
            f"Expected two (L, L) matrices, L >= 4; got shapes {a.shape} and {b.shape}."
        )
    upper = np.triu_indices(n, 1)
    ranks = []
    for name, matrix in (("first", a), ("second", b)):
        off = np.abs(matrix - matrix.T)[upper]
        if (off > 1e-9 * max(1.0, float(np.abs(matrix[upper]).max()))).any():
            raise MetricError(f"{name}: not symmetric; pairs of languages have one distance.")
        if np.ptp(matrix[upper]) == 0:
            raise MetricError(f"{name}: all distances are equal, so there is no order.")
        own = rankdata(matrix[upper])
        own -= own.mean()
        ranks.append(own / np.sqrt(own @ own))
    sides = np.zeros((2, n, n))  # every pair twice
    sides[:, *upper] = ranks
    one, full = sides + sides.transpose(0, 2, 1)
    value = float(ranks[0] @ ranks[1])
    n_draws, is_all = orders_to_try(n, n_permutations)
    rng = np.random.default_rng(seed)
    hits = tried = 0
    for some in orders(n, n_draws, is_all=is_all, rng=rng):
        for order in some:
            drawn = float(np.vdot(one, full.take(order, 0).take(order, 1))) / 2
            hits += abs(drawn) >= abs(value) - 1e-9
            tried += 1
    return round(value, 12), hits / tried if is_all else (1 + hits) / (1 + tried)
