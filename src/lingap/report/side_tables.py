"""Tables next to the results: coverage, encoders, correlations, runs, configuration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.distance_tables import bound_table, input_table, output_table, space_table
from lingap.report.explain_tables import explain_tables
from lingap.report.language_tables import language_table
from lingap.report.many_languages import many_language_tables
from lingap.report.model_tables import model_tables
from lingap.report.origins import origin_table
from lingap.report.result_tables import linguistic_table, result_tables, task_name
from lingap.report.source_tables import source_tables
from lingap.report.summary import CoverageRow, ReportData, language_name
from lingap.report.tables import (
    Building,
    Cell,
    Column,
    Table,
    counted,
    measured,
    words,
)
from lingap.report.token_tables import token_tables
from lingap.report.transfer_tables import pair_tables, transfer_tables
from lingap.text.display import first_of

if TYPE_CHECKING:
    from lingap.gap import GapCorrelation


def all_tables(data: ReportData) -> tuple[Table, ...]:
    """Every table that has a row, in reading order."""
    found = [language_table(data), *pair_tables(data), *transfer_tables(data), *result_tables(data)]
    found += [*many_language_tables(data), *source_tables(data)]
    if data.linguistic and not any(table.name == "linguistic-gap" for table in found):
        found.append(linguistic_table("linguistic-gap", list(data.linguistic)))
    found += [
        comparison_table(data),
        origin_table(data),
        space_table(data),
        bound_table(data),
        output_table(data),
        input_table(data),
        *token_tables(data.tokens),
        *model_tables(data.models),
        *(table for one in data.explanations for table in explain_tables(one)),
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
    """Losses of phonemization, one row per language; tasks with the same losses share a row."""
    rows = _of_tasks(data.coverage)
    several = len({(row.task, row.system) for row in rows}) > 1
    large = dict.fromkeys(language_name(row.language) for row in data.coverage if row.warnings)
    warning = (
        f" Many words lose something in {', '.join(large)}: scores and gaps of such "
        "a language also measure that loss."
        if large
        else ""
    )

    def of_backend(row: CoverageRow) -> Cell:
        detail = ", ".join(filter(None, (row.system, row.task))) if several else ""
        return replace(words(row.backend), detail=detail)

    def unmapped(row: CoverageRow) -> Cell:
        detail = ""
        if row.unmapped_words is not None:
            detail = f"in {rounding.share(row.unmapped_words, row.words)} of words"
        return replace(counted(row.n_unmapped), detail=detail)

    return (
        Building(rows)
        .column(
            Column("Language", numeric=False),
            lambda row: replace(words(language_name(row.language)), detail=row.language),
        )
        .column(Column("Back end", numeric=False), of_backend)
        .count("Words", lambda row: row.words)
        .count("Types", lambda row: row.types, "distinct words")
        .column(
            Column(
                "Without a phoneme", hint="words that no rule could spell; they are still scored"
            ),
            _empty_words,
        )
        .column(
            Column("Unmapped characters", hint="occurrences of characters that no rule covers"),
            unmapped,
        )
        .column(Column("Most frequent", numeric=False), _unmapped_characters)
        .column(Column("Words that contain them", numeric=False, foreign=True), _examples)
        .table(
            "g2p-coverage",
            "Phonemization losses",
            "A character without a rule leaves its word misspelt in phonemes, and the scores in "
            f"that language include such words. Small print: other losses, in words.{warning}",
            language=lambda row: row.language,
        )
    )


def _of_tasks(rows: Sequence[CoverageRow]) -> list[CoverageRow]:
    """Rows that differ in the task alone as one, with their tasks' names, or "" for all tasks."""
    every = {row.task for row in rows}
    found: dict[str, list[CoverageRow]] = defaultdict(list)
    for row in rows:
        found[repr(replace(row, task=""))].append(row)
    return [
        replace(same[0], task="" if len(tasks) == len(every) else ", ".join(map(_lower, tasks)))
        for same in found.values()
        if (tasks := dict.fromkeys(row.task for row in same))
    ]


def _lower(task: str) -> str:
    return task_name(task).lower()


def _empty_words(row: CoverageRow) -> Cell:
    return Cell(
        rounding.share(row.empty_words, row.words),
        row.empty_words / row.words if row.words else None,
        detail=rounding.count(row.empty_words) if row.empty_words else "",
    )


def _unmapped_characters(row: CoverageRow) -> Cell:
    worst = sorted(row.unmapped.items(), key=lambda item: -item[1])
    more = f"and {len(worst) - 5} more" if len(worst) > 5 else ""
    points = ", ".join(code_points(character) for character, _ in worst[:5])
    return _listing([(one, f"×{n}") for one, n in worst[:5]], row.n_unmapped, more, points)


def _examples(row: CoverageRow) -> Cell:
    examples = [(word, code_points(lost.replace(" ", ""))) for word, lost in row.examples[:3]]
    losses = ", ".join(f"{name} {rounding.count(n)}" for name, n in row.losses.items())
    return _listing(examples, len(row.examples), losses)


def _listing(pairs: list[tuple[str, str]], sort: float, detail: str, hint: str = "") -> Cell:
    text = ", ".join(" ".join(pair) for pair in pairs) or "none"
    return Cell(text, sort, detail, hint, pairs=tuple(pairs))


def code_points(text: str) -> str:
    """A text as code points.

    >>> code_points("ک")
    'U+06A9'
    """
    return " ".join(f"U+{ord(character):04X}" for character in text)


def pretraining_table(data: ReportData) -> Table:
    """The encoders compared, one row per representation."""
    return (
        Building(data.pretraining)
        .text("Representation", lambda row: row.system)
        .count("Parameters", lambda row: row.n_parameters)
        .count("Vocabulary", lambda row: row.vocabulary_size, "units in the encoder's vocabulary")
        .value(
            "Held-out bits per character", lambda row: row.bits_per_character, 3,
            "loss over masked units, per character of text",
        )
        .column(Column("Time"), lambda row: Cell(rounding.duration(row.seconds), row.seconds))
        .column(
            Column("State", numeric=False),
            lambda row: Cell(row.status, row.status, detail=row.reason),
        )
        .table(
            "pretraining",
            "Pre-trained encoders",
            "Losses per unit are not comparable between representations, so they are given per "
            "character of text; the masked units still differ.",
        )
    )  # fmt: skip


def comparison_table(data: ReportData) -> Table:
    """Whether the performance gaps of two systems differ."""
    names, digits = {"mean_rpd": "mean RPD %", "std": "Std"}, {"mean_rpd": 2, "std": 4}
    methods = "; ".join(dict.fromkeys(one.method for one in data.comparisons))
    return (
        Building(data.comparisons)
        .text("Task", lambda one: one.task)
        .text("Gap", lambda one: names.get(one.gap, one.gap))
        .text("First", lambda one: one.first)
        .text("Second", lambda one: one.second)
        .column(
            Column("Difference", hint="first − second; below 0 where the first gap is smaller"),
            lambda one: measured(one.difference, None, digits.get(one.gap, 3)),
        )
        .column(
            Column("Corrected", hint="difference of the gaps corrected for noise in the scores"),
            lambda one: measured(one.corrected, one.interval, digits.get(one.gap, 3)),
        )
        .p("p", lambda one: one.p_value, "two-sided")
        .p("p, Holm", lambda one: one.p_holm, "two-sided, adjusted for all comparisons")
        .count("Shared seeds", lambda one: one.n_seeds, "that both have in every language")
        .text("Caveats", lambda one: " ".join(one.warnings) or rounding.NOTHING)
        .table(
            "comparison",
            "Performance gaps compared: do they differ?",
            f"p is two-sided ({methods}). Brackets: the true difference, by test inversion.",
        )
    )


_AS_POINTS = "as if all points were independent, as in the paper: too small"
_EXCHANGED = "share of the orders of the languages with a correlation as strong (Mantel's test)"


def correlation_table(data: ReportData) -> Table:
    """Rank correlation of the performance gap with its predictors (Table 3 of the paper)."""
    return (
        Building(data.correlations)
        .text("Task", lambda row: row.task)
        .column(
            Column("Predictor", numeric=False),
            lambda row: replace(words(correlation_name(row)), detail=correlation_note(row)),
        )
        .count("Points", lambda row: row.n_points)
        .value("Spearman R", lambda row: row.spearman, 3, ends=lambda row: row.spearman_interval)
        .p("p", lambda row: row.spearman_p, _AS_POINTS)
        .p("p (languages)", lambda row: row.spearman_p_languages, _EXCHANGED)
        .value("Kendall τ", lambda row: row.kendall, 3, ends=lambda row: row.kendall_interval)
        .p("p", lambda row: row.kendall_p, _AS_POINTS)
        .p("p (languages)", lambda row: row.kendall_p_languages, _EXCHANGED)
        .table(
            "correlation",
            "Does the linguistic gap correlate with the performance gap?",
            "Rank correlation with the performance gap (RPD) of each pair of languages. Pairs that "
            "share a language are not independent: p treats them as if they were, as the paper "
            "does, and is too small; p (languages) exchanges the languages (Mantel's test) and "
            "holds.",
        )
    )


def correlation_name(row: GapCorrelation) -> str:
    """The predictor, and the system whose gaps it is correlated with."""
    return " · ".join(filter(None, (row.predictor, row.system)))


def correlation_note(row: GapCorrelation) -> str:
    """Why it is undefined, or its p-values from permuting the blocks of a seed."""
    if row.spearman_p_blocks is None or row.kendall_p_blocks is None:
        return row.note
    p = rounding.p_value
    return f"by blocks of a seed: p {p(row.spearman_p_blocks)} (R), {p(row.kendall_p_blocks)} (τ)"


def unfinished_table(data: ReportData) -> Table:
    """Runs without a result and why, failed ones first."""
    return (
        Building(data.unfinished)
        .text("Run", lambda run: run.run_id)
        .text("Task", lambda run: run.task)
        .text("Representation", lambda run: run.system)
        .text("Languages", lambda run: first_of(run.languages, 6, " "))
        .text("Protocol", lambda run: run.protocol)
        .value("Seed", lambda run: run.seed, 0)
        .text("State", lambda run: run.status)
        .text("Reason", lambda run: run.reason or rounding.NOTHING)
        .table("unfinished-runs", "Runs without a result")
    )


def chosen_table(data: ReportData) -> Table:
    """The grid's values chosen on dev data, one row per run with a choice."""
    return (
        Building(run for run in data.runs if run.chosen)
        .text("Representation", lambda run: run.system)
        .text("Task", lambda run: run.task)
        .text("Trained on", lambda run: first_of(run.languages, 6, " "))
        .value("Seed", lambda run: run.seed, 0)
        .text("Chosen on dev data", lambda run: run.chosen)
        .table("chosen", "Chosen hyperparameters")
    )


def settings_table(name: str, title: str, settings: Mapping[str, str]) -> Table:
    """Names and values."""
    items = Building(settings.items())
    return (
        items.text("Name", lambda item: item[0])
        .text("Value", lambda item: item[1])
        .table(name, title)
    )
