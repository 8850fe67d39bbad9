"""The tables around the results: coverage, encoders, correlations, runs, configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.distance_tables import bound_table, input_table, output_table, space_table
from lingap.report.result_tables import linguistic_table, result_tables, task_name
from lingap.report.source_tables import source_tables
from lingap.report.summary import CoverageRow, ReportData, language_name
from lingap.report.tables import Cell, Column, Row, Table, measured, number, words

if TYPE_CHECKING:
    from lingap.gap import GapCorrelation


def all_tables(data: ReportData) -> tuple[Table, ...]:
    """Every table that has a row, in reading order."""
    found = [*result_tables(data), *source_tables(data)]
    if data.linguistic and not any(table.name == "linguistic-gap" for table in found):
        found.append(linguistic_table("linguistic-gap", list(data.linguistic)))
    found += [
        comparison_table(data),
        space_table(data),
        bound_table(data),
        output_table(data),
        input_table(data),
        coverage_table(data),
        pretraining_table(data),
        correlation_table(data),
        unfinished_table(data),
        chosen_table(data),
        settings_table("config", "Configuration", data.config),
        settings_table("versions", "Versions", data.versions),
    ]
    return tuple(table for table in found if table.rows)


def coverage_table(data: ReportData) -> Table:
    """What phonemization cost, a row a language."""
    columns = (
        Column("Language", numeric=False),
        Column("Back end", numeric=False),
        Column("Words"),
        Column("Types", hint="distinct words"),
        Column("Without a phoneme", hint="words that no rule could spell; they are still scored"),
        Column("Unmapped characters", hint="occurrences of characters that no rule covers"),
        Column("Most frequent of them", numeric=False),
        Column("Words that hold them", numeric=False, foreign=True),
    )
    several = len({(row.task, row.system) for row in data.coverage}) > 1
    rows = tuple(
        Row(_coverage_cells(row, several=several), language=row.language) for row in data.coverage
    )
    return Table(
        name="g2p-coverage",
        title="What phonemization cost",
        columns=columns,
        rows=rows,
        caption="A character without a rule leaves its word misspelt in phonemes, and the scores "
        "in that language rest on such words as well. Small print: other losses, in words.",
    )


def _coverage_cells(row: CoverageRow, *, several: bool) -> tuple[Cell, ...]:
    worst = sorted(row.unmapped.items(), key=lambda item: -item[1])
    characters = tuple((character, f"×{n}") for character, n in worst[:5])
    more = f" and {len(worst) - 5} more kinds" if len(worst) > 5 else ""
    points = ", ".join(code_points(character) for character, _ in worst[:5])
    examples = tuple((word, code_points(lost.replace(" ", ""))) for word, lost in row.examples[:3])
    losses = ", ".join(f"{name} {rounding.count(n)}" for name, n in row.losses.items())
    n_unmapped = row.n_unmapped
    detail = ""
    if row.unmapped_words is not None:
        detail = f"in {rounding.share(row.unmapped_words, row.words)} of words"
    name = language_name(row.language)
    return (
        Cell(name, name.casefold(), detail=row.language),
        Cell(
            row.backend,
            row.backend.casefold(),
            detail=f"{row.system}, {task_name(row.task).lower()}" if several else "",
        ),
        number(rounding.count(row.words), row.words),
        number(rounding.count(row.types), row.types),
        number(
            rounding.share(row.empty_words, row.words),
            row.empty_words / row.words if row.words else None,
            detail=rounding.count(row.empty_words) if row.empty_words else "",
        ),
        number(rounding.count(n_unmapped), n_unmapped, detail=detail),
        _listing(characters, sort=n_unmapped, detail=more, hint=points),
        _listing(examples, sort=len(row.examples), detail=losses),
    )


def _listing(
    pairs: tuple[tuple[str, str], ...], *, sort: float, detail: str = "", hint: str = ""
) -> Cell:
    text = ", ".join(" ".join(pair) for pair in pairs) or "none"
    return Cell(text, sort, detail.strip(), hint, pairs=pairs)


def code_points(text: str) -> str:
    """A text as code points.

    >>> code_points("ک")
    'U+06A9'
    """
    return " ".join(f"U+{ord(character):04X}" for character in text)


def pretraining_table(data: ReportData) -> Table:
    """The encoders that are compared, a row a representation."""
    columns = (
        Column("Representation", numeric=False),
        Column("Parameters"),
        Column("Vocabulary", hint="units the encoder knows"),
        Column("Held-out bits per character", hint="loss over masked units, per character of text"),
        Column("Time"),
        Column("State", numeric=False),
    )
    rows = tuple(
        Row(
            (
                words(row.system),
                number(rounding.count(row.n_parameters), row.n_parameters),
                number(rounding.count(row.vocabulary_size), row.vocabulary_size),
                number(rounding.fixed(row.bits_per_character, 3), row.bits_per_character),
                number(rounding.duration(row.seconds), row.seconds),
                Cell(row.status, row.status, detail=row.reason),
            )
        )
        for row in data.pretraining
    )
    return Table(
        name="pretraining",
        title="Pre-trained encoders",
        columns=columns,
        rows=rows,
        caption="Losses per unit cannot be compared between representations, so they are put "
        "per character of the text; what is masked differs all the same.",
    )


def comparison_table(data: ReportData) -> Table:
    """Whether one representation's performance gap is smaller than another's, paired over seeds."""
    columns = (
        Column("Task", numeric=False),
        Column("Gap", numeric=False),
        Column("First", numeric=False),
        Column("Second", numeric=False),
        Column("First less second", hint="below 0 where the first one's gap is smaller"),
        Column("Corrected", hint="the same of the gaps corrected for noise in the scores"),
        Column("p"),
        Column("p, Holm", hint="adjusted for all comparisons"),
        Column("Seeds"),
        Column("To mind", numeric=False),
    )
    digits = {"mean_rpd": 2, "std": 4}
    rows = tuple(
        Row(
            (
                words(one.task),
                words({"mean_rpd": "mean RPD %", "std": "Std"}.get(one.gap, one.gap)),
                words(one.first),
                words(one.second),
                measured(one.difference, None, digits.get(one.gap, 3)),
                measured(one.corrected, one.interval, digits.get(one.gap, 3)),
                _p(one.p_value),
                _p(one.p_holm),
                number(str(one.n_seeds), one.n_seeds),
                words(" ".join(one.warnings) or rounding.NOTHING),
            )
        )
        for one in data.comparisons
    )
    methods = "; ".join(dict.fromkeys(one.method for one in data.comparisons))
    return Table(
        name="comparison",
        title="Performance gaps against each other",
        columns=columns,
        rows=rows,
        caption=f"Paired over seeds ({methods}). Brackets: the true difference, by test inversion.",
    )


def correlation_table(data: ReportData) -> Table:
    """Rank correlation of the performance gap with what may predict it (Table 3 of the paper)."""
    columns = (
        Column("Task", numeric=False),
        Column("Predictor", numeric=False),
        Column("Points"),
        Column("Spearman R"),
        Column("p"),
        Column("Kendall τ"),
        Column("p"),
    )
    rows = tuple(
        Row(
            (
                words(row.task),
                replace(words(correlation_name(row)), detail=correlation_note(row)),
                number(rounding.count(row.n_points), row.n_points),
                number(
                    rounding.similarity(row.spearman),
                    row.spearman,
                    rounding.interval(row.spearman_interval, 2),
                ),
                _p(row.spearman_p),
                number(
                    rounding.similarity(row.kendall),
                    row.kendall,
                    rounding.interval(row.kendall_interval, 2),
                ),
                _p(row.kendall_p),
            )
        )
        for row in data.correlations
    )
    return Table(
        name="correlation",
        title="Does the linguistic gap go with the performance gap?",
        columns=columns,
        rows=rows,
        caption="Rank correlation with the performance gap (RPD) of each pair of languages. Pairs "
        "that share a language are not independent, so p-values that take them as such are "
        "smaller than they should be.",
    )


def correlation_name(row: GapCorrelation) -> str:
    """The predictor, and whose gaps it goes with."""
    return " · ".join(filter(None, (row.predictor, row.system)))


def correlation_note(row: GapCorrelation) -> str:
    """Why it is undefined, or its p-values when whole trainings change places."""
    if row.spearman_p_blocks is None or row.kendall_p_blocks is None:
        return row.note
    p = rounding.p_value
    return f"by blocks of a seed: p {p(row.spearman_p_blocks)} (R), {p(row.kendall_p_blocks)} (τ)"


def _p(value: float | None) -> Cell:
    return number(rounding.NOTHING if value is None else rounding.p_value(value), value)


def unfinished_table(data: ReportData) -> Table:
    """Runs without a result and why, failed ones first."""
    columns = (
        Column("Run", numeric=False),
        Column("Task", numeric=False),
        Column("Representation", numeric=False),
        Column("Languages", numeric=False),
        Column("Protocol", numeric=False),
        Column("Seed"),
        Column("State", numeric=False),
        Column("Reason", numeric=False),
    )
    rows = tuple(
        Row(
            (
                words(run.run_id),
                words(run.task),
                words(run.system),
                words(" ".join(run.languages)),
                words(run.protocol),
                number(str(run.seed), run.seed),
                words(run.status),
                words(run.reason or rounding.NOTHING),
            )
        )
        for run in data.unfinished
    )
    return Table(name="unfinished-runs", title="Runs without a result", columns=columns, rows=rows)


def chosen_table(data: ReportData) -> Table:
    """What dev data chose of a grid, for each run whose hyperparameters were chosen."""
    columns = (
        Column("Representation", numeric=False),
        Column("Task", numeric=False),
        Column("Trained on", numeric=False),
        Column("Seed"),
        Column("Chosen on dev data", numeric=False),
    )
    rows = tuple(
        Row(
            (
                words(run.system),
                words(run.task),
                words(" ".join(run.languages)),
                number(str(run.seed), run.seed),
                words(run.chosen),
            )
        )
        for run in data.runs
        if run.chosen
    )
    return Table(name="chosen", title="Hyperparameters chosen", columns=columns, rows=rows)


def settings_table(name: str, title: str, settings: Mapping[str, str]) -> Table:
    """Names and values."""
    columns = (Column("Name", numeric=False), Column("Value", numeric=False))
    rows = tuple(Row((words(key), words(value))) for key, value in settings.items())
    return Table(name=name, title=title, columns=columns, rows=rows)
