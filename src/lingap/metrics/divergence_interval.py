"""Interval of a debiased divergence: a number that cannot be negative, even where it is noise.

Two samples of one distribution have a divergence above 0, so the plain value is too high, and a
normal interval around it lies beside the truth. Near 0 a divergence is the squared length of a
difference plus noise, far from 0 it is normal; a scaled noncentral chi-square distribution is
both. Its scale follows from the standard error, its degrees of freedom from the bias, and all
noncentralities under which the observed value is an ordinary outcome make up the interval.

Source: quadratic limit of the Sinkhorn divergence between equal distributions, Gonzalez-Sanz,
Loubes and Niles-Weed (2022); two moments for its distribution, Satterthwaite (1946). How often the
interval holds: ``benchmarks/coverage.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lingap.errors import MetricError
from lingap.metrics.student import normal_interval
from lingap.records import Interval

_METHOD = "noncentral chi-square, from bias and influences of sentences"
_NEARLY_NORMAL = 20.0  # standard errors from 0


@dataclass(frozen=True, slots=True)
class DivergenceEstimate:
    """A divergence of two samples, and of what they are samples of.

    Args:
        plain: Of the samples.
        corrected: Median-unbiased: the divergence under which `plain` is the median outcome; 0
            where samples of one distribution would show as much.
        interval: Of the divergence of the distributions.
    """

    plain: float
    corrected: float
    interval: Interval


def divergence_estimate(
    plain: float, error: float, bias: float, *, level: float = 0.95
) -> DivergenceEstimate:
    """Estimate the divergence of two distributions from that of samples, or a mean of several.

    Args:
        plain: Divergence of the samples, >= 0.
        error: Its standard error >= 0, from influences; it shrinks to 0 with the divergence.
        bias: How much `plain` is too high on average.
        level: Of confidence.

    Raises:
        MetricError: For a negative or non-finite number, or a level outside 0 to 1.

    >>> equal = divergence_estimate(0.02, 0.0126, 0.02)
    >>> equal.corrected < 0.01, equal.interval.low
    (True, 0.0)
    """
    if not (0 <= plain < math.inf and 0 <= error < math.inf and math.isfinite(bias)):
        raise MetricError(
            f"plain and error must be finite and >= 0, bias finite; got {plain}, {error}, {bias}."
        )
    if not 0 < level < 1:
        raise MetricError(f"level lies between 0 and 1; got {level}.")
    if plain == 0 or error == 0:  # the samples are equal
        return DivergenceEstimate(plain, plain, Interval(plain, plain, level, _METHOD))
    if plain > _NEARLY_NORMAL * error:
        corrected = max(0.0, plain - bias)
        ends = normal_interval(corrected, error, level=level, method=_METHOD, low=0.0)
        return DivergenceEstimate(plain, corrected, ends)
    scale = error**2 / (4 * plain)
    # A sum of squares is biased by all its directions, and varies by one of them at most.
    df = max(bias / scale, 1.0)
    low, corrected, high = (
        scale * _noncentrality(plain / scale, df, p)
        for p in ((1 + level) / 2, 0.5, (1 - level) / 2)
    )
    # Samples of one distribution that happen to lie close must not give an upper end of 0.
    high = max(high, scale * _noncentrality(df, df, (1 - level) / 2))
    return DivergenceEstimate(plain, corrected, Interval(low, high, level, _METHOD))


def _noncentrality(value: float, df: float, probability: float) -> float:
    """The noncentrality at which `value` is that quantile of the outcomes; 0 if none is."""
    from scipy.special import chndtr

    def below(noncentrality: float) -> float:
        return float(chndtr(value, df, noncentrality))

    if below(0.0) <= probability:
        return 0.0
    low, high = 0.0, 1.0
    while below(high) > probability:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) > probability else (low, middle)
    return (low + high) / 2
