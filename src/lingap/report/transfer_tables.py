"""The transfer matrix: scores by language trained on and language scored."""

from __future__ import annotations

from collections import defaultdict

from lingap.report import rounding
from lingap.report.result_tables import first_heading, metric_name, task_name
from lingap.report.summary import ReportData, RunRow, language_name
from lingap.report.tables import Cell, Column, Row, Table, language_column, words
from lingap.storage.file_names import file_name


def source_of(data: ReportData, task: str) -> str | None:
    """The language trained on for a task under zero-shot, else None."""
    return next((run.languages[0] for run in _zero_shot(data) if run.task == task), None)


def transfer_tables(data: ReportData) -> tuple[Table, ...]:
    """One table per task that was trained under zero-shot from several source languages.

    A row is a system and its source, a column a target; a value is the mean over seeds.
    """
    by_kind: dict[str, list[RunRow]] = defaultdict(list)
    for run in _zero_shot(data):
        if run.scores:
            by_kind[run.kind].append(run)
    return tuple(
        _table(kind, runs, first_heading(data))
        for kind, runs in by_kind.items()
        if len({run.languages for run in runs}) > 1
    )


def _zero_shot(data: ReportData) -> list[RunRow]:
    return [run for run in data.runs if run.protocol == "zero-shot"]


def _table(kind: str, runs: list[RunRow], heading: str) -> Table:
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for run in runs:
        for score in run.scores:
            values[run.system, run.languages[0], score.language].append(score.value)
    pairs = list(dict.fromkeys((system, source) for system, source, _ in values))
    systems = list(dict.fromkeys(system for system, _ in pairs))
    pairs.sort(key=lambda pair: systems.index(pair[0]))
    targets = tuple(dict.fromkeys(target for _, _, target in values))
    return Table(
        name=f"transfer-{file_name(kind)}",
        title=f"{task_name(kind)}: transfer from each source language",
        columns=(
            Column(heading, numeric=False),
            Column("Trained on", numeric=False),
            *(
                language_column(code, language_name(code), starts_group=at == 0)
                for at, code in enumerate(targets)
            ),
        ),
        rows=tuple(
            Row(
                (
                    words(system),
                    Cell(source, source, hint=language_name(source)),
                    *(_cell(values.get((system, source, target))) for target in targets),
                )
            )
            for system, source in pairs
        ),
        caption=f"{metric_name(runs[0].scores[0].metric)}, percent, in each language (columns) "
        "after training on one (rows); means over seeds.",
    )


def _cell(found: list[float] | None) -> Cell:
    if not found:
        return Cell(rounding.NOTHING, hint="no score: not finished, or failed")
    mean = sum(found) / len(found)
    return Cell(rounding.fixed(100 * mean, 1), mean)
