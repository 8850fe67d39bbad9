"""Where a smaller gap comes from: languages that rose, or that fell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.result_tables import task_name
from lingap.report.summary import ReportData
from lingap.report.tables import Building, Cell, Column, Table, measured, methods, points

if TYPE_CHECKING:
    from lingap.gap import GapOrigin
    from lingap.records import Interval


def origin_table(data: ReportData) -> Table:
    """Where the smaller gap of two systems comes from: languages that rose, or that fell."""
    names, digits = {"mean_rpd": "mean RPD %", "std": "Std"}, {"mean_rpd": 2, "std": 4}

    def gap(value: float, ends: Interval | None, row: GapOrigin) -> Cell:
        return measured(value, ends, digits.get(row.gap, 3))

    return (
        Building(data.origins)
        .text("Task", lambda row: task_name(row.task))
        .text("Gap", lambda row: names.get(row.gap, row.gap))
        .text("From", lambda row: row.first)
        .text("To", lambda row: row.second)
        .column(Column("Change"), lambda row: gap(row.change, None, row))
        .column(
            Column("By rising", hint="what languages add whose score is higher"),
            lambda row: gap(row.by_rising, row.by_rising_interval, row),
        )
        .column(
            Column("By falling", hint="what languages add whose score is lower"),
            lambda row: gap(row.by_falling, row.by_falling_interval, row),
        )
        .column(
            Column("Mean score", hint="change of the mean score, in points of 100"),
            lambda row: points(row.mean_change, row.mean_change_interval),
        )
        .text("Levelled down", lambda row: "yes" if row.levelled_down else "no")
        .table(
            "gap-origin",
            "Where a smaller gap comes from",
            "From the system with the larger gap to that with the smaller. Each language's own "
            "change of score has a part in the change of the gap, its mean over all orders in "
            "which the languages can change (Shapley); the parts add up. Levelled down: the gap "
            "narrowed while the mean score fell. "
            + methods(row.by_falling_interval for row in data.origins),
        )
    )


def origin_sentence(one: GapOrigin) -> str:
    """How much of a smaller gap comes from languages that rose, and from those that fell."""
    rising, falling = (
        f"{rounding.fixed(value, 1)} {rounding.interval(ends, 1)}".strip()
        for value, ends in (
            (one.by_rising, one.by_rising_interval),
            (one.by_falling, one.by_falling_interval),
        )
    )
    mean = rounding.fixed(100 * one.mean_change, 1)
    text = (
        f"From {one.first} to {one.second} mean RPD changes by {rounding.fixed(one.change, 1)}: "
        f"{rising} by languages whose score rose, {falling} by languages whose score fell. The "
        f"mean score changes by {mean} points"
    )
    return f"{text}: levelled down." if one.levelled_down else f"{text}."
