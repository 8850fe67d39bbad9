"""Score rows to performance gaps: one result per task, measure and system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from lingap.errors import MetricError
from lingap.gap.result import GapResult, Row, ends
from lingap.gap.score_tables import ScoreTable, read_scores
from lingap.metrics.arrays import Array
from lingap.metrics.bootstrap import percentile_interval
from lingap.metrics.score_tables import mean_rpds, rpds, seed_draws, seed_intervals, stds
from lingap.records import Interval, Score

_DRAWS = "normal draws from each score's own interval"


@dataclass(frozen=True, slots=True)
class PerformanceGap(GapResult):
    """How far the scores of one system lie apart between languages.

    Args:
        system: What was scored.
        task: The task.
        metric: The scores' measure.
        languages: In the order of the rows given.
        scores: Mean over seeds of each language, in the unit given (0 to 1).
        score_intervals: Of each score, or None where neither seeds nor test items give one.
        score_seed_std: Over seeds with n - 1, or None for a single seed.
        n_seeds: Seeds that every language has.
        std: Over languages, n - 1, in the scores' unit; None for a single language.
        std_interval: Of `std`.
        mean_rpd: Mean relative percentage difference over pairs, percent; None for a single
            language or where two languages score 0.
        mean_rpd_interval: Of `mean_rpd`.
        rpd: (L, L) relative percentage differences; None between two scores of 0.
        worst_language: The one with the lowest score.
        warnings: What a reader must know, in sentences.
    """

    system: str
    task: str
    metric: str
    languages: tuple[str, ...]
    scores: Mapping[str, float]
    score_intervals: Mapping[str, Interval | None]
    score_seed_std: Mapping[str, float | None]
    n_seeds: int
    std: float | None
    std_interval: Interval | None
    mean_rpd: float | None
    mean_rpd_interval: Interval | None
    rpd: tuple[tuple[float | None, ...], ...]
    worst_language: str
    warnings: tuple[str, ...] = ()

    @property
    def worst_score(self) -> float:
        """The lowest score over languages."""
        return self.scores[self.worst_language]

    def summary(self) -> Row:
        """Give the gaps in one row."""
        return {
            "task": self.task, "metric": self.metric, "system": self.system, "std": self.std,
            **ends("std", self.std_interval), "mean_rpd_percent": self.mean_rpd,
            **ends("mean_rpd", self.mean_rpd_interval), "worst_language": self.worst_language,
        }  # fmt: skip

    def to_rows(self) -> list[Row]:
        """Give a row for each language: its score, interval, spread over seeds."""
        return [
            {
                "task": self.task, "metric": self.metric, "system": self.system, "language": code,
                "score": value, **ends("", self.score_intervals.get(code)),
                "seed_std": self.score_seed_std.get(code), "n_seeds": self.n_seeds,
            }
            for code, value in self.scores.items()
        ]  # fmt: skip

    def pair_rows(self) -> list[Row]:
        """Give a row for each pair of languages: their relative percentage difference."""
        return [
            {
                "task": self.task, "metric": self.metric, "system": self.system, "language": one,
                "other": other, "rpd_percent": self.rpd[i][j],
            }
            for (i, one), (j, other) in combinations(enumerate(self.languages), 2)
        ]  # fmt: skip

    def gap_to(self, source: str) -> dict[str, tuple[float | None, float]]:
        """Gap of every other language to `source`: relative (percent) and absolute (source - it).

        Raises:
            MetricError: When `source` has no score.
        """
        if source not in self.scores:
            raise MetricError(
                f"{self.system} ({self.task}) has no score in {source!r}; "
                f"its languages are {', '.join(self.languages)}."
            )
        row = self.rpd[self.languages.index(source)]
        return {
            language: (row[i], self.scores[source] - self.scores[language])
            for i, language in enumerate(self.languages)
            if language != source
        }


def performance_gaps(
    scores: ScoreTable, *, n_resamples: int = 2000, seed: int = 0, level: float = 0.95
) -> list[PerformanceGap]:
    """Give the performance gap of every (task, measure, system), in the order of their first row.

    >>> rows = [{"system": "mine", "eng": 90.0, "swa": 60.0, "urd": 90.0}]
    >>> [gap] = performance_gaps(rows)
    >>> round(gap.mean_rpd, 2), round(gap.std, 4), gap.worst_language
    (26.67, 0.1732, 'swa')
    >>> gap.to_rows()[1]["language"], gap.to_rows()[1]["score"]
    ('swa', 0.6)

    Several seeds: intervals by bootstrap over seeds, the same draw in all languages. One seed:
    from the scores' own intervals over test items, where they have one.

    Args:
        scores: One per (task, metric, system, language, seed): a list of
            :class:`~lingap.records.Score`; or a pandas or polars data frame, a list of
            dictionaries, or the path of a file, long (columns language, score, and system, task,
            metric, seed where there are any) or wide (one column a language), whose scores are
            brought to 0 to 1. :func:`~lingap.gap.read_scores` also says what was left out of such
            a table.
        n_resamples: Draws for the intervals; 0 for none.
        seed: Of the draws.
        level: Of confidence.

    Raises:
        MetricError: For a row given twice, a negative or non-finite score, or a table that is not
            one of scores.
    """
    groups: dict[tuple[str, str, str], dict[str, dict[int, Score]]] = {}
    for row in read_scores(scores).scores:
        place = f"{row.system}, {row.task}, {row.language}, seed {row.seed}"
        if not (np.isfinite(row.value) and row.value >= 0):
            raise MetricError(f"Score {row.value} ({place}): scores are finite and >= 0.")
        by_seed = groups.setdefault((row.task, row.metric, row.system), {}).setdefault(
            row.language, {}
        )
        if row.seed in by_seed:
            raise MetricError(f"Two scores for one place ({place}).")
        by_seed[row.seed] = row
    everywhere: dict[tuple[str, str], dict[str, None]] = {}
    for (task, metric, _), table in groups.items():
        everywhere.setdefault((task, metric), {}).update(dict.fromkeys(table))
    return [
        _gap(key, table, list(everywhere[key[:2]]), n_resamples, seed, level)
        for key, table in groups.items()
    ]


def _spreads(
    rows: Mapping[str, Mapping[int, Score]], n_resamples: int, seed: int, level: float
) -> tuple[list[Interval | None], Interval | None, Interval | None]:
    """Intervals of each score, of Std and of mean RPD; None where nothing varies."""
    none: list[Interval | None] = [None] * len(rows)
    first, *others = (set(r) for r in rows.values())
    if n_resamples and len(first) > 1 and all(s == first for s in others):
        order = sorted(first)
        table = np.array([[r[s].value for s in order] for r in rows.values()])
        draws = seed_draws(len(order), n_resamples=n_resamples, seed=seed)
        means = draws.means(table)  # (D, L)
        columns, here = [means], [table.mean(axis=1)]
        if len(rows) > 1:
            columns += [stds(means)[:, None], mean_rpds(means)[:, None]]
            here += [stds(here[0][None]), mean_rpds(here[0][None])]
        resampled = np.concatenate(columns, axis=1)
        defined = [bool(np.isfinite(column).all()) for column in resampled.T]
        errors = draws.standard_errors(np.where(defined, resampled, 0.0))
        made = [
            interval if ok else None
            for interval, ok in zip(
                seed_intervals(
                    np.concatenate(here), errors, n_seeds=len(order), level=level, low=0.0
                ),
                defined,
                strict=True,
            )
        ]
        made += [None, None] if len(rows) == 1 else []
        return made[: len(rows)], made[len(rows)], made[len(rows) + 1]
    own = [next(iter(r.values())).interval for r in rows.values()]
    if n_resamples and len(rows) > 1 and all(len(r) == 1 for r in rows.values()) and all(own):
        values = np.array([next(iter(r.values())).value for r in rows.values()])
        drawn = _normal_draws(values, own, n_resamples, seed)
        return (
            none,
            _drawn_interval(stds, values, drawn, level),
            _drawn_interval(mean_rpds, values, drawn, level),
        )
    return none, None, None


def _drawn_interval(
    gap: Callable[[Array], Array], values: Array, drawn: Array, level: float
) -> Interval | None:
    """Percentiles of the gaps of drawn scores, stretched to hold the gap itself.

    Noise can only add to what lies nearly together, so all draws may lie above it.
    """
    here, gaps = float(gap(values[None])[0]), gap(drawn)
    if not np.isfinite([here, *gaps]).all():
        return None
    ends = percentile_interval(gaps, level=level, method=_DRAWS)
    return replace(ends, low=min(ends.low, here), high=max(ends.high, here))


def _normal_draws(
    values: Array, intervals: Sequence[Interval | None], n_resamples: int, seed: int
) -> Array:
    """Scores (n_resamples, L) drawn around `values` with the spread of their own intervals."""
    from statistics import NormalDist

    spread = np.array(
        [
            (i.high - i.low) / (2 * NormalDist().inv_cdf((1 + i.level) / 2))
            for i in intervals
            if i is not None
        ]
    )
    noise = np.random.default_rng(seed).normal(size=(n_resamples, len(values)))
    return np.asarray(np.maximum(values + noise * spread, 0.0))


def _gap(
    key: tuple[str, str, str],
    rows: Mapping[str, Mapping[int, Score]],
    expected: list[str],
    n_resamples: int,
    seed: int,
    level: float,
) -> PerformanceGap:
    task, metric, system = key
    languages = tuple(rows)
    means = np.array([np.mean([row.value for row in r.values()]) for r in rows.values()])
    shared = set.intersection(*(set(r) for r in rows.values()))
    warnings = []
    if missing := [language for language in expected if language not in rows]:
        warnings.append(
            f"No score in {', '.join(missing)}, which other systems have: not comparable."
        )
    if any(set(r) != shared for r in rows.values()):
        warnings.append(
            "Languages differ in their seeds: "
            + ", ".join(f"{language} {len(r)}" for language, r in rows.items())
            + "."
        )
    if len(languages) == 1:
        warnings.append(f"Only one language ({languages[0]}): no gap can be computed.")
    zeros = int((means == 0).sum())
    if zeros > 1:
        warnings.append(
            f"{zeros} languages score 0: their relative difference, and so the mean RPD, is "
            "undefined."
        )
    elif len(languages) > 1 and np.ptp(means) == 0:
        warnings.append("All languages have one and the same score.")
    by_seeds, std_interval, rpd_interval = _spreads(rows, n_resamples, seed, level)
    several = len(languages) > 1
    score_intervals = {}
    for (language, by_seed), spread in zip(rows.items(), by_seeds, strict=True):
        single = next(iter(by_seed.values())) if len(by_seed) == 1 else None
        score_intervals[language] = spread or (None if single is None else single.interval)
    return PerformanceGap(
        system=system,
        task=task,
        metric=metric,
        languages=languages,
        scores={language: float(m) for language, m in zip(languages, means, strict=True)},
        score_intervals=score_intervals,
        score_seed_std={
            language: float(np.std([row.value for row in r.values()], ddof=1))
            if len(r) > 1
            else None
            for language, r in rows.items()
        },
        n_seeds=len(shared),
        std=float(means.std(ddof=1)) if several else None,
        std_interval=std_interval,
        mean_rpd=float(mean_rpds(means[None])[0]) if several and zeros < 2 else None,
        mean_rpd_interval=rpd_interval if zeros < 2 else None,
        rpd=_rpd_rows(means),
        worst_language=languages[int(means.argmin())],
        warnings=tuple(warnings),
    )


def _rpd_rows(means: Array) -> tuple[tuple[float | None, ...], ...]:
    table = rpds(means[:, None], means)
    np.fill_diagonal(table, 0.0)
    return tuple(tuple(None if np.isnan(v) else float(v) for v in row) for row in table)
