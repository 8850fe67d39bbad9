"""The transfer matrix: scores by language trained on and language scored, and its pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lingap.report.result_tables import (
    NO_SCORE,
    first_heading,
    metric_name,
    score_cell,
    task_name,
)
from lingap.report.summary import ReportData, RunRow, grouped, language_name
from lingap.report.tables import Building, Cell, Column, Table, language_column, methods, points
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
    scored = [run for run in _zero_shot(data) if run.scores]
    found = []
    for kind, runs in grouped(scored, lambda run: run.kind).items():
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

    def score(pair: tuple[str, str, str], system: str) -> Cell:
        return score_cell(by_place.get((*pair[:2], system)), pair[2], wide=True)

    def mean(system: str) -> Cell:
        known = [one.sort for pair in pairs if isinstance((one := score(pair, system)).sort, float)]
        return points(sum(known) / len(known) if len(known) == len(pairs) else None)

    def column(pair: tuple[str, str, str]) -> Column:
        source, code = sources[pair[0]], pair[2]
        hint = f"trained on {language_name(source)}, scored in {language_name(code)}"
        return Column(f"{source}→{code}", hint=hint)

    metrics = sorted({metric_name(metric) for _, metric, _ in pairs})
    made = (
        Building(dict.fromkeys(gap.system for gap in gaps))
        .text(first_heading(data), str)
        .columns(pairs, column, score)
        .column(Column("Mean"), mean)
    )
    title = f"Transfer: {', '.join(metrics)} × 100 in one language after training on another"
    ends = [gap.score_intervals.get(code) for gap in gaps for code in gap.languages]
    return (made.table("transfer-pairs", title, methods(ends)),)


def _zero_shot(data: ReportData) -> list[RunRow]:
    return [run for run in data.runs if run.protocol == "zero-shot"]


def _table(matrix: TransferMatrix, heading: str) -> Table:
    pairs = list(dict.fromkeys((system, source) for system, source, _ in matrix.values))
    pairs.sort(key=lambda pair: matrix.systems.index(pair[0]))
    targets = matrix.targets

    def score(target: str, pair: tuple[str, str]) -> Cell:
        mean = matrix.score(*pair, target)
        return NO_SCORE if mean is None else points(mean)

    return (
        Building(pairs)
        .text(heading, lambda pair: pair[0])
        .column(
            Column("Trained on", numeric=False),
            lambda pair: Cell(pair[1], pair[1], hint=language_name(pair[1])),
        )
        .columns(
            targets, lambda code: language_column(code, starts_group=code == targets[0]), score
        )
        .table(
            f"transfer-{file_name(matrix.kind)}",
            f"{task_name(matrix.kind)}: transfer from each source language",
            f"{metric_name(matrix.metric)}, percent, in each language (columns) after training on "
            "one (rows); means over seeds.",
        )
    )
