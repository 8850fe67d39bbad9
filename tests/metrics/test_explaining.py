"""Formulas behind ``lingap gap explain``, against scikit-learn, SciPy and hand counts."""

import numpy as np
import pytest
from scipy.stats import kruskal, spearmanr
from sklearn.linear_model import Ridge

from lingap.errors import MetricError
from lingap.metrics.family_permutations import (
    category_association,
    family_gain_p_value,
    number_association,
)
from lingap.metrics.language_permutations import mantel_test
from lingap.metrics.ridge import (
    PENALTIES,
    left_out_predictions,
    ridge_fit,
    standardized,
    studentized,
)

FAMILIES = ["a"] * 7 + ["b"] * 5 + ["c"] * 3 + ["d", "e", "f"]


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(18, 3))
    return x, x @ [1.0, -0.5, 0.0] + 0.3 * rng.normal(size=18)


def sklearn_prediction(x, y, train, test, penalty):
    model = Ridge(alpha=penalty * len(train)).fit(x[train], y[train])
    return model.predict(x[test])


def sklearn_choice(x, y, groups, among):
    """The penalty with the least error over groups left out of `among`, each fold fitted anew."""
    errors = []
    for penalty in PENALTIES:
        total = 0.0
        for group in dict.fromkeys(groups[i] for i in among):
            test = [i for i in among if groups[i] == group]
            train = [i for i in among if groups[i] != group]
            # the penalty of the whole, as the hat matrix has it
            alone = penalty * len(among) / len(train)
            total += ((y[test] - sklearn_prediction(x, y, train, test, alone)) ** 2).sum()
        errors.append(total)
    return PENALTIES[int(np.argmin(errors))]


@pytest.mark.parametrize("groups", [FAMILIES, list(range(18))])
def test_nested_predictions_are_those_of_scikit_learn(data, groups):
    x, y = standardized(data[0]), data[1]
    found, mean = left_out_predictions(data[0], y, groups)
    for group in dict.fromkeys(groups):
        test = [i for i in range(18) if groups[i] == group]
        train = [i for i in range(18) if groups[i] != group]
        penalty = sklearn_choice(x, y, groups, train)
        np.testing.assert_allclose(
            found[test], sklearn_prediction(x, y, train, test, penalty), atol=1e-10
        )
        np.testing.assert_allclose(mean[test], y[train].mean())


def test_several_targets_are_each_on_their_own(data):
    x, y = data
    both, _ = left_out_predictions(x, np.column_stack([y, y[::-1]]), FAMILIES)
    np.testing.assert_allclose(both[:, 1], left_out_predictions(x, y[::-1], FAMILIES)[0])


def test_the_fit_is_that_of_scikit_learn(data):
    x, y = data
    coefficients, penalty = ridge_fit(x, y, FAMILIES)
    model = Ridge(alpha=penalty * 18).fit(standardized(x), y)
    np.testing.assert_allclose(coefficients, [model.intercept_, *model.coef_])


def test_a_constant_feature_changes_nothing(data):
    x, y = data
    more = np.column_stack([x, np.full(18, 7.0)])
    np.testing.assert_allclose(
        left_out_predictions(more, y, FAMILIES)[0], left_out_predictions(x, y, FAMILIES)[0]
    )


def test_bad_input_of_the_model_is_refused(data):
    x, y = data
    for groups, match in ((["a"] * 18, "3 groups"), (["a", "b"], "labels of groups")):
        with pytest.raises(MetricError, match=match):
            left_out_predictions(x, y, groups)
    with pytest.raises(MetricError, match="finite"):
        left_out_predictions(x, np.full(18, np.nan), FAMILIES)
    with pytest.raises(MetricError, match="above 0"):
        left_out_predictions(x, y, FAMILIES, penalties=[0.0])
    with pytest.raises(MetricError, match="no scale"):
        studentized([0.0, 0.0, 1.0])


def test_spearman_and_kruskal_are_those_of_scipy(data):
    x, y = data
    found = number_association(y, x[:, 0], FAMILIES, n_permutations=99, n_resamples=199)
    assert found.value == pytest.approx(spearmanr(y, x[:, 0]).statistic)
    assert found.interval is not None
    assert found.interval.low <= found.value <= found.interval.high
    kinds = ["p", "q", "r"] * 6
    one = category_association(y, kinds, FAMILIES, n_permutations=99)
    h = kruskal(*(y[np.array(kinds) == k] for k in "pqr")).statistic
    assert one.value == pytest.approx(h / 17)


def test_what_follows_families_alone_explains_nothing_within_them():
    families = np.repeat(np.arange(6), 8)
    rng = np.random.default_rng(0)
    score = families + 0.1 * rng.normal(size=48)
    found = number_association(
        score, families + 0.1 * rng.normal(size=48), families.tolist(), n_resamples=0
    )
    assert found.p_value < 0.001
    assert found.p_within > 0.05
    alone = number_association(score, families, families.tolist(), n_resamples=0)
    assert alone.p_within is None


@pytest.mark.parametrize("follows", [0.0, 0.5])
def test_random_features_are_rarely_significant(follows):
    """Within families 5 % at most, and their gain too, also where all follow families."""
    family = np.repeat(np.arange(12), [14, 8, 6, 4, 3, 2, 2, 2, 1, 1, 1, 1])
    rng = np.random.default_rng(5)
    within = gains = 0
    n = 150

    def draw():
        of_family = rng.normal(size=12)[family]
        return follows**0.5 * of_family + (1 - follows) ** 0.5 * rng.normal(size=len(family))

    for k in range(n):
        y, x = draw(), np.column_stack([draw() for _ in range(3)])
        one = number_association(
            y, x[:, 0], family.tolist(), n_permutations=99, n_resamples=0, seed=k
        )
        within += one.p_within <= 0.05
        if k < 60:
            model, mean = left_out_predictions(x, y, family.tolist())
            gain = (y - mean) ** 2 - (y - model) ** 2
            gains += (
                gain.sum() > 0 and family_gain_p_value(gain, family.tolist(), n_draws=999) <= 0.05
            )
    assert within <= n * (0.05 + 2.5 * (0.05 * 0.95 / n) ** 0.5)
    assert gains <= 60 * (0.05 + 2.5 * (0.05 * 0.95 / 60) ** 0.5)


def test_a_real_gain_in_all_families_is_seen():
    assert family_gain_p_value(np.ones(8), list(range(8))) == 1 / 256
    assert family_gain_p_value(-np.ones(8), list(range(8))) == 1.0
    assert family_gain_p_value(np.ones(30), list(range(30))) == pytest.approx(1e-4)


def test_mantel_is_spearman_over_pairs_and_counts_all_orders():
    rng = np.random.default_rng(2)
    a, b = (np.abs(np.subtract.outer(v, v)) for v in rng.normal(size=(2, 5)))
    value, p = mantel_test(a, b)
    upper = np.triu_indices(5, 1)
    assert value == pytest.approx(spearmanr(a[upper], b[upper]).statistic)
    from itertools import permutations

    drawn = [
        abs(spearmanr(a[upper], b[np.ix_(o, o)][upper]).statistic) for o in permutations(range(5))
    ]
    assert p == pytest.approx(np.mean(np.array(drawn) >= abs(value) - 1e-9))


def test_mantel_refuses_what_is_no_distance():
    line = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    with pytest.raises(MetricError, match="not symmetric"):
        mantel_test(line, np.triu(line))
    with pytest.raises(MetricError, match="all distances"):
        mantel_test(line, np.zeros((5, 5)))
    with pytest.raises(MetricError, match="shapes"):
        mantel_test(line, np.zeros((4, 4)))
