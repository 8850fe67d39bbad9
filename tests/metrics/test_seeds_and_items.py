"""Scores over seeds and test items together, against SciPy, hand counts and a simulation."""

import numpy as np
import pytest
from scipy import stats

from lingap.errors import MetricError
from lingap.metrics import bootstrap_interval, f1_of_sums
from lingap.metrics.seeds_and_items import (
    Repeats,
    compare_means,
    f1_influences,
    is_paired,
    repeats_of,
    score_interval,
)
from lingap.metrics.student import t_quantile, two_sided_p


@pytest.mark.parametrize("df", [1, 1.3, 2.5, 7.7, 30, 5000.5])
@pytest.mark.parametrize("t", [0.0, 0.1, 1.0, 3.0, 40.0])
def test_student_of_any_degrees_of_freedom_equals_scipy(t, df):
    assert two_sided_p(t, df) == pytest.approx(2 * stats.t.sf(t, df), rel=1e-8)
    assert t_quantile(0.95, df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


def test_without_items_it_is_welchs_test():
    a, b = np.array([0.81, 0.79, 0.84]), np.array([0.70, 0.75, 0.71, 0.66])
    test = compare_means(Repeats(a), Repeats(b))
    expected = stats.ttest_ind(a, b, equal_var=False)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-8)
    ends = expected.confidence_interval()
    assert (test.interval.low, test.interval.high) == pytest.approx((ends.low, ends.high))
    assert test.interval.method == "Student's t over seeds"


def test_one_seed_of_paired_items_is_the_paired_t_test():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 200)) < [[0.7], [0.6]]
    counts = [np.stack([right, ~right, ~right], axis=1).astype(float) for right in (a, b)]
    first, second = (repeats_of([c[:, 0].mean()], [None], [c]) for c in counts)
    test = compare_means(first, second)
    expected = stats.ttest_rel(a.astype(float), b.astype(float))
    assert test.difference == pytest.approx(a.mean() - b.mean())
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-8)
    assert test.interval.method == "Student's t over test items"


def test_influences_give_the_standard_error_of_the_bootstrap():
    counts = np.random.default_rng(1).integers(0, 4, size=(400, 3))
    influences = f1_influences(counts)
    assert influences.mean() == pytest.approx(0, abs=1e-12)
    ends = bootstrap_interval(counts, f1_of_sums, n_resamples=4000)
    expected = (ends.high - ends.low) / (2 * 1.96)
    assert influences.std(ddof=1) / 20 == pytest.approx(expected, rel=0.05)
    assert not f1_influences(np.zeros((3, 3))).any()
    with pytest.raises(MetricError, match="n_items, 3"):
        f1_influences(np.zeros((3, 2)))


def test_two_equal_seeds_keep_the_uncertainty_of_the_test_items():
    equal = Repeats(np.array([0.546, 0.546]), np.array([0.012, 0.012]))
    ends = score_interval(equal)
    assert ends.high - ends.low == pytest.approx(4 * 0.012, rel=0.03)
    assert "seeds and test items" in ends.method
    assert score_interval(Repeats(np.array([0.546, 0.546]))) is None  # nothing is known of chance
    assert compare_means(Repeats(np.array([0.5, 0.5])), Repeats(np.array([0.4, 0.4]))) is None


@pytest.mark.parametrize(
    "values", [[0.9, 0.99], [0.02, 0.001], [0.0, 0.0], [1.0, 1.0], [0.3, 0.9], [0.0, 1.0]]
)
def test_intervals_stay_on_the_scale_and_hold_the_score(values):
    repeats = Repeats(np.array(values), np.array([0.01, 0.01]))
    ends = score_interval(repeats)
    assert 0 <= ends.low <= repeats.mean <= ends.high <= 1
    assert ends.low < ends.high
    difference = compare_means(repeats, Repeats(np.array([0.0, 0.4]))).interval
    assert -1 <= difference.low < difference.high <= 1


def test_pairing_needs_the_same_items_and_narrows():
    rng = np.random.default_rng(2)
    ease = rng.random(500)

    def system(share, n=500):
        counts = []
        for _ in range(2):
            right = (ease[:n] < share) ^ (rng.random(n) < 0.02)
            counts.append(np.stack([right, ~right, ~right], axis=1).astype(float))
        scores = [c[:, 0].mean() for c in counts]
        errors = [np.sqrt(s * (1 - s) / n) for s in scores]
        return repeats_of(scores, errors, counts)

    a, b, shorter = system(0.7), system(0.6), system(0.6, 400)
    assert is_paired(a, b)
    assert not is_paired(a, shorter)
    width = {
        name: (lambda ends: ends.high - ends.low)(compare_means(a, other).interval)
        for name, other in (("paired", b), ("apart", shorter))
    }
    assert width["paired"] < width["apart"]


def test_intervals_over_seeds_and_items_hold_the_true_difference():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        ease = rng.standard_normal(200)
        systems = []
        for _ in range(2):
            x = ease[:, None] + 0.1 * rng.standard_normal(2) + 0.8 * rng.standard_normal((200, 2))
            right = (x > 0).T
            counts = [np.stack([r, ~r, ~r], axis=1).astype(float) for r in right]
            systems.append(repeats_of(right.mean(axis=1), [None, None], counts))
        ends = compare_means(*systems).interval
        held += ends.low <= 0 <= ends.high
    assert held / 200 > 0.92
