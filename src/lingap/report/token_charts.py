"""Token premiums by family and script: a chart of the page, and a figure for print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from lingap.report.drawing import COLOURS, MARKERS, drawn
from lingap.report.panels import canvas
from lingap.report.summary import language_name
from lingap.report.svg import WIDTH, Chart, cut, room_for, svg
from lingap.report.token_tables import premium_groups

if TYPE_CHECKING:
    from lingap.gap import TokenGap

MOST_GROUPS = 30
"""Families or scripts drawn, the largest."""
_ROW = 9  # px of one tokenizer's line


def token_figure(gaps: Sequence[TokenGap], *, kind: str = "svg") -> bytes:
    """Premiums by script and by family, for print.

    Args:
        gaps: Of one text and reference.
        kind: ``svg``, ``png`` or ``pdf``.

    Raises:
        MissingExtra: When matplotlib is not installed.
    """
    return drawn(lambda: premiums(gaps), kind=kind)


def _rows(gaps: Sequence[TokenGap], *, by_script: bool) -> list[tuple[str, list[list[float]]]]:
    """Groups with the premiums of their languages, sorted, by each tokenizer; the dearest first."""
    groups = [premium_groups(gap, by_script=by_script) for gap in gaps]
    names = [*groups[0]][:MOST_GROUPS]
    rows = [(name, [[*own[name].values] for own in groups]) for name in names]
    return sorted(rows, key=lambda row: -sum(sum(own) / len(own) for own in row[1]))


def premium_chart(gaps: Sequence[TokenGap], *, by_script: bool) -> Chart:
    """A row per group: of each tokenizer the mean as a dot, and a line from lowest to highest."""
    rows = _rows(gaps, by_script=by_script)
    top = max(values[-1] for _, every in rows for values in every)
    names = [f"{name} ({len(every[0])})" for name, every in rows]
    left, size, head = room_for(names), _ROW * len(gaps) + 8, 14 * len(gaps) + 12
    low = head + size * len(rows)
    height = low + 24

    def x(value: float) -> float:
        return left + value / top * (WIDTH - left - 30)

    step = next(s for s in (1, 2, 5, 10, 20, 50) if top / s <= 12)
    parts = []
    for tick in range(0, int(top) + 1, step):
        parts.append(f'<path class="grid" d="M{x(tick):.0f} {head}V{low}"/>')
        parts.append(
            f'<text x="{x(tick):.0f}" y="{low + 14}" text-anchor="middle" class="muted">{tick}'
            "</text>"
        )
    parts.append(f'<path class="front" d="M{x(1):.0f} {head}V{low}"/>')
    for at, (label, (_, every)) in enumerate(zip(names, rows, strict=True)):
        above = head + size * at
        parts.append(
            f'<text x="{left - 10:.0f}" y="{above + size / 2 + 2:.0f}" text-anchor="end">'
            f"{escape(cut(label))}</text>"
        )
        for k, (gap, values) in enumerate(zip(gaps, every, strict=True)):
            y, mean, colour = above + _ROW * k + 6, sum(values) / len(values), _colour(k)
            parts.append(
                f'<path stroke="{colour}" stroke-width="1.2" d="M{x(values[0]):.1f} {y}H'
                f'{x(values[-1]):.1f}"/><circle fill="{colour}" cx="{x(mean):.1f}" cy="{y}" '
                f'r="3.2"><title>{escape(gap.tokenizer)}, {escape(label)}: mean {mean:.2f}, '
                f"{values[0]:.2f} to {values[-1]:.2f}</title></circle>"
            )
    for k, gap in enumerate(gaps):
        y = 8 + 14 * k
        parts.append(f'<circle fill="{_colour(k)}" cx="{left:.0f}" cy="{y}" r="4"/>')
        parts.append(f'<text x="{left + 10:.0f}" y="{y + 4}">{escape(cut(gap.tokenizer))}</text>')
    caption = (
        f"Tokens per token of {language_name(gaps[0].reference)}: mean of the languages as a dot, "
        "lowest to highest as a line; their number in brackets. The upright line is 1. "
        + ("" if len(rows) < MOST_GROUPS else f"The {MOST_GROUPS} largest.")
    )
    return Chart(svg(parts, height), caption)


def _colour(k: int) -> str:
    return COLOURS[k % len(COLOURS)]


def premiums(gaps: Sequence[TokenGap]) -> Any:
    """A panel for scripts and one for families, drawn with matplotlib."""
    panels = [(kind, _rows(gaps, by_script=kind == "script")) for kind in ("script", "family")]
    tallest = max(len(rows) for _, rows in panels)
    figure, all_axes = canvas(11.0, 1.6 + 0.05 * tallest * (len(gaps) + 2), len(panels))
    for axes, (kind, rows) in zip(all_axes, panels, strict=True):
        for k, gap in enumerate(gaps):
            offset = (k - (len(gaps) - 1) / 2) * 0.8 / len(gaps)
            means = [sum(every[k]) / len(every[k]) for _, every in rows]
            places = [at + offset for at in range(len(rows))]
            axes.hlines(
                places, [every[k][0] for _, every in rows], [every[k][-1] for _, every in rows],
                color=_colour(k), linewidth=0.8,
            )  # fmt: skip
            axes.plot(
                means, places, MARKERS[k % len(MARKERS)], color=_colour(k), markersize=3,
                markeredgewidth=0, label=gap.tokenizer,
            )  # fmt: skip
        axes.set_yticks(
            range(len(rows)), [f"{name} ({len(every[0])})" for name, every in rows], fontsize=7
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(1, color="black", linewidth=0.6)
        axes.set_xlim(left=0)
        axes.set_title(f"by {kind} (languages)")
        axes.set_xlabel(f"tokens per token of {language_name(gaps[0].reference)}")
    all_axes[-1].legend(fontsize=7, loc="lower right")
    return figure
