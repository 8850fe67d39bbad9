"""Gaps of each language to one other, laid out like Table 2 of Jung et al. (2024)."""

from __future__ import annotations

from lingap.report import rounding
from lingap.report.result_tables import first_heading, languages_of, metric_name, task_name
from lingap.report.summary import ReportData, language_name
from lingap.report.tables import Cell, Column, Row, Table

SOURCE = "eng"


def source_tables(data: ReportData, *, source: str = SOURCE) -> tuple[Table, ...]:
    """One table a task and measure in which the source language has a score beside others.

    Args:
        data: What to tell.
        source: Code of the language that the others are held against.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for at, gap in enumerate(data.performance):
        if source in gap.scores and len(gap.scores) > 1:
            groups.setdefault((gap.task, gap.metric), []).append(at)
    return tuple(_table(data, *key, places, source) for key, places in groups.items())


def _table(data: ReportData, task: str, metric: str, places: list[int], source: str) -> Table:
    gaps = [data.performance[at] for at in places]
    others = [code for code in languages_of(gaps) if code != source]
    scale = 100 if max(value for gap in gaps for value in gap.scores.values()) <= 1 else 1
    rows = []
    for gap in gaps:
        to_source = gap.gap_to(source)
        cells = [
            Cell(gap.system, gap.system.casefold()),
            Cell(rounding.fixed(gap.scores[source] * scale, 1), gap.scores[source]),
        ]
        for code in others:
            if code not in to_source:
                cells.append(Cell(rounding.NOTHING, hint="no score: not done or failed"))
                continue
            relative, absolute = to_source[code]
            points = rounding.fixed(absolute * scale, 2)
            cells.append(Cell(rounding.percent(relative), relative, detail=points))
        rows.append(Row(tuple(cells)))
    name = language_name(source)
    return Table(
        name=f"gap-to-{source}-{task}-{metric}".replace("_", "-"),
        title=f"{task_name(task)}: gap to {name}",
        columns=(
            Column(first_heading(data), numeric=False),
            Column(f"{source}, score", hint=f"{metric_name(metric)} in {name}"),
            *(
                Column(code, hint=f"gap of {language_name(code)}", starts_group=at == 0)
                for at, code in enumerate(others)
            ),
        ),
        rows=tuple(rows),
        caption=f"Relative percentage difference to {name}, which has no sign; below it {name}'s "
        "score less the language's, in points.",
    )
