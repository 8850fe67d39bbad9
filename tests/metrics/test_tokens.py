"""Token premiums and the Gini coefficient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.metrics.tokens import gini, premium_draws, token_premiums

COUNTS = np.array([[10, 20, 30], [20, 40, 60], [5, 30, 40]])


def test_a_premium_is_a_ratio_of_totals():
    assert token_premiums(COUNTS, 0).tolist() == [1, 2, 1.25]
    assert token_premiums(COUNTS, 1).tolist() == [0.5, 1, 0.625]


def test_draws_take_the_same_sentences_in_all_languages():
    draws = premium_draws(COUNTS, 0, n_resamples=300, seed=3)
    assert draws.shape == (300, 3)
    assert draws[:, 0] == pytest.approx(1)
    assert draws[:, 1] == pytest.approx(2)  # twice the tokens of every sentence: no spread
    assert draws[:, 2].std() > 0.05
    assert (premium_draws(COUNTS, 0, n_resamples=300, seed=3) == draws).all()


def test_the_spread_of_draws_is_that_of_the_ratio():
    rng = np.random.default_rng(0)
    n = 400
    base = rng.poisson(20, n)
    tokens = np.array([base, base * 1.5 + rng.normal(0, 4, n)]).clip(1)
    ratio = token_premiums(tokens, 0)[1]
    residual = tokens[1] - ratio * tokens[0]  # linearization of a ratio estimator (Cochran 1977)
    expected = residual.std(ddof=1) / np.sqrt(n) / tokens[0].mean()
    draws = premium_draws(tokens, 0, n_resamples=4000, seed=0)[:, 1]
    assert draws.std() == pytest.approx(expected, rel=0.08)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_gini_is_half_the_relative_mean_difference(values):
    array = np.array(values, dtype=float)
    differences = np.abs(array[:, None] - array[None, :]).mean()
    assert gini(values) == pytest.approx(differences / (2 * array.mean()), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: token_premiums([[0, 0], [1, 2]], 0), "reference has no tokens"),
        (lambda: token_premiums([[1, -1], [1, 2]], 0), "0 or more; got -1"),
        (lambda: token_premiums([[1, np.nan], [1, 2]], 0), "tokens"),
        (lambda: premium_draws(COUNTS, 0, n_resamples=20, seed=0), "at least 100; got 20"),
        (lambda: gini([]), "at least one"),
        (lambda: gini([0, 0]), "all 0"),
        (lambda: gini([1, -1]), "0 or more"),
    ],
)
def test_what_has_no_value_is_refused(call, told):
    with pytest.raises(MetricError, match=told):
        call()
