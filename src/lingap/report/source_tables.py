"""Gap of each language to a source language, laid out like Table 2 of Jung et al. (2024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.gap.order import ManyLanguages
from lingap.report import rounding
from lingap.report.many_languages import best_systems
from lingap.report.result_tables import (
    NO_SCORE,
    first_heading,
    gap_groups,
    languages_of,
    metric_name,
    task_name,
)
from lingap.report.summary import ReportData, language_family, language_name
from lingap.report.tables import Building, Cell, Column, Table, language_column, points
from lingap.report.transfer_tables import source_of
from lingap.storage.file_names import file_name

if TYPE_CHECKING:
    from lingap.gap import PerformanceGap

SOURCE = "eng"


def source_tables(data: ReportData, *, source: str | None = None) -> tuple[Table, ...]:
    """One table per task and measure in which the source language and others have scores.

    Args:
        data: What to show.
        source: Code of the language that the others are compared with; by default the one
            trained on under zero-shot, else :data:`SOURCE`.
    """
    found = []
    for (task, metric), gaps in gap_groups(data).items():
        code = source or source_of(data, task) or SOURCE
        own = [gap for gap in gaps if code in gap.scores and len(gap.scores) > 1]
        if own:
            found.append(_table(data, task, metric, own, code))
    return tuple(found)


def _table(
    data: ReportData, task: str, metric: str, gaps: list[PerformanceGap], source: str
) -> Table:
    others = [code for code in languages_of(gaps) if code != source]
    name = language_name(source)
    caption = (
        f"Relative percentage difference to {name}, unsigned; below it, {name}'s score minus the "
        "language's, in points."
    )
    key, title = f"gap-to-{file_name(source, task, metric)}", f"{task_name(task)}: gap to {name}"
    if ManyLanguages(others).are_many:
        return _by_language(gaps, others, source).table(key, title, caption)
    to_source = {gap.system: gap.gap_to(source) for gap in gaps}
    return (
        Building(gaps)
        .text(first_heading(data), lambda gap: gap.system)
        .column(
            Column(f"{source}, score", hint=f"{metric_name(metric)} in {name}"),
            lambda gap: points(gap.scores[source]),
        )
        .columns(
            others,
            lambda code: language_column(code, starts_group=code == others[0]),
            lambda code, gap: _cell(to_source[gap.system].get(code)),
        )
        .table(key, title, caption)
    )


def _by_language(gaps: list[PerformanceGap], others: list[str], source: str) -> Building[str]:
    """Many languages as rows, by family, and the systems with the highest means as columns."""
    columns = [(gap.system, gap.gap_to(source)) for gap in best_systems(gaps)]
    return (
        Building(ManyLanguages(others).by_family())
        .text("Language", lambda code: f"{language_name(code)} ({code})")
        .text("Family", language_family)
        .columns(columns, lambda one: Column(one[0]), lambda one, code: _cell(one[1].get(code)))
    )


def _cell(gap: tuple[float | None, float] | None) -> Cell:
    """A relative and an absolute gap."""
    if gap is None:
        return NO_SCORE
    relative, absolute = gap
    points = rounding.fixed(100 * absolute, 2)
    return Cell(rounding.fixed(relative, 2), relative, detail=points)
