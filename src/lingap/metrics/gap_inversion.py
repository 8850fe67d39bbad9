"""Intervals of a gap that hold: by inverting tests of how large the gap really is.

A gap (mean RPD, Std) is made of absolute or squared differences, so noise in the scores adds to
it: even equal languages show one, and a bootstrap, which adds the noise once more, centres on a
value that is larger still. Here the question is turned round. For a supposed set of true scores,
draw what would be observed and see whether the observed gap is an ordinary outcome. All supposed
gaps for which it is make up the interval; the one for which it is the median outcome is the
corrected estimate.

The true scores that are tried lie on two paths from "all languages equal" to "much further apart
than observed": one draws all scores towards their mean alike, the other first sets those languages
equal that lie nearest together. Scores that truly spread follow the first, scores with ties or
outliers the second; the interval spans both. Where scores are so near 0 that noise can not tell
them from it, any ratio between them is possible: a third path sets them apart.

Source: confidence sets by test inversion (Neyman 1937); median-unbiased estimates as in Andrews
(1993); an upper end no lower than the median outcome of equal languages would give, as in Cowan,
Cranmer, Gross and Vitells (2011); merging as in Ward (1963). How often the intervals hold:
``benchmarks/coverage.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, to_numpy
from lingap.metrics.score_tables import mean_rpds, stds
from lingap.records import Interval

GAPS: dict[str, Callable[[Array], Array]] = {"mean_rpd": mean_rpds, "std": stds}
INVERSION = "test inversion"
LEAST = 1e-9
"""Stands for a score of 0, so that two of them are equal."""
_TOWARDS_MEAN = np.linspace(0.0, 1.0, 10, endpoint=False)
_BEYOND = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0)  # noise added to the observed spread
_NEAR = 2.0  # standard errors from 0 within which a score can not be told from it
_NEXT_LEVEL = 1.3  # ratio of the numbers of clusters tried
_PAIR_DRAWS = 500_000


@dataclass(frozen=True, slots=True)
class GapEstimate:
    """A gap, the part of it that noise alone does not explain, and its interval.

    Args:
        plain: The gap of the scores as they are.
        corrected: Median-unbiased: the gap under which `plain` is the median outcome; 0 where
            equal languages would show as much.
        interval: Of the true gap.
    """

    plain: float
    corrected: float
    interval: Interval


def gap_measure(name: str) -> Callable[[Array], Array]:
    """The formula of a gap, over the last axis; MetricError for another name."""
    if name not in GAPS:
        raise MetricError(f"gap is {' or '.join(map(repr, GAPS))}, not {name!r}.")
    return GAPS[name]


def gap_estimate(
    scores: ArrayInput,
    errors: ArrayInput,
    *,
    gap: str = "mean_rpd",
    df: float = math.inf,
    level: float = 0.95,
    n_draws: int = 500,
    seed: int = 0,
) -> GapEstimate:
    """Estimate a gap of scores whose standard errors are known or were estimated.

    Args:
        scores: (n_languages,) scores >= 0, two or more.
        errors: (n_languages,) their standard errors >= 0, on the scores' scale.
        gap: ``mean_rpd`` (percent, 0 to 200) or ``std`` (on the scores' scale, n - 1).
        df: Degrees of freedom of the errors; infinite where they rest on many test items.
        level: Of confidence.
        n_draws: Outcomes drawn for each supposed gap at the most; fewer for many languages, at
            least 200.
        seed: Of the draws.

    Raises:
        MetricError: For unlike shapes, a single language, or a negative or non-finite number.

    >>> equal = gap_estimate([0.61, 0.59, 0.60, 0.62], [0.02, 0.02, 0.02, 0.02])
    >>> round(equal.plain, 1), equal.corrected, equal.interval.low
    (2.8, 0.0, 0.0)
    """
    gap_measure(gap)
    x, s = (to_numpy(v, "scores").astype(np.float64) for v in (scores, errors))
    if x.ndim != 1 or x.shape != s.shape or len(x) < 2:
        raise MetricError(
            "scores and errors must be one number per language, of 2 languages or more; got shapes "
            f"{x.shape} and {s.shape}."
        )
    if not (np.isfinite(x) & np.isfinite(s) & (x >= 0) & (s >= 0)).all() or not df > 0:
        raise MetricError("scores, errors and df must be finite (df may be infinite) and >= 0.")
    if not 0 < level < 1:
        raise MetricError(f"level lies between 0 and 1; got {level}.")
    return _estimate(x.tobytes(), s.tobytes(), gap, df, level, n_draws, seed)


@lru_cache(maxsize=4096)
def _estimate(
    scores: bytes, errors: bytes, gap: str, df: float, level: float, n_draws: int, seed: int
) -> GapEstimate:
    """As :func:`gap_estimate`; a table's gaps and their comparisons ask for the same ones."""
    x, s = np.frombuffer(scores), np.frombuffer(errors)
    plain = float(GAPS[gap](np.maximum(x, LEAST)[None])[0])
    rng = np.random.default_rng(seed)
    size = max(200, min(n_draws, _PAIR_DRAWS // len(x) ** 2))
    noise = noise_of(s, df, size // 2, rng)
    noise = np.concatenate([noise, -noise])  # antithetic: their middle is exact
    tails = (1 + level) / 2, 0.5, (1 - level) / 2
    outcomes = _outcomes(_gaps_of(gap, noise), tails)
    beyond = _beyond(x, s)
    low, corrected, high = _crossings([*_alike(x), *beyond], plain, outcomes)
    if gap == "mean_rpd" and len(x) > 2:  # Std needs no second path: it only knows sums of squares
        first, last = _crossings([*_tied(x), *beyond], plain, outcomes, of=(0, 2))
        low, high = min(low, first), max(high, last)
    if gap == "mean_rpd" and (near := _near_0(x, s)) is not None:
        high = max(high, *_crossings([*_alike(near), *_beyond(near, s)], plain, outcomes, of=(2,)))
    return GapEstimate(plain, corrected, Interval(low, high, level, INVERSION))


def noise_of(errors: Array, df: float, n: int, rng: np.random.Generator) -> Array:
    """Student's t with standard errors (L,) and degrees of freedom that they share, (n, L)."""
    noise = rng.standard_normal((n, len(errors))) * errors
    if math.isfinite(df):
        noise *= np.sqrt(df / rng.chisquare(df, size=(n, 1)))
    return noise


def gap_difference(
    first: GapEstimate, second: GapEstimate, *, correlation: float = 0.0
) -> tuple[float, Interval]:
    """Corrected gap of one system less another's, with an interval.

    Args:
        first: Gap of A.
        second: Gap of B, at the same level.
        correlation: Of the two estimates, where they rest on the same test items or seeds.

    Source: the method of variance estimates recovery (Zou and Donner 2008), which joins two
    intervals that need not be symmetric.
    """
    a, b = first.interval, second.interval
    if a.level != b.level:
        raise MetricError(f"The intervals have different levels, {a.level} and {b.level}.")
    here = first.corrected - second.corrected
    below = first.corrected - a.low, b.high - second.corrected
    above = a.high - first.corrected, second.corrected - b.low
    down, up = (
        math.sqrt(max(0.0, p * p + q * q - 2 * correlation * p * q)) for p, q in (below, above)
    )
    return here, Interval(here - down, here + up, a.level, f"{INVERSION}, variances recovered")


def _alike(x: Array) -> list[Array]:
    """True scores from all equal to the observed ones, on a straight line."""
    return [x.mean() + share * (x - x.mean()) for share in _TOWARDS_MEAN] + [x]


def _tied(x: Array) -> list[Array]:
    """True scores with ever fewer of them equal: cluster means, of ever more clusters."""
    order = np.argsort(x, kind="stable")
    sums, sizes = list(x[order]), [1] * len(x)
    wanted = {len(x), 1}
    at = 1
    while at < len(x):
        wanted.add(at)
        at = max(at + 1, int(at * _NEXT_LEVEL))
    found = [x]
    while len(sums) > 1:
        means, n = np.array(sums) / sizes, np.array(sizes)
        cost = np.diff(means) ** 2 * n[1:] * n[:-1] / (n[1:] + n[:-1])
        k = int(cost.argmin())
        sums[k : k + 2] = [sums[k] + sums[k + 1]]
        sizes[k : k + 2] = [sizes[k] + sizes[k + 1]]
        if len(sums) in wanted:
            merged = np.empty_like(x)
            merged[order] = np.repeat(np.array(sums) / sizes, sizes)
            found.append(merged)
    return found[::-1]


def _near_0(x: Array, s: Array) -> Array | None:
    """True scores of which those that noise can not tell from 0 lie apart; None where none can.

    Two languages that score 0 may yet differ, by any ratio. Each is put where noise lets it seem 0,
    at half of the next higher one at the most.
    """
    low = x < _NEAR * s
    if not low.any():
        return None
    found = x.copy()
    above = math.inf
    for at in np.argsort(-x, kind="stable"):
        if low[at]:
            found[at] = min(max(x[at], _NEAR * s[at]), above / 2)
        above = found[at]
    return found


def _beyond(x: Array, s: Array) -> list[Array]:
    """True scores further apart than the observed ones."""
    off = x - x.mean()
    if not off.any():  # all scores equal: any shape serves
        off = np.linspace(-1.0, 1.0, len(x))
    step = float(np.sqrt((s**2).mean() / (off**2).mean()))
    return [_apart(x, more * step * off) for more in _BEYOND]


def _apart(x: Array, moves: Array) -> Array:
    """Scores moved up by so much, and down in steps that shrink with what is left.

    Cut at 0 instead, two of them would be equal again, and their RPD 0.
    """
    down = x * np.exp(np.minimum(moves, 0.0) / np.maximum(x, LEAST))
    return np.where(moves < 0, down, x + moves)


_GapsOf = Callable[[Array], tuple[float, Array]]
_Outcomes = Callable[[Array], tuple[float, Array]]


def _gaps_of(gap: str, noise: Array) -> _GapsOf:
    """For true scores, their gap and the (n_draws,) gaps that noise (n_draws, L) makes of it."""
    measure = GAPS[gap]
    lowest = float(noise.min())
    off = noise - noise.mean(axis=1, keepdims=True)
    own = np.einsum("ij,ij->i", off, off)

    def of(truth: Array) -> tuple[float, Array]:
        if gap == "std" and truth.min() + lowest >= LEAST:  # nothing to cut: sums of squares
            apart = truth - truth.mean()
            fixed = float(apart @ apart)
            squares = np.maximum(fixed + 2 * (off @ apart) + own, 0.0)
            return math.sqrt(fixed / (len(truth) - 1)), np.sqrt(squares / (len(truth) - 1))
        gaps = measure(np.maximum(np.vstack([truth, truth + noise]), LEAST))
        return float(gaps[0]), gaps[1:]

    return of


def _outcomes(gaps_of: _GapsOf, tails: tuple[float, float, float]) -> _Outcomes:
    """For true scores, their gap and those quantiles of the gaps that noise makes of it."""
    known: dict[bytes, tuple[float, Array]] = {}

    def of(truth: Array) -> tuple[float, Array]:
        key = truth.tobytes()
        if key not in known:
            gap, drawn = gaps_of(truth)
            drawn.sort()
            at = np.multiply(tails, len(drawn) - 1)  # places of the quantiles, between two draws
            known[key] = gap, np.interp(at, np.arange(len(drawn)), drawn)
        return known[key]

    return of


def _crossings(
    path: Sequence[Array], observed: float, outcomes: _Outcomes, of: Sequence[int] = (0, 1, 2)
) -> list[float]:
    """Gap on the path at which the observed one is those quantiles of what would be seen."""
    # Equal languages that happen to score nearly alike must not give an upper end of 0.
    seen = observed, observed, max(observed, float(outcomes(path[0])[1][1]))
    found = []
    for k in of:
        value, low, high = seen[k], 0, len(path) - 1
        if value <= outcomes(path[low])[1][k]:
            found.append(0.0)
        elif value > outcomes(path[high])[1][k]:
            found.append(max(outcomes(truth)[0] for truth in path))
        else:
            while high - low > 1:
                middle = (low + high) // 2
                is_below = outcomes(path[middle])[1][k] < value
                low, high = (middle, high) if is_below else (low, middle)
            (gap, below), (next_gap, above) = outcomes(path[low]), outcomes(path[high])
            share = (value - below[k]) / (above[k] - below[k])
            found.append(float(gap + share * (next_gap - gap)))
    return found
