"""Which system is best in a language, and by how much: over seeds and test items together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lingap.gap.performance import repeats
from lingap.gap.result import GapResult, Row, columns
from lingap.gap.score_tables import ScoreTable, read_scores
from lingap.metrics.arrays import Array
from lingap.metrics.multiple_tests import holm_of_known
from lingap.metrics.seeds_and_items import Repeats, compare_means, is_paired
from lingap.records import Interval, Score

MOST_SYSTEMS = 40
"""Of a task; with more, the best of a language is compared with the next only."""

Items = Mapping[tuple[str, str, str, str, int], Array]
"""(task, metric, system, language, seed) to the counts of its test items, (n_items, 3): true
positives, false positives and false negatives of each, in one order for all systems."""

_NO_SPREAD = (
    "One seed without an interval over test items, or equal seeds: nothing says how much is chance."
)


@dataclass(frozen=True, slots=True)
class ScoreComparison(GapResult):
    """The best system in one language against another: by how much it is better, and how sure.

    Args:
        task: The task.
        metric: The scores' measure.
        language: Code of the language.
        best: The system with the highest mean score in it.
        other: The system compared with it.
        best_score: Mean over seeds, 0 to 1.
        other_score: The same of the other.
        difference: `best_score` minus `other_score`, 0 to 1.
        interval: Of the true difference, over seeds and test items; None where there is no test.
        p_value: Two-sided, of Student's t; None where there is no test.
        p_holm: `p_value` adjusted for all pairs of systems in all languages of the task.
        rank: Place of the other system in that language; 2 is the next best.
        n_seeds: Of the two, the smaller number.
        n_items: Test items that pair the systems, such as sentences; 0 where they are not paired.
        reason: Why there is no test, or "".
    """

    task: str
    metric: str
    language: str
    best: str
    other: str
    best_score: float
    other_score: float
    difference: float
    interval: Interval | None
    p_value: float | None
    p_holm: float | None
    rank: int
    n_seeds: int
    n_items: int = 0
    reason: str = ""

    def to_rows(self) -> list[Row]:
        """Return the comparison's row."""
        names = (
            "task metric language best best_score other other_score rank difference interval "
            "p_value p_holm n_seeds n_items reason"
        )
        return [columns(self, names)]


def compare_by_language(
    scores: ScoreTable,
    *,
    items: Items | None = None,
    level: float = 0.95,
    tell: Callable[[str], None] = lambda _: None,
) -> list[ScoreComparison]:
    """Compare the best system of each language with the others, the next best first.

    >>> rows = [{"system": s, "language": "fin", "score": x, "seed": i}
    ...         for s, xs in (("subword", (39, 40)), ("character", (1.1, 1.3)))
    ...         for i, x in enumerate(xs)]
    >>> [found] = compare_by_language(rows)
    >>> found.best, found.other, round(found.difference, 3), found.p_value < 0.05
    ('subword', 'character', 0.383, True)

    Args:
        scores: As in :func:`~lingap.gap.performance_gaps`; a system that has no score in a
            language takes no part there.
        items: Counts of test items; where two systems have as many in each seed, they are paired.
        level: Of confidence.
        tell: Hears of each task before its turn.

    Returns:
        For each task, measure and language with two systems or more; p-values are adjusted (Holm)
        for all pairs of systems in all languages of the task and measure.
    """
    tables: dict[tuple[str, str], dict[str, dict[str, dict[int, Score]]]] = {}
    for row in read_scores(scores).scores:
        by_language = tables.setdefault((row.task, row.metric), {})
        by_language.setdefault(row.language, {}).setdefault(row.system, {})[row.seed] = row
    found = []
    for (task, _), table in tables.items():
        tell(task)
        own: list[ScoreComparison] = []
        n_tests = 0
        for systems in table.values():
            n_tests += len(systems) * (len(systems) - 1) // 2
            own += _of_language(systems, items or {}, level)
        raised = holm_of_known([row.p_value for row in own], n_tests=n_tests)
        found += [replace(row, p_holm=p) for row, p in zip(own, raised, strict=True)]
    return found


def _of_language(
    systems: Mapping[str, Mapping[int, Score]], items: Items, level: float
) -> list[ScoreComparison]:
    known = {name: _repeats(by_seed, items) for name, by_seed in systems.items()}
    best, *others = sorted(known, key=lambda name: -known[name].mean)
    if len(known) > MOST_SYSTEMS:
        others = others[:1]
    example = next(iter(systems[best].values()))
    made = []
    for rank, other in enumerate(others, 2):
        first, second = known[best], known[other]
        test = compare_means(first, second, level=level)
        paired = first.influences if is_paired(first, second) else None
        made.append(
            ScoreComparison(
                task=example.task,
                metric=example.metric,
                language=example.language,
                best=best,
                other=other,
                best_score=first.mean,
                other_score=second.mean,
                difference=first.mean - second.mean,
                interval=None if test is None else test.interval,
                p_value=None if test is None else test.p_value,
                p_holm=None,
                rank=rank,
                n_seeds=min(len(first.scores), len(second.scores)),
                n_items=len(paired) if paired is not None else 0,
                reason=_NO_SPREAD if test is None else "",
            )
        )
    return made


def _repeats(by_seed: Mapping[int, Score], items: Items) -> Repeats:
    keys = [(r.task, r.metric, r.system, r.language, r.seed) for _, r in sorted(by_seed.items())]
    complete = all(key in items for key in keys)
    return repeats(by_seed, [items[key] for key in keys] if complete else [])
