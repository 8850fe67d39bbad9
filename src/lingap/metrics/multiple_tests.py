"""P-values of several tests made together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, to_numpy


@checked(MetricError)
def holm(p_values: ArrayInput, *, n_tests: int | None = None) -> Array:
    """Adjust p-values of several tests to control the family-wise error rate.

    Args:
        p_values: (n,) in [0, 1].
        n_tests: All tests that were possible, where these were chosen from them by their outcome;
            n by default.

    Returns:
        (n,) adjusted values in the same order; compare them with the level.

    Raises:
        MetricError: For a value outside [0, 1], or fewer tests than p-values.

    Source: Holm (1979). The rank among some of the tests is at most that among all of them, so
    those not given can only make the true adjustment smaller.

    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    p = np.atleast_1d(to_numpy(p_values, "p_values").astype(np.float64))
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise MetricError("p-values must be a vector of numbers in [0, 1].")
    n = len(p) if n_tests is None else n_tests
    if n < len(p):
        raise MetricError(f"n_tests is {n}, but there are {len(p)} p-values.")
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * (n - np.arange(len(p))))
    result = np.empty_like(p)
    result[order] = np.minimum(raised, 1.0)
    return result


def holm_of_known(
    p_values: Sequence[float | None], *, n_tests: int | None = None
) -> list[float | None]:
    """:func:`holm` of the tests that have a p-value; None stays None.

    >>> holm_of_known([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    known = [p for p in p_values if p is not None]
    raised = iter(holm(known, n_tests=n_tests).tolist() if known else ())
    return [None if p is None else next(raised) for p in p_values]
