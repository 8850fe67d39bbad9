"""Score rows to performance gaps."""

import json

import numpy as np
import pytest

from lingap.errors import MetricError
from lingap.gap import PerformanceGap, performance_gaps
from lingap.records import Interval, Score


def rows(values, *, system="phoneme", task="nli", seeds=(0,), interval=None):
    return [
        Score(system, task, language, "accuracy", value + 0.001 * seed, seed, interval=interval)
        for language, value in values.items()
        for seed in seeds
    ]


def test_a_single_seed_by_hand():
    [gap] = performance_gaps(rows({"eng": 0.9, "swa": 0.6, "urd": 0.9}))
    assert gap.languages == ("eng", "swa", "urd")
    assert gap.mean_rpd == pytest.approx(80 / 3)
    assert gap.std == pytest.approx(np.std([0.9, 0.6, 0.9], ddof=1))
    assert gap.rpd[0][1] == pytest.approx(40.0)
    assert gap.worst_language == "swa"
    assert gap.std_interval is None
    assert gap.score_seed_std == {"eng": None, "swa": None, "urd": None}


def test_seeds_give_means_spreads_and_intervals():
    [gap] = performance_gaps(rows({"eng": 0.9, "swa": 0.6}, seeds=range(5)))
    assert gap.n_seeds == 5
    assert gap.scores["eng"] == pytest.approx(0.902)
    assert gap.score_seed_std["eng"] == pytest.approx(np.std(np.arange(5) / 1000, ddof=1))
    assert "seeds" in gap.score_intervals["eng"].method
    # A seed moves both languages alike, so their difference never changes, and so neither gap does.
    for interval, value in ((gap.mean_rpd_interval, gap.mean_rpd), (gap.std_interval, gap.std)):
        assert interval.low == pytest.approx(value) == interval.high
        assert "inversion" in interval.method
    assert gap.std_corrected == pytest.approx(gap.std)


def test_one_seed_takes_the_intervals_of_test_items():
    own = Interval(0.5, 0.7, 0.95, "bootstrap over sentences, percentile")
    [gap] = performance_gaps(rows({"eng": 0.9, "swa": 0.6}, interval=own))
    assert gap.score_intervals["eng"] == own
    assert "inversion" in gap.mean_rpd_interval.method
    assert gap.mean_rpd_interval.low < gap.mean_rpd < gap.mean_rpd_interval.high
    assert gap.mean_rpd_corrected == pytest.approx(gap.mean_rpd, rel=0.01)  # far above the noise


def test_equal_languages_may_have_no_gap():
    own = Interval(0.4, 0.6, 0.95, "bootstrap over sentences, percentile")
    [gap] = performance_gaps(rows({"eng": 0.5, "swa": 0.5001}, interval=own))
    assert gap.mean_rpd < 0.1  # nearer together than chance alone puts equal languages
    assert gap.mean_rpd_interval.low == gap.mean_rpd_corrected == gap.std_interval.low == 0
    assert gap.mean_rpd_interval.high > 10
    assert gap.std < gap.std_interval.high


def test_one_language_has_no_gap_and_says_so():
    [gap] = performance_gaps(rows({"eng": 0.9}))
    assert gap.std is None
    assert gap.mean_rpd is None
    assert "Only one language" in gap.warnings[0]


def test_two_zeros_have_no_rpd_and_say_so():
    [gap] = performance_gaps(rows({"eng": 0.0, "swa": 0.0, "urd": 0.5}))
    assert gap.mean_rpd is None
    assert gap.rpd[0][1] is None
    assert gap.rpd[0][2] == pytest.approx(200)
    assert "undefined" in gap.warnings[0]


def test_a_language_that_only_others_have_is_named():
    gaps = performance_gaps(
        rows({"eng": 0.9, "swa": 0.6}, system="a") + rows({"eng": 0.9}, system="b")
    )
    assert [g.system for g in gaps] == ["a", "b"]
    assert gaps[0].warnings == ()
    assert "No score in swa" in gaps[1].warnings[0]


def test_seeds_that_differ_are_named():
    scores = rows({"eng": 0.9}, seeds=(0, 1)) + rows({"swa": 0.6})
    [gap] = performance_gaps(scores)
    assert gap.n_seeds == 1
    assert [row["n_seeds"] for row in gap.to_rows()] == [2, 1]
    assert PerformanceGap.from_dict(gap.to_dict()).seeds_of("eng") == 2
    assert "have 1 (swa) to 2 (eng) seeds each, 1 in common" in gap.warnings[0]


def test_a_row_given_twice_is_refused():
    with pytest.raises(MetricError, match="phoneme, nli, eng, seed 0"):
        performance_gaps(rows({"eng": 0.9}) + rows({"eng": 0.8}))


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_a_bad_score_names_its_place(value):
    with pytest.raises(MetricError, match="phoneme, nli, swa, seed 0"):
        performance_gaps(rows({"eng": 0.9, "swa": value}))


def test_json_and_back():
    own = Interval(0.5, 0.7, 0.95, "x")
    for gap in performance_gaps(
        rows({"eng": 0.9, "swa": 0.6}, interval=own) + rows({"eng": 0.1}, system="b")
    ):
        text = json.dumps(gap.to_dict(), allow_nan=False)
        assert PerformanceGap.from_dict(json.loads(text)) == gap


def test_json_that_does_not_fit_is_refused():
    [gap] = performance_gaps(rows({"eng": 0.9, "swa": 0.6}))
    with pytest.raises(MetricError, match="'extra'"):
        PerformanceGap.from_dict({**gap.to_dict(), "extra": 1})
    with pytest.raises(MetricError, match=r"PerformanceGap\.n_seeds"):
        PerformanceGap.from_dict({**gap.to_dict(), "n_seeds": "1"})


def test_gap_to_a_source_language():
    [gap] = performance_gaps(rows({"eng": 0.8080, "swa": 0.6293, "urd": 0.6157}))
    relative, absolute = gap.gap_to("eng")["swa"]
    assert round(relative, 2) == 24.87
    assert round(absolute * 100, 2) == 17.87
    with pytest.raises(MetricError, match="kor"):
        gap.gap_to("kor")
