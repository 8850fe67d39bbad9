"""Comparisons, correlations, bounds, outputs and checks as results."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lingap import metrics
from lingap.errors import MetricError
from lingap.gap import (
    DivergencePair,
    GapComparison,
    GapCorrelation,
    GapResults,
    LinguisticGap,
    OutputGap,
    compare_gaps,
    correlate_gaps,
    correlate_pairs,
    divergence_pairs,
    linguistic_gap,
    output_gap,
    pair_points,
    performance_gaps,
    text_gap,
    with_checks,
)
from lingap.gap.compare import why_not
from lingap.metrics import compare_over_seeds, h_divergence, performance_gap_bound
from lingap.records import Interval, Score


def back(result):
    """Through JSON and back."""
    return type(result).from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))


def rows(system, table, languages=("eng", "swa", "urd"), task="nli"):
    return [
        Score(system, task, language, "accuracy", float(table[i, k]), k)
        for i, language in enumerate(languages)
        for k in range(table.shape[1])
    ]


@pytest.fixture
def tables():
    rng = np.random.default_rng(0)
    return [
        np.array([0.8, 0.8 - s, 0.8 - 2 * s])[:, None] + 0.004 * rng.normal(size=(3, 7))
        for s in (0.02, 0.06, 0.06)
    ]


def test_all_pairs_of_systems_equal_one_by_one(tables):
    scores = [r for name, t in zip("abc", tables, strict=True) for r in rows(name, t)]
    found = compare_gaps(scores)
    assert [(c.first, c.second) for c in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    one = compare_over_seeds(tables[0], tables[1])
    assert found[0].difference == pytest.approx(one.difference)
    assert found[0].p_value == one.p_value == 2 / 2**7
    assert found[0].interval.low == pytest.approx(one.interval.low)
    assert found[0].p_holm == pytest.approx(3 * 2 / 2**7)
    assert found[2].p_holm > 0.05
    assert all(isinstance(c, GapComparison) and back(c) == c for c in found)


def test_only_shared_languages_and_seeds_are_compared(tables):
    scores = rows("a", tables[0]) + rows("b", tables[1][:, :6], ("eng", "swa", "kor"))
    [found] = compare_gaps(scores)
    assert (found.n_languages, found.n_seeds) == (2, 6)
    assert found.difference == pytest.approx(
        compare_over_seeds(tables[0][:2, :6], tables[1][:2, :6]).difference
    )


def test_few_seeds_say_what_they_cannot_show(tables):
    scores = rows("a", tables[0][:, :3]) + rows("b", tables[1][:, :3])
    [found] = compare_gaps(scores)
    assert "3 seeds cannot give a two-sided p below 0.25" in found.warnings[0]
    alone = rows("a", tables[0][:, :1]) + rows("b", tables[1][:, :1])
    assert compare_gaps(alone) == []
    assert "share 1 seed" in why_not(alone)[0]
    apart = rows("a", tables[0]) + rows("b", tables[1], ("kor", "fin", "hin"))
    assert "fewer than two languages" in why_not(apart)[0]
    own = [row for system in "abc" for row in rows(system, tables[0], ("kor",))]
    assert why_not(own) == ["nli: one language, so there are no gaps to compare."]


def test_two_languages_that_score_0_leave_out_a_pair_and_say_so(tables):
    nought = tables[1].copy()
    nought[:2] = 0
    scores = rows("a", tables[0]) + rows("b", nought) + rows("c", tables[1])
    [found] = compare_gaps(scores)
    assert (found.first, found.second) == ("a", "c")
    reasons = why_not(scores)
    assert [reason.partition(" are ")[0] for reason in reasons] == ["nli: a and b", "nli: b and c"]
    assert "0 and 0 is undefined" in reasons[0]
    # For Std nothing is undefined.
    assert len(compare_gaps(scores, gap="std")) == 3
    assert why_not(scores, gap="std") == []


def test_two_languages_that_score_0_leave_out_a_pair_with_one_seed_too(tables):
    nought = tables[1][:, :1].copy()
    nought[:2] = 0
    scores = rows("a", tables[0][:, :1]) + rows("b", nought) + rows("c", tables[1][:, :1])
    known = [
        replace(one, interval=Interval(max(0, one.value - 0.02), one.value + 0.02, 0.95, "given"))
        for one in scores
    ]
    assert [(one.first, one.second) for one in compare_gaps(known)] == [("a", "c")]
    assert [reason.partition(" are ")[0] for reason in why_not(known)] == [
        "nli: a and b", "nli: b and c",
    ]  # fmt: skip


def test_an_exchange_may_be_undefined_where_no_gap_is(tables):
    a, b = tables[0].copy(), tables[1].copy()
    half = a.shape[1] // 2
    a[:2, :half] = 0  # in the other seeds it is b that scores 0 in both
    b[:2, half:] = 0
    with pytest.raises(MetricError, match="undefined"):
        compare_over_seeds(a, b)
    assert compare_gaps(rows("a", a) + rows("b", b)) == []
    b[:2, -1] = 0.5
    test = compare_over_seeds(a, b)
    assert 0 < test.p_value <= 1
    assert test.interval.low < test.corrected < test.interval.high


def test_gaps_correlate_by_seed():
    rng = np.random.default_rng(0)
    seeds = np.repeat(np.arange(15), 2)
    gaps = rng.normal(size=15)[seeds] + 0.1 * rng.normal(size=30)
    found = correlate_gaps(gaps, {"cka": -gaps, "noise": rng.normal(size=30)}, seeds=seeds)
    cka, noise = found
    assert cka.spearman == pytest.approx(-1)
    assert cka.kendall == pytest.approx(-1)
    assert (cka.n_points, cka.n_blocks) == (30, 15)
    assert cka.spearman_p_blocks == pytest.approx(1e-4)
    assert cka.spearman_p_holm == pytest.approx(2e-4)
    assert noise.spearman_p_blocks > 0.05
    assert isinstance(cka, GapCorrelation)
    assert back(cka) == cka
    with pytest.raises(MetricError, match="cka: gap has 30 values and predictor 29"):
        correlate_gaps(gaps, {"cka": gaps[1:]}, seeds=seeds)


def test_pairs_are_correlated_by_mantels_test():
    """Each pair is a point; the test equals the one on the matrices."""
    rng = np.random.default_rng(0)
    names = ("eng", "fin", "hin", "kor", "swa")
    values = dict(zip(names, rng.uniform(0.4, 0.9, size=5), strict=True))
    scores = [Score("s", "ner", name, "span_f1", value) for name, value in values.items()]
    vectors = rng.normal(size=(30, 4))
    clouds = {name: vectors + (1 + i) * rng.normal(size=(30, 4)) for i, name in enumerate(names)}
    points = pair_points(performance_gaps(scores), [linguistic_gap(clouds, system="s")])
    (row,) = correlate_pairs(points)
    expected = metrics.rank_correlation(
        [p.gap_percent for p in points], [p.value for p in points],
        languages=[p.pair for p in points], n_resamples=0,
    )  # fmt: skip
    assert row.spearman_p_languages == expected.spearman.p_languages
    assert row.kendall_p_languages == expected.kendall.p_languages
    assert round(row.spearman_p_languages * 120) == pytest.approx(row.spearman_p_languages * 120)
    assert (row.spearman_p_blocks, row.note) == (None, "")
    assert row.tested_p == row.spearman_p_languages
    assert back(row) == row
    assert row.spearman_p_holm == row.tested_p
    tasks = [replace(p, task=task) for task in ("ner", "pos") for p in points]
    first, second = correlate_pairs(tasks)
    assert first.spearman_p_holm == second.spearman_p_holm == min(1, 2 * row.tested_p)
    both = GapResults(correlations=(row, row)).with_correlations().correlations
    assert [one.spearman_p_holm for one in both] == [first.spearman_p_holm] * 2
    (lacking,) = correlate_pairs(points[1:])
    assert lacking.spearman_p_holm is None
    assert lacking.spearman_p_languages is None
    assert "cannot be permuted" in lacking.note


def test_outputs_of_equal_languages_have_a_corrected_divergence_near_0():
    rng = np.random.default_rng(0)
    gaps = [
        output_gap({k: rng.dirichlet((1, 1, 1), size=100) for k in "abc"}, system="s")
        for _ in range(12)
    ]
    held = [gap.mean_divergence_interval.low == 0 for gap in gaps]
    assert sum(held) >= 10  # of 12 that should nearly always hold the truth, 0
    plain, corrected = (
        np.median([getattr(gap, name) for gap in gaps])
        for name in ("mean_divergence", "mean_divergence_corrected")
    )
    assert corrected < plain / 3
    row = gaps[0].to_rows()[0]
    assert row["divergence_low"] <= row["divergence_corrected"] <= row["divergence_high"]
    assert gaps[0].summary()["mean_divergence_corrected"] == gaps[0].mean_divergence_corrected
    few = output_gap({k: rng.dirichlet((1, 1, 1), size=7) for k in "ab"}, system="s")
    assert few.mean_divergence_interval is None
    assert few.warnings[-1] == (
        "The divergence has no interval: 7 sentences are too few (8 are needed)."
    )


def test_halves_that_do_not_converge_cost_the_interval_only(monkeypatch):
    rng = np.random.default_rng(0)
    clouds = {k: rng.dirichlet((1, 1, 1), size=20) for k in "ab"}
    expected = output_gap(clouds, system="s").mean_divergence

    def fails(*_):
        raise MetricError("Sinkhorn reached a marginal error of 1.0e-04")

    monkeypatch.setattr("lingap.metrics.all_pairs_transport._bias", fails)
    gap = output_gap(clouds, system="s")
    assert gap.mean_divergence == expected
    assert (gap.mean_divergence_interval, gap.mean_divergence_corrected) == (None, None)
    assert "did not converge on halves" in gap.warnings[-1]


def test_both_sides_of_the_bound():
    rng = np.random.default_rng(0)
    clouds = {k: rng.normal(size=(60, 4)) + i for i, k in enumerate(("eng", "swa", "urd"))}
    scores = {"eng": 0.8, "swa": 0.6}
    found = divergence_pairs(clouds, scores=scores, family="linear", delta=0.1)
    first, second, _ = found
    assert (first.first, first.second) == ("eng", "swa")
    assert first.left == pytest.approx(0.2)
    expected = h_divergence(clouds["eng"], clouds["swa"]).estimate
    assert first.divergence == expected
    assert first.right == performance_gap_bound(expected, n=60, dimension=5, delta=0.1)
    assert first.vacuous
    assert first.holds
    assert second.left is None
    assert second.holds is None
    assert isinstance(first, DivergencePair)
    assert back(first) == first
    small = divergence_pairs(clouds, family="linear", dimension=1)[0]
    assert small.right < first.right
    with pytest.raises(MetricError, match=r"80\.0 of eng is not between 0 and 1"):
        divergence_pairs(clouds, scores={"eng": 80.0})
    with pytest.raises(MetricError, match="two languages"):
        divergence_pairs({"eng": clouds["eng"]})


def test_checks_tell_a_collapsed_space():
    rng = np.random.default_rng(0)
    line = 100 + rng.normal(size=(50, 1))
    collapsed = {k: line @ np.ones((1, 4)) + i for i, k in enumerate(("eng", "swa"))}
    gap = with_checks(linguistic_gap(collapsed, system="s"), collapsed)
    assert gap.mean_cka == pytest.approx(1)
    assert gap.retrieval[0][1] < 0.1
    assert gap.directions["eng"] == pytest.approx(1)
    assert gap.mean_retrieval == (gap.retrieval[0][1] + gap.retrieval[1][0]) / 2
    assert gap.chance_retrieval == 1 / 50
    assert gap.mean_directions == pytest.approx(1)
    assert gap.mean_anisotropy == pytest.approx(sum(gap.anisotropy.values()) / 2)
    unchecked = linguistic_gap(collapsed, system="s")
    assert {unchecked.mean_retrieval, unchecked.mean_directions, unchecked.mean_anisotropy} == {
        None
    }
    assert any("one way" in w for w in gap.warnings)
    assert isinstance(gap, LinguisticGap)
    assert back(gap) == gap


def test_outputs_of_unlike_size_are_unpaired():
    rng = np.random.default_rng(0)
    clouds = {k: rng.dirichlet(np.ones(3), size=n) for k, n in (("eng", 40), ("swa", 30))}
    gap = output_gap(clouds, system="s", exact=True)
    assert gap.n_sentences == {"eng": 40, "swa": 30}
    assert "unpaired" in gap.warnings[0]
    assert gap.mean_exact <= gap.mean_distance
    assert isinstance(gap, OutputGap)
    assert back(gap) == gap
    alone = output_gap({"eng": clouds["eng"]}, system="s")
    assert alone.mean_distance is None
    with pytest.raises(MetricError, match=r"eng: row 0 .* sum 2"):
        output_gap({"eng": 2 * clouds["eng"], "swa": clouds["swa"]}, system="s")


def test_no_ngram_is_no_gap_of_zero():
    long, short = [["a"] * 9] * 50, [["a", "b"]] * 50
    with pytest.raises(MetricError, match=r"kor: no 8-gram .* 2 units"):
        text_gap({"eng": long, "kor": short}, representation="character", ngram=8)
    with pytest.raises(MetricError, match="y has no 8-gram"):
        metrics.ngram_jsd(long, short, n=8)


def test_a_language_whose_ngrams_lie_in_one_group_has_no_interval():
    long, short = [["a"] * 9] * 50, [["a"] * 9] + [["a", "b"]] * 49
    gap = text_gap({"eng": long, "kor": short}, representation="character", ngram=8)
    assert gap.means["jsd"] == 0.0  # one 8-gram, a eight times, in both
    assert gap.intervals["jsd"] is None
    both = [[*"abcdefghi"]] * 50  # of two groups there is one
    found = text_gap({"eng": long, "kor": both}, representation="character", ngram=8)
    assert found.means["jsd"] == 1.0
    assert found.intervals["jsd"] is not None


def test_every_interval_of_texts_has_the_level_asked_for():
    rng = np.random.default_rng(0)
    texts = {k: [list(rng.choice(list(v), size=9)) for _ in range(60)] for k, v in
             {"eng": "aaabc", "fin": "aabbc", "kor": "abbcc"}.items()}  # fmt: skip
    for n in (60, 50):  # as many sentences on both sides, and not
        texts["kor"] = texts["kor"][:n]
        wide, narrow = (
            text_gap(texts, representation="character", classifier=True, level=level).intervals
            for level in (0.95, 0.8)
        )
        assert narrow.pop("compression") is None
        assert narrow.pop("inventory_overlap") is narrow.pop("token_overlap") is None  # all of abc
        assert {ends.level for ends in narrow.values()} == {0.8}
        for measure in ("jsd", "classifier"):
            one, other = narrow[measure], wide[measure]
            assert one.high - one.low < other.high - other.low
    texts = {"eng": texts["eng"], "fin": texts["fin"]}
    gap = text_gap(texts, representation="character", classifier=True, level=0.8)
    alone = metrics.ngram_divergence(texts["eng"], texts["fin"], level=0.8)
    assert (gap.means["classifier"], gap.classifier[0][1]) == (alone.estimate, alone.estimate)
    ends = gap.intervals["classifier"]
    assert (ends.low, ends.high, ends.level) == (alone.interval.low, alone.interval.high, 0.8)
    assert 0 < ends.low < alone.estimate < ends.high < 2
