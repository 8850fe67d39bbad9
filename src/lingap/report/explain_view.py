"""What ``lingap gap explain`` prints: the answer, and the tables that there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lingap.gap.explanation import LEVEL
from lingap.report.explain_tables import explain_tables
from lingap.report.rounding import fixed, p_value
from lingap.report.summary import language_name
from lingap.report.terminal import MOST_LINES, View, fits, n_lines, that_fit
from lingap.text.display import first_of

if TYPE_CHECKING:
    from lingap.gap.explanation import Explanation

_KINDS = {
    "features": "what each feature explains",
    "model": "how well a language is predicted",
    "pairs": "distances of pairs",
    "residuals": "languages below and above what features predict",
    "predictions": "predicted scores",
}
"""First part of a table's name to what it shows, in the order of importance."""


def explain_view(found: Sequence[Explanation], *, details: bool = False) -> View:
    """The tables that a terminal has room for, and predictions, which were asked for; or all."""
    every = [table for one in found for table in explain_tables(one) if table.rows]
    if details or n_lines(every) <= MOST_LINES:
        return View(tuple(every))
    by_kind = {
        kind: tuple(table for table in every if table.name.startswith(f"{kind}-"))
        for kind in _KINDS
    }
    asked = by_kind.pop("predictions")
    shown = that_fit(by_kind["features"])
    left = []
    for kind, tables in by_kind.items():
        if kind != "features" and fits(*shown, *tables):
            shown += tables
        elif kind != "features" or len(shown) < len(tables):
            left.append(_KINDS[kind])
    return View((*shown, *asked), tuple(left))


def explain_answers(found: Sequence[Explanation]) -> list[str]:
    """Answer for each system and task what explains its scores, and whether that can be used."""
    return [f"{one.system}, {one.task}: {_features(one)} {_model(one)}" for one in found]


def _features(one: Explanation) -> str:
    sure = sorted(
        (row for row in one.features if row.p_holm is not None and row.p_holm <= LEVEL),
        key=lambda row: row.p_holm or 0.0,
    )
    if not sure:
        return "no feature is shown to explain more of the scores than descent does."
    named = [
        f"{row.feature} ({'η²' if row.measure == 'eta_squared' else 'R'} {fixed(row.value, 2)}, "
        f"p {p_value(row.p_holm or 0.0)})"
        for row in sure
    ]
    explain = "explains" if len(sure) == 1 else "explain"
    return f"{first_of(named, 4)} {explain} more of the scores than descent does."


def _model(one: Explanation) -> str:
    if one.skill is None:
        return "There is no model: too few languages or families."
    skill = f"(skill {fixed(one.skill, 2)}"
    skill += ")" if one.skill_p is None else f", p {p_value(one.skill_p)})"
    if not one.is_explained:
        return (
            f"Together, features do not predict an unseen family better than the mean does {skill}."
        )
    below = [language_name(row.language) for row in one.residuals if row.is_below]
    off = f"Below their prediction beyond chance: {first_of(below, 6)}." if below else (
        "No language is below its prediction beyond chance."
    )  # fmt: skip
    return f"Together, features predict an unseen family better than the mean does {skill}. {off}"
