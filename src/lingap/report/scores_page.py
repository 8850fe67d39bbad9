"""Scores of many systems in many languages as one small page, and as a figure for print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lingap.report.drawing import COLOURS, drawn
from lingap.report.level_answer import level_answers
from lingap.report.level_tables import level_tables
from lingap.report.markup import table_html
from lingap.report.panels import canvas
from lingap.report.result_tables import metric_name, task_name
from lingap.report.score_charts import dots, heat_map, scatter, slopes
from lingap.report.side_tables import comparison_table
from lingap.report.static_page import figure_html, static_page, tables_html
from lingap.report.summary import ReportData, grouped
from lingap.report.svg import Chart

if TYPE_CHECKING:
    from lingap.gap import PerformanceGap, ScoreLevel

MOST_SYSTEMS_OF_MAP = 250
MOST_CELLS = 60_000
MOST_ANSWERS = 8
MOST_COMPARISONS = 400
MOST_NAMED = 24  # in a panel of the printed figure


def scores_page(data: ReportData) -> str:
    """One self-contained page: levels and gaps, their figure, and every language's scores."""
    counts = {
        "system": len({one.system for one in data.levels}),
        "language": len({code for gap in data.performance for code in gap.languages}),
        "task": len({one.task for one in data.levels}),
    }
    body = "".join(_task(data, *key, own) for key, own in _by_task(data).items())
    return static_page(
        data.title,
        body + _comparisons(data),
        kicker="Level and gap",
        counts=counts,
        answers=level_answers(data.levels)[:MOST_ANSWERS],
        notes=data.notes,
        footer="RPD: mean relative percentage difference over pairs of languages (Jung et al. "
        "2024). A gap is read beside the mean.",
    )


def scores_figure(data: ReportData, *, kind: str = "svg") -> bytes:
    """Mean score against gap of every system, a panel per task, as ``svg``, ``png`` or ``pdf``.

    Raises:
        MissingExtra: When matplotlib is not installed.
    """
    return drawn(lambda: _printed(data), kind=kind)


def _by_task(data: ReportData) -> dict[tuple[str, str], list[ScoreLevel]]:
    return grouped(data.levels, lambda one: (one.task, one.metric))


def _task(data: ReportData, task: str, metric: str, levels: list[ScoreLevel]) -> str:
    levels = sorted(levels, key=lambda one: -one.mean)
    gaps = {g.system: g for g in data.performance if (g.task, g.metric) == (task, metric)}
    own = [gaps[one.system] for one in levels if one.system in gaps]
    only = ReportData(title=task, levels=tuple(levels))
    tables = level_tables(only, with_chance=True)
    parts = [
        f"<section><h2>{escape(task_name(task))}</h2>",
        figure_html("Mean score and gap", _scatter(levels)),
    ]
    if len(own) > 1:
        which = "the middle system" if len(own) > 2 else "the other system"
        parts.append(figure_html(f"Each language, from {which} to the best", _slopes(own)))
    parts.append(figure_html("Scores of each language, one dot per system", _dots(own)))
    parts.append(
        figure_html(f"{metric_name(metric)} × 100 of every system and language", _map(own))
    )
    return "".join((*parts, tables_html(tables), "</section>"))


def _scatter(levels: Sequence[ScoreLevel]) -> Chart:
    chance = next((one.chance for one in levels if one.chance is not None), None)
    names = short_names([one.system for one in levels])
    points = [
        (name, one.system, one.mean, one.mean_rpd, one.on_front, one.near_chance)
        for name, one in zip(names, levels, strict=True)
        if one.mean_rpd is not None
    ]
    return scatter(points, chance=chance)


def _slopes(own: Sequence[PerformanceGap]) -> Chart:
    best, other = own[0], own[len(own) // 2] if len(own) > 2 else own[1]
    names = short_names([best.system, other.system])
    pairs = [
        (code, other.scores[code], best.scores[code])
        for code in best.languages
        if code in other.scores
    ]
    return slopes(pairs, names[1], names[0])


def _dots(own: Sequence[PerformanceGap]) -> Chart:
    rows: dict[str, list[tuple[str, float]]] = {}
    for gap in own[:MOST_SYSTEMS_OF_MAP]:
        for code, value in gap.scores.items():
            rows.setdefault(code, []).append((gap.system, value))
    return dots(rows)


def _map(own: Sequence[PerformanceGap]) -> Chart:
    languages = list(dict.fromkeys(code for gap in own for code in gap.languages))
    n = max(1, min(MOST_SYSTEMS_OF_MAP, MOST_CELLS // max(1, len(languages))))
    names = short_names([gap.system for gap in own[:n]])
    rows = [
        (name, gap.system, [gap.scores.get(code) for code in languages])
        for name, gap in zip(names, own[:n], strict=True)
    ]
    return heat_map(rows, languages, left_out=len(own) - len(rows))


def _comparisons(data: ReportData) -> str:
    if not data.comparisons:
        return ""
    first = sorted(data.comparisons, key=lambda one: one.p_holm)[:MOST_COMPARISONS]
    table = comparison_table(ReportData(title="", comparisons=tuple(first)))
    more = len(data.comparisons) - len(first)
    note = f'<p class="caption">{more:,} further comparisons are left out here.</p>' if more else ""
    return f"<section><h2>{escape(table.title)}</h2>{table_html(table)}{note}</section>"


def short_names(names: Sequence[str]) -> list[str]:
    """Names from the last ``/`` or ``__`` on, where that tells them apart.

    >>> short_names(["BAAI__bge-m3", "a/x", "b/x"])
    ['bge-m3', 'a/x', 'b/x']
    """
    short = [name.replace("__", "/").rstrip("/").rsplit("/", 1)[-1] for name in names]
    return [one if short.count(one) == 1 else name for one, name in zip(short, names, strict=True)]


def _printed(data: ReportData) -> Any:
    """A panel per task: mean score across, mean RPD upwards; the front's systems are named."""
    tasks = [*_by_task(data).items()][:6]
    figure, all_axes = canvas(5.2 * len(tasks), 3.8, len(tasks))
    for axes, (key, levels) in zip(all_axes, tasks, strict=True):
        own = [one for one in levels if one.mean_rpd is not None]
        for chosen, colour, label in (
            ([o for o in own if not o.on_front and not o.near_chance], "#9aa0a6", "other systems"),
            ([o for o in own if o.near_chance], COLOURS[1], "near chance"),
            ([o for o in own if o.on_front], COLOURS[0], "Pareto front"),
        ):
            if chosen:
                axes.plot(
                    [100 * o.mean for o in chosen], [o.mean_rpd for o in chosen], "o",
                    color=colour, markersize=4, markeredgewidth=0, alpha=0.85, label=label,
                )  # fmt: skip
        front = sorted((o for o in own if o.on_front), key=lambda o: o.mean)
        axes.plot(
            [100 * o.mean for o in front], [o.mean_rpd for o in front],
            color=COLOURS[0], linewidth=0.8,
        )  # fmt: skip
        axes.set_ylim(bottom=0)
        _name_points(axes, own)
        axes.set_title(f"{task_name(key[0])}, {len(own)} systems", fontsize=9)
        axes.set_xlabel("mean score over languages × 100")
    all_axes[0].set_ylabel("mean RPD between languages, %")
    shown = {  # in all panels: the last need not have each kind of point
        handle.get_label(): handle
        for axes in all_axes
        for handle in axes.get_legend_handles_labels()[0]
    }
    all_axes[-1].legend(shown.values(), shown, fontsize=7, loc="upper right")
    return figure


def _name_points(axes: Any, own: Sequence[ScoreLevel]) -> None:
    """Numbers at the front and at those near chance, and beside the panel the names they stand for.

    Real names are long, and many points lie close: names at the points would cover each other.
    """
    named = [o for o in own if o.on_front or o.near_chance or len(own) <= MOST_NAMED]
    named = sorted(named, key=lambda o: -o.mean)[:MOST_NAMED]
    unit = axes.figure.dpi / 72  # pixels a point
    taken = axes.transData.transform([(100 * o.mean, o.mean_rpd) for o in own]) / unit
    floor = axes.transData.transform((0, 0))[1] / unit + 4
    lines = []
    for at, (one, name) in enumerate(
        zip(named, short_names([o.system for o in named]), strict=True), start=1
    ):
        place = 100 * one.mean, one.mean_rpd
        side = _free_side(axes.transData.transform(place) / unit, taken, floor, one.on_front)
        taken = np.vstack((taken, axes.transData.transform(place) / unit + side))
        axes.annotate(
            str(at), place, xytext=side, textcoords="offset points",
            ha="center", va="center", fontsize=6,
        )  # fmt: skip
        lines.append(f"{at}  {name if len(name) <= 34 else name[:33] + '…'}")
    axes.text(1.02, 1.0, "\n".join(lines), transform=axes.transAxes, va="top", fontsize=6)


def _free_side(
    point: NDArray[Any], taken: NDArray[Any], floor: float, below: bool
) -> tuple[float, float]:
    """On which side of a point its number is farthest from other points and numbers.

    Args:
        point: Where it is, in points of print.
        taken: Where all points and the numbers before are.
        floor: What a number must be above, the axis.
        below: The side where there is room on more than one.
    """
    first = -7.0 if below else 7.0
    room = {
        side: float(np.hypot(*(taken - point - side).T).min()) if point[1] + side[1] > floor else 0
        for side in ((0.0, first), (0.0, -first), (8.0, 0.0), (-8.0, 0.0))
    }
    return max(room, key=lambda side: min(room[side], 6.5))
