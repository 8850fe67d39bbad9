"""Intervals of a gap by test inversion: against an exact answer, at the edges, and how often they hold."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import ncx2

from lingap.errors import MetricError
from lingap.metrics.gap_inversion import gap_difference, gap_estimate
from lingap.metrics.gap_over_seeds import errors_over_seeds, gap_over_seeds
from lingap.metrics.score_tables import mean_rpds


def exact_std(scores, error, probability):
    """Std whose observed value is that quantile: (n - 1) Std^2 / error^2 is noncentral chi-squared."""
    df = len(scores) - 1
    seen = np.var(scores, ddof=1) * df / error**2

    def excess(noncentrality):
        return ncx2.cdf(seen, df, max(noncentrality, 1e-12)) - probability

    return 0.0 if excess(0) < 0 else math.sqrt(brentq(excess, 0, 1e5) * error**2 / df)


@pytest.mark.parametrize("n_languages", [2, 3, 8, 20, 60])
@pytest.mark.parametrize("spread", [0.02, 0.05])
def test_std_is_the_exact_one_of_normal_noise(n_languages, spread):
    scores = 0.6 + spread * np.random.default_rng(n_languages).standard_normal(n_languages)
    found = gap_estimate(scores, np.full(n_languages, 0.02), gap="std", n_draws=20_000)
    assert found.plain == pytest.approx(scores.std(ddof=1))
    assert found.corrected == pytest.approx(exact_std(scores, 0.02, 0.5), abs=1.2e-3)
    assert found.interval.low == pytest.approx(exact_std(scores, 0.02, 0.975), abs=1e-3)
    if scores.std(ddof=1) > 0.02:
        assert found.interval.high == pytest.approx(exact_std(scores, 0.02, 0.025), rel=0.04)


def truth(kind, n):
    """True scores with a gap from none to large, smooth or with ties."""
    at = (np.arange(n) + 0.5) / n
    return {
        "equal": np.full(n, 0.6),
        "spread": 0.6 + 0.04 * (at - 0.5),
        "wide": 0.15 + 0.7 * at,
        "outlier": np.where(at < 1 / n, 0.3, 0.6),
        "two groups": np.where(at < 0.5, 0.5, 0.6),
    }[kind]


@pytest.mark.parametrize("kind", ["equal", "spread", "wide", "outlier", "two groups"])
@pytest.mark.parametrize("n_languages", [3, 10, 25])
def test_intervals_hold_the_true_mean_rpd_of_one_seed(kind, n_languages):
    """95 % is promised; of 100 tables a true 95 % holds 89 or more in 99 of 100 tests."""
    rng = np.random.default_rng(0)
    true = truth(kind, n_languages)
    gap = float(mean_rpds(true[None])[0])
    held = 0
    for table in true + 0.02 * rng.standard_normal((100, n_languages)):
        ends = gap_estimate(table, np.full(n_languages, 0.02), n_draws=400).interval
        held += ends.low <= gap + 1e-9 and gap <= ends.high
    assert held >= 89


def test_the_plain_gap_of_equal_languages_is_noise_and_the_corrected_one_says_so():
    rng = np.random.default_rng(1)
    tables = 0.6 + 0.02 * rng.standard_normal((60, 20))
    found = [gap_estimate(table, np.full(20, 0.02), n_draws=400) for table in tables]
    assert np.mean([one.plain for one in found]) == pytest.approx(
        3.76, abs=0.2
    )  # 0.02 sqrt(4/pi) / 0.6
    assert np.median([one.corrected for one in found]) < 0.6
    assert np.mean([one.interval.low == 0 for one in found]) > 0.9


@pytest.mark.parametrize("n_seeds", [2, 3, 5])
def test_intervals_over_seeds_hold_where_the_noise_is_estimated(n_seeds):
    rng = np.random.default_rng(n_seeds)
    true = truth("spread", 10)
    gap = float(mean_rpds(true[None])[0])
    held = 0
    for _ in range(100):
        shared = 0.05 * rng.standard_normal(n_seeds)  # moves all languages alike
        table = true[:, None] + shared + 0.02 * rng.standard_normal((10, n_seeds))
        ends = gap_over_seeds(table, n_draws=400).interval
        held += ends.low <= gap <= ends.high
    assert held >= 89


@pytest.mark.parametrize("gap", ["mean_rpd", "std"])
def test_intervals_over_seeds_hold_where_the_worst_language_is_the_noisiest(gap):
    """Moderated errors alone hold 81 to 89 of 100 Stds."""
    rng = np.random.default_rng(5)
    true = truth("outlier", 10)
    noise = 0.02 * 5**0.5 * np.where(true == true.min(), 3, 1)[:, None]
    expected = mean_rpds(true[None])[0] if gap == "mean_rpd" else true.std(ddof=1)
    held = 0
    for _ in range(100):
        table = true[:, None] + noise * rng.standard_normal((10, 5))
        ends = gap_over_seeds(table, gap=gap, n_draws=200).interval
        held += ends.low <= expected <= ends.high
    assert held >= 89


def test_errors_over_seeds_leave_out_what_all_languages_share():
    own = np.array([[0.01, -0.01, 0.0], [-0.01, 0.01, 0.0], [0.0, 0.0, 0.0]])
    alone, df = errors_over_seeds(0.5 + own)
    shifted, _ = errors_over_seeds(0.5 + own + [0.1, -0.2, 0.3])
    np.testing.assert_allclose(alone, shifted, atol=1e-12)
    assert 2 <= df <= 4
    same, df = errors_over_seeds(np.repeat([[0.5], [0.7]], 4, axis=1))
    np.testing.assert_allclose(same, 0, atol=1e-12)
    assert df == 3


def test_without_noise_the_interval_is_the_gap():
    found = gap_estimate([0.5, 0.6, 0.7], [0, 0, 0])
    assert found.interval.low == found.corrected == found.interval.high == found.plain
    assert gap_estimate([0.5, 0.5, 0.5], [0, 0, 0]).interval.high == 0


def test_scores_alike_by_chance_do_not_prove_equal_languages():
    found = gap_estimate([0.5, 0.5001], [0.05, 0.05])
    assert found.corrected == found.interval.low == 0
    assert found.interval.high > 20
    assert gap_estimate([0.5, 0.5, 0.5], [0.05, 0.05, 0.05]).interval.high > 10


def test_zeros_give_finite_numbers_in_range():
    found = gap_estimate([0.0, 0.0, 0.7], [0.01, 0.01, 0.02])
    assert 0 <= found.interval.low <= found.interval.high <= 200


def test_difference_joins_lopsided_intervals():
    a = gap_estimate([0.9, 0.6, 0.5], [0.02, 0.02, 0.02])
    b = gap_estimate([0.71, 0.7, 0.69], [0.02, 0.02, 0.02])
    here, ends = gap_difference(a, b)
    assert here == pytest.approx(a.corrected - b.corrected)
    assert 0 < ends.low < here < ends.high
    below = math.hypot(a.corrected - a.interval.low, b.interval.high - b.corrected)
    assert ends.low == pytest.approx(here - below)
    paired = gap_difference(a, b, correlation=0.8)[1]
    assert ends.low < paired.low < paired.high <= ends.high
    with pytest.raises(MetricError, match="different levels"):
        gap_difference(a, gap_estimate([0.5, 0.6], [0.1, 0.1], level=0.9))


@pytest.mark.parametrize(
    ("scores", "errors", "options", "message"),
    [
        ([0.5], [0.1], {}, "2 languages or more"),
        ([0.5, 0.6], [0.1], {}, r"\(2,\) and \(1,\)"),
        ([0.5, -0.6], [0.1, 0.1], {}, ">= 0"),
        ([0.5, math.nan], [0.1, 0.1], {}, "finite"),
        ([0.5, 0.6], [0.1, -0.1], {}, ">= 0"),
        ([0.5, 0.6], [0.1, 0.1], {"gap": "range"}, "'range'"),
        ([0.5, 0.6], [0.1, 0.1], {"level": 1.0}, "between 0 and 1"),
        ([0.5, 0.6], [0.1, 0.1], {"df": 0}, "df"),
    ],
)
def test_bad_input_is_refused(scores, errors, options, message):
    with pytest.raises(MetricError, match=message):
        gap_estimate(scores, errors, **options)


@pytest.mark.parametrize("table", [[0.5, 0.6], [[0.5], [0.6]], [[0.5, 0.6]], [[0.5, math.nan]] * 2])
def test_errors_need_several_languages_and_seeds(table):
    with pytest.raises(MetricError, match="n_languages, n_seeds"):
        errors_over_seeds(table)


@pytest.mark.parametrize(
    "right",
    [(37, 2, 147, 0), (39, 5, 156, 1), (40, 0, 160, 1), (80, 40, 8, 4, 2)],
)
def test_near_0_an_interval_of_rpd_reaches_beyond_the_gap_observed(right):
    """Two low scores can differ by any ratio: cut at 0 they were equal, and the upper end below."""
    n = 400
    x = np.array(right) / n
    errors = np.sqrt((x + 1 / n) * (1 - x) / n)
    found = gap_estimate(x, errors)
    assert found.interval.low < found.plain < found.interval.high <= 200
    assert found.interval.low <= found.corrected <= found.interval.high


def test_near_0_intervals_of_rpd_hold():
    truth, n = np.array([0.4, 0.08, 0.012, 0.003]), 400
    dice = np.random.default_rng(0)
    [true] = mean_rpds(truth[None])
    held = 0
    for _ in range(40):
        x = dice.binomial(n, truth) / n
        interval = gap_estimate(x, np.sqrt((x + 1 / n) * (1 - x) / n)).interval
        held += interval.low <= true <= interval.high
    assert held >= 34  # of 40; before, 22
