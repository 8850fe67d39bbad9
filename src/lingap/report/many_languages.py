"""Tables of scores in many languages: by family, by script, and a row for each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

KINDS = ("family", "script")
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
        scores = [(gap.system, gap.scores) for gap in own]
        for kind in KINDS:
            caption = f"{about}Mean, lowest and highest language."
            tables.append(
                group_table(
                    (f"{kind}-{key}", title), kind, scores, _times_100, caption,
                    most=most, rest="--out gaps.html",
                )
            )  # fmt: skip
        if most is None:
            made = _languages(own, languages_of(gaps))
            tables.append(made.table(f"languages-{key}", f"{title} in each language", about))
    return tables


def best_systems(gaps: Sequence[PerformanceGap]) -> list[PerformanceGap]:
    """The gaps with the highest mean scores, twelve at most."""
    return sorted(gaps, key=lambda gap: -sum(gap.scores.values()) / len(gap.scores))[:MOST_SYSTEMS]


def group_table(
    named: tuple[str, str],
    kind: str,
    values: Sequence[tuple[str, Mapping[str, float]]],
    shown: Callable[[float], str],
    caption: str,
    *,
    most: int | None,
    rest: str,
) -> Table:
    """A row per family or script: of each column the mean, the lowest and the highest value.

    Args:
        named: Name of the table, and what its title says before the kind.
        kind: One of :data:`KINDS`.
        values: Heading of each column, and the value of each language.
        shown: A value as text.
        caption: What the values are.
        most: Families or scripts shown, the largest; None for all.
        rest: Where the others are found.
    """
    columns = [
        (head, {g.name: g for g in ValueGroup.all_of(own, by_script=kind == "script")})
        for head, own in values
    ]
    sizes = {name: len(group.languages) for name, group in columns[0][1].items()}

    def cell(column: tuple[str, Mapping[str, ValueGroup]], name: str) -> Cell:
        if (group := column[1].get(name)) is None:
            return Cell(rounding.NOTHING)
        ends = f"{shown(group.values[0])}–{shown(group.values[-1])}" * (len(group.values) > 1)
        return Cell(shown(group.mean), group.mean, detail=ends)

    made = (
        Building([*sizes][:most])
        .text(kind.capitalize(), str)
        .count("Languages", sizes.__getitem__)
        .columns(columns, lambda column: Column(column[0]), cell)
    )
    if left := [*sizes.values()][len(made.items) :]:
        caption += f" {len(left)} more with {sum(left)} languages: {rest}."
    return made.table(named[0], f"{named[1]} by {kind}", caption)


def _times_100(score: float) -> str:
    return rounding.fixed(100 * score, 1)


def _languages(gaps: Sequence[PerformanceGap], languages: Sequence[str]) -> Building[str]:
    """A row per language, by family and script."""
    return (
        Building(ManyLanguages(languages).by_family())
        .column(
            Column("Language", numeric=False),
            lambda code: Cell(language_name(code), language_name(code), detail=code),
        )
        .text("Family", language_family)
        .text("Script", language_script)
        .columns(
            gaps, lambda gap: Column(gap.system), lambda gap, code: score_cell(gap, code, wide=True)
        )
    )
