"""Where one system's smaller gap comes from, against another's: languages that rose or fell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np

from lingap.gap.compare import MOST_SYSTEMS
from lingap.gap.performance import repeats
from lingap.gap.result import GapResult, Row, columns
from lingap.gap.rows import BySeed, grouped
from lingap.gap.score_tables import ScoreTable, read_scores
from lingap.metrics.arrays import Array
from lingap.metrics.gap_inversion import gap_measure
from lingap.metrics.levelling import GapChange, gap_changes
from lingap.metrics.seeds_and_items import Repeats, standard_error_of_mean
from lingap.records import Interval

_MOST_WORK = 200_000_000  # draws × pairs of languages × pairs of systems
_FEWEST_DRAWS = 100


@dataclass(frozen=True, slots=True)
class GapOrigin(GapResult):
    """The change from the larger gap of two systems to the smaller, and where it comes from.

    Args:
        task: The task.
        metric: The scores' measure.
        gap: ``mean_rpd`` (percent) or ``std``.
        first: The system with the larger gap.
        second: The system with the smaller one.
        change: Gap of `second` minus that of `first`, 0 or less.
        by_rising: The part of languages whose score is higher with `second`.
        by_rising_interval: Over seeds and test items, as known; None where neither is.
        by_falling: The part of languages whose score is lower.
        by_falling_interval: The same.
        mean_change: Mean score of `second` minus that of `first`.
        mean_change_interval: The same.
        levelled_down: Whether the gap narrowed while the mean score fell.
        parts: Language to the part of its own change of score; they add up to `change`.
    """

    task: str
    metric: str
    gap: str
    first: str
    second: str
    change: float
    by_rising: float
    by_rising_interval: Interval | None
    by_falling: float
    by_falling_interval: Interval | None
    mean_change: float
    mean_change_interval: Interval | None
    levelled_down: bool
    parts: Mapping[str, float]

    def to_rows(self) -> list[Row]:
        """Return the change's row."""
        names = (
            "task metric gap first second change by_rising by_rising_interval by_falling "
            "by_falling_interval mean_change mean_change_interval levelled_down"
        )
        return [columns(self, names)]


def gap_origins(
    scores: ScoreTable,
    *,
    gap: str = "mean_rpd",
    n_resamples: int = 500,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> list[GapOrigin]:
    """Split the change of every two systems' gap into what rising and falling languages add.

    >>> rows = [{"system": "a", "eng": 90, "swa": 60}, {"system": "b", "eng": 70, "swa": 58}]
    >>> [found] = gap_origins(rows)
    >>> found.second, found.by_rising, found.levelled_down
    ('b', 0.0, True)

    Args:
        scores: As in :func:`~lingap.gap.performance_gaps`. Left out are pairs of systems with
            fewer than two languages in common, with two scores of 0 (for ``mean_rpd``), and tasks
            with more than 40 systems.
        gap: ``mean_rpd`` or ``std``.
        n_resamples: Draws for the intervals; 0 for none. Fewer of very large tables, or none.
        seed: Of the draws.
        tell: Hears of each task before its turn.
    """
    tables: dict[tuple[str, str], dict[str, dict[str, BySeed]]] = {}
    for (task, metric, system), table in grouped(read_scores(scores).scores).items():
        tables.setdefault((task, metric), {})[system] = table
    found = []
    for (task, metric), systems in tables.items():
        tell(task)
        if len(systems) > MOST_SYSTEMS:
            continue
        known = {s: {k: repeats(r) for k, r in t.items()} for s, t in systems.items()}
        n_pairs = math.comb(len(known), 2)
        n_languages = max(len(table) for table in known.values())
        n_draws = min(n_resamples, _MOST_WORK // (n_pairs * n_languages**2 or 1))
        groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for one, other in combinations(known, 2):
            shared = tuple(code for code in known[one] if code in known[other])
            groups.setdefault(shared, []).append((one, other))
        for languages, pairs in groups.items():
            changes = _changes(
                {
                    name: [known[name][code] for code in languages]
                    for pair in pairs
                    for name in pair
                },
                pairs,
                gap=gap,
                n_draws=n_draws if n_draws >= _FEWEST_DRAWS else 0,
                seed=seed,
            )
            for first, second, change in changes:
                own = {field.name: getattr(change, field.name) for field in fields(change)}
                own |= {
                    "parts": dict(zip(languages, change.parts, strict=True)),
                    "levelled_down": change.levelled_down,
                }
                found.append(GapOrigin(task, metric, gap, first, second, **own))
    return found


def _changes(
    own: Mapping[str, Sequence[Repeats]],
    pairs: Sequence[tuple[str, str]],
    *,
    gap: str,
    n_draws: int,
    seed: int,
) -> Iterator[tuple[str, str, GapChange]]:
    """The system with the larger gap, the other, and the change, of each pair that has one."""
    measure = gap_measure(gap)
    place = {name: at for at, name in enumerate(own)}
    means = np.array([[one.mean for one in repeated] for repeated in own.values()])
    if means.shape[1] < 2:
        return
    undefined = (means == 0).sum(axis=1) > 1 if gap == "mean_rpd" else np.zeros(len(means), bool)
    size = np.array(
        [math.nan if no else measure(x) for x, no in zip(means, undefined, strict=True)]
    )
    ordered = [
        (one, other) if size[place[one]] >= size[place[other]] else (other, one)
        for one, other in pairs
        if not undefined[[place[one], place[other]]].any()
    ]
    errors, df = zip(*map(_errors, own.values()), strict=True)
    changes = gap_changes(
        means,
        [(place[first], place[second]) for first, second in ordered],
        gap=gap,
        errors=np.array(errors),
        df=df,
        n_draws=n_draws,
        seed=seed,
    )
    for (first, second), change in zip(ordered, changes, strict=True):
        yield first, second, change


def _errors(own: Sequence[Repeats]) -> tuple[Array, float]:
    """Standard error of each mean, and the degrees of freedom of them together; NaN if unknown."""
    if not all(one.is_known for one in own):
        return np.full(len(own), np.nan), math.inf
    parts = [standard_error_of_mean(one) for one in own]
    squares = [error**2 for error, _ in parts]
    below = sum(s**2 / df for s, (_, df) in zip(squares, parts, strict=True))
    df = sum(squares) ** 2 / below if below > 0 else math.inf
    return np.array([error for error, _ in parts]), df
