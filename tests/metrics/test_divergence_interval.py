"""Divergences of samples: 0 for equal distributions, normal for distant ones."""

import numpy as np
import pytest

from lingap.errors import MetricError
from lingap.metrics import pairwise_transport
from lingap.metrics.divergence_interval import divergence_estimate

stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize("length", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("df", [1, 4])
def test_the_interval_is_that_of_a_noncentral_chi_square(length, df):
    """A squared length in df directions with unit noise: the bias is df, the error twice it."""
    plain = length**2 + df
    found = divergence_estimate(plain, 2 * plain**0.5, df)
    for p, end in ((0.975, found.interval.low), (0.5, found.corrected)):
        reached = stats.ncx2.cdf(plain, df, end) if end else stats.chi2.cdf(plain, df)
        assert reached == pytest.approx(p) if end else reached <= p
    assert stats.ncx2.cdf(plain, df, found.interval.high) == pytest.approx(0.025)


def test_it_holds_squared_lengths_of_any_size():
    rng = np.random.default_rng(0)
    for length in (0.0, 2.0, 10.0):
        drawn = rng.normal(size=(150, 3)) + np.array([length, 0, 0])
        squares = (drawn**2).sum(axis=1)
        found = [divergence_estimate(d, 2 * d**0.5, 3).interval for d in squares]
        held = np.mean([one.low <= length**2 <= one.high for one in found])
        assert held >= 0.89  # 0.95 less three standard errors


def test_far_from_0_it_is_normal():
    found = divergence_estimate(1.0, 0.01, 0.002)
    assert found.corrected == pytest.approx(0.998)
    assert found.interval.low == pytest.approx(0.998 - 1.96 * 0.01, abs=1e-5)
    assert found.interval.high == pytest.approx(0.998 + 1.96 * 0.01, abs=1e-5)
    near = divergence_estimate(1.0, 1 / 19.99, 0.002)  # and both branches agree where they meet
    beyond = divergence_estimate(1.0, 1 / 20.01, 0.002)
    assert near.corrected == pytest.approx(beyond.corrected, abs=2e-3)
    assert near.interval.high == pytest.approx(beyond.interval.high, abs=4e-3)


def test_equal_samples_have_no_spread():
    found = divergence_estimate(0.0, 0.0, 0.0)
    assert (found.corrected, found.interval.low, found.interval.high) == (0, 0, 0)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ((-0.1, 0.1, 0.0), "got -0.1"),
        ((0.1, float("nan"), 0.0), "got 0.1, nan"),
        ((0.1, 0.1, float("inf")), "bias finite"),
    ],
)
def test_bad_numbers_are_named(values, match):
    with pytest.raises(MetricError, match=match):
        divergence_estimate(*values)
    with pytest.raises(MetricError, match="level"):
        divergence_estimate(0.1, 0.1, 0.1, level=1.0)


@pytest.mark.parametrize("parallel", [True, False])
@pytest.mark.parametrize("width", [2, 6])
def test_the_bias_is_what_equal_clouds_show(parallel, width):
    """Of equal distributions the divergence is bias alone, in few dimensions and in many."""
    rng = np.random.default_rng(1)
    shown, expected = [], []
    for _ in range(15):
        clouds = rng.normal(size=(2, 60, width))
        if parallel:
            clouds = 0.5 * clouds + rng.normal(size=(60, width))
        found = pairwise_transport(
            dict(zip("ab", clouds, strict=True)), regularisation=0.3, parallel=parallel, bias=True
        )
        shown.append(found.divergence[0, 1])
        expected.append(found.divergence_bias[0, 1])
        assert found.divergence_bias[0, 0] == 0
    assert np.mean(expected) == pytest.approx(np.mean(shown), rel=0.3)


def test_clouds_of_unlike_size_have_a_bias_too():
    rng = np.random.default_rng(2)
    shown, expected = [], []
    for _ in range(15):
        clouds = {"a": rng.normal(size=(120, 2)), "b": rng.normal(size=(40, 2))}
        found = pairwise_transport(clouds, regularisation=0.3, bias=True)
        shown.append(found.divergence[0, 1])
        expected.append(found.divergence_bias[0, 1])
    assert np.mean(expected) == pytest.approx(np.mean(shown), rel=0.3)


def test_few_rows_have_none(rng):
    clouds = {name: rng.normal(size=(7, 2)) for name in "ab"}
    assert pairwise_transport(clouds, bias=True).divergence_bias is None
    assert pairwise_transport(clouds).divergence_bias is None
