"""Tables of what features explain of scores over languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.summary import language_name
from lingap.report.tables import Building, Cell, Column, Table, methods, words
from lingap.storage.file_names import file_name

if TYPE_CHECKING:
    from lingap.gap.explanation import Explanation, FeatureEffect


_MOST = 10  # languages shown below and above what is predicted, each


def explain_tables(found: Explanation) -> list[Table]:
    """Tables of features, of pairs, of the model, of languages off it, and of predictions."""
    makers = (_features, _pairs, _model, _residuals, _predictions)
    return [make(found) for make in makers]


def _features(found: Explanation) -> Table:
    def name(one: FeatureEffect) -> Cell:
        return replace(words(one.feature), detail=one.note)

    ordered = sorted(found.features, key=lambda one: (one.value is None, -abs(one.value or 0.0)))
    return (
        Building(ordered)
        .column(Column("Feature", numeric=False), name)
        .count("Languages", lambda one: one.n_known, "of which it is known")
        .value(
            "Spearman", lambda one: one.value if one.measure == "spearman" else None, 2,
            "of the score with a number", lambda one: one.interval,
        )
        .value(
            "η²", lambda one: one.value if one.measure == "eta_squared" else None, 2,
            "share of the variance of the scores' ranks between categories",
        )
        .p("p", lambda one: one.p_value, "permuting languages")
        .p("p in families", lambda one: one.p_within, "permuting within them")
        .p("Holm", lambda one: one.p_holm, "p in families, for all features")
        .value("Weight", lambda one: _points(one.weight), 2, "points per standard deviation")
        .value("Unique", lambda one: one.unique, 3, "what the model's skill loses without it")
        .table(
            f"features-{_key(found)}", _title(found, "what each feature explains"),
            f"{len(found.scores)} languages of {found.n_families} families. p in families: whether "
            "it explains more than descent does. Weight, in points of 100, and unique are in the "
            f"model of all features. {methods(one.interval for one in found.features)}",
        )
    )  # fmt: skip


def _pairs(found: Explanation) -> Table:
    ordered = sorted(found.pairs, key=lambda one: (one.spearman is None, one.p_value or 0.0))
    return (
        Building(ordered)
        .column(
            Column("Distance", numeric=False),
            lambda one: replace(words(one.distance), detail=one.note),
        )
        .count("Languages", lambda one: one.n_languages, "between all of which it is known")
        .value("Spearman", lambda one: one.spearman, 2, "with the RPD of the pair, over pairs")
        .p("p", lambda one: one.p_value)
        .p("p (Holm)", lambda one: one.p_holm, "for all distances")
        .table(
            f"pairs-{_key(found)}", _title(found, "do distant languages differ more?"),
            "Mantel's test: distance of each pair with its relative percentage difference.",
        )
    )  # fmt: skip


def _model(found: Explanation) -> Table:
    kinds = () if found.skill is None else ("language", "family")
    return (
        Building(kinds)
        .text("Left out", lambda kind: f"one {kind}")
        .value("Error", lambda kind: _points(getattr(found, f"error_{kind}")), 2)
        .value("Error of the mean", lambda kind: _points(getattr(found, f"mean_error_{kind}")), 2)
        .value("Skill", lambda kind: found.skill if kind == "family" else None, 3)
        .p(
            "p", lambda kind: found.skill_p if kind == "family" else None,
            "flipping the sign of each family's gain",
        )
        .table(
            f"model-{_key(found)}", _title(found, "predicting a language from its features"),
            "Ridge regression; root mean square error in points of 100 beside that of predicting "
            "the mean. Skill: 1 − the ratio of their squares.",
        )
    )  # fmt: skip


def _residuals(found: Explanation) -> Table:
    every = found.residuals
    below = [one for one in every if one.studentized < 0]
    above = [one for one in every if one.studentized >= 0]
    shown = [*below[:_MOST], *above[-_MOST:]]
    left = "" if len(shown) == len(every) else f" The {_MOST} most below and above; --json has all."
    return (
        Building(shown)
        .text("Language", lambda one: f"{language_name(one.language)} ({one.language})")
        .text("Family", lambda one: one.family)
        .value("Score", lambda one: _points(one.score), 1)
        .value("Predicted", lambda one: _points(one.predicted), 1, "from all other families")
        .value("Residual", lambda one: one.studentized, 2, "studentized")
        .p("p (Holm)", lambda one: one.p_holm, "of being below")
        .column(
            Column("", numeric=False), lambda one: Cell("below" if one.is_below else "", one.p_holm)
        )
        .table(
            f"residuals-{_key(found)}", _title(found, "below and above what features predict"),
            "Residual: score less prediction, over the root mean square of the others'." + left,
        )
    )  # fmt: skip


def _predictions(found: Explanation) -> Table:
    return (
        Building(found.predictions)
        .text("Language", lambda one: f"{language_name(one.language)} ({one.language})")
        .value("Predicted", lambda one: 100 * one.predicted, 1)
        .column(
            Column("95 % interval"), lambda one: Cell(rounding.interval(one.interval, 1, scale=100))
        )
        .text("Error of", lambda one: f"one {one.by} left out")
        .count("Missing", lambda one: len(one.missing), "features for which the mean stands")
        .table(
            f"predictions-{_key(found)}", _title(found, "scores predicted for languages without"),
            "In points of 100.",
        )
    )  # fmt: skip


def _key(found: Explanation) -> str:
    return file_name(found.task, found.metric, found.system)


def _title(found: Explanation, what: str) -> str:
    return f"{found.system}, {found.task} ({found.metric}): {what}"


def _points(value: float | None) -> float | None:
    return None if value is None else 100 * value
