"""Rank correlation of two measurements, with p-values, permutation tests and intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_vector
from lingap.records import Interval

Coefficient = Literal["spearman", "kendall"]
_BLOCK_VALUES = 1 << 22


@dataclass(frozen=True, slots=True)
class Correlation:
    """One coefficient and the evidence for it.

    Args:
        value: -1 to 1.
        p_value: Two-sided, for independent points: Student's t (Spearman), exact without ties up
            to 200 points and normal otherwise (Kendall).
        p_permutation: Two-sided share of permutations at least as far from 0; of whole blocks
            if blocks were given. None if not requested.
        interval: Percentile bootstrap over blocks or points; None if not requested.
    """

    value: float
    p_value: float
    p_permutation: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """Spearman's R and Kendall's tau-b of the same n points in n_blocks blocks."""

    spearman: Correlation
    kendall: Correlation
    n: int
    n_blocks: int


def _signs(values: Array) -> Array:
    """Sign of every difference, (..., n) to (..., n, n)."""
    return np.sign(values[..., :, None] - values[..., None, :])


def _spearman(x: Array, y: Array) -> Array:
    # Ranks with ties averaged are half the row sums of signs, up to a constant.
    a, b = x.sum(axis=-1), y.sum(axis=-1)
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return np.asarray((a * b).sum(axis=-1) / scale)


def _kendall(x: Array, y: Array) -> Array:
    axes = (-2, -1)
    scale = np.sqrt((x * x).sum(axis=axes) * (y * y).sum(axis=axes))
    return np.asarray((x * y).sum(axis=axes) / scale)


def spearman_p_value(value: float, n: int) -> float:
    """Two-sided p-value of Spearman's R of n independent points, by Student's t with n - 2.

    >>> f"{spearman_p_value(0.681, 30):.1e}"
    '3.4e-05'
    """
    if n < 3 or not -1 <= value <= 1:
        raise MetricError(
            f"A p-value needs n >= 3 and a coefficient in [-1, 1]; got {value}, n {n}."
        )
    if abs(value) == 1:
        return 0.0
    from scipy.special import stdtr

    t = abs(value) * math.sqrt((n - 2) / ((1 - value) * (1 + value)))
    return float(2 * stdtr(n - 2, -t))


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
        return _normal_p(value * pairs, n * (n - 1) * (2 * n + 5) / 18)
    if n > 200:
        raise MetricError(f"Exact p-values are limited to 200 points; got {n}. Pass exact=False.")
    fewest = round(pairs * (1 - abs(value)) / 2)
    tail = sum(_inversions(n)[: fewest + 1])
    return min(1.0, float(Fraction(2 * tail, math.factorial(n))))


def _normal_p(score: float, variance: float) -> float:
    return math.erfc(abs(score) / math.sqrt(2 * variance))


def _kendall_p(x: Array, y: Array) -> float:
    """P-value from the points: exact without ties, else normal with the variance for ties."""
    n = len(x)
    score = float((_signs(x) * _signs(y)).sum() / 2)
    tx, ty = (np.unique(v, return_counts=True)[1].astype(float) for v in (x, y))
    if n <= 200 and tx.max() == ty.max() == 1:
        return kendall_p_value(score / (n * (n - 1) / 2), n)

    def sums(t: Array) -> tuple[float, float, float]:
        a = t * (t - 1)
        return float((a * (2 * t + 5)).sum()), float(a.sum()), float((a * (t - 2)).sum())

    (vx, ax, bx), (vy, ay, by) = sums(tx), sums(ty)
    m = n * (n - 1)
    variance = (m * (2 * n + 5) - vx - vy) / 18 + ax * ay / (2 * m)
    if n > 2:
        variance += bx * by / (9 * m * (n - 2))
    return _normal_p(score, variance)


def _block_index(blocks: Sequence[Any] | None, n: int) -> Any:
    """Indices of each block's points, (n_blocks, size)."""
    if blocks is None:
        return np.arange(n)[:, None]
    if len(blocks) != n:
        raise MetricError(f"{len(blocks)} block labels for {n} points.")
    members: dict[Any, list[int]] = {}
    for i, label in enumerate(blocks):
        members.setdefault(label, []).append(i)
    sizes = {label: len(m) for label, m in members.items()}
    if len(set(sizes.values())) > 1:
        raise MetricError(
            f"Blocks differ in size ({sizes}); permuting whole blocks needs equal sizes."
        )
    if len(members) < 3:
        raise MetricError(f"At least 3 blocks are needed; got {len(members)}.")
    return np.array(list(members.values()))


def rank_correlation(
    gap: ArrayInput,
    predictor: ArrayInput,
    *,
    blocks: Sequence[Any] | None = None,
    n_permutations: int = 9999,
    n_resamples: int = 1999,
    level: float = 0.95,
    seed: int = 0,
) -> RankCorrelation:
    """Spearman's R and Kendall's tau-b of a gap with a predictor.

    Points that share a seed are not independent: pass the seeds as `blocks`, with points in the
    same order within each, and the permutation test and the bootstrap move whole blocks. The plain
    p-values treat all points as independent.

    Args:
        gap: (n,) values, n >= 3.
        predictor: (n,) values of the same points.
        blocks: (n,) labels; points of one label belong together. None: every point its own.
        n_permutations: Of the permutation test; 0 for none.
        n_resamples: Of the bootstrap; 0 for none.
        level: Of confidence.
        seed: Of both.

    Raises:
        MetricError: For different lengths, non-finite values, a constant side, or unequal blocks.

    Source: Jung et al. (2024), table 3.

    >>> found = rank_correlation([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 3.0, 2.0, 4.0, 5.0])
    >>> round(found.spearman.value, 3), round(found.kendall.value, 3)
    (0.9, 0.8)
    """
    x, y = as_vector(gap, "gap", min_length=3), as_vector(predictor, "predictor", min_length=3)
    if len(x) != len(y):
        raise MetricError(f"gap has {len(x)} values and predictor {len(y)}; they must pair up.")
    for name, values in (("gap", x), ("predictor", y)):
        if np.ptp(values) == 0:
            raise MetricError(f"{name} is constant ({values[0]}): no order to correlate with.")
    index = _block_index(blocks, len(x))
    rng = np.random.default_rng(seed)
    sx, sy = _signs(x), _signs(y)
    found = (float(_spearman(sx, sy)), float(_kendall(sx, sy)))
    tests = _permutation_p(sx, sy, found, index, n_permutations, rng)
    intervals = _intervals(x, y, index, n_resamples, level, blocks is not None, rng)
    p_values = (spearman_p_value(max(-1.0, min(1.0, found[0])), len(x)), _kendall_p(x, y))
    spearman, kendall = (
        Correlation(v, p, t, i)
        for v, p, t, i in zip(found, p_values, tests, intervals, strict=True)
    )
    return RankCorrelation(spearman, kendall, len(x), len(index))


def _permutation_p(
    sx: Array, sy: Array, values: tuple[float, float], index: Any, n_draws: int, rng: Any
) -> tuple[float | None, float | None]:
    if n_draws <= 0:
        return None, None
    n = len(sx)
    hits = np.zeros(2)
    step = max(1, _BLOCK_VALUES // (n * n))
    for at in range(0, n_draws, step):
        orders = np.argsort(rng.random((min(step, n_draws - at), len(index))), axis=1)
        places = np.empty((len(orders), n), dtype=np.intp)
        places[:, index.reshape(-1)] = index[orders].reshape(len(orders), n)
        shuffled = sy[places[:, :, None], places[:, None, :]]
        for k, measure in enumerate((_spearman, _kendall)):
            drawn = np.abs(measure(np.broadcast_to(sx, shuffled.shape), shuffled))
            hits[k] += (drawn >= abs(values[k]) - 1e-12).sum()
    p = (1 + hits) / (1 + n_draws)
    return float(p[0]), float(p[1])


def _intervals(
    x: Array, y: Array, index: Any, n_draws: int, level: float, in_blocks: bool, rng: Any
) -> tuple[Interval | None, Interval | None]:
    from lingap.metrics.bootstrap import percentile_interval

    if n_draws <= 0:
        return None, None
    found: list[Array] = []
    step = max(1, _BLOCK_VALUES // (len(x) ** 2))
    for at in range(0, n_draws, step):
        drawn = index[rng.integers(len(index), size=(min(step, n_draws - at), len(index)))]
        places = drawn.reshape(len(drawn), -1)
        defined = (np.ptp(x[places], axis=1) > 0) & (np.ptp(y[places], axis=1) > 0)
        sx, sy = _signs(x[places[defined]]), _signs(y[places[defined]])
        found.append(np.stack([_spearman(sx, sy), _kendall(sx, sy)]))
    draws = np.concatenate(found, axis=1)
    method = f"bootstrap over {'blocks' if in_blocks else 'points'}, percentile"
    if draws.shape[1] < n_draws:  # draws of a single distinct point have no order
        method += f" of {draws.shape[1]} defined of {n_draws} draws"
    spearman, kendall = (percentile_interval(d, level=level, method=method) for d in draws)
    return spearman, kendall
