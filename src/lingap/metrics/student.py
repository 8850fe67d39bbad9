"""Student's t for any degrees of freedom, without the slow import of SciPy."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

from lingap.errors import MetricError
from lingap.records import Interval

_MANY = 1e7  # degrees of freedom from which Student's t is as good as normal
_STEPS = 300
_TINY = 1e-300


def two_sided_p(t: float, df: float) -> float:
    """Probability that Student's t is as far from 0 as `t`, on either side.

    Args:
        t: Any number.
        df: Degrees of freedom, above 0; infinite for the normal distribution.

    >>> round(two_sided_p(2.7764, 4), 4), round(two_sided_p(1.96, math.inf), 4)
    (0.05, 0.05)
    """
    if df > _MANY:
        return math.erfc(abs(t) / math.sqrt(2))
    square = t * t
    return _incomplete_beta(df / (df + square), square / (df + square), df / 2, 0.5)


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """Regularized incomplete beta function of x, where `rest` is 1 - x.

    The continued fraction of DLMF 8.17.22, evaluated by Lentz's method.
    """
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(rest, x, b, a)
    log_scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    scale = math.exp(log_scale + a * math.log(x) + b * math.log(rest)) / a
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            d = 1 / _off_zero(1 + part * d)
            c = _off_zero(1 + part / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return scale * value


def _off_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY


@cache
def t_quantile(level: float, df: float) -> float:
    """The t such that Student's t is between -t and t with probability `level`.

    Args:
        level: In (0, 1), such as 0.95.
        df: Degrees of freedom, at least 1; infinite for the normal distribution.

    Raises:
        MetricError: For values out of range.

    >>> round(t_quantile(0.95, 4), 4), round(t_quantile(0.95, 29), 4)
    (2.7764, 2.0452)
    """
    if not 0 < level < 1 or not df >= 1:
        raise MetricError(f"Expected a level in (0, 1) and df >= 1; got {level} and {df}.")
    t = _normal_quantile(level)  # no quantile of Student's t is nearer to 0
    for _ in range(_STEPS):  # Newton's steps never pass the quantile, as the density falls
        step = (two_sided_p(t, df) - (1 - level)) / (2 * _density(t, df))
        t += step
        if step <= 1e-9 * t:
            break
    return t


def _density(t: float, df: float) -> float:
    """Of Student's t."""
    if df > _MANY:
        return math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    log_scale = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(math.pi * df) / 2
    return math.exp(log_scale - (df + 1) / 2 * math.log1p(t * t / df))


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
