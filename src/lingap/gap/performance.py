"""Score rows to performance gaps: one result per task, measure and system."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import ClassVar

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.result import GapResult, Row, columns, ends
from lingap.gap.score_tables import ScoreTable, read_scores
from lingap.metrics.arrays import Array
from lingap.metrics.gap_inversion import GapEstimate, gap_estimate
from lingap.metrics.gap_over_seeds import errors_over_seeds, gap_over_seeds
from lingap.metrics.performance import absolute_gap
from lingap.metrics.score_tables import rpd_or_none, rpds_of_pairs
from lingap.metrics.seeds_and_items import Repeats, repeats_of, score_interval
from lingap.metrics.student import standard_error
from lingap.records import Interval, Score


@dataclass(frozen=True, slots=True)
class PerformanceGap(GapResult):
    """How far the scores of one system differ between languages.

    Args:
        system: What was scored.
        task: The task.
        metric: The scores' measure.
        languages: In the order of the rows given.
        scores: Mean over seeds of each language, in the unit given (0 to 1).
        score_intervals: Of each score, or None if neither seeds nor test items give one; of
            several seeds over both together.
        score_seed_std: Over seeds with n - 1, or None for a single seed.
        n_seeds: Seeds that every language has.
        std: Over languages, n - 1, in the scores' unit; None for a single language.
        std_interval: Of the true Std, by test inversion; it need not contain `std`.
        mean_rpd: Mean relative percentage difference over pairs, percent; None for a single
            language or if two languages score 0.
        mean_rpd_interval: Of the true mean RPD, by test inversion; it need not contain `mean_rpd`.
        rpd: (L, L) relative percentage differences; None between two scores of 0.
        worst_language: The one with the lowest score.
        warnings: Caveats, in sentences.
        std_corrected: `std` without the part that noise alone explains: median-unbiased.
        mean_rpd_corrected: `mean_rpd` without the part that noise alone explains.
        at_baseline: Languages in which the score is not shown to be better than a baseline's, or
            every item got one label.
        language_seeds: Seeds of each language, where languages differ in them; see
            :meth:`seeds_of`.
    """

    _of_each_language: ClassVar[tuple[str, ...]] = ("scores",)

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
    std_corrected: float | None = None
    mean_rpd_corrected: float | None = None
    at_baseline: tuple[str, ...] = ()
    language_seeds: Mapping[str, int] = field(default_factory=dict)

    @property
    def learned_nothing(self) -> bool:
        """Whether it is at its baseline in every language: its gap is none of languages."""
        return set(self.at_baseline) == set(self.languages)

    @property
    def learned_little(self) -> bool:
        """Whether it is at its baseline in most languages: its gap is mostly one of guesses."""
        return 2 * len(self.at_baseline) > len(self.languages)

    @property
    def worst_score(self) -> float:
        """The lowest score over languages."""
        return self.scores[self.worst_language]

    @property
    def worst_tenth(self) -> float:
        """Mean score of the lowest tenth of the languages, one at least."""
        lowest = sorted(self.scores.values())[: max(1, math.ceil(len(self.scores) / 10))]
        return sum(lowest) / len(lowest)

    def seeds_of(self, language: str) -> int:
        """Seeds that the mean score of a language is over."""
        return self.language_seeds.get(language, self.n_seeds)

    def summary(self) -> Row:
        """Return the gaps in one row."""
        return {
            **columns(self, "task metric system std std_corrected std_interval"),
            "mean_rpd_percent": self.mean_rpd, "mean_rpd_corrected": self.mean_rpd_corrected,
            **ends("mean_rpd", self.mean_rpd_interval), "worst_language": self.worst_language,
        }  # fmt: skip

    def to_rows(self) -> list[Row]:
        """Return a row for each language: its score, interval, spread over seeds."""
        own = columns(self, "task metric system")
        return [
            {
                **own, "language": code, "score": value,
                **ends("", self.score_intervals.get(code)),
                "seed_std": self.score_seed_std.get(code), "n_seeds": self.seeds_of(code),
            }
            for code, value in self.scores.items()
        ]  # fmt: skip

    def pair_rows(self) -> list[Row]:
        """Return a row for each pair of languages: their relative percentage difference."""
        own = columns(self, "task metric system")
        return [
            {**own, "language": one, "other": other, "rpd_percent": self.rpd[i][j]}
            for (i, one), (j, other) in combinations(enumerate(self.languages), 2)
        ]

    @checked(MetricError)
    def gap_to(self, source: str) -> dict[str, tuple[float | None, float]]:
        """Gap of each other language to `source`: relative (percent), absolute (source - other).

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
            language: (row[i], absolute_gap(self.scores[source], self.scores[language]))
            for i, language in enumerate(self.languages)
            if language != source
        }


@checked(MetricError)
def performance_gaps(
    scores: ScoreTable,
    *,
    n_resamples: int = 500,
    seed: int = 0,
    level: float = 0.95,
    tell: Callable[[str], None] = lambda _: None,
) -> list[PerformanceGap]:
    """Performance gap of every (task, measure, system), in the order of their first row.

    >>> rows = [{"system": "mine", "eng": 90.0, "swa": 60.0, "urd": 90.0}]
    >>> [gap] = performance_gaps(rows)
    >>> round(gap.mean_rpd, 2), round(gap.std, 4), gap.worst_language
    (26.67, 0.1732, 'swa')
    >>> gap.to_rows()[1]["language"], gap.to_rows()[1]["score"]
    ('swa', 0.6)

    Noise in the scores makes gaps larger. Intervals of gaps, and gaps corrected for it, come from
    test inversion (:mod:`lingap.metrics.gap_inversion`): over seeds if there are several, and over
    test items where the scores have intervals of their own. Those of mean scores:
    :mod:`lingap.metrics.seeds_and_items`.

    Args:
        scores: One per (task, metric, system, language, seed): a list of
            :class:`~lingap.records.Score`; or a pandas or polars data frame, a list of
            dictionaries, or the path of a file, long (columns language, score, and system, task,
            metric, seed if there are any) or wide (one column per language), whose scores are
            scaled to 0 to 1. :func:`~lingap.gap.read_scores` also reports what was left out of
            it.
        n_resamples: Draws for the intervals; 0 for none.
        seed: Of the draws.
        level: Of confidence.
        tell: Hears of each task before the turn of each of its systems.

    Raises:
        MetricError: For a row given twice, a negative or non-finite score, or a table that is not
            one of scores.
    """
    groups: dict[tuple[str, str, str], dict[str, dict[int, Score]]] = {}
    for row in read_scores(scores).scores:
        place = f"{row.system}, {row.task}, {row.language}, seed {row.seed}"
        if not (np.isfinite(row.value) and row.value >= 0):
            raise MetricError(f"Score {row.value} ({place}): scores must be finite and >= 0.")
        by_seed = groups.setdefault((row.task, row.metric, row.system), {}).setdefault(
            row.language, {}
        )
        if row.seed in by_seed:
            raise MetricError(f"Two scores for {place}; give repeated runs different seeds.")
        by_seed[row.seed] = row
    everywhere: dict[tuple[str, str], dict[str, None]] = {}
    for (task, metric, _), table in groups.items():
        everywhere.setdefault((task, metric), {}).update(dict.fromkeys(table))
    found = []
    for key, table in groups.items():
        tell(key[0])
        found.append(_gap(key, table, list(everywhere[key[:2]]), n_resamples, seed, level))
    return found


@dataclass(frozen=True, slots=True)
class _Spread:
    """Noise in one system's scores: intervals of each and of the gaps."""

    scores: Sequence[Interval | None]
    std: GapEstimate | None = None
    mean_rpd: GapEstimate | None = None


def repeats(by_seed: Mapping[int, Score], counts: Sequence[Array] = ()) -> Repeats:
    """Scores of one system in one language by seed, with the errors that their intervals tell."""
    rows = [by_seed[seed] for seed in sorted(by_seed)]
    errors = [None if one.interval is None else standard_error(one.interval) for one in rows]
    return repeats_of([row.value for row in rows], errors, counts)


def _spread(
    rows: Mapping[str, Mapping[int, Score]], n_draws: int, level: float, seed: int
) -> _Spread:
    """Intervals over seeds and test items, of one seed from those of the scores.

    Without draws, only a single seed has one: its own.
    """
    single = [next(iter(r.values())).interval if len(r) == 1 else None for r in rows.values()]
    if not n_draws:
        return _Spread(single)
    found = [repeats(by_seed) for by_seed in rows.values()]
    own = [
        given if len(one.scores) == 1 else score_interval(one, level=level)
        for given, one in zip(single, found, strict=True)
    ]
    seeds = {frozenset(by_seed) for by_seed in rows.values()}
    if len(rows) == 1 or len(seeds) > 1:
        return _Spread(own)
    items = [one.over_items for one in found]
    of_items = np.array([math.sqrt(part[0][0]) for part in items]) if all(items) else None
    table = np.array([one.scores for one in found])
    several = len(next(iter(seeds))) > 1
    errors = errors_over_seeds(table, of_items)[0] if several else of_items
    if errors is None or not errors.any():  # equal in every seed, and nothing known of the items
        return _Spread(own)
    values = table.mean(axis=1)
    std, rpd = (
        gap_over_seeds(table, of_items, gap=gap, n_draws=n_draws, level=level, seed=seed)
        if several
        else gap_estimate(values, errors, gap=gap, n_draws=n_draws, level=level, seed=seed)
        for gap in ("std", "mean_rpd")
    )
    n = len(values)
    most = math.sqrt((n // 2) * (n - n // 2) / (n * (n - 1)))  # Std of as many zeros as ones
    cut = replace(std.interval, low=min(std.interval.low, most), high=min(std.interval.high, most))
    rpd_or_none = None if (values == 0).sum() > 1 else rpd
    return _Spread(own, replace(std, interval=cut), rpd_or_none)


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
    unequal = any(set(r) != shared for r in rows.values())
    if unequal:
        few, most = (f(rows, key=lambda code: len(rows[code])) for f in (min, max))
        warnings.append(
            f"Languages have {len(rows[few])} ({few}) to {len(rows[most])} ({most}) seeds each, "
            f"{len(shared)} in common; a language's score is the mean over its own."
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
        warnings.append("All languages have the same score.")
    spread = _spread(rows, n_resamples, level, seed)
    several = len(languages) > 1
    alike = [
        language
        for (language, by_seed), ends in zip(rows.items(), spread.scores, strict=True)
        if n_resamples and len(by_seed) > 1 and ends is None
    ]
    if alike:
        warnings.append(
            f"Every seed has the same score in {', '.join(alike)}, and nothing is known of the "
            "test items: no interval can be given."
        )
    return PerformanceGap(
        system=system,
        task=task,
        metric=metric,
        languages=languages,
        scores={language: float(m) for language, m in zip(languages, means, strict=True)},
        score_intervals=dict(zip(languages, spread.scores, strict=True)),
        score_seed_std={
            language: float(np.std([row.value for row in r.values()], ddof=1))
            if len(r) > 1
            else None
            for language, r in rows.items()
        },
        n_seeds=len(shared),
        std=float(means.std(ddof=1)) if several else None,
        std_corrected=None if spread.std is None else spread.std.corrected,
        std_interval=None if spread.std is None else spread.std.interval,
        mean_rpd=rpd_or_none(means),
        mean_rpd_corrected=None if spread.mean_rpd is None else spread.mean_rpd.corrected,
        mean_rpd_interval=None if spread.mean_rpd is None else spread.mean_rpd.interval,
        rpd=tuple(
            tuple(None if np.isnan(v) else float(v) for v in row) for row in rpds_of_pairs(means)
        ),
        worst_language=languages[int(means.argmin())],
        warnings=tuple(warnings),
        language_seeds={code: len(r) for code, r in rows.items()} if unequal else {},
    )
