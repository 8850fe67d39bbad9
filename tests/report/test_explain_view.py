"""The answer of an explanation, in a sentence or two."""

from dataclasses import replace

import pytest

from lingap.gap.explanation import Explanation, FeatureEffect, LanguageResidual
from lingap.report.explain_view import explain_answers

SURE = FeatureEffect("data size", "spearman", 30, (), value=0.9, p_holm=0.004)
NOT = FeatureEffect("script", "eta_squared", 30, (), value=0.4, p_holm=0.4)
NONE = FeatureEffect("phonemes", "spearman", 0, ("eng",))
FOUND = Explanation(
    "m", "xnli", "accuracy", "eng", {"eng": 0.9, "tha": 0.2}, 9, (SURE, NOT, NONE), (),
    skill=0.6, skill_p=0.01,
)  # fmt: skip
THAI = LanguageResidual("tha", "Tai-Kadai", 0.2, 0.6, -5.0, 0.001, True)


@pytest.mark.parametrize(
    ("change", "said", "not_said"),
    [
        ({}, "data size (R 0.90, p 0.004) explains more", "script"),
        ({}, "No language is below", "Below their"),
        ({"residuals": (THAI,)}, "Below their prediction beyond chance: Thai.", "No language"),
        ({"features": (NOT, NONE)}, "no feature is shown to explain more", "R 0"),
        ({"skill_p": 0.3}, "do not predict an unseen family better", "Below"),
        ({"skill": None, "skill_p": None}, "There is no model", "Together"),
    ],
)
def test_the_answer_says_what_is_shown_and_no_more(change, said, not_said):
    [answer] = explain_answers([replace(FOUND, **change)])
    assert answer.startswith("m, xnli: ")
    assert said in answer
    assert not_said not in answer
