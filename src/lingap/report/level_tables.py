"""Tables of how good systems are beside how unequal: a small gap may be levelling down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.result_tables import FEWEST_OF_TENTH, TENTH_COLUMN, metric_name, task_name
from lingap.report.summary import ReportData, grouped
from lingap.report.tables import Building, Cell, Column, Table, measured, points, words
from lingap.storage.file_names import file_name

if TYPE_CHECKING:
    from lingap.gap import ScoreLevel


def level_tables(
    data: ReportData, *, with_chance: bool = False, most: int | None = None
) -> list[Table]:
    """One table per task and measure, the highest mean first.

    Args:
        data: What to show.
        with_chance: Whether to add gaps of scores above chance, where that is known.
        most: Rows at most; None for all.
    """
    return [
        _table(task, metric, own, with_chance=with_chance, most=most)
        for (task, metric), own in _groups(data).items()
        if len(own) > 1 or with_chance
    ]


def brief_level_tables(
    data: ReportData, *, with_chance: bool = False, most: int | None = None
) -> list[Table]:
    """The same in one line for each system; what the columns mean is said below the first."""
    tables: list[Table] = []
    for (task, metric), own in _groups(data).items():
        ordered = sorted(own, key=lambda one: -one.mean)[:most]
        made = (
            Building(ordered)
            .text("System", lambda one: one.system + " (near chance)" * one.near_chance)
            .column(Column("Mean"), lambda one: points(one.mean))
            .column(
                Column("Lowest"),
                lambda one: Cell(f"{points(one.worst).text} {one.worst_language}", one.worst),
            )
        )
        tenth = own[0].n_languages >= FEWEST_OF_TENTH
        if tenth:
            made.column(Column("Tenth"), lambda one: points(one.worst_tenth))
        made.value("Std", lambda one: one.std, 4).value("RPD %", lambda one: one.mean_rpd, 2)
        if with_chance and any(one.chance is not None for one in own):
            made.value("above chance %", lambda one: one.rpd_above_chance, 2)
        made.column(Column("", numeric=False), lambda one: Cell("●" if one.on_front else ""))
        caption = "" if tables else _BRIEF_CAPTION
        if tenth and not any(_TENTH in one.caption for one in tables):
            caption += _TENTH
        caption += _highest(len(ordered), len(own))
        title = f"{task_name(task)}: {metric_name(metric)} × 100, {own[0].n_languages} languages"
        tables.append(made.table(f"levels-{file_name(task, metric)}", title, caption))
    return tables


def _highest(n_shown: int, n: int) -> str:
    return f" The {n_shown} with the highest mean, of {n}." if n_shown < n else ""


_BRIEF_CAPTION = (
    "Std of scores from 0 to 1; RPD: mean over pairs of languages. Lower is fairer, if the mean is "
    "not lower, too. ●: none has both a higher mean and a smaller RPD."
)
_TENTH = " Tenth: mean of the lowest tenth of the languages."


def _groups(data: ReportData) -> dict[tuple[str, str], list[ScoreLevel]]:
    """(task, measure) to its levels."""
    return grouped(data.levels, lambda one: (one.task, one.metric))


def _table(
    task: str, metric: str, own: Sequence[ScoreLevel], *, with_chance: bool, most: int | None
) -> Table:
    shown = sorted(own, key=lambda one: -one.mean)[:most]
    made = (
        Building(shown)
        .column(
            Column("System", numeric=False),
            lambda one: replace(words(one.system), detail="near chance" if one.near_chance else ""),
        )
        .column(Column("Mean", hint="mean score over languages × 100"), lambda o: points(o.mean))
        .column(
            Column("Lowest", hint="the lowest score × 100, and its language"),
            lambda one: replace(points(one.worst), detail=one.worst_language),
        )
    )
    if max(one.n_languages for one in own) >= FEWEST_OF_TENTH:
        made.column(TENTH_COLUMN, lambda one: points(one.worst_tenth))
    made.column(Column("Std", starts_group=True), lambda one: measured(one.std, None, 4))
    made.value("Mean RPD %", lambda one: one.mean_rpd, 2)
    known = next((one for one in own if one.chance is not None), None)
    if with_chance and known is not None:
        hint = "mean RPD of (score − chance) / (1 − chance)"
        made.value("RPD above chance %", lambda one: one.rpd_above_chance, 2, hint)
        made.value("Std above chance", lambda one: one.std_above_chance, 4)
    hint = "no other system has both a higher mean and a smaller RPD; those near chance aside"
    made.column(
        Column("Front", numeric=False, hint=hint),
        lambda one: Cell("●" if one.on_front else "", int(not one.on_front)),
    )
    caption = (
        "A gap can shrink because the best languages lose: read it with the mean. ● is the Pareto "
        "front of mean and mean RPD."
    )
    if known is not None:
        caption += f" Chance: {rounding.fixed(known.chance, 3)} ({known.chance_source})."
    elif with_chance:
        caption += " Chance is not known: --chance gives it."
    return made.table(
        f"levels-{file_name(task, metric)}",
        f"{task_name(task)}: level and gap ({metric_name(metric)} × 100)",
        caption + _highest(len(shown), len(own)),
    )
