"""Runs that rather failed, seeds that are missing, test sets that differ: named before any gap."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from lingap.gap.chance import NEAR, known_chance
from lingap.gap.rows import grouped
from lingap.records import Score
from lingap.text.display import counted, first_of

_GOOD = 0.25  # of what there is above chance: a seed that did learn
_MOST_NAMED = 4
_FEWEST_VALUES = 3  # that differ: two systems that guess agree in one


def failed_runs(scores: Sequence[Score]) -> list[Score]:
    """Scores of 0 or at chance where other seeds of the same system and language are good.

    At chance is within 0.05 of what there is above it; good is a median of the other seeds of 0.25
    of that or more. Without a known chance it is 0.
    """
    cells: dict[tuple[str, str, str, str], list[Score]] = {}
    for s in scores:
        cells.setdefault((s.system, s.task, s.metric, s.language), []).append(s)
    found = []
    for (_, task, metric, _), own in cells.items():
        if len(own) < 2:
            continue
        known = known_chance(task, metric)
        low = known.value if known else 0.0
        bad = [s for s in own if s.value <= low + (NEAR * (1 - low) if low else 0.01)]
        good = [s.value for s in own if s not in bad]
        if bad and good and median(good) >= low + _GOOD * (1 - low):
            found += bad
    return found


def without_failed(scores: Sequence[Score], *, drop: bool) -> tuple[tuple[Score, ...], list[str]]:
    """The scores, without runs that rather failed if these are dropped, and a note on them."""
    failed = failed_runs(scores)
    if not failed:
        return tuple(scores), []
    by_cell: dict[tuple[str, str], list[str]] = {}
    for score in failed:
        by_cell.setdefault((score.system, score.task), []).append(f"{score.language} {score.seed}")
    places = [
        f"{system}, {task}: {first_of(runs, _MOST_NAMED)}"
        for (system, task), runs in by_cell.items()
    ]
    what = "They count in all numbers here; pass drop_failed=True to leave them out."
    if drop:
        gone = set(map(id, failed))
        scores, what = [one for one in scores if id(one) not in gone], "They are left out."
    note = (
        f"{counted(len(failed), 'run')} (language and seed) at 0 or chance where other seeds are "
        f"good, as of a failed training: {'; '.join(places)}. {what}"
    )
    return tuple(scores), [note]


def missing_seeds_note(scores: Sequence[Score]) -> list[str]:
    """A sentence on languages that lack seeds which the same system has in others."""
    places, n = [], 0
    for (task, _, system), languages in grouped(scores).items():
        every = set[int]().union(*languages.values())
        lacking = [
            f"{code} {', '.join(map(str, sorted(every - own.keys())))}"
            for code, own in languages.items()
            if own.keys() != every
        ]
        if lacking:
            n += len(lacking)
            places.append(f"{system}, {task}: {first_of(lacking, _MOST_NAMED)}")
    if not places:
        return []
    where = "a language" if n == 1 else f"{n} languages"
    few = first_of(places, _MOST_NAMED, "; ")
    return [f"Seeds missing in {where} that the system has in others: {few}."]


def unequal_items_note(scores: Sequence[Score]) -> list[str]:
    """A sentence on languages whose systems were scored on different numbers of test items."""
    sizes: dict[tuple[str, str, str], dict[int, str]] = {}
    for s in scores:
        n = int(s.counts.get("items", 0)) or s.n_words
        if n:
            sizes.setdefault((s.task, s.metric, s.language), {}).setdefault(n, s.system)
    places = [
        f"{task}, {language}: " + " but ".join(f"{n:,} of {who}" for n, who in own.items())
        for (task, _, language), own in sizes.items()
        if len(own) > 1
    ]
    named = first_of(places, _MOST_NAMED, "; ")
    return [f"Different numbers of test items for one language: {named}."] if places else []


def same_scores_note(scores: Sequence[Score]) -> list[str]:
    """A sentence on systems with the same score in every language, of which three differ."""
    first: dict[tuple[str, str, frozenset[tuple[str, int, float]]], str] = {}
    places = []
    for (task, metric, system), table in grouped(scores).items():
        own = frozenset((code, i, s.value) for code, row in table.items() for i, s in row.items())
        other = first.setdefault((task, metric, own), system)
        if other != system and len({value for *_, value in own}) >= _FEWEST_VALUES:
            places.append(f"{task}: {system} as {other}")
    named = first_of(places, _MOST_NAMED, "; ")
    said = "The same score in every language, as of one model under two names"
    return [f"{said}: {named}."] if places else []
