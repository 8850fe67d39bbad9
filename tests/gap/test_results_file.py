"""Files of gaps: back as they were written, older ones too; damaged ones named by file and place."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lingap import Score, performance_gaps
from lingap.errors import MetricError, StoreError
from lingap.gap import (
    GapResults,
    compare,
    compare_gaps,
    correlate_gaps,
    from_scores,
    output_gap,
    read_gaps,
    score_gaps,
)
from lingap.records import Interval

SCORES = [
    Score(system, "ner", code, "span_f1", value + 0.01 * seed, seed)
    for system, values in (("a", (0.9, 0.6, 0.0)), ("b", (0.8, 0.0, 0.0)))
    for code, value in zip(("eng", "kor", "hin"), values, strict=True)
    for seed in range(3)
]
GAPS = GapResults(tuple(performance_gaps(SCORES)), tuple(compare_gaps(SCORES)))


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "gaps.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_file_comes_back_equal(file):
    zeros = [Score("z", "ner", code, "span_f1", 0.0) for code in ("eng", "kor")]
    gaps = replace(GAPS, performance=(*GAPS.performance, *performance_gaps(zeros)))
    assert gaps.performance[-1].mean_rpd is None  # two languages score 0
    assert gaps.performance[-1].rpd == ((0.0, None), (None, 0.0))
    assert read_gaps(file(gaps.to_dict())) == gaps


def test_a_comparison_of_an_earlier_version_has_no_smallest_p(file):
    content = GAPS.to_dict()
    del content["comparisons"][0]["smallest_p"]
    (found,) = read_gaps(file(content)).comparisons
    assert found == replace(GAPS.comparisons[0], smallest_p=None)


def test_outputs_and_correlations_of_an_earlier_version_lack_what_is_new(file):
    rng = np.random.default_rng(0)
    clouds = {code: rng.dirichlet((1, 1, 1), size=20) for code in ("eng", "kor")}
    outputs = output_gap(clouds, system="s")
    (row,) = correlate_gaps(rng.normal(size=9), {"x": rng.normal(size=9)}, seeds=[0, 1, 2] * 3)
    gaps = GapResults(outputs=(outputs,), correlations=(row,))
    assert read_gaps(file(gaps.to_dict())) == gaps
    content = gaps.to_dict()
    for name in ("divergence_bias", "mean_divergence_corrected"):
        del content["outputs"][0][name]
    for name in ("spearman_p_languages", "kendall_p_languages"):
        del content["correlations"][0][name]
    found = read_gaps(file(content))
    assert found.correlations == (row,)
    assert found.outputs[0].mean_divergence_corrected is None
    (pair,) = found.outputs[0].to_rows()
    assert pair["divergence_low"] is None


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (
            ("n_seeds",),
            "3",
            r"performance\[1\] is damaged: PerformanceGap\.n_seeds: .*integer.*'3'",
        ),
        (("std",), "much", r"PerformanceGap\.std: .*number"),
        (("std",), float("nan"), r"PerformanceGap\.std: .*finite"),
        (("rpd", 0), 3, r"PerformanceGap\.rpd\.0: .*array"),
        (("std_interval", "low"), None, r"PerformanceGap\.std_interval\.low: .*number"),
        (("scores", "kor"), [1], r"PerformanceGap\.scores\.kor: .*number"),
        (("surplus",), 1, r"PerformanceGap\.surplus: unknown field 'surplus'"),
    ],
)
def test_what_is_damaged_is_named_by_file_and_place(file, place, value, told):
    content = GAPS.to_dict()
    inside = content["performance"][1]
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    with pytest.raises(StoreError, match=r"gaps\.json.*" + told):
        read_gaps(file(content))


def test_a_missing_field_is_named(file):
    content = GAPS.to_dict()
    del content["performance"][0]["languages"]
    with pytest.raises(
        StoreError, match=r"performance\[0\].*PerformanceGap\.languages: .*required"
    ):
        read_gaps(file(content))


def test_a_row_of_no_kind_and_no_file_are_told(file, tmp_path):
    with pytest.raises(StoreError, match=r"gaps\.json, performance\[0\]: expected gaps .*'x': 1"):
        read_gaps(file({"performance": [{"x": 1}]}))
    with pytest.raises(StoreError, match=r"none\.json is missing"):
        read_gaps(tmp_path / "none.json")


def test_a_value_that_is_not_finite_is_not_written():
    ends = Interval(float("nan"), 1.0, 0.95, "x")
    with pytest.raises(MetricError, match="PerformanceGap: a value is not finite"):
        replace(GAPS.performance[0], std_interval=ends).to_dict()


def many(n_systems):
    return [
        {"system": f"s{i}", "eng": 0.9, "kor": 0.8 - i / 1e6, "swa": 0.7, "seed": seed}
        for i in range(n_systems)
        for seed in (0, 1)
    ]


def test_draws_follow_the_number_of_systems_and_tasks_and_say_so(monkeypatch):
    monkeypatch.setattr(from_scores, "_ALL_DRAWS", 1000)
    asked = []
    monkeypatch.setattr(
        from_scores, "performance_gaps", lambda rows, n_resamples, seed, tell: asked.append(n_resamples)
        or performance_gaps(rows, n_resamples=0),
    )  # fmt: skip
    for n_systems, n_resamples, draws in ((2, None, 500), (50, None, 200), (50, 300, 300)):
        _, read = score_gaps(many(n_systems), compare=False, n_resamples=n_resamples)
        assert asked.pop() == draws
        fewer = [note for note in read.notes if "draws" in note]
        assert bool(fewer) == (n_resamples is None)
        assert all(f"on {draws} draws rather than 2,000" in note for note in fewer)


def test_more_intervals_than_minutes_allow_ask_for_an_option(monkeypatch):
    monkeypatch.setattr(from_scores, "_MOST_INTERVALS", 3)
    with pytest.raises(MetricError, match=r"4 systems and tasks; .* Pass n_resamples=0 .*systems="):
        score_gaps(many(4), compare=False)
    gaps, _ = score_gaps(many(4), compare=False, n_resamples=0)
    assert len(gaps.performance) == 4


def test_more_pairs_of_systems_than_minutes_allow_ask_for_an_option(monkeypatch):
    monkeypatch.setattr(compare, "_MOST_PAIRS", 5)
    with pytest.raises(MetricError, match=r"6 pairs of systems.* at most 5 .*Pass systems="):
        score_gaps(many(4), compare=True, n_resamples=0)
