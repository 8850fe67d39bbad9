"""Embeddings of parallel sentences to linguistic gaps."""

import json

import numpy as np
import pytest

from lingap.errors import MetricError
from lingap.gap import LinguisticGap, linguistic_gap
from lingap.metrics import cka_floor, linear_cka


@pytest.fixture
def embeddings():
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(80, 6))
    return {
        code: meaning @ rng.normal(size=(6, 12)) + 0.5 * rng.normal(size=(80, 12))
        for code in ("eng", "swa", "urd")
    }


def test_values_equal_the_formulas(embeddings):
    gap = linguistic_gap(
        embeddings, system="phoneme", layer="last", corpus="toy", n_permutations=2000
    )
    x, y = embeddings["eng"], embeddings["urd"]
    assert gap.cka[0][2] == pytest.approx(linear_cka(x, y))
    assert gap.cka_debiased[0][2] == pytest.approx(linear_cka(x, y, estimator="debiased"))
    floor = cka_floor(x, y, n_permutations=2000)
    assert gap.floor_mean[0][2] == pytest.approx(floor.mean)
    assert gap.floor_high[0][2] == pytest.approx(floor.high, rel=0.05)
    assert gap.within_floor == ()
    assert gap.mean_cka == pytest.approx((gap.cka[0][1] + gap.cka[0][2] + gap.cka[1][2]) / 3)
    assert gap.mean_cka_interval.low < gap.mean_cka < gap.mean_cka_interval.high
    assert gap.mean_cka_interval.method.endswith(
        "(biased CKA: of its mean at this number of sentences)"
    )
    assert gap.mean_cka_debiased_interval.method == "jackknife over sentences, normal"
    assert (gap.n_sentences, gap.width, gap.layer) == (80, 12, "last")


def test_the_gamma_floor_is_near_the_sampled_one(embeddings):
    sampled = linguistic_gap(embeddings, system="s", n_permutations=1000)
    exact = linguistic_gap(embeddings, system="s", n_permutations=0)
    np.testing.assert_allclose(sampled.floor_high, exact.floor_high, rtol=0.06)


def test_unrelated_vectors_lie_within_the_floor_and_are_named():
    rng = np.random.default_rng(1)
    clouds = {code: rng.normal(size=(200, 150)) for code in ("eng", "swa")}
    gap = linguistic_gap(clouds, system="noise", seed=1)
    assert gap.mean_cka == pytest.approx(gap.mean_floor, abs=0.02)
    assert gap.mean_cka > 0.4
    assert abs(gap.mean_cka_debiased) < 0.03
    assert gap.within_floor == (("eng", "swa"),)
    assert "eng-swa" in gap.warnings[0]


def test_one_language(embeddings):
    gap = linguistic_gap({"eng": embeddings["eng"]}, system="s")
    assert gap.mean_cka is None
    assert "Only one language" in gap.warnings[-1]


def test_few_sentences_say_what_is_left_out():
    rng = np.random.default_rng(0)
    gap = linguistic_gap({k: rng.normal(size=(5, 9)) for k in "ab"}, system="s")
    assert gap.mean_cka is not None
    assert gap.mean_cka_interval is None
    assert any("No interval" in w for w in gap.warnings)
    with pytest.raises(MetricError, match="at least 4"):
        linguistic_gap({k: rng.normal(size=(3, 9)) for k in "ab"}, system="s")


def test_json_and_back(embeddings):
    gap = linguistic_gap(embeddings, system="s", layer="input", corpus="toy")
    again = LinguisticGap.from_dict(json.loads(json.dumps(gap.to_dict(), allow_nan=False)))
    assert again == gap


def test_similarity_says_which_cka_it_is():
    rng = np.random.default_rng(0)
    gap = linguistic_gap({k: rng.normal(size=(9, 3)) for k in "ab"})
    mean, ends = gap.mean_cka_debiased, gap.mean_cka_debiased_interval
    assert gap.similarity == ("debiased CKA", gap.cka_debiased, mean, ends)
    lone = linguistic_gap({k: np.eye(6) for k in "ab"})  # debiased CKA is 0 / 0
    assert lone.similarity == ("CKA", lone.cka, lone.mean_cka, lone.mean_cka_interval)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [4, 5, 6, 7, 8, 12, 20])
@pytest.mark.parametrize("n_permutations", [0, 100])
def test_a_floor_without_spread_overflows_nowhere(n, n_permutations):
    gap = linguistic_gap({k: np.eye(n) for k in "ab"}, n_permutations=n_permutations)
    assert gap.floor_high[0][1] == pytest.approx(1)
