"""Rank association of languages' scores with a feature, where languages of a family are alike.

Two measures that both follow families correlate for no other reason (Galton's problem). So besides
permuting all languages, scores are permuted within families, where shared descent is held fixed;
and intervals draw whole families.

Source: Galton in Tylor (1889); Winkler et al. (2014) for exchangeability within blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_vector, members_of
from lingap.metrics.bootstrap import percentile_interval
from lingap.records import Interval


@dataclass(frozen=True, slots=True)
class Association:
    """How far a feature goes with scores, by ranks.

    Args:
        value: Spearman's R, -1 to 1, of a number; of a category eta squared of ranks, 0 to 1: the
            share of the variance of ranks that lies between categories.
        interval: Percentile bootstrap over families; None of a category, whose share grows with
            languages drawn twice, or if not requested.
        p_value: Share of permutations of all languages at least as far from no association.
        p_within: The same of permutations within families; None where no family has two languages
            that differ in the feature.
    """

    value: float
    interval: Interval | None
    p_value: float | None
    p_within: float | None


@checked(MetricError)
def number_association(
    scores: ArrayInput,
    feature: ArrayInput,
    families: Sequence[Hashable],
    *,
    n_permutations: int = 1999,
    n_resamples: int = 1999,
    level: float = 0.95,
    seed: int = 0,
) -> Association:
    """Spearman's R of scores with a number, (n,) each, n >= 3.

    Raises:
        MetricError: For different lengths, values that are not finite, or a constant side.
    """
    y, x = as_vector(scores, "scores", min_length=3), as_vector(feature, "feature", min_length=3)
    _check(y, x, families)
    a, b = _unit_ranks(y), _unit_ranks(x)
    value = float(a @ b)

    def statistic(orders: NDArray[np.intp]) -> Array:
        return np.asarray(np.abs(a[orders] @ b))

    p_value, p_within = _p_values(statistic, x, families, abs(value), n_permutations, seed)
    interval = None
    if n_resamples:
        interval = _interval(y, x, families, n_resamples, level, seed)
    return Association(value, interval, p_value, p_within)


@checked(MetricError)
def category_association(
    scores: ArrayInput,
    categories: Sequence[Hashable],
    families: Sequence[Hashable],
    *,
    n_permutations: int = 1999,
    seed: int = 0,
) -> Association:
    """Eta squared of the ranks of scores (n,) between categories, n >= 3.

    Raises:
        MetricError: For different lengths, values that are not finite, a constant side, or as many
            categories as languages.

    Source: Kruskal and Wallis (1952), whose H is n - 1 times it.
    """
    y = as_vector(scores, "scores", min_length=3)
    kinds = {name: i for i, name in enumerate(dict.fromkeys(categories))}
    x = np.array([float(kinds[name]) for name in categories])
    _check(y, x, families)
    if len(kinds) == len(y):
        raise MetricError("categories: every language has its own, so that none can be compared.")
    ranks = _unit_ranks(y)
    member = np.eye(len(kinds))[x.astype(int)]
    sizes = member.sum(axis=0)

    def statistic(orders: NDArray[np.intp]) -> Array:
        return np.asarray(((ranks[orders] @ member) ** 2 / sizes).sum(axis=1))

    value = float(statistic(np.arange(len(y))[None])[0])
    p_value, p_within = _p_values(statistic, x, families, value, n_permutations, seed)
    return Association(value, None, p_value, p_within)


@checked(MetricError)
def family_gain_p_value(
    gains: ArrayInput, families: Sequence[Hashable], *, n_draws: int = 9999, seed: int = 0
) -> float:
    """One-sided p-value of a gain in squared error over languages, where families are independent.

    The sign of each family's sum is flipped: without any gain, it could as well be a loss. Unlike
    permuting languages, this holds where scores and features both follow families.

    Args:
        gains: (n,) squared error without less squared error with a model, of each language.
        families: (n,) labels.
        n_draws: At the most; of few families all signs are tried.
        seed: Of the draws.

    Raises:
        MetricError: For different lengths or values that are not finite.

    Source: Fisher (1935).

    >>> family_gain_p_value([1.0, 2.0, 1.0], ["a", "b", "c"])
    0.125
    """
    values = as_vector(gains, "gains")
    if len(values) != len(families):
        raise MetricError(f"{len(values)} gains and {len(families)} families must pair up.")
    sums: dict[Hashable, float] = {}
    for name, value in zip(families, values.tolist(), strict=True):
        sums[name] = sums.get(name, 0.0) + value
    own = np.array([*sums.values()])
    total = float(own.sum()) - 1e-9 * float(np.abs(own).sum())
    if 2 ** len(own) <= n_draws + 1:
        signs = 1 - 2 * (np.arange(2 ** len(own))[:, None] >> np.arange(len(own)) & 1)
        return float((signs @ own >= total).mean())
    drawn = np.random.default_rng(seed).choice([-1.0, 1.0], size=(n_draws, len(own))) @ own
    return (1 + int((drawn >= total).sum())) / (1 + n_draws)


def _check(y: Array, x: Array, families: Sequence[Hashable]) -> None:
    if not len(y) == len(x) == len(families):
        raise MetricError(
            f"{len(y)} scores, {len(x)} values and {len(families)} families must pair up."
        )
    for name, values in (("scores", y), ("feature", x)):
        if np.ptp(values) == 0:
            raise MetricError(f"{name}: all are equal, so there is no order to correlate with.")


def _unit_ranks(values: Array) -> Array:
    """Ranks along the last axis, centred and of length 1."""
    ranks = rankdata(values, axis=-1)
    centred = ranks - ranks.mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred * centred).sum(axis=-1, keepdims=True)))


def _p_values(
    statistic: Callable[[NDArray[np.intp]], Array],
    x: Array,
    families: Sequence[Hashable],
    value: float,
    n: int,
    seed: int,
) -> tuple[float | None, float | None]:
    if n <= 0:
        return None, None
    rng = np.random.default_rng(seed)
    kinds = {name: i for i, name in enumerate(dict.fromkeys(families))}
    family = np.array([kinds[name] for name in families])
    free = statistic(np.argsort(rng.random((n, len(x))), axis=1))
    found = [(1 + int((free >= value - 1e-9).sum())) / (1 + n)]
    if not any(np.ptp(x[family == k]) > 0 for k in range(len(kinds))):
        return found[0], None
    home = np.argsort(family, kind="stable")
    orders = np.empty((n, len(x)), dtype=np.intp)
    orders[:, home] = np.argsort(family + rng.random((n, len(x))), axis=1)
    within = statistic(orders)
    found.append((1 + int((within >= value - 1e-9).sum())) / (1 + n))
    return found[0], found[1]


def _interval(
    y: Array, x: Array, families: Sequence[Hashable], n: int, level: float, seed: int
) -> Interval | None:
    """Families drawn with replacement; None where fewer than 3 or where most draws are constant."""
    parts = [*members_of(families).values()]
    if len(parts) < 3:
        return None
    rng = np.random.default_rng(seed)
    values = []
    for drawn in rng.integers(len(parts), size=(n, len(parts))):
        at = np.concatenate([parts[k] for k in drawn])
        if np.ptp(x[at]) > 0 and np.ptp(y[at]) > 0:
            values.append(float(_unit_ranks(y[at]) @ _unit_ranks(x[at])))
    if len(values) < n / 2:
        return None
    return percentile_interval(
        np.array(values), level=level, method="bootstrap over families, percentile"
    )
