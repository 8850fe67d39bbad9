"""Score rows to performance gaps: one result per task, measure and system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lingap.errors import MetricError
from lingap.gap.json_record import JsonRecord
from lingap.metrics.arrays import Array
from lingap.metrics.bootstrap import percentile_interval
from lingap.metrics.score_tables import mean_rpds, resampled_means, stds
from lingap.records import Interval, Score

_SEEDS = "bootstrap over seeds, percentile"
_DRAWS = "normal draws from each score's own interval"


@dataclass(frozen=True, slots=True)
class PerformanceGap(JsonRecord):
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
    scores: Iterable[Score], *, n_resamples: int = 2000, seed: int = 0, level: float = 0.95
) -> list[PerformanceGap]:
    """Give the performance gap of every (task, measure, system), in the order of their first row.

    Several seeds: intervals by bootstrap over seeds, the same draw in all languages. One seed:
    from the scores' own intervals over test items, where they have one.

    Args:
        scores: Rows; one per (task, metric, system, language, seed).
        n_resamples: Draws for the intervals; 0 for none.
        seed: Of the draws.
        level: Of confidence.

    Raises:
        MetricError: For a row given twice, or a negative or non-finite score.
    """
    groups: dict[tuple[str, str, str], dict[str, dict[int, Score]]] = {}
    for row in scores:
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


def _own_interval(row: Score) -> bool:
    return row.interval is not None


def _draws(
    rows: Mapping[str, Mapping[int, Score]], n_resamples: int, seed: int
) -> tuple[Array | None, str]:
    """Resampled scores (n_resamples, L) and how they were made; None where nothing varies."""
    seeds = [set(r) for r in rows.values()]
    if n_resamples and max(map(len, seeds)) > 1:
        if all(s == seeds[0] for s in seeds):
            order = sorted(seeds[0])
            table = np.array([[r[s].value for s in order] for r in rows.values()])
            return resampled_means(table, n_resamples=n_resamples, seed=seed), _SEEDS
        if min(map(len, seeds)) > 1:
            columns = [
                resampled_means(
                    np.array([[row.value for row in r.values()]]),
                    n_resamples=n_resamples,
                    seed=seed + i,
                )
                for i, r in enumerate(rows.values())
            ]
            return np.concatenate(columns, axis=1), _SEEDS + " (languages apart)"
        return None, ""
    only = [next(iter(r.values())) for r in rows.values()]
    if n_resamples and all(map(_own_interval, only)):
        from statistics import NormalDist

        rng = np.random.default_rng(seed)
        spread = np.array(
            [
                (row.interval.high - row.interval.low)
                / (2 * NormalDist().inv_cdf((1 + row.interval.level) / 2))
                for row in only
                if row.interval is not None
            ]
        )
        drawn = rng.normal(size=(n_resamples, len(only))) * spread + [row.value for row in only]
        return np.maximum(drawn, 0.0), _DRAWS
    return None, ""


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
    drawn, method = _draws(rows, n_resamples, seed)

    def interval(values: Array | None) -> Interval | None:
        if drawn is None or values is None or not np.isfinite(values).all():
            return None
        return percentile_interval(values, level=level, method=method)

    several = len(languages) > 1
    score_intervals = {}
    for i, (language, by_seed) in enumerate(rows.items()):
        single = next(iter(by_seed.values())) if len(by_seed) == 1 else None
        if drawn is not None and method != _DRAWS:
            score_intervals[language] = interval(drawn[:, i])
        else:
            score_intervals[language] = None if single is None else single.interval
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
        std_interval=interval(stds(drawn)) if several and drawn is not None else None,
        mean_rpd=float(mean_rpds(means[None])[0]) if several and zeros < 2 else None,
        mean_rpd_interval=interval(mean_rpds(drawn))
        if several and zeros < 2 and drawn is not None
        else None,
        rpd=_rpd_rows(means),
        worst_language=languages[int(means.argmin())],
        warnings=tuple(warnings),
    )


def _rpd_rows(means: Array) -> tuple[tuple[float | None, ...], ...]:
    def rpd(i: int, j: int) -> float | None:
        if i == j:
            return 0.0
        total = means[i] + means[j]
        return None if total == 0 else float(abs(means[i] - means[j]) / (total / 2) * 100)

    k = range(len(means))
    return tuple(tuple(rpd(i, j) for j in k) for i in k)
