"""Rank correlations equal SciPy; the paper's table 3; blocks stay together."""

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.metrics import kendall_p_value, rank_correlation, spearman_p_value

stats = pytest.importorskip("scipy.stats")
plain = {"n_permutations": 0, "n_resamples": 0}
values = st.lists(st.integers(0, 8), min_size=4, max_size=25).filter(lambda v: len(set(v)) > 1)


@settings(deadline=None, max_examples=150)
@given(x=values, seed=st.integers(0, 999), ties=st.booleans())
def test_it_equals_scipy(x, seed, ties):
    rng = np.random.default_rng(seed)
    x = np.array(x, dtype=float) + (0 if ties else rng.normal(size=len(x)) * 1e-3)
    y = np.round(x + rng.normal(size=len(x)) * 3, 0 if ties else 9)
    assume(np.ptp(y) > 0)
    found = rank_correlation(x, y, **plain)
    spearman, kendall = stats.spearmanr(x, y), stats.kendalltau(x, y)
    assert found.spearman.value == pytest.approx(spearman.statistic, rel=1e-6, abs=1e-12)
    assert found.kendall.value == pytest.approx(kendall.statistic, rel=1e-6, abs=1e-12)
    if len(x) > 10:  # with fewer, SciPy's is not exact either
        assert found.spearman.p_value == pytest.approx(spearman.pvalue, rel=1e-6, abs=1e-12)
    no_ties = len(set(x)) == len(set(y)) == len(x)
    if no_ties or len(x) > 8:
        expected = stats.kendalltau(x, y, method="exact" if no_ties else "asymptotic").pvalue
        assert found.kendall.p_value == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
@pytest.mark.parametrize("most", [2, 3, 9])
def test_p_values_of_few_points_count_all_orders(n, most, rng):
    """Also with ties, and also where whole blocks or languages exchange their places."""
    x, y = rng.integers(most, size=(2, n)).astype(float)
    x[0], y[1] = most, most + 1.5
    found = rank_correlation(x, y, n_resamples=0)
    named = rank_correlation(x, y, languages=list("abcdef"[:n]), n_resamples=0)
    blocks = rank_correlation(x, y, blocks=list(range(n)), n_resamples=0)
    for measure, name in ((stats.spearmanr, "spearman"), (stats.kendalltau, "kendall")):
        here = abs(measure(x, y).statistic)
        drawn = [abs(measure(x, order).statistic) for order in permutations(y)]
        share = np.mean(np.array(drawn) >= here - 1e-9)
        for p in (
            getattr(found, name).p_value,
            getattr(found, name).p_permutation,
            getattr(named, name).p_languages,
            getattr(blocks, name).p_permutation,
        ):
            assert p == pytest.approx(share, abs=1e-12)


def test_no_p_value_is_below_that_of_the_most_extreme_orders():
    assert spearman_p_value(1.0, 3) == kendall_p_value(-1.0, 3) == pytest.approx(1 / 3)
    assert spearman_p_value(-1.0, 5) == pytest.approx(2 / 120)
    assert spearman_p_value(1.0, 11) == pytest.approx(2 / factorial(11))
    assert 0 < spearman_p_value(1.0, 40) < 1e-40
    assert spearman_p_value(0.0, 4) == 1


@pytest.mark.parametrize("n", [7, 9, 10])
def test_spearmans_exact_p_equals_drawing_orders(n, rng):
    x, y = rng.normal(size=(2, n))
    found = rank_correlation(x, y, n_permutations=4000, n_resamples=0).spearman
    error = 4 * (found.p_value * (1 - found.p_value) / 4000) ** 0.5 + 1e-3
    assert found.p_permutation == pytest.approx(found.p_value, abs=error)
    assert spearman_p_value(round(found.value, 3), n) == pytest.approx(found.p_value, abs=1e-12)


@pytest.mark.parametrize(("r", "p"), [(0.111, 5.60e-1), (0.681, 3.50e-5), (-0.782, 3.40e-7)])
def test_table_3_spearman(r, p):
    """The printed p lies in the range that the rounding of the printed R leaves."""
    low, high = sorted(spearman_p_value(abs(r) + off, 30) for off in (-0.0005, 0.0005))
    assert low * 0.99 <= p <= high * 1.01


def test_table_3_kendall():
    assert f"{kendall_p_value(-0.577, 30):.1e}" == "2.1e-06"
    assert kendall_p_value(0.104, 30) == pytest.approx(4.30e-1, rel=0.02)
    # For 0.457 the paper prints 2.0e-4; with 30 points the coefficient gives 2.6e-4 exactly and
    # 3.9e-4 by the normal approximation, so its p-value does not follow from its coefficient.
    assert kendall_p_value(0.457, 30) == pytest.approx(2.65e-4, rel=0.01)
    assert kendall_p_value(0.457, 30, exact=False) == pytest.approx(3.9e-4, rel=0.01)


@pytest.mark.parametrize("n", [3, 5, 30])
def test_exact_p_values_equal_scipy(n, rng):
    x, y = rng.normal(size=(2, n))
    tau = stats.kendalltau(x, y, method="exact")
    assert kendall_p_value(tau.statistic, n) == pytest.approx(tau.pvalue, rel=1e-9)


def test_the_permutation_test_equals_counting_all_orders():
    x, y = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 3, 5, 4])
    exact = stats.permutation_test(
        (y,), lambda v: stats.spearmanr(x, v).statistic, permutation_type="pairings",
        n_resamples=np.inf,
    ).pvalue  # fmt: skip
    found = rank_correlation(x, y, n_permutations=20_000)
    assert found.spearman.p_permutation == pytest.approx(exact, abs=1e-12)


def test_blocks_keep_seeds_together():
    """Two points a seed that differ by pair only: plain p-values see 30 points, blocks see none."""
    rng = np.random.default_rng(3)
    seeds = np.repeat(np.arange(15), 2)
    pair = np.tile([0.0, 1.0], 15)
    gap = pair * 10 + rng.normal(size=30)
    predictor = pair * 10 + rng.normal(size=30)
    found = rank_correlation(gap, predictor, blocks=list(seeds))
    assert found.n_blocks == 15
    assert found.spearman.p_value < 1e-3
    assert found.spearman.p_permutation > 0.05
    assert "blocks" in found.spearman.interval.method


def test_false_alarms_are_as_rare_as_they_should_be():
    rng = np.random.default_rng(0)
    p = [
        rank_correlation(
            *(np.repeat(rng.normal(size=10), 2) + 0.1 * rng.normal(size=20) for _ in "xy"),
            blocks=list(np.repeat(np.arange(10), 2)),
            n_permutations=199,
            n_resamples=0,
        )
        for _ in range(200)
    ]
    blocks = np.mean([c.spearman.p_permutation <= 0.05 for c in p])
    naive = np.mean([c.spearman.p_value <= 0.05 for c in p])
    assert blocks <= 0.09
    assert naive > 0.12  # what comes of taking points that share a seed for independent


def pairs_of(names):
    return [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]


def test_mantels_test_equals_counting_all_orders_of_languages(rng):
    """By hand: rows and columns of one matrix in every order."""
    names, n = "abcde", 5
    upper = np.triu_indices(n, 1)
    one, other = (m + m.T for m in rng.normal(size=(2, n, n)))
    for measure, name in ((stats.spearmanr, "spearman"), (stats.kendalltau, "kendall")):
        here = abs(measure(one[upper], other[upper]).statistic)
        drawn = [
            abs(measure(one[upper], other[np.ix_(order, order)][upper]).statistic)
            for order in map(list, permutations(range(n)))
        ]
        expected = np.mean(np.array(drawn) >= here - 1e-9)
        found = rank_correlation(one[upper], other[upper], languages=pairs_of(names), n_resamples=0)
        assert getattr(found, name).p_languages == pytest.approx(expected, abs=1e-12)
        assert getattr(found, name).p_permutation is None
        few = rank_correlation(
            one[upper], other[upper], languages=pairs_of(names), n_resamples=0, n_permutations=100
        )
        assert getattr(few, name).p_languages == pytest.approx(expected, abs=0.12)


def test_pairs_of_languages_are_not_points():
    """Some languages are far from all others: in gap and predictor alike, but not the same ones."""
    rng = np.random.default_rng(4)
    names = [f"l{i:02}" for i in range(10)]
    upper = np.triu_indices(10, 1)
    p = []
    for _ in range(150):
        gap, other = ((v[:, None] + v)[upper] for v in rng.normal(size=(2, 10)))
        p.append(
            rank_correlation(
                gap, other, languages=pairs_of(names), n_permutations=199, n_resamples=0
            ).spearman
        )
    assert np.mean([one.p_languages <= 0.05 for one in p]) <= 0.1
    assert np.mean([one.p_value <= 0.05 for one in p]) > 0.25


def test_languages_of_a_seed_are_exchanged_together(rng):
    """15 seeds of 4 languages that differ: 60 points, and 24 orders of the languages."""
    seeds, code = np.repeat(np.arange(15), 4), np.tile(np.arange(4), 15)
    gap, other = (10.0 * code + rng.normal(size=60) for _ in "xy")
    found = rank_correlation(
        gap, other, blocks=list(seeds), languages=[f"l{c}" for c in code], n_resamples=0
    )
    assert found.spearman.p_value < 1e-9
    # As extreme: the order itself and its reverse.
    assert found.spearman.p_languages == pytest.approx(2 / 24)
    assert found.kendall.p_languages == pytest.approx(2 / 24)
    # A predictor that is the same for all languages of a seed says nothing about languages.
    of_seed = rng.normal(size=15)[seeds]
    same = rank_correlation(
        gap, of_seed, blocks=list(seeds), languages=[f"l{c}" for c in code], n_resamples=0
    )
    assert same.spearman.p_languages is None
    assert same.spearman.p_permutation is not None


def test_many_points_are_sorted_and_give_the_same(rng, monkeypatch):
    from lingap.metrics import correlation

    names = [f"l{i:02}" for i in range(12)]
    gap = np.round(rng.normal(size=66), 1)
    other = np.round(gap + rng.normal(size=66), 1)
    options = {"languages": pairs_of(names), "n_permutations": 99}
    few = rank_correlation(gap, other, **options)
    monkeypatch.setattr(correlation, "_FEW", 10)
    many = rank_correlation(gap, other, **options)
    for name in ("spearman", "kendall"):
        one, two = getattr(few, name), getattr(many, name)
        for field in ("value", "p_value", "p_languages"):
            assert getattr(one, field) == pytest.approx(getattr(two, field), rel=1e-9)
        assert one.interval.low == pytest.approx(two.interval.low, rel=1e-9)


def test_languages_that_cannot_be_exchanged_have_no_test(rng):
    x, y = rng.normal(size=(2, 9))
    some = pairs_of("abcde")[:9]  # one pair has no value
    assert rank_correlation(x, y, languages=some, n_resamples=0).spearman.p_languages is None
    with pytest.raises(MetricError, match=r"\('b', 'a'\) has two points"):
        rank_correlation(x, y, languages=[*some[:8], ("b", "a")])
    with pytest.raises(MetricError, match="8 labels of languages for 9 points"):
        rank_correlation(x, y, languages=some[:8])


def test_intervals_hold_the_coefficient(rng):
    x = rng.normal(size=40)
    found = rank_correlation(x, x + rng.normal(size=40))
    for c in (found.spearman, found.kendall):
        assert c.interval.low < c.value < c.interval.high


@pytest.mark.parametrize(
    ("x", "y", "options", "match"),
    [
        ([1, 2, 3], [1, 2], {}, "at least 3"),
        ([[1], [2], [3]], [1, 2, 3], {}, r"gap must be a vector .* got shape \(3, 1\)"),
        ([1, 2, 3, 4], [1, 2, 3], {}, "pair up"),
        ([1, 1, 1], [1, 2, 3], {}, "gap is constant"),
        ([1, 2, 3], [2, 2, 2], {}, "predictor is constant"),
        ([1, 2, float("nan")], [1, 2, 3], {}, "value 2"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"blocks": [0, 0, 1]}, "3 block labels"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"blocks": [0, 0, 0, 1]}, "differ in size"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"blocks": [0, 0, 1, 1]}, "At least 3 blocks"),
    ],
)
def test_bad_input(x, y, options, match):
    with pytest.raises(MetricError, match=match):
        rank_correlation(x, y, **options)


def test_p_values_out_of_range():
    for call in (spearman_p_value, kendall_p_value):
        with pytest.raises(MetricError, match="coefficient"):
            call(1.5, 30)
    with pytest.raises(MetricError, match="200 points"):
        kendall_p_value(0.1, 201)
