"""The answer is made from the numbers, and true whatever they are."""

from dataclasses import replace

import numpy as np
import pytest

from lingap.gap import output_gap, performance_gaps
from lingap.gap.compare import compare_gaps
from lingap.gap.correlation import adjusted
from lingap.records import Interval, Score
from lingap.report.summary import ReportData
from lingap.report.verdict import MINIATURE, ONE_SEED, answer, answer_parts


def scores(system, values, seeds=1, half=0.01, noise=0.0):
    ends = "bootstrap over test sentences"
    return [
        Score(system, "ner", code, "span_f1", value + noise * seed, seed, 900, {},
              Interval(value - half, value + half, 0.95, ends))
        for code, value in values.items() for seed in range(seeds)
    ]  # fmt: skip


@pytest.fixture
def said_of(make):
    return lambda rows, **changes: answer(data_of(make, rows, **changes))


def data_of(make, rows, **changes):
    plain = {"performance": tuple(performance_gaps(rows, n_resamples=400)), "linguistic": (), "comparisons": (),
             "correlations": (), "runs": (), "miniature": False}  # fmt: skip
    return make(**{**plain, **changes})


WIDE = {"eng": 0.9, "kor": 0.5, "hin": 0.6}
NARROW = {"eng": 0.80, "kor": 0.79, "hin": 0.78}


def test_a_clear_difference_is_shown_and_names_the_smaller(said_of):
    said = said_of(scores("character", WIDE) + scores("phoneme", NARROW))
    assert "the performance gap is smaller with phoneme than with character." in said
    assert ONE_SEED in said


def test_the_other_direction_is_told_the_same_way(said_of):
    said = said_of(scores("character", NARROW) + scores("phoneme", WIDE))
    assert "smaller with character than with phoneme" in said
    assert "smaller with phoneme" not in said


def test_overlapping_intervals_show_no_difference(said_of):
    close = {code: value + 0.005 for code, value in NARROW.items()}
    said = said_of(scores("character", NARROW, half=0.1) + scores("phoneme", close, half=0.1))
    assert "no difference in the performance gap is shown." in said
    assert "smaller with" not in said


def test_scores_without_any_interval_show_no_difference(said_of):
    rows = [
        replace(row, interval=None) for row in scores("character", WIDE) + scores("phoneme", NARROW)
    ]
    assert "no difference in the performance gap is shown." in said_of(rows)


def wide_and_narrow(seeds):
    return [
        row
        for system, values in (("character", WIDE), ("phoneme", NARROW))
        for row in scores(system, values, seeds=seeds, noise=0.001)
    ]


def test_paired_tests_decide_where_there_are_seeds(said_of):
    rows = wide_and_narrow(seeds=12)
    said = said_of(rows, comparisons=tuple(compare_gaps(rows, n_resamples=200)))
    assert "the performance gap is smaller with phoneme than with character." in said
    assert "Paired tests over 12 seeds" in said


def test_paired_tests_over_two_seeds_say_why_they_show_nothing(said_of):
    rows = wide_and_narrow(seeds=2)
    said = said_of(rows, comparisons=tuple(compare_gaps(rows, n_resamples=200)))
    assert "no difference in the performance gap is shown." in said
    assert "So few seeds cannot reach it." in said


def test_with_three_seeds_intervals_decide(said_of):
    rows = wide_and_narrow(seeds=3)
    said = said_of(rows, comparisons=tuple(compare_gaps(rows, n_resamples=200)))
    assert "the performance gap is smaller with phoneme than with character." in said
    assert "For these the intervals do not overlap." in said
    assert "so few seeds cannot reach p below 0.05" in said
    alike = rows[: len(rows) // 2] + scores("phoneme", WIDE, seeds=3, noise=0.001)
    said = said_of(alike, comparisons=tuple(compare_gaps(alike, n_resamples=200)))
    assert "no difference in the performance gap is shown." in said
    assert "The intervals overlap." in said


def test_different_languages_are_not_compared(said_of):
    rows = scores("character", WIDE) + scores("phoneme", {"eng": 0.8, "kor": 0.7})
    said = said_of(rows)
    assert "not comparable" in said
    assert "smaller with" not in said


def test_what_has_no_gap_for_scores_of_0_is_named(said_of):
    rows = scores("character", WIDE) + scores("phoneme", {"eng": 0.0, "kor": 0.0, "hin": 0.4})
    said = said_of(rows)
    assert "With phoneme at least two languages score 0, so mean RPD is undefined." in said
    said = said_of(scores("phoneme", {"eng": 0.0, "kor": 0.0}))
    assert "Named entities: no gap can be computed. At least two languages score 0" in said


def test_one_language_has_no_gap(said_of):
    assert "Named entities: no gap." in said_of(scores("character", {"eng": 0.9}))


def test_nothing_yet_is_said(said_of):
    assert said_of([]) == "There is no result yet. There is nothing to compare."


def test_unfinished_and_miniature_are_said(data):
    said = answer(data)
    assert said.startswith("Unfinished: of 74 runs 1 failed and 1 not finished yet.")
    assert said.endswith(MINIATURE)


def test_pairs_within_the_floor_are_counted(data):
    gap = next(g for g in data.linguistic if g.within_floor)
    part = next(p for p in answer_parts(data) if p.verdict.startswith("Input layer"))
    assert f"{len(gap.within_floor)} of 28 with {gap.system}" in part.detail


def test_a_correlation_is_shown_by_permuted_languages_only(data):
    """The plain p-values of pairs are tiny in both cases."""
    row = replace(data.correlations[0], spearman=-0.7, spearman_p=1e-9)
    for p, shown in ((0.04, False), (0.001, True)):
        rows = adjusted(
            (replace(row, spearman_p_languages=p), replace(row, spearman_p_languages=0.9))
        )
        said = answer(replace(data, correlations=rows))
        assert (
            "it is shown for debiased CKA, input layer with character (R −0.70" in said
        ) == shown
        assert ("none is shown. " in said) != shown
        assert "adjusted for 2 correlations" in said
    # Over seeds, whole seeds decide.
    seeds = replace(row, spearman_p_blocks=0.8, spearman_p_languages=0.001)
    assert "none is shown. " in answer(replace(data, correlations=adjusted((seeds,))))
    untested = adjusted((replace(row, spearman_p_languages=None),))
    assert "Rank correlation" not in answer(replace(data, correlations=untested))


def test_the_answer_reads_the_p_values_that_the_gaps_store(data):
    row = replace(data.correlations[0], spearman=-0.7)
    rows = adjusted([replace(row, spearman_p_languages=p) for p in (0.02, 0.024, 0.5)])
    assert [one.spearman_p_holm for one in rows] == pytest.approx([0.06, 0.06, 0.5])
    assert "none is shown. " in answer(replace(data, correlations=rows))
    rows = adjusted([replace(row, spearman_p_languages=p) for p in (0.01, 0.024, 0.9)])
    assert answer(replace(data, correlations=rows)).count("p 0.0") == 2  # 0.03 and 0.048


def test_a_report_of_correlations_alone_has_a_result(data):
    row = replace(data.correlations[0], spearman=-0.7, spearman_p_languages=0.001)
    for p, says in ((0.001, "it is shown for"), (None, "No correlation with the performance gap")):
        rows = adjusted([replace(row, spearman_p_languages=p)])
        said = answer(ReportData(title="", correlations=tuple(rows)))
        assert says in said
        assert "no result" not in said
    assert "There is no result yet." in answer(ReportData(title=""))


def test_equal_outputs_are_not_called_different(data):
    rng = np.random.default_rng(0)
    equal = {code: rng.dirichlet((1, 1, 1), size=60) for code in ("eng", "kor", "fin")}
    gap = output_gap(equal, system="phoneme")
    said = answer(replace(data, outputs=(gap,)))
    figures = f"it is {gap.mean_divergence:.4f} (corrected {gap.mean_divergence_corrected:.4f} ["
    assert figures in said
    assert "no difference of outputs is shown" in said
    far = {code: rng.dirichlet((1, 1, 1 + 9 * i), size=60) for i, code in enumerate(equal)}
    said = answer(replace(data, outputs=(output_gap(far, system="phoneme"),)))
    assert "no difference of outputs is shown" not in said
    # Gaps of an earlier version have no corrected value.
    old = replace(gap, mean_divergence_corrected=None, divergence_bias=())
    assert f"it is {gap.mean_divergence:.4f} [" in answer(replace(data, outputs=(old,)))


def test_a_gap_without_debiased_values_gives_no_sentence(data):
    assert "Input layer: " in answer(data)
    assert "Last layer: " in answer(data)
    bare = tuple(
        replace(g, cka_debiased=(), mean_cka_debiased=None, mean_cka_debiased_interval=None)
        for g in data.linguistic
    )
    assert "layer:" not in answer(replace(data, linguistic=bare))


@pytest.mark.parametrize(
    ("low", "high", "said", "unsaid"),
    [
        (-9.0, -1.0, "smaller with phoneme than with character", "may be 0"),
        (-9.0, 1.0, "p below 0.05 (0.010), but corrected for noise in the scores the difference may be 0.",
         "no p below"),
    ],
)  # fmt: skip
def test_a_small_p_does_not_hide_an_interval_that_contains_0(said_of, low, high, said, unsaid):
    rows = scores("character", WIDE, 6, noise=0.001) + scores("phoneme", NARROW, 6, noise=0.001)
    [test] = compare_gaps(rows)
    ends = Interval(low, high, 0.95, "test inversion")
    first, second = ("phoneme", "character")
    test = replace(
        test,
        first=first,
        second=second,
        difference=-5.0,
        corrected=-5.0,
        p_holm=0.01,
        interval=ends,
    )
    answer = said_of(rows, comparisons=(test,))
    assert said in answer
    assert unsaid not in answer
