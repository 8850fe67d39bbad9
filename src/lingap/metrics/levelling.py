"""Where a smaller gap comes from: languages that rose, or languages that fell.

A gap can shrink because the worst languages get better, or because the best get worse. The change
of a gap between two systems is split into a part of each language. Languages move one after the
other from their score under the first system to that under the second; a language's part is what
its own move changes, averaged over all orders (Shapley 1953). The parts add up to the change
exactly, a language whose score stays has no part, and exchanging the systems turns every sign.
Mean RPD and the variance are sums over pairs of languages, and of two languages there are two
orders only, so the average over all orders has a closed form. Std follows from the variance.

Summed over the languages that rose and those that fell, the parts say which of the two narrowed the
gap. A gap that narrowed while the mean score fell is *levelled down* (Parfit 1997).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_vector, to_numpy
from lingap.metrics.bootstrap import percentile_interval
from lingap.metrics.gap_inversion import gap_measure
from lingap.metrics.performance import as_scores
from lingap.metrics.score_tables import rpds
from lingap.records import Interval

_UNDEFINED = "Two languages score 0: their relative difference is undefined."


@dataclass(frozen=True, slots=True)
class GapChange:
    """The change of a gap from one system to another, and where it comes from.

    Args:
        change: Gap of the second system minus that of the first; negative where it narrowed.
        parts: (n_languages,) what each language's own change of score adds; their sum is `change`.
        by_rising: Sum of `parts` over languages whose score rose.
        by_falling: The same over those whose score fell.
        mean_change: Mean score of the second system minus that of the first.
        by_rising_interval: By drawing scores with their errors; None without errors.
        by_falling_interval: The same.
        mean_change_interval: The same.
    """

    change: float
    parts: tuple[float, ...]
    by_rising: float
    by_falling: float
    mean_change: float
    by_rising_interval: Interval | None = None
    by_falling_interval: Interval | None = None
    mean_change_interval: Interval | None = None

    @property
    def levelled_down(self) -> bool:
        """Whether the gap narrowed while the mean score fell."""
        return self.change < 0 and self.mean_change < 0


def gap_parts(first: ArrayInput, second: ArrayInput, *, gap: str = "mean_rpd") -> Array:
    """What each language's change of score adds to the change of a gap.

    Shapes: (..., n_languages) twice, and the result. Unit: the gap's. 0 against 0, where a
    language of one system meets one of the other, counts as equal.

    Args:
        first: Scores >= 0 of two languages or more under the first system.
        second: The same under the second.
        gap: ``mean_rpd`` (percent) or ``std``.

    >>> gap_parts([0.9, 0.6], [0.8, 0.6]).round(2)  # the best fell: all of it
    array([-11.43,   0.  ])
    >>> gap_parts([0.9, 0.6], [0.9, 0.8], gap="std").round(4)  # the worst rose
    array([ 0.    , -0.1414])
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    gap_measure(gap)
    n = a.shape[-1]
    between = _rpds_of if gap == "mean_rpd" else _squares_of
    pairs = n * (n - 1) / 2
    parts = np.zeros(np.broadcast_shapes(a.shape, b.shape))
    for i in range(n):
        moves = between(b[..., i, None], a) - between(a[..., i, None], a)
        moves = moves + between(b[..., i, None], b) - between(a[..., i, None], b)
        moves[..., i] = 0.0
        parts[..., i] = moves.sum(axis=-1) / 2 / pairs
    if gap == "mean_rpd":
        return parts
    # The mean square difference is twice the variance; Std changes by that of the variance
    # divided by the sum of both.
    below = a.std(axis=-1, ddof=1) + b.std(axis=-1, ddof=1)
    whole = np.broadcast_to(below[..., None], parts.shape)
    return np.asarray(np.divide(parts / 2, whole, out=np.zeros_like(parts), where=whole > 0))


@checked(MetricError)
def gap_change(
    first: ArrayInput,
    second: ArrayInput,
    *,
    gap: str = "mean_rpd",
    errors: tuple[ArrayInput, ArrayInput] | None = None,
    df: tuple[float, float] = (math.inf, math.inf),
    n_draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> GapChange:
    """Split the change of a gap into what rising and what falling languages add.

    Args:
        first: (n_languages,) scores >= 0 under the first system.
        second: The same under the second, the languages in the same order.
        gap: ``mean_rpd`` (percent) or ``std`` (in the scores' unit).
        errors: (n_languages,) standard errors of both; None for no intervals.
        df: Degrees of freedom of both.
        n_draws: Of the scores, for the intervals.
        level: Of confidence.
        seed: Of the draws.

    Raises:
        MetricError: For unlike shapes, fewer than two languages, a negative or non-finite score or
            error, or two scores of 0 under one system, where mean RPD is undefined.

    >>> down = gap_change([0.9, 0.6], [0.7, 0.58])
    >>> down.levelled_down, round(down.change, 1), round(down.by_rising, 1)
    (True, -21.3, 0.0)
    """
    a, b = as_scores(first, min_languages=2), as_scores(second, min_languages=2)
    if a.shape != b.shape:
        raise MetricError(f"Expected scores of the same languages; got {len(a)} and {len(b)}.")
    if gap == "mean_rpd" and max((a == 0).sum(), (b == 0).sum()) > 1:
        raise MetricError(_UNDEFINED)
    parts = gap_parts(a, b, gap=gap)
    rising, falling, mean = (float(x) for x in _sums(a, b, parts))
    ends: tuple[Interval | None, ...] = (None, None, None)
    if errors is not None and n_draws:
        rng = np.random.default_rng(seed)
        draws = [
            _drawn(x, s, k, n_draws, rng)
            for x, s, k in zip((a, b), _errors_of(errors, df, len(a)), df, strict=True)
        ]
        drawn = _sums(draws[0], draws[1], gap_parts(draws[0], draws[1], gap=gap))
        ends = tuple(
            percentile_interval(values, level=level, method="scores drawn with their errors")
            for values in drawn
        )
    return GapChange(
        change=float(parts.sum()),
        parts=tuple(map(float, parts)),
        by_rising=rising,
        by_falling=falling,
        mean_change=mean,
        by_rising_interval=ends[0],
        by_falling_interval=ends[1],
        mean_change_interval=ends[2],
    )


def _errors_of(
    errors: tuple[ArrayInput, ArrayInput], df: tuple[float, float], n_languages: int
) -> list[Array]:
    """Both systems' standard errors, one per language; MetricError for others."""
    found = [as_vector(one, "errors") for one in errors]
    if [len(one) for one in found] != [n_languages] * 2 or any((one < 0).any() for one in found):
        raise MetricError(f"errors: expected {n_languages} numbers >= 0 of each of two systems.")
    if len(df) != 2 or not (to_numpy(df, "df") > 0).all():
        raise MetricError(f"df: expected two numbers above 0, got {df!r:.60}.")
    return found


def _rpds_of(one: Array, others: Array) -> Array:
    return np.nan_to_num(rpds(one, others), nan=0.0)


def _squares_of(one: Array, others: Array) -> Array:
    return (one - others) ** 2


def _sums(a: Array, b: Array, parts: Array) -> tuple[Array, Array, Array]:
    """Parts of rising languages and of falling ones, and the change of the mean, over draws."""
    rising = np.where(b > a, parts, 0.0).sum(axis=-1)
    falling = np.where(b < a, parts, 0.0).sum(axis=-1)
    return rising, falling, (b - a).mean(axis=-1)


def _drawn(x: Array, s: Array, df: float, n: int, rng: np.random.Generator) -> Array:
    noise = rng.standard_normal((n, len(x))) * s
    if math.isfinite(df):
        noise *= np.sqrt(df / rng.chisquare(df, size=(n, 1)))
    return np.maximum(x + noise, 0.0)
