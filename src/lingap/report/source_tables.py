"""Gap of each language to a source language, laid out like Table 2 of Jung et al. (2024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.result_tables import (
    first_heading,
    gap_groups,
    languages_of,
    metric_name,
    task_name,
)
from lingap.report.summary import ReportData, language_name
from lingap.report.tables import Cell, Column, Row, Table, language_column, words
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
    rows = []
    for gap in gaps:
        to_source = gap.gap_to(source)
        cells = [
            words(gap.system),
            Cell(rounding.fixed(100 * gap.scores[source], 1), gap.scores[source]),
        ]
        for code in others:
            if code not in to_source:
                cells.append(Cell(rounding.NOTHING, hint="no score: not finished, or failed"))
                continue
            relative, absolute = to_source[code]
            points = rounding.fixed(100 * absolute, 2)
            cells.append(Cell(rounding.fixed(relative, 2), relative, detail=points))
        rows.append(Row(tuple(cells)))
    name = language_name(source)
    return Table(
        name=f"gap-to-{file_name(source, task, metric)}",
        title=f"{task_name(task)}: gap to {name}",
        columns=(
            Column(first_heading(data), numeric=False),
            Column(f"{source}, score", hint=f"{metric_name(metric)} in {name}"),
            *(
                language_column(code, language_name(code), starts_group=at == 0)
                for at, code in enumerate(others)
            ),
        ),
        rows=tuple(rows),
        caption=f"Relative percentage difference to {name}, unsigned; below it, {name}'s score "
        "minus the language's, in points.",
    )
