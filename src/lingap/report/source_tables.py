"""Gap of each language to a source language, laid out like Table 2 of Jung et al. (2024)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from lingap.gap.order import ManyLanguages
from lingap.report import rounding
from lingap.report.many_languages import best_systems
from lingap.report.result_tables import (
    first_heading,
    gap_groups,
    languages_of,
    metric_name,
    task_name,
)
from lingap.report.summary import ReportData, language_family, language_name
from lingap.report.tables import Building, Cell, Column, Row, Table, language_column, words
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
    rows = []
    for gap in gaps:
        to_source = gap.gap_to(source)
        score = Cell(rounding.fixed(100 * gap.scores[source], 1), gap.scores[source])
        cells = [words(gap.system), score, *(_cell(to_source.get(code)) for code in others)]
        rows.append(Row(tuple(cells)))
    return Table(
        name=key,
        title=title,
        columns=(
            Column(first_heading(data), numeric=False),
            Column(f"{source}, score", hint=f"{metric_name(metric)} in {name}"),
            *(
                language_column(code, language_name(code), starts_group=at == 0)
                for at, code in enumerate(others)
            ),
        ),
        rows=tuple(rows),
        caption=caption,
    )


def _by_language(gaps: list[PerformanceGap], others: list[str], source: str) -> Building[str]:
    """Many languages as rows, by family, and the systems with the highest means as columns."""
    made = (
        Building(ManyLanguages(others).by_family())
        .text("Language", lambda code: f"{language_name(code)} ({code})")
        .text("Family", language_family)
    )
    for gap in best_systems(gaps):
        made.column(Column(gap.system), partial(_in_language, gap.gap_to(source)))
    return made


def _in_language(gaps: Mapping[str, tuple[float | None, float]], code: str) -> Cell:
    return _cell(gaps.get(code))


def _cell(gap: tuple[float | None, float] | None) -> Cell:
    """A relative and an absolute gap."""
    if gap is None:
        return Cell(rounding.NOTHING, hint="no score: not finished, or failed")
    relative, absolute = gap
    points = rounding.fixed(100 * absolute, 2)
    return Cell(rounding.fixed(relative, 2), relative, detail=points)
