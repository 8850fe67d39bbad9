"""Records of what features of languages explain of their scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lingap.gap.result import GapResult, Row, columns
from lingap.records import Interval

LEVEL = 0.05
"""Of every verdict: explained, below what features predict."""


@dataclass(frozen=True, slots=True)
class FeatureEffect(GapResult):
    """What one feature explains of the scores of languages.

    Args:
        feature: Its name.
        measure: ``spearman`` of a number, ``eta_squared`` of ranks of a category.
        n_known: Languages of which it is known.
        missing: Those of which it is not.
        value: -1 to 1, or 0 to 1; None if undefined, as all that follow.
        interval: Bootstrap over families; None of a category.
        p_value: From permuting all languages.
        p_within: From permuting within families: whether it explains more than descent does. Of
            `p_value` one feature in four is below 0.05 by chance where both follow families.
        p_holm: `p_within` adjusted for all features of one result (Holm's method).
        weight: In the model, score points (0 to 1) per standard deviation; None if it is not in it,
            or is a category.
        unique: How much of the model's `skill` goes if the feature is left out; may be negative.
        note: Why it is undefined or not in the model.
    """

    feature: str
    measure: str
    n_known: int
    missing: tuple[str, ...]
    value: float | None = None
    interval: Interval | None = None
    p_value: float | None = None
    p_holm: float | None = None
    p_within: float | None = None
    weight: float | None = None
    unique: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairEffect(GapResult):
    """Mantel's test: whether languages that are far apart differ more in their scores.

    Args:
        distance: Its name.
        n_languages: Languages between all of which it is known.
        left_out: Languages without it.
        spearman: Over pairs, of the distance with the relative percentage difference of scores;
            None if undefined.
        p_value: From permuting languages.
        p_holm: Adjusted for all distances of one result.
        note: Why it is undefined.
    """

    distance: str
    n_languages: int
    left_out: tuple[str, ...]
    spearman: float | None = None
    p_value: float | None = None
    p_holm: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LanguageResidual(GapResult):
    """A language's score beside what its features predict.

    Args:
        language: Its code.
        family: Its family, all of which is left out for the prediction.
        score: 0 to 1.
        predicted: From languages of all other families.
        studentized: `score` - `predicted` over the root mean square of the others'; below 0 is
            below what the features predict.
        p_holm: One-sided, of being below, by Student's t, adjusted for all languages.
        is_below: Whether `p_holm` is 0.05 or less.
    """

    language: str
    family: str
    score: float
    predicted: float
    studentized: float
    p_holm: float
    is_below: bool


@dataclass(frozen=True, slots=True)
class ScorePrediction(GapResult):
    """The score predicted for a language without any.

    Args:
        language: Its code.
        predicted: Cut to 0 to 1.
        interval: By Student's t and the error in languages (or families, if none of its family has
            a score) left out; cut likewise.
        by: ``language`` or ``family``: what was left out for that error.
        missing: Features of which its value is unknown; the mean stands for them.
    """

    language: str
    predicted: float
    interval: Interval
    by: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation(GapResult):
    """What features explain of one task's scores over languages.

    Args:
        system: Whose scores.
        task: The task.
        metric: The measure.
        reference: The language that distances are measured from.
        scores: Language to score, 0 to 1.
        n_families: Families among the languages.
        features: What each explains alone, and in the model.
        pairs: Mantel's tests.
        model_features: Columns of the ridge regression; a script is a column of its own.
        penalty: Of the model on all languages, per language.
        error_language: Root mean square error of predicting each language from all others.
        mean_error_language: The same of predicting the mean.
        error_family: Root mean square error of predicting each language from all other families.
        mean_error_family: The same of predicting the mean.
        skill: 1 - (`error_family` / `mean_error_family`)²: 1 is perfect, 0 or less no better than
            the mean; None without a model.
        skill_p: One-sided, from flipping the sign of each family's gain over the mean.
        residuals: By language, the most below first.
        predictions: For languages without a score.
        warnings: Caveats, in sentences.
    """

    system: str
    task: str
    metric: str
    reference: str
    scores: Mapping[str, float]
    n_families: int
    features: tuple[FeatureEffect, ...]
    pairs: tuple[PairEffect, ...]
    model_features: tuple[str, ...] = ()
    penalty: float | None = None
    error_language: float | None = None
    mean_error_language: float | None = None
    error_family: float | None = None
    mean_error_family: float | None = None
    skill: float | None = None
    skill_p: float | None = None
    residuals: tuple[LanguageResidual, ...] = ()
    predictions: tuple[ScorePrediction, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_explained(self) -> bool:
        """Whether the model predicts unseen families better than the mean, at the 5 % level."""
        return bool(self.skill and self.skill > 0 and (self.skill_p or 0.0) <= LEVEL)

    def to_rows(self) -> list[Row]:
        """Return a row for each feature."""
        names = "feature measure n_known value interval p_value p_holm p_within weight unique note"
        own = columns(self, "task metric system")
        return [own | columns(one, names) for one in self.features]
