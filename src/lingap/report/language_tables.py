"""The table of the best system by language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.result_tables import first_heading, task_name
from lingap.report.summary import ReportData, language_name
from lingap.report.tables import Building, Cell, Column, Table, methods, points, words

if TYPE_CHECKING:
    from lingap.gap import ScoreComparison


def language_table(data: ReportData) -> Table:
    """The best system of each language against the next best, paired over test items."""
    rows = [one for one in data.by_language if one.rank == 2]
    low = {(g.task, g.system, code) for g in data.performance for code in g.at_baseline}

    def system(name: str, row: ScoreComparison) -> Cell:
        nothing = (row.task, name, row.language) in low
        return replace(words(name), detail="learned nothing" if nothing else "")

    made = Building(rows)
    if len({(row.task, row.metric) for row in rows}) > 1:
        made.text("Task", lambda row: task_name(row.task))
    (
        made.column(
            Column("Language", numeric=False),
            lambda row: replace(words(language_name(row.language)), detail=row.language),
        )
        .column(Column("Best", numeric=False), lambda row: system(row.best, row))
        .column(Column("Score"), lambda row: points(row.best_score))
        .column(Column("Next", numeric=False), lambda row: system(row.other, row))
        .column(Column("Score"), lambda row: points(row.other_score))
        .column(
            Column("Difference", hint="best − next, in points of 100, over seeds and test items"),
            lambda row: points(row.difference, row.interval),
        )
        .p("p", lambda row: row.p_value)
        .p("p, Holm", lambda row: row.p_holm, "adjusted for all pairs in all languages of the task")
        .count("Seeds", lambda row: row.n_seeds, "of the two systems, the smaller number")
    )
    if any(row.n_items for row in rows):
        made.column(
            Column("Items", hint="test items that pair the two, such as sentences"),
            lambda row: Cell(rounding.count(row.n_items or None), row.n_items, hint=row.reason),
        )
    return made.table(
        "best-by-language",
        f"Best {first_heading(data).lower()} by language",
        "Scores × 100. A difference varies with the training and with the test items; both are "
        "in its interval where there are two seeds or more, and one seed says nothing of "
        f"another training. {methods(row.interval for row in rows)}",
    )
