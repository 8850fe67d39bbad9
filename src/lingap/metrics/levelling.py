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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_vector, to_numpy
from lingap.metrics.bootstrap import percentile_interval
from lingap.metrics.gap_inversion import gap_measure, noise_of
from lingap.metrics.performance import as_scores
from lingap.records import Interval

_HELD = 20_000  # pairs of languages at a time: few enough for a processor's cache
_LEAST = 1e-300  # keeps 0 / 0 at 0
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
    return _parts(_Side.of(a, gap), _Side.of(b, gap), gap)


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """Scores of one system, and what every comparison of it needs.

    Args:
        scores: (..., n_languages).
        within: (..., n_languages) differences of each language to all of this system, added up;
            of Std, the standard deviation (..., 1).
    """

    scores: Array
    within: Array

    @classmethod
    def of(cls, scores: Array, gap: str) -> _Side:
        if gap == "std":
            return cls(scores, scores.std(axis=-1, ddof=1, keepdims=True))
        return cls(scores, _rpds_to_all(scores, scores)[0])


def _parts(first: _Side, second: _Side, gap: str) -> Array:
    """As :func:`gap_parts`: half of what a language's move changes before all others, and after.

    Every pair of languages of the two systems counts in one direction as it does in the other, so
    a language's difference to itself cancels.
    """
    a, b = first.scores, second.scores
    n = a.shape[-1]
    if gap == "mean_rpd":
        to_first, to_second = _rpds_to_all(b, a)
        moves = to_first - first.within + second.within - to_second
        return np.asarray(np.where(a == b, 0.0, moves / (n * (n - 1))))
    # The mean square difference is twice the variance; Std changes by that of the variance
    # divided by the sum of both.
    middle = (a.mean(axis=-1, keepdims=True) + b.mean(axis=-1, keepdims=True)) / 2
    moves = ((b - middle) ** 2 - (a - middle) ** 2) / (n - 1)
    below = np.broadcast_to(first.within + second.within, moves.shape)
    return np.asarray(np.divide(moves, below, out=np.zeros_like(moves), where=below > 0))


def _rpds_to_all(rows: Array, columns: Array) -> tuple[Array, Array]:
    """Relative percentage differences of two systems' languages, added up over those of the other.

    Shapes: (..., n_languages) twice, and both results: of each language of `rows`, and of each of
    `columns`. 0 against 0 counts as equal.
    """
    shape, n = np.broadcast_shapes(rows.shape, columns.shape), rows.shape[-1]
    x, y = (np.broadcast_to(one, shape).reshape(-1, n) for one in (rows, columns))
    over_rows, over_columns = np.empty(x.shape), np.empty(x.shape)
    n_held = max(1, _HELD // n**2)
    off, total = np.empty((2, min(n_held, len(x)), n, n))
    for at in range(0, len(x), n_held):
        here = slice(at, at + n_held)
        one, other = x[here, :, None] / 2, y[here, None, :] / 2  # halves have a finite sum
        difference, both = off[: len(one)], total[: len(one)]
        np.abs(np.subtract(one, other, out=difference), out=difference)
        np.add(one + _LEAST, other, out=both)
        np.divide(difference, both, out=difference)
        difference.sum(axis=2, out=over_rows[here])
        difference.sum(axis=1, out=over_columns[here])
    return 200 * over_rows.reshape(shape), 200 * over_columns.reshape(shape)


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
    found = None if errors is None else np.stack(_errors_of(errors, df, len(a)))
    [change] = gap_changes(
        np.stack([a, b]), [(0, 1)], gap=gap, errors=found, df=df, n_draws=n_draws, level=level,
        seed=seed,
    )  # fmt: skip
    return change


def gap_changes(
    scores: Array,
    pairs: Iterable[tuple[int, int]],
    *,
    gap: str = "mean_rpd",
    errors: Array | None = None,
    df: Sequence[float] = (),
    n_draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> Iterator[GapChange]:
    """As :func:`gap_change`, of many pairs of systems; what a pair needs of a system is made once.

    Args:
        scores: (n_systems, n_languages), valid.
        pairs: First and second system, rows of `scores`.
        gap: ``mean_rpd`` or ``std``.
        errors: (n_systems, n_languages) standard errors, NaN of a system where one is not known;
            None for no intervals. A pair without any error, or with unknown ones, has none either.
        df: Degrees of freedom of each system.
        n_draws: Of the scores, for the intervals.
        level: Of confidence.
        seed: Of the draws.
    """
    gap_measure(gap)
    plain = [_Side.of(own, gap) for own in scores]
    drawn: list[_Side | None] = []
    if errors is not None and errors.any() and n_draws:
        rng = np.random.default_rng(seed)
        drawn = [
            None if np.isnan(s).any() else _Side.of(_drawn(x, s, k, n_draws, rng), gap)
            for x, s, k in zip(scores, errors, df, strict=True)
        ]
    for i, j in pairs:
        parts = _parts(plain[i], plain[j], gap)
        rising, falling, mean = (float(x) for x in _sums(scores[i], scores[j], parts))
        ends: tuple[Interval | None, ...] = (None, None, None)
        a, b = (drawn[i], drawn[j]) if drawn else (None, None)
        if a and b and errors is not None and (errors[i].any() or errors[j].any()):
            ends = tuple(
                percentile_interval(values, level=level, method="scores drawn with their errors")
                for values in _sums(a.scores, b.scores, _parts(a, b, gap))
            )
        yield GapChange(
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


def _sums(a: Array, b: Array, parts: Array) -> tuple[Array, Array, Array]:
    """Parts of rising languages and of falling ones, and the change of the mean, over draws."""
    rising = np.where(b > a, parts, 0.0).sum(axis=-1)
    falling = np.where(b < a, parts, 0.0).sum(axis=-1)
    return rising, falling, (b - a).mean(axis=-1)


def _drawn(x: Array, s: Array, df: float, n: int, rng: np.random.Generator) -> Array:
    return np.maximum(x + noise_of(s, df, n, rng), 0.0)
