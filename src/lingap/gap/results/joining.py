"""Rows of many result files joined: one language, one measure and one file for each run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lingap.errors import MetricError
from lingap.gap.language_names import language_code, summarizes
from lingap.gap.measures import IN_PERCENT
from lingap.gap.results.naming import languages_in
from lingap.gap.results.protocol import READERS, ItemScores, ResultRow
from lingap.gap.results.runs import file_of, once, told_apart
from lingap.gap.rows import interval_of_error, interval_of_items
from lingap.records import Score
from lingap.text.display import counted, first_of

_MOST_NOTES = 10
Key = tuple[str, str, str, str, int]  # system, task, metric, language, seed


@dataclass
class Collected:
    """What the files of a call hold, before it is joined.

    Args:
        rows: Numbers.
        items: Scores of single items.
        left_out: Reason to what was left out.
        damaged: The reasons that tell of scores that could not be read.
        files: Name of a harness to how many of its files were read.
        tables: Tables of scores, to be read as such.
        seen: Files that were read, resolved.
    """

    rows: list[ResultRow] = field(default_factory=list)
    items: list[ItemScores] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    files: Counter[str] = field(default_factory=Counter)
    tables: list[Path] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)

    def leave_out(self, reason: str, what: str, *, damaged: bool = False) -> None:
        """Remember what was left out, under its reason."""
        self.left_out.setdefault(reason, []).append(what)
        if damaged:
            self.damaged.add(reason)


def joined(
    found: Collected,
    where: str,
    languages: Sequence[str] | None,
    ignore: Sequence[str],
    metrics: Sequence[str] | None,
) -> tuple[list[Score], dict[Key, dict[str, float]], list[str]]:
    """Scores of the harnesses' rows, scores of single items, and notes."""
    rows = _with_items(found)
    rows = _in_languages(rows, found)
    rows = [r for r in rows if not {r.task, r.metric, r.language} & set(ignore)]
    rows = _of_metrics(rows, found, metrics)
    rows, notes = once(rows, found.leave_out)
    rows, more = _coded(rows, found, languages)
    notes += more
    alone = Counter((r.task, r.metric) for r in {(r.task, r.metric, r.language): r for r in rows}
                    .values())  # fmt: skip
    for row in rows:
        if alone[row.task, row.metric] < 2:
            found.leave_out("tasks in a single language, which have no gap", row.task)
    rows = _distinct([r for r in rows if alone[r.task, r.metric] > 1], found)
    scores = [s for row in rows if (s := _score(row, found)) is not None]
    if not scores:
        names = ", ".join(READERS[n].name for n in READERS)
        reasons = " ".join(_told(found.left_out))
        what = "no score of two languages or more"
        if not found.files:
            what = "a folder, not a file of scores, and without results of a harness"
        raise MetricError(f"{where}: {what}. Known are the results of {names}. {reasons}".rstrip())
    keys = {(s.system, s.task, s.metric, s.language, s.seed) for s in scores}
    items = {key: v for key, v in _items(found, rows).items() if key in keys}
    notes += [*_versions(rows), *_unknown(rows)]
    return scores, items, _notes(found, scores, notes)


def _with_items(found: Collected) -> list[ResultRow]:
    """The rows, and those that only scores of single items give, of the run beside them."""
    rows = told_apart(found.rows)
    beside: dict[tuple[Path, str], dict[str, ResultRow]] = {}
    for row in rows:
        folder = Path(file_of(row)).resolve().parent
        for date in {row.date, ""}:  # of that date's file, else of the folder's
            beside.setdefault((folder, date), {}).setdefault(row.system, row)
    known = {(r.system, r.task, r.metric, r.date) for r in rows}
    like = {r.task: r for r in rows}
    kept = []
    for one in found.items:
        runs = beside.get((one.folder, one.date)) or beside.get((one.folder, ""), {})
        run = next(iter(runs.values())) if len(runs) == 1 else None
        system = run.system if run else one.folder.name
        kept.append(replace(one, folder=Path(system)))
        if not {(system, one.task, one.metric, date) for date in (one.date, "")} & known:
            n = len(one.values)
            mean = sum(one.values.values()) / n
            spread = sum((v - mean) ** 2 for v in one.values.values())
            other = like.get(one.task)
            rows.append(
                ResultRow(
                    system=system, task=one.task, metric=one.metric, value=mean, n=n,
                    stderr=(spread / (n - 1) / n) ** 0.5 if n > 1 else None, order=one.order,
                    date=one.date, where=one.where, hint=other.hint if other else "",
                    setting=other.setting if other else "", groups=other.groups if other else (),
                    setup=run.setup if run else "", partial=run.partial if run else False,
                )
            )  # fmt: skip
    found.items = kept
    return rows


def _in_languages(rows: list[ResultRow], found: Collected) -> list[ResultRow]:
    """Rows with their language, from the task's name where the file does not say it."""
    hints: dict[str, set[str]] = {}
    for row in rows:
        if row.language is None:
            hints.setdefault(row.task, set()).update(filter(None, (row.hint,)))
            for group in row.groups:
                hints.setdefault(group, set())
    named = languages_in(hints)
    groups = {group for row in rows for group in row.groups}
    with_scores = {row.task for row in rows}
    kept = []
    for row in rows:
        if row.language is not None and summarizes(row.language):
            found.leave_out("averages over languages", f"{row.language} ({row.where})")
        elif row.language is not None:
            kept.append(row)
        elif any(g in named and g in with_scores for g in row.groups):
            found.leave_out("parts of a group, whose score is read", row.task)
        elif row.task not in named:
            why = "averages over tasks" if row.task in groups else "tasks without a language"
            found.leave_out(why, row.task)
        else:
            task, language = named[row.task]
            setting = ", ".join(filter(None, (task, row.setting)))
            kept.append(replace(row, task=setting, language=language, hint=row.task))
    return kept


def _of_metrics(
    rows: list[ResultRow], found: Collected, metrics: Sequence[str] | None
) -> list[ResultRow]:
    """Of each task the measures asked for, or the one that comes first where most have it."""
    if metrics:
        kept = [row for row in rows if row.metric in metrics]
        if rows and not kept:
            known = ", ".join(dict.fromkeys(row.metric for row in rows))
            raise MetricError(f"No measure {', '.join(metrics)}; there are {known}.")
        return kept
    by_task: dict[str, dict[str, list[ResultRow]]] = {}
    for row in rows:
        by_task.setdefault(row.task, {}).setdefault(row.metric, []).append(row)
    kept = []
    for task, by_metric in by_task.items():
        first = min(
            by_metric, key=lambda m: (-len(by_metric[m]), min(r.order for r in by_metric[m]))
        )
        kept += by_metric[first]
        for metric in by_metric:
            if metric != first:
                found.leave_out("further measures (--metric reads them)", f"{metric} of {task}")
    return kept


def _coded(
    rows: list[ResultRow], found: Collected, languages: Sequence[str] | None
) -> tuple[list[ResultRow], list[str]]:
    """Rows with the code of their language; names that share a code stay as written. And notes."""
    wanted = {language_code(text) or text for text in languages or ()}
    names: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        code = language_code(row.language or "") or row.language or ""
        names.setdefault((row.task, row.metric, code), set()).add(row.language or "")
    kept, twice, had = [], dict[str, None](), set[str]()
    for row in rows:
        written = row.language or ""
        code = language_code(written) or written
        had |= {code, written}
        if wanted and not {code, written} & (wanted | set(languages or ())):
            found.leave_out("languages that were not asked for", code)
            continue
        if len(names[row.task, row.metric, code]) > 1 and written != code:
            twice[written] = None
            code = written
        kept.append(replace(row, language=code))
    notes = []
    if gone := [text for text in languages or () if not {text, language_code(text) or text} & had]:
        notes.append(f"No score in these languages, which were asked for: {', '.join(gone)}.")
    if twice:
        told = "Several names of one language in a task, all kept as written"
        notes.append(f"{told}: {_few([*twice])}.")
    return kept, notes


def _distinct(rows: Iterable[ResultRow], found: Collected) -> list[ResultRow]:
    """Rows without those that a file holds twice; two scores of one run are refused."""
    first: dict[Key, ResultRow] = {}
    for row in rows:
        key = row.system, row.task, row.metric, row.language or "", row.seed
        other = first.setdefault(key, row)
        if other is row:
            continue
        if other.value != row.value:
            raise MetricError(
                f"{row.where}: {row.system}, {row.task}, {row.language}, seed {row.seed} already "
                f"has a score ({other.where}), and another one. Keep one."
            )
        found.leave_out("scores that are given twice", row.where)
    return [*first.values()]


def _unknown(rows: Iterable[ResultRow]) -> list[str]:
    """A note on languages that no table knows, and where each stands first."""
    places: dict[str, str] = {}
    for row in rows:
        places.setdefault(row.language or "", row.where)
    named = [f"{name} ({where})" for name, where in places.items() if language_code(name) is None]
    return [f"Unknown languages, kept as written: {_few(named)}."] if named else []


def _score(row: ResultRow, found: Collected) -> Score | None:
    percent = row.metric.lower() in IN_PERCENT
    top = 100.0 if percent else 1.0
    if not 0 <= row.value <= top:
        found.leave_out(f"scores outside 0 to 1 ({row.metric})", row.where, damaged=True)
        return None
    error, n = row.stderr or 0.0, row.n
    if not 0 <= error < math.inf:
        found.leave_out("standard errors that are no number of 0 or more", row.where)
        error = 0.0
    if n < 0:
        found.leave_out("numbers of test items below 0", row.where)
        n = 0
    interval = interval_of_error(row.value / top, error / top)
    if interval is None:
        interval = interval_of_items(row.value / top, n, row.metric)
    return Score(
        system=row.system, task=row.task, language=row.language or "", metric=row.metric,
        value=row.value / top, seed=row.seed, counts={"items": n} if n else {},
        interval=interval,
    )  # fmt: skip


def _items(found: Collected, rows: list[ResultRow]) -> dict[Key, dict[str, float]]:
    """Scores of single items under the keys of their scores, where they agree with it."""
    by_task = {(r.system, r.hint, r.metric): r for r in rows if r.hint}
    made: dict[Key, dict[str, float]] = {}
    for one in found.items:
        row = by_task.get((str(one.folder), one.task, one.metric))
        if row is None:
            continue
        if row.date and row.date != one.date:
            found.leave_out("samples of another run than the one read", one.where)
            continue
        mean = sum(one.values.values()) / len(one.values)
        if abs(mean - row.value) > 1e-4:
            found.leave_out("samples whose mean is not the score in the results", one.where)
            continue
        made[row.system, row.task, row.metric, row.language or "", row.seed] = one.values
    return made


def _versions(rows: Iterable[ResultRow]) -> Iterator[str]:
    """Tasks whose data have several versions, and where two of them are."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.version:
            found.setdefault(row.task, {}).setdefault(row.version, row.where)
    mixed = {task: versions for task, versions in found.items() if len(versions) > 1}
    for task, versions in list(mixed.items())[:1]:
        places = [f"{version:.12} in {where}" for version, where in versions.items()]
        others = [name for name in mixed if name != task]
        yield (
            f"Different versions of a task's data, so perhaps different items: {task} has "
            f"{' and '.join(places[:2])}" + (f"; so have {_few(others)}." if others else ".")
        )


def _notes(found: Collected, scores: list[Score], more: list[str]) -> list[str]:
    """What was read and what was not, in ten lines at most."""
    counts = (
        counted(n, noun)
        for noun, n in (
            ("system", len({s.system for s in scores})),
            ("task", len({s.task for s in scores})),
            ("language", len({s.language for s in scores})),
            ("score", len(scores)),
        )
    )
    files = ", ".join(f"{n} of {name}" for name, n in found.files.items())
    first = f"Files read: {files}: {', '.join(counts)}."
    reasons = _told(found.left_out)
    room = _MOST_NOTES - 1 - len(more)
    if len(reasons) > room:
        reasons = [*reasons[: room - 1], f"Left out for {len(reasons) - room + 1} further reasons."]
    return [first, *more, *reasons]


def damaged_notes(found: Collected) -> tuple[str, ...]:
    """The notes on scores that could not be read, also where ten lines had no room for them."""
    return tuple(_told({r: what for r, what in found.left_out.items() if r in found.damaged}))


def _told(left_out: dict[str, list[str]]) -> list[str]:
    """Each reason with how often, and examples; the most frequent first."""
    distinct = {reason: list(dict.fromkeys(what)) for reason, what in left_out.items()}
    ordered = sorted(distinct.items(), key=lambda one: -len(one[1]))
    return [f"Left out: {reason} ({len(what):,}): {_few(what)}." for reason, what in ordered]


def _few(names: list[str]) -> str:
    """The first names; of paths, which are long, one."""
    is_path = "/" in names[0] and Path(names[0].partition(" in ")[2] or names[0]).parts
    return first_of(names, 1 if is_path else 3)
