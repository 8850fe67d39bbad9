"""What features of languages explain of their scores, as one small page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from lingap.report.explain_tables import explain_tables
from lingap.report.explain_view import explain_answers
from lingap.report.static_page import figure_html, static_page, tables_html
from lingap.report.summary import language_name
from lingap.report.svg import WIDTH, Chart, axes, cut, labels, padded, room_for, svg

if TYPE_CHECKING:
    from lingap.gap.explanation import Explanation, FeatureEffect

_MOST_NAMED = 16


def explain_page(found: Sequence[Explanation], notes: Sequence[str] = ()) -> str:
    """One self-contained page: per system and task what explains, who is off it, and the tables."""
    counts = {
        "explanation": len(found),
        "language": len({code for one in found for code in one.scores}),
    }
    return static_page(
        "What features of languages explain of their scores",
        "".join(f"<section>{explained(one)}</section>" for one in found),
        kicker="Why is a language behind?",
        counts=counts,
        answers=explain_answers(found),
        notes=notes,
        footer="Features are correlated with scores; nothing here says what causes what.",
    )


def explained(one: Explanation) -> str:
    """The charts and tables of one system and task, as HTML."""
    title = f"{one.system}, {one.task} ({one.metric})"
    charts = figure_html("What each feature explains", _features(one.features))
    if one.residuals:
        charts += figure_html("Scores beside what features predict", _residuals(one))
    return f"<h2>{escape(title)}</h2>{charts}{tables_html(explain_tables(one))}"


def _features(features: Sequence[FeatureEffect]) -> Chart:
    """A row per feature: Spearman's R with its interval, or eta squared."""
    known = [one for one in features if one.value is not None]
    ordered = sorted(known, key=lambda one: -abs(one.value or 0.0))
    left, height = room_for(_feature_name(one) for one in ordered), 18 * len(ordered) + 44

    def x(value: float) -> float:
        return left + (value + 1) / 2 * (WIDTH - left - 20)

    parts = []
    for tick in (-1, -0.5, 0, 0.5, 1):
        parts.append(f'<path class="grid" d="M{x(tick):.0f} 0V{height - 34}"/>')
        parts.append(
            f'<text x="{x(tick):.0f}" y="{height - 18}" text-anchor="middle" class="muted">'
            f"{tick:g}</text>"
        )
    for at, one in enumerate(ordered):
        y, value = 18 * at + 12, one.value or 0.0
        is_category = one.measure == "eta_squared"
        name = _feature_name(one)
        parts.append(
            f'<text x="{left - 10:.0f}" y="{y + 4}" text-anchor="end">{escape(cut(name))}</text>'
        )
        if one.interval is not None:
            ends = f"M{x(one.interval.low):.1f} {y}H{x(one.interval.high):.1f}"
            parts.append(f'<path class="up" d="{ends}"/>')
        kind = "other" if is_category else "on"
        parts.append(
            f'<circle class="{kind}" cx="{x(value):.1f}" cy="{y}" r="4">'
            f"<title>{escape(name)}: {value:.2f}</title></circle>"
        )
    caption = (
        "Spearman's R with the score, and its interval over families; grey: η² of a category, the "
        "share of the variance of ranks between its values."
    )
    return Chart(svg(parts, height), caption)


def _feature_name(one: FeatureEffect) -> str:
    return f"{one.feature} (η²)" if one.measure == "eta_squared" else one.feature


def _residuals(one: Explanation) -> Chart:
    """The score of each language over that predicted from all other families."""
    height, left, low = 460, 48, 34
    x0, x1 = padded(
        min(row.predicted for row in one.residuals), max(row.predicted for row in one.residuals)
    )
    y0, y1 = padded(
        min(row.score for row in one.residuals), max(row.score for row in one.residuals)
    )

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + (x - x0) / (x1 - x0) * (WIDTH - left - 20),
            height - low - (y - y0) / (y1 - y0) * (height - low - 12),
        )

    parts = axes(
        at,
        (x0, x1),
        (y0, y1),
        "predicted from all other families × 100",
        "score × 100",
        y_scale=100,
    )
    start, end = max(x0, y0), min(x1, y1)
    if start < end:
        line = "L".join("{:.1f} {:.1f}".format(*at(value, value)) for value in (start, end))
        parts.append(f'<path class="front" d="M{line}"/>')
    for row in one.residuals:
        px, py = at(row.predicted, row.score)
        name = f"{language_name(row.language)} ({row.family})"
        parts.append(
            f'<circle class="{"near" if row.is_below else "other"}" cx="{px:.1f}" cy="{py:.1f}" '
            f'r="4"><title>{escape(name)}: {100 * row.score:.1f}, predicted '
            f"{100 * row.predicted:.1f}</title></circle>"
        )
    furthest = sorted(one.residuals, key=lambda row: -abs(row.studentized))[:_MOST_NAMED]
    named = [(language_name(row.language), *at(row.predicted, row.score)) for row in furthest]
    dots = [at(row.predicted, row.score) for row in one.residuals]
    parts += labels(named, height, dots)
    caption = (
        "On the line, features predict the score. Orange: below it beyond chance. Named are the "
        "languages furthest off; point at a dot for its language."
    )
    return Chart(svg(parts, height), caption)
