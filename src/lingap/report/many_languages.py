"""Tables of scores in many languages: by family, by script, and a row for each language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lingap.gap.order import ManyLanguages, ValueGroup
from lingap.report import rounding
from lingap.report.result_tables import (
    gap_groups,
    languages_of,
    metric_name,
    score_cell,
    task_name,
)
from lingap.report.summary import ReportData, language_family, language_name, language_script
from lingap.report.tables import Building, Cell, Column, Table
from lingap.storage.file_names import file_name

if TYPE_CHECKING:
    from lingap.gap import PerformanceGap

MOST_SYSTEMS = 12
"""Columns of systems, those with the highest means."""


def many_language_tables(data: ReportData, *, most: int | None = None) -> list[Table]:
    """Tables of each task with more than 16 languages.

    Args:
        data: What to show.
        most: Families and scripts shown, without a table of languages; None for all, and it.
    """
    tables = []
    for (task, metric), gaps in gap_groups(data).items():
        if not ManyLanguages(languages_of(gaps)).are_many:
            continue
        about = f"The {MOST_SYSTEMS} systems with the highest means, of {len(gaps)}. "
        about = about if len(gaps) > MOST_SYSTEMS else ""
        own, key = best_systems(gaps), file_name(task, metric)
        title = f"{task_name(task)}: {metric_name(metric)} × 100"
        for kind, by_script in (("family", False), ("script", True)):
            table = _groups(own, by_script=by_script, most=most)
            tables.append(table(f"{kind}-{key}", f"{title} by {kind}", about))
        if most is None:
            table = _languages(own, languages_of(gaps))
            tables.append(table(f"languages-{key}", f"{title} in each language", about))
    return tables


def best_systems(gaps: Sequence[PerformanceGap]) -> list[PerformanceGap]:
    """The gaps with the highest mean scores, twelve at most."""
    return sorted(gaps, key=lambda gap: -sum(gap.scores.values()) / len(gap.scores))[:MOST_SYSTEMS]


def _groups(
    gaps: Sequence[PerformanceGap], *, by_script: bool, most: int | None
) -> Callable[[str, str, str], Table]:
    """A row per family or script: the mean score of each system, its lowest and highest."""
    groups = [
        {g.name: g for g in ValueGroup.all_of(gap.scores, by_script=by_script)} for gap in gaps
    ]
    every = {name: len(group.languages) for name, group in groups[0].items()}
    names = [*every][:most]
    made = (
        Building(names)
        .text("Script" if by_script else "Family", str)
        .count("Languages", every.__getitem__)
    )
    for gap, own in zip(gaps, groups, strict=True):
        made.column(Column(gap.system), partial(_mean, own))
    more = "Mean, lowest and highest language."
    if len(names) < len(every):
        rest = sum(every[name] for name in [*every][len(names) :])
        more += f" {len(every) - len(names)} more with {rest} languages: --out gaps.html."
    return lambda name, title, about: made.table(name, title, about + more)


def _mean(groups: dict[str, ValueGroup], name: str) -> Cell:
    group = groups.get(name)
    if group is None:
        return Cell(rounding.NOTHING)
    low, high = (rounding.fixed(100 * group.values[at], 1) for at in (0, -1))
    detail = f"{low}–{high}" if len(group.values) > 1 else ""
    return Cell(rounding.fixed(100 * group.mean, 1), group.mean, detail=detail)


def _languages(
    gaps: Sequence[PerformanceGap], languages: Sequence[str]
) -> Callable[[str, str, str], Table]:
    """A row per language, by family and script."""
    made = (
        Building(ManyLanguages(languages).by_family())
        .column(
            Column("Language", numeric=False),
            lambda code: Cell(language_name(code), language_name(code), detail=code),
        )
        .text("Family", language_family)
        .text("Script", language_script)
    )
    for gap in gaps:
        made.column(Column(gap.system), partial(score_cell, gap, wide=True))
    return made.table
