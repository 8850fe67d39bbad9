"""Which rows are of one run: the same model as it was set up, on all items, in the newest file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lingap.errors import MetricError
from lingap.gap.results.protocol import ResultRow
from lingap.text.display import first_of

LeaveOut = Callable[[str, str], None]


def told_apart(rows: Sequence[ResultRow]) -> list[ResultRow]:
    """The rows, a model's name with its setup where several of it have the same task.

    An adapter, a revision or other weights of one base are systems of their own.
    """
    setups: dict[tuple[Any, ...], set[str]] = {}
    for row in rows:
        key = row.system, row.task, row.metric, row.language
        setups.setdefault(key, set()).add(row.setup)
    several = {system for (system, *_), own in setups.items() if len(own) > 1}
    return [
        replace(row, system=f"{row.system} ({row.setup})")
        if row.setup and row.system in several
        else row
        for row in rows
    ]


def once(rows: Iterable[ResultRow], leave_out: LeaveOut) -> tuple[list[ResultRow], list[str]]:
    """Each run once, and notes: of all items before a part, then the newest file's.

    Several undated files are systems of their own where they are of several revisions.
    """
    groups: dict[tuple[Any, ...], dict[str, list[ResultRow]]] = {}
    for row in rows:
        key = row.system, row.task, row.metric, row.language
        groups.setdefault(key, {}).setdefault(file_of(row), []).append(row)
    kept: list[ResultRow] = []
    apart: Counter[str] = Counter()
    for by_file in groups.values():
        if whole := {name: own for name, own in by_file.items() if not own[0].partial}:
            for name in (one for one in by_file if one not in whole):
                leave_out("runs on a part of the items, beside one on all", name)
        chosen = whole or by_file
        if len(chosen) == 1:
            kept += next(iter(chosen.values()))
            continue
        newest = max(own[0].date for own in chosen.values())
        best = [name for name, own in chosen.items() if own[0].date == newest]
        values = {tuple(sorted((r.seed, r.value) for r in chosen[name])) for name in best}
        if len(values) > 1 and newest == "" and len(set(map(_revision, best))) == len(best):
            for name in best:
                own = [replace(r, system=f"{r.system}@{_revision(name)[:7]}") for r in chosen[name]]
                apart[own[0].system] += 1
                kept += own
            continue
        if len(values) > 1:
            row = chosen[best[0]][0]
            raise MetricError(
                f"{best[0]} and {best[1]} both have {row.system}, {row.task}, {row.language}, with "
                "different scores. Name the one to read, or leave one out."
            )
        kept += chosen[best[0]]
        for name in chosen:
            if name != best[0]:
                leave_out("older files of the same run", name)
    return kept, [*_notes(kept, list(apart))]


def file_of(row: ResultRow) -> str:
    """The file that a row is of: `where` up to its ending."""
    name, ending, rest = row.where.partition(".json")
    return name + ending + rest[: rest.startswith("l")]


def _notes(rows: Sequence[ResultRow], revisions: Sequence[str]) -> Iterator[str]:
    if revisions:
        yield f"Revisions of one model, as systems of their own: {first_of(revisions, 3)}."
    if setups := list(dict.fromkeys(r.system for r in rows if r.system.endswith(f"({r.setup})"))):
        yield f"One model set up in several ways, as systems of their own: {first_of(setups, 3)}."
    if parts := list(dict.fromkeys(f"{r.task} of {r.system}" for r in rows if r.partial)):
        yield f"Scored on a part of the items (--limit): {first_of(parts, 3)}."


def _revision(name: str) -> str:
    return Path(name).parent.name
