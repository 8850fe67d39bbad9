"""Do the gaps of two systems differ? All pairs, over seeds, test items or the scores' errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.noise import Known, Noise
from lingap.gap.result import GapResult, Row, columns
from lingap.gap.score_tables import Items, ScoreFile, ScoreTable, read_scores
from lingap.metrics.arrays import Array
from lingap.metrics.multiple_tests import holm
from lingap.metrics.paired import PairedTest, compare_all_over_seeds, has_undefined_exchange
from lingap.metrics.performance import check_scores
from lingap.records import Interval
from lingap.text.display import counted

MOST_SYSTEMS = 40
"""Of a task; with more, all pairs are compared only if asked for."""
BEST = "best"
_MOST_PAIRS = 200_000  # of systems, all tasks together: about a minute and 200 MB
_MOST_NAMED = 3  # pairs that a sentence each says could not be compared


@dataclass(frozen=True, slots=True)
class GapComparison(GapResult):
    """Gap of system A minus that of system B on their shared languages and seeds.

    Args:
        task: The task.
        metric: The scores' measure.
        gap: ``mean_rpd`` (percent) or ``std``.
        first: System A.
        second: System B.
        difference: Gap of A minus gap of B; negative if A's is smaller.
        interval: Of the true difference, around `corrected`; by test inversion.
        p_value: Two-sided, by exchanging the systems of a seed or of a test item, or from the
            interval.
        p_smaller: One-sided, that A's gap is smaller.
        p_holm: `p_value` adjusted for all comparisons made together.
        n_languages: Shared.
        n_seeds: Shared; 1 where test items or intervals are compared.
        method: How the p-values were computed.
        warnings: Caveats, in sentences.
        smallest_p: Smallest two-sided p-value that `n_seeds` allow; None in results of earlier
            versions.
        corrected: Difference of the gaps corrected for noise; None without an interval.
    """

    task: str
    metric: str
    gap: str
    first: str
    second: str
    difference: float
    interval: Interval | None
    p_value: float
    p_smaller: float
    p_holm: float
    n_languages: int
    n_seeds: int
    method: str
    warnings: tuple[str, ...] = ()
    smallest_p: float | None = None
    corrected: float | None = None

    def to_rows(self) -> list[Row]:
        """Return the comparison's row."""
        names = (
            "task metric gap first second difference corrected interval p_value p_holm n_seeds "
            "method"
        )
        return [columns(self, names)]


@checked(MetricError)
def compare_gaps(
    scores: ScoreTable,
    *,
    gap: str = "mean_rpd",
    n_resamples: int = 500,
    seed: int = 0,
    items: Items | None = None,
    against: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[GapComparison]:
    """Compare every pair of systems of a task; p-values are Holm-adjusted over all pairs given.

    Pairs with two shared seeds or more are compared over seeds. With one, they are compared over
    the test items that both have scores of (`items`), by exchanging the systems of an item; else,
    where all scores have an interval, by these intervals, as if the systems' errors were
    independent. On the same items errors go together, so that test finds too little rather than
    too much.

    Left out are other pairs, and those with fewer than two shared languages or with undefined
    relative differences; :func:`why_not` says why.

    Args:
        scores: As in :func:`~lingap.gap.performance_gaps`.
        gap: ``mean_rpd`` or ``std``.
        n_resamples: Draws for the intervals; 0 for none.
        seed: Of the draws.
        items: Scores of single test items, as :func:`~lingap.gap.read_results` reads them.
        against: Only pairs with this system; None for all pairs. ``best`` is the system with the
            highest mean score of the task.
        tell: Hears of each task before its turn.

    Raises:
        MetricError: For negative or non-finite scores, where no task has the system `against`, or
            for more than 200,000 pairs.
    """
    made: list[tuple[str, str, str, str, PairedTest, int, int]] = []
    read = read_scores(scores)
    spread = Noise(read.scores, items or {})
    tables = _tables(read)
    _check_known(tables, against)
    n_pairs = sum(math.comb(len(systems), 2) for systems in tables.values())
    if against is None and n_pairs > _MOST_PAIRS:
        raise MetricError(
            f"{n_pairs:,} pairs of systems, all tasks together; at most {_MOST_PAIRS:,} can be "
            "compared. Pass systems=, those of interest, or compare=False."
        )
    for (task, metric), systems in tables.items():
        tell(task)
        groups: dict[tuple[tuple[str, ...], tuple[int, ...]], list[tuple[str, str]]] = {}
        zero = _with_zero(systems)
        for a, b in _pairs(systems, against):
            if _reason(systems, zero, a, b, gap, spread.of(task, metric)):
                continue
            shared = _shared(systems[a], systems[b])
            if len(shared[1]) > 1:
                groups.setdefault(shared, []).append((a, b))
                continue
            test = spread.compare(
                task, metric, a, b, shared[0], shared[1][0], gap=gap, n_draws=n_resamples, seed=seed
            )
            made.append((task, metric, a, b, test, len(shared[0]), 1))
        for (languages, seeds), pairs in groups.items():
            place = {name: i for i, name in enumerate(dict.fromkeys(n for p in pairs for n in p))}
            table = np.stack([_array(systems[name], languages, seeds) for name in place])
            check_scores(table)
            tests = compare_all_over_seeds(
                table,
                [(place[a], place[b]) for a, b in pairs],
                gap=gap,
                n_resamples=n_resamples,
                seed=seed,
                item_errors=_item_errors(spread, (task, metric), place, languages, seeds),
            )
            made += [
                (task, metric, a, b, test, len(languages), len(seeds))
                for (a, b), test in zip(pairs, tests, strict=True)
            ]
    if not made:
        return []
    adjusted = holm([row[4].p_value for row in made])
    return [
        GapComparison(
            task=task,
            metric=metric,
            gap=gap,
            first=a,
            second=b,
            difference=test.difference,
            corrected=test.corrected,
            interval=test.interval,
            p_value=test.p_value,
            p_smaller=test.p_smaller,
            p_holm=float(p),
            n_languages=n_languages,
            n_seeds=n_seeds,
            method=test.method,
            warnings=()
            if test.smallest_p <= 0.05 or n_seeds == 1
            else (f"{n_seeds} seeds cannot give a two-sided p below {test.smallest_p:g}.",),
            smallest_p=test.smallest_p,
        )
        for (task, metric, a, b, test, n_languages, n_seeds), p in zip(made, adjusted, strict=True)
    ]


_Table = dict[tuple[str, int], float]


def _tables(scores: ScoreTable) -> dict[tuple[str, str], dict[str, _Table]]:
    tables: dict[tuple[str, str], dict[str, _Table]] = {}
    for row in read_scores(scores).scores:
        table = tables.setdefault((row.task, row.metric), {}).setdefault(row.system, {})
        table[row.language, row.seed] = row.value
    return tables


def _item_errors(
    spread: Noise,
    place: tuple[str, str],
    systems: Iterable[str],
    languages: tuple[str, ...],
    seeds: tuple[int, ...],
) -> Array | None:
    """(n_systems, n_languages) errors, as if items moved all seeds alike; None if one lacks."""
    known = spread.errors
    try:
        table = np.array(
            [[[known[s, *place, k, i] for i in seeds] for k in languages] for s in systems]
        )
    except KeyError:
        return None
    return np.asarray(np.sqrt((table**2).mean(axis=-1)))


def _shared(a: _Table, b: _Table) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Languages of both systems, and the seeds that both have in all of these languages."""
    if a.keys() == b.keys():
        mine, seeds = dict.fromkeys(k for k, _ in a), sorted({s for _, s in a})
        if len(a) == len(mine) * len(seeds):
            return tuple(mine), tuple(seeds)
    others = {k for k, _ in b}
    languages = tuple(k for k in dict.fromkeys(k for k, _ in a) if k in others)
    seeds = sorted({s for _, s in a})
    return languages, tuple(s for s in seeds if all((k, s) in t for k in languages for t in (a, b)))


def _array(table: _Table, languages: tuple[str, ...], seeds: tuple[int, ...]) -> Array:
    return np.array([[table[k, i] for i in seeds] for k in languages])


def _pairs(systems: dict[str, _Table], against: str | None) -> Iterator[tuple[str, str]]:
    """All pairs, or those of one system with each other one, it first."""
    if against is None:
        yield from combinations(systems, 2)
        return
    one = against
    if against == BEST and BEST not in systems:
        one = max(systems, key=lambda name: float(np.mean(list(systems[name].values()))))
    if one in systems:
        yield from ((one, other) for other in systems if other != one)


def _check_known(tables: dict[tuple[str, str], dict[str, _Table]], against: str | None) -> None:
    known = dict.fromkeys(name for systems in tables.values() for name in systems)
    if against is not None and against != BEST and against not in known:
        near = get_close_matches(against, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise MetricError(f"No system {against} to compare with.{hint}")


def _reason(
    systems: dict[str, _Table], zero: set[str], a: str, b: str, gap: str, known: Known
) -> str:
    """What prevents the comparison of two systems, or nothing; `zero` have a score of 0."""
    languages, seeds = _shared(systems[a], systems[b])
    if len(languages) < 2:
        return "share fewer than two languages"
    spread = len(seeds) == 1 and all(known(one, k, seeds[0]) for one in (a, b) for k in languages)
    if len(seeds) < 2 and not spread:
        return (
            f"share {counted(len(seeds), 'seed')}; two or more are needed to "
            "distinguish a difference from chance"
            + (", or a column stderr, n, or low and high" if len(seeds) == 1 else "")
        )
    if gap == "mean_rpd" and (a in zero or b in zero):
        ours, theirs = (_array(systems[name], languages, seeds) for name in (a, b))
        if has_undefined_exchange(ours, theirs):
            return (
                "are not compared: two languages score 0 in every seed of one or the other, and "
                "the relative difference of 0 and 0 is undefined"
            )
    return ""


def _with_zero(systems: dict[str, _Table]) -> set[str]:
    return {name for name, table in systems.items() if 0 in table.values()}


def why_not(
    scores: ScoreTable,
    *,
    gap: str = "mean_rpd",
    items: Items | None = None,
    against: str | None = None,
) -> list[str]:
    """Sentences that say which pairs of systems could not be compared, and why.

    Pairs that could not for the same reason share a sentence with their number.
    """
    notes = []
    read = read_scores(scores)
    spread = Noise(read.scores, items or {})
    for (task, metric), systems in _tables(read).items():
        if len({language for table in systems.values() for language, _ in table}) < 2:
            notes.append(f"{task}: one language, so there are no gaps to compare.")
            continue
        zero = _with_zero(systems)
        found: dict[str, list[tuple[str, str]]] = {}
        for a, b in _pairs(systems, against):
            if reason := _reason(systems, zero, a, b, gap, spread.of(task, metric)):
                found.setdefault(reason, []).append((a, b))
        for reason, pairs in found.items():
            who = [" and ".join(pair) for pair in pairs]
            if len(who) > _MOST_NAMED:
                who = [f"{len(who):,} pairs of systems, such as {who[0]},"]
            notes += [f"{task}: {one} {reason}." for one in who]
    return notes


def reasons(read: ScoreFile, *, against: str | None = None) -> list[str]:
    """As :func:`why_not`, of what was read; of many systems only pairs with the best."""
    if against is None and too_many(read):
        against = BEST
    return why_not(read, items=read.items, against=against)


def too_many(scores: ScoreTable) -> list[str]:
    """A sentence for each task with more systems than are compared unless asked for."""
    return [
        f"{task}: {n} systems make {n * (n - 1) // 2:,} pairs; each is compared with the best "
        "only. Pass compare=True for all pairs."
        for (task, _), systems in _tables(scores).items()
        if (n := len(systems)) > MOST_SYSTEMS
    ]
