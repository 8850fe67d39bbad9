"""P-values of rank correlations of independent points: exact for few, else approximations."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError

EXACT = 10
"""Points up to which Spearman's p counts all orders."""


@checked(MetricError)
def spearman_p_value(value: float, n: int) -> float:
    """Two-sided p-value of Spearman's R of n independent points without ties.

    Args:
        value: The coefficient; an exact p-value is that of the nearest attainable one.
        n: Points, 3 or more. Up to 10 all orders are counted; beyond, Student's t with n - 2 is
            used, but nothing below the share of the two most extreme orders.

    >>> f"{spearman_p_value(0.681, 30):.1e}", round(spearman_p_value(1.0, 3), 3)
    ('3.4e-05', 0.333)
    """
    if n < 3 or not -1 <= value <= 1:
        raise MetricError(
            f"A p-value needs n >= 3 and a coefficient in [-1, 1]; got {value}, n {n}."
        )
    if n > EXACT:
        return students_p(value, n)
    ranks = tuple(range(1 - n, n, 2))
    most = sum(r * r for r in ranks)
    return share_of_orders(ranks, ranks, most - 4 * round(most * (1 - abs(value)) / 4))


def students_p(value: float, n: int) -> float:
    """Two-sided p-value of Spearman's R by Student's t, none below the most extreme orders'."""
    from scipy.special import stdtr

    least = 2 / math.factorial(n) if n < 100 else 0.0
    if abs(value) >= 1:
        return least
    t = abs(value) * math.sqrt((n - 2) / ((1 - value) * (1 + value)))
    return max(least, float(2 * stdtr(n - 2, -t)))


def share_of_orders(a: tuple[int, ...], b: tuple[int, ...], least: int) -> float:
    """Share of the orders of `b` whose product with `a` is `least` or more away from 0."""
    ways = _products(a, b)
    middle = len(ways) // 2
    products = np.abs(np.arange(len(ways)) - middle)
    return float(ways[products >= least].sum() / ways.sum())


@lru_cache(maxsize=256)
def _products(a: tuple[int, ...], b: tuple[int, ...]) -> NDArray[np.int64]:
    """How many orders of `b` have each product with `a`; 0 is in the middle.

    Counted by the set of places of `b` that are taken, of which there are far fewer than orders.
    """
    most = sum(p * q for p, q in zip(*(sorted(map(abs, v)) for v in (a, b)), strict=True))
    start = np.zeros(2 * most + 1, dtype=np.int64)
    start[most] = 1
    ways = {0: start}
    for value in a:
        longer: dict[int, NDArray[np.int64]] = {}
        for taken, counts in ways.items():
            for place, other in enumerate(b):
                if not taken >> place & 1:
                    moved = np.roll(counts, value * other)
                    key = taken | 1 << place
                    longer[key] = longer[key] + moved if key in longer else moved
        ways = longer
    (counts,) = ways.values()
    return counts


@cache
def _inversions(n: int) -> tuple[int, ...]:
    """How many permutations of n items have 0, 1, 2 … inversions."""
    counts = [1]
    for size in range(2, n + 1):
        sums, total = [0], 0
        for c in counts:
            total += c
            sums.append(total)
        length = len(counts) + size - 1
        counts = [sums[min(k + 1, len(counts))] - sums[max(0, k + 1 - size)] for k in range(length)]
    return tuple(counts)


@checked(MetricError)
def kendall_p_value(value: float, n: int, *, exact: bool = True) -> float:
    """Two-sided p-value of Kendall's tau of n independent points without ties.

    Args:
        value: The coefficient; the exact p-value is that of the nearest attainable one.
        n: Points.
        exact: Count permutations (n <= 200), or use the normal approximation.

    >>> f"{kendall_p_value(-0.577, 30):.1e}"
    '2.1e-06'
    """
    if n < 2 or not -1 <= value <= 1:
        raise MetricError(
            f"A p-value needs n >= 2 and a coefficient in [-1, 1]; got {value}, n {n}."
        )
    pairs = n * (n - 1) // 2
    if not exact:
        return normal_p(value * pairs, n * (n - 1) * (2 * n + 5) / 18)
    if n > 200:
        raise MetricError(f"Exact p-values are limited to 200 points; got {n}. Pass exact=False.")
    fewest = round(pairs * (1 - abs(value)) / 2)
    tail = sum(_inversions(n)[: fewest + 1])
    return min(1.0, float(Fraction(2 * tail, math.factorial(n))))


def normal_p(score: float, variance: float) -> float:
    """Two-sided p-value of a normal score with mean 0."""
    return math.erfc(abs(score) / math.sqrt(2 * variance))
