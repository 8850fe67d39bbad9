"""The transfer matrix: scores by language trained on and language scored, and its pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lingap.report import rounding
from lingap.report.result_tables import first_heading, metric_name, score_cell, task_name
from lingap.report.summary import ReportData, RunRow, language_name
from lingap.report.tables import Cell, Column, Row, Table, language_column, methods, words
from lingap.storage.file_names import file_name


def source_of(data: ReportData, task: str) -> str | None:
    """The language trained on for a task under zero-shot, else None."""
    return next((run.languages[0] for run in _zero_shot(data) if run.task == task), None)


def transfer_tables(data: ReportData) -> tuple[Table, ...]:
    """One table per task that was trained under zero-shot from several source languages.

    A row is a system and its source, a column a target; a value is the mean over seeds.
    """
    return tuple(_table(matrix, first_heading(data)) for matrix in transfer_matrices(data))


@dataclass(frozen=True, slots=True)
class TransferMatrix:
    """Scores of one kind of task by system, language trained on and language scored."""

    kind: str
    metric: str
    values: Mapping[tuple[str, str, str], list[float]]  # one value a seed

    @property
    def systems(self) -> tuple[str, ...]:
        """In order of appearance, like `sources` and `targets`."""
        return tuple(dict.fromkeys(system for system, _, _ in self.values))

    @property
    def sources(self) -> tuple[str, ...]:
        """Languages trained on."""
        return tuple(dict.fromkeys(source for _, source, _ in self.values))

    @property
    def targets(self) -> tuple[str, ...]:
        """Languages scored."""
        return tuple(dict.fromkeys(target for _, _, target in self.values))

    def score(self, system: str, source: str, target: str) -> float | None:
        """Mean over seeds, 0 to 1; None where there is none."""
        found = self.values.get((system, source, target))
        return sum(found) / len(found) if found else None


def transfer_matrices(data: ReportData) -> tuple[TransferMatrix, ...]:
    """One for each kind of task that was trained under zero-shot from several languages."""
    by_kind: dict[str, list[RunRow]] = defaultdict(list)
    for run in _zero_shot(data):
        if run.scores:
            by_kind[run.kind].append(run)
    found = []
    for kind, runs in by_kind.items():
        values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        for run in runs:
            for score in run.scores:
                values[run.system, run.languages[0], score.language].append(score.value)
        matrix = TransferMatrix(kind, runs[0].scores[0].metric, dict(values))
        if len(matrix.sources) > 1:
            found.append(matrix)
    return tuple(found)


MOST_PAIRS = 12
"""With more pairs the matrix is read more easily than a column for each."""


def sources_of(data: ReportData) -> dict[str, str]:
    """Tasks of transfer from several languages to the language trained on for each."""
    found = {task: source for task in data.tasks if (source := source_of(data, task))}
    return found if len(set(found.values())) > 1 else {}


def pair_tables(data: ReportData) -> tuple[Table, ...]:
    """Scores in another language than the one trained on, a column a pair; none for many pairs.

    Intervals are those of the task's scores: over seeds and test items where both are known.
    """
    sources = sources_of(data)
    gaps = [gap for gap in data.performance if gap.task in sources]
    pairs = list(
        dict.fromkeys(
            (gap.task, gap.metric, code)
            for gap in gaps
            for code in gap.languages
            if code != sources[gap.task]
        )
    )
    if not 0 < len(pairs) <= MOST_PAIRS:
        return ()
    by_place = {(gap.task, gap.metric, gap.system): gap for gap in gaps}
    systems = list(dict.fromkeys(gap.system for gap in gaps))
    columns = [
        Column(
            f"{sources[task]}→{code}",
            hint=f"trained on {language_name(sources[task])}, scored in {language_name(code)}",
        )
        for task, _, code in pairs
    ]
    rows = []
    for system in systems:
        cells = [
            score_cell(gap, code, wide=True)
            if (gap := by_place.get((task, metric, system))) and code in gap.scores
            else Cell(rounding.NOTHING, hint="no score: not finished, or failed")
            for task, metric, code in pairs
        ]
        values = [cell.sort for cell in cells if isinstance(cell.sort, float)]
        whole = len(values) == len(pairs)
        mean = sum(values) / len(values) if whole else None
        cells.append(Cell(rounding.fixed(None if mean is None else 100 * mean, 1), mean))
        rows.append(Row((words(system), *cells)))
    metrics = sorted({metric_name(metric) for _, metric, _ in pairs})
    ends = [gap.score_intervals.get(code) for gap in gaps for code in gap.languages]
    made = Table(
        name="transfer-pairs",
        title=f"Transfer: {', '.join(metrics)} × 100 in one language after training on another",
        columns=(Column(first_heading(data), numeric=False), *columns, Column("Mean")),
        rows=tuple(rows),
        caption=methods(ends),
    )
    return (made,)


def _zero_shot(data: ReportData) -> list[RunRow]:
    return [run for run in data.runs if run.protocol == "zero-shot"]


def _table(matrix: TransferMatrix, heading: str) -> Table:
    pairs = list(dict.fromkeys((system, source) for system, source, _ in matrix.values))
    pairs.sort(key=lambda pair: matrix.systems.index(pair[0]))
    targets = matrix.targets
    return Table(
        name=f"transfer-{file_name(matrix.kind)}",
        title=f"{task_name(matrix.kind)}: transfer from each source language",
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
                    *(_cell(matrix.score(system, source, target)) for target in targets),
                )
            )
            for system, source in pairs
        ),
        caption=f"{metric_name(matrix.metric)}, percent, in each language (columns) "
        "after training on one (rows); means over seeds.",
    )


def _cell(mean: float | None) -> Cell:
    if mean is None:
        return Cell(rounding.NOTHING, hint="no score: not finished, or failed")
    return Cell(rounding.fixed(100 * mean, 1), mean)
