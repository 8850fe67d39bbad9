"""Rank correlation of two measurements, with p-values, permutation tests and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_vector, members_of
from lingap.metrics.language_permutations import (
    Language,
    language_places,
    n_languages,
    orders,
    orders_to_try,
)
from lingap.metrics.rank_p_values import (
    EXACT,
    kendall_p_value,
    normal_p,
    share_of_orders,
    students_p,
)
from lingap.records import Interval

_BLOCK_VALUES = 1 << 22
_FEW = 300  # points whose pairs are compared one by one; beyond that, sorting is faster
_MOST_OF_KENDALL = 5000  # points that are ordered anew for Kendall's p; more take minutes
_EXACT_TIES = 8  # the same of Kendall's, where there are ties


@dataclass(frozen=True, slots=True)
class Correlation:
    """One coefficient and the evidence for it.

    Args:
        value: -1 to 1.
        p_value: Two-sided, for independent points. Spearman: exact up to 10 points, then
            Student's t. Kendall: exact up to 200 points, with ties up to 8, then normal.
        p_permutation: Two-sided share of permutations at least as far from 0; of whole blocks
            if blocks were given. All are tried where there are no more than requested. None if
            not requested.
        interval: Percentile bootstrap over blocks or points; None if not requested.
        p_languages: Two-sided share of permutations of the languages at least as far from 0; None
            without languages, or where they cannot be exchanged.
    """

    value: float
    p_value: float
    p_permutation: float | None
    interval: Interval | None
    p_languages: float | None = None


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


def _centred_ranks(values: Array) -> Array:
    """Twice the ranks of each row, ties averaged, less their mean; (..., n)."""
    if values.shape[-1] <= _FEW:
        return np.asarray(_signs(values).sum(axis=-1))
    from scipy.stats import rankdata

    return np.asarray(2 * rankdata(values, axis=-1) - values.shape[-1] - 1)


def _spearman(a: Array, b: Array) -> Array:
    """Spearman's R of rows of centred ranks."""
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return np.asarray((a * b).sum(axis=-1) / scale)


def _kendall(x: Array, y: Array) -> Array:
    """Kendall's tau-b of rows of values, (k, n)."""
    if x.shape[-1] > _FEW:
        from scipy.stats import kendalltau

        pairs = zip(x, y, strict=True)
        return np.array([kendalltau(*pair, method="asymptotic").statistic for pair in pairs])
    u, v = _signs(x), _signs(y)
    axes = (-2, -1)
    scale = np.sqrt((u * u).sum(axis=axes) * (v * v).sum(axis=axes))
    return np.asarray((u * v).sum(axis=axes) / scale)


def _spearman_p(x: Array, y: Array, value: float) -> float:
    """P-value from the points: exact for few of them, also with ties."""
    if len(x) > EXACT:
        return students_p(value, len(x))
    a, b = (_centred_ranks(v).astype(int) for v in (x, y))
    return share_of_orders(tuple(sorted(a)), tuple(sorted(b)), abs(int(a @ b)))


def _kendall_p(x: Array, y: Array, tau: float) -> float:
    """P-value from the points: exact for few or without ties, else normal with ties' variance."""
    n = len(x)
    if n <= _EXACT_TIES:
        counted = _permutation_p(x, y, (0.0, tau), orders(n, 0, is_all=True), is_all=True)[1]
        return 1.0 if counted is None else counted
    tx, ty = (np.unique(v, return_counts=True)[1].astype(float) for v in (x, y))
    if n <= 200 and tx.max() == ty.max() == 1:
        return kendall_p_value(max(-1.0, min(1.0, tau)), n)

    def sums(t: Array) -> tuple[float, float, float]:
        a = t * (t - 1)
        return float((a * (2 * t + 5)).sum()), float(a.sum()), float((a * (t - 2)).sum())

    (vx, ax, bx), (vy, ay, by) = sums(tx), sums(ty)
    m = n * (n - 1)
    score = tau * math.sqrt((m - ax) * (m - ay)) / 2
    variance = (m * (2 * n + 5) - vx - vy) / 18 + ax * ay / (2 * m)
    if n > 2:
        variance += bx * by / (9 * m * (n - 2))
    return normal_p(score, variance)


def _block_index(blocks: Sequence[Any] | None, n: int) -> Any:
    """Indices of each block's points, (n_blocks, size)."""
    if blocks is None:
        return np.arange(n)[:, None]
    if len(blocks) != n:
        raise MetricError(f"{len(blocks)} block labels for {n} points.")
    members = members_of(blocks)
    sizes = {label: len(m) for label, m in members.items()}
    if len(set(sizes.values())) > 1:
        raise MetricError(
            f"Blocks differ in size ({sizes}); permuting whole blocks needs equal sizes."
        )
    if len(members) < 3:
        raise MetricError(f"At least 3 blocks are needed; got {len(members)}.")
    return np.array(list(members.values()))


@checked(MetricError)
def rank_correlation(
    gap: ArrayInput,
    predictor: ArrayInput,
    *,
    blocks: Sequence[Any] | None = None,
    languages: Sequence[Language] | None = None,
    n_permutations: int = 9999,
    n_resamples: int = 1999,
    level: float = 0.95,
    seed: int = 0,
) -> RankCorrelation:
    """Spearman's R and Kendall's tau-b of a gap with a predictor.

    Points that share a seed are not independent: pass the seeds as `blocks`, with points in the
    same order within each, and the permutation test and the bootstrap move whole blocks. Points
    that share a language are not independent either: pass their `languages`, and another test
    (Mantel's, where points are pairs) exchanges the languages, in place of that of single points.
    The plain p-values treat all points as independent.

    Args:
        gap: (n,) values, n >= 3.
        predictor: (n,) values of the same points.
        blocks: (n,) labels; points of one label belong together. None: every point its own.
        languages: (n,) the language of each point, or its two languages as a tuple; each language
            or pair once (in each block).
        n_permutations: Of each permutation test, at the most: few points, blocks or languages
            have fewer orders, which are then all tried. 0 for none.
        n_resamples: Of the bootstrap; 0 for none.
        level: Of confidence.
        seed: Of all.

    Raises:
        MetricError: For different lengths, non-finite values, a constant side, unequal blocks, or
            a language or pair with two points.

    Source: Jung et al. (2024), table 3; Mantel (1967).

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
    found = (
        float(_spearman(_centred_ranks(x), _centred_ranks(y))),
        float(_kendall(x[None], y[None])[0]),
    )
    tests: tuple[float | None, float | None] = (None, None)
    if n_permutations > 0 and (languages is None or blocks is not None):
        n_draws, is_all = orders_to_try(len(index), n_permutations)
        places = _block_places(index, orders(len(index), n_draws, is_all=is_all, rng=rng))
        tests = _permutation_p(x, y, found, places, is_all=is_all)
    intervals = _intervals(x, y, index, n_resamples, level, blocks is not None, rng)
    p_values = _spearman_p(x, y, found[0]), _kendall_p(x, y, found[1])
    of_languages: tuple[float | None, float | None] = (None, None)
    if languages is not None and n_permutations > 0:
        of_languages = _languages_p(x, y, found, languages, blocks, n_permutations, seed)
    spearman, kendall = (
        Correlation(*parts)
        for parts in zip(found, p_values, tests, intervals, of_languages, strict=True)
    )
    return RankCorrelation(spearman, kendall, len(x), len(index))


def _block_places(index: Any, orders_of_blocks: Iterable[Any]) -> Iterator[Any]:
    """Which point each point becomes when whole blocks exchange their places, (k, n) at a time."""
    for some in orders_of_blocks:
        places = np.empty((len(some), index.size), dtype=np.intp)
        places[:, index.reshape(-1)] = index[some].reshape(len(some), index.size)
        yield places


def _languages_p(
    x: Array,
    y: Array,
    values: tuple[float, float],
    languages: Sequence[Language],
    blocks: Sequence[Any] | None,
    n_draws: int,
    seed: int,
) -> tuple[float | None, float | None]:
    if len(languages) != len(x):
        raise MetricError(f"{len(languages)} labels of languages for {len(x)} points.")
    n_draws, is_all = orders_to_try(n_languages(languages), n_draws)
    places = language_places(
        languages, blocks, n_draws=n_draws, is_all=is_all, rng=np.random.default_rng(seed)
    )
    return (None, None) if places is None else _permutation_p(x, y, values, places, is_all=is_all)


def _permutation_p(
    x: Array, y: Array, values: tuple[float, float], places: Iterable[Any], *, is_all: bool = False
) -> tuple[float | None, float | None]:
    """Share of the orders of y with coefficients at least as far from 0; the given one counts.

    None where no order changes y at all: nothing is tested. None of Kendall's for many points.
    """
    with_kendall = len(x) <= _MOST_OF_KENDALL
    a, b = _centred_ranks(x), _centred_ranks(y)
    scale = math.sqrt((a @ a) * (b @ b))
    hits, n_draws, changes = np.zeros(2), 0, False
    for some in places:
        n_draws += len(some)
        changes = changes or bool((b[some] != b).any())
        kendall = _kendall_of_orders(x, y, some) if with_kendall else np.zeros(len(some))
        drawn = np.abs([b[some] @ a / scale, kendall])
        hits += (drawn >= np.abs(values)[:, None] - 1e-9).sum(axis=1)
    if not changes:
        return None, None
    p = hits / n_draws if is_all else (1 + hits) / (1 + n_draws)
    return float(p[0]), float(p[1]) if with_kendall else None


def _kendall_of_orders(x: Array, y: Array, places: Any) -> Array:
    """Kendall's tau-b of x with each order of y, (k,)."""
    n = len(x)
    if n > _FEW:
        return _kendall(np.broadcast_to(x, places.shape), y[places])
    u, v = (_signs(side).astype(np.float32) for side in (x, y))  # sums below 2^24 are exact
    scale = math.sqrt(float((u * u).sum()) * float((v * v).sum()))
    found = []
    step = max(1, _BLOCK_VALUES // (n * n))
    for at in range(0, len(places), step):
        some = places[at : at + step]
        shuffled = v[some[:, :, None], some[:, None, :]].reshape(len(some), n * n)
        found.append(shuffled @ u.reshape(n * n))
    return np.concatenate(found).astype(np.float64) / scale


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
        u, v = x[places[defined]], y[places[defined]]
        found.append(np.stack([_spearman(_centred_ranks(u), _centred_ranks(v)), _kendall(u, v)]))
    draws = np.concatenate(found, axis=1)
    method = f"bootstrap over {'blocks' if in_blocks else 'points'}, percentile"
    if draws.shape[1] < n_draws:  # draws of a single distinct point have no order
        method += f" of {draws.shape[1]} defined of {n_draws} draws"
    spearman, kendall = (percentile_interval(d, level=level, method=method) for d in draws)
    return spearman, kendall
