"""Student's t for integer degrees of freedom, without the slow import of SciPy."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

from lingap.errors import MetricError
from lingap.metrics.arrays import Array
from lingap.records import Interval

OVER_SEEDS = "Student's t over seeds"


def central_probability(t: float, df: int) -> float:
    """Probability that Student's t with `df` degrees of freedom is between -t and t.

    The finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4.
    """
    angle = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    term, total = (cosine, 0.0) if df % 2 else (1.0, 0.0)
    for k in range(1 if df % 2 else 0, df - 1, 2):
        total += term
        term *= cosine * cosine * (k + 1) / (k + 2)
    return 2 / math.pi * (angle + sine * total) if df % 2 else sine * total


@cache
def t_quantile(level: float, df: int) -> float:
    """The t such that Student's t is between -t and t with probability `level`.

    Args:
        level: In (0, 1), such as 0.95.
        df: Degrees of freedom, at least 1.

    Raises:
        MetricError: For values out of range.

    >>> round(t_quantile(0.95, 4), 4), round(t_quantile(0.95, 29), 4)
    (2.7764, 2.0452)
    """
    if not 0 < level < 1 or df < 1:
        raise MetricError(f"Expected a level in (0, 1) and df >= 1; got {level} and {df}.")
    low, high = 0.0, 1.0
    while central_probability(high, df) < level:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if central_probability(middle, df) < level else (low, middle)
    return (low + high) / 2


def mean_interval(values: Array, *, level: float) -> Interval:
    """Interval of the mean of scores >= 0 of two or more seeds, by Student's t.

    Shapes: (n_seeds,). The lower end is cut at 0.

    >>> import numpy as np
    >>> round(mean_interval(np.array([0.6, 0.62, 0.64]), level=0.95).high, 4)
    0.6697
    """
    mean, n = float(values.mean()), len(values)
    half = t_quantile(level, n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Interval(max(0.0, mean - half), mean + half, level, OVER_SEEDS)


def normal_interval(
    estimate: float,
    error: float,
    *,
    level: float,
    method: str,
    low: float = -math.inf,
    high: float = math.inf,
) -> Interval:
    """Interval of a nearly normal estimate from its standard error, cut at `low` and `high`.

    >>> normal_interval(0.02, 0.02, level=0.95, method="jackknife", low=0.0).low
    0.0
    """
    half = _normal_quantile(level) * error
    return Interval(max(low, estimate - half), min(high, estimate + half), level, method)


def standard_error(interval: Interval) -> float:
    """Standard error of a nearly normal estimate, from its interval."""
    return (interval.high - interval.low) / (2 * _normal_quantile(interval.level))


def _normal_quantile(level: float) -> float:
    """The z for which a standard normal lies within -z and z with probability `level`."""
    return NormalDist().inv_cdf((1 + level) / 2)
