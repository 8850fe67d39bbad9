"""Sinkhorn and exact transport equal POT; properties of all three numbers."""

import warnings

import numpy as np
import pytest
import scipy.optimize

from lingap.errors import MetricError
from lingap.metrics import (
    exact_transport_cost,
    pairwise_sinkhorn,
    pairwise_transport,
    sinkhorn,
    sinkhorn_distance,
    sinkhorn_divergence,
)
from lingap.metrics.sinkhorn_solver import _best_relaxation
from lingap.metrics.transport import cost_matrix

ot = pytest.importorskip("ot")
COSTS = ("squared_euclidean", "euclidean", "hellinger")


def distributions(rng, n, shift):
    z = rng.normal(size=(n, 3)) * 2 + np.array([shift, 0, 0])
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


@pytest.fixture
def clouds(rng):
    return distributions(rng, 50, 0.0), distributions(rng, 40, 1.0)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("regularisation", [1.0, 0.1, 0.01])
def test_it_equals_pot(clouds, cost, regularisation):
    p, q = clouds
    found = sinkhorn(p, q, regularisation=regularisation, cost=cost, tolerance=1e-11)
    matrix = cost_matrix(p, q, cost)
    a, b = np.full(50, 1 / 50), np.full(40, 1 / 40)
    plan = ot.bregman.sinkhorn_log(a, b, matrix, found.epsilon, stopThr=1e-13, numItermax=200_000)
    assert found.epsilon == pytest.approx(regularisation * matrix.mean())
    assert found.transport_cost == pytest.approx((plan * matrix).sum(), rel=1e-6)
    kl = (plan * np.log(np.maximum(plan, 1e-300) * 2000)).sum()
    expected = (plan * matrix).sum() + found.epsilon * kl
    assert found.entropic_cost == pytest.approx(expected, rel=1e-6)


def test_costs_are_what_they_say(clouds):
    p, q = clouds
    np.testing.assert_allclose(cost_matrix(p, q, "squared_euclidean"), ot.dist(p, q), atol=1e-14)
    np.testing.assert_allclose(
        cost_matrix(p, q, "euclidean"), ot.dist(p, q, metric="euclidean"), atol=1e-14
    )
    hellinger = 1 - np.sqrt(p) @ np.sqrt(q).T
    np.testing.assert_allclose(cost_matrix(p, q, "hellinger"), hellinger, atol=1e-12)
    wide = np.random.default_rng(1).normal(size=(30, 40)) + 50
    np.testing.assert_allclose(
        cost_matrix(wide, wide[:9], "squared_euclidean"), ot.dist(wide, wide[:9]), atol=1e-9
    )


def test_exact_cost_equals_pot_and_is_the_limit(clouds):
    p, q = clouds
    exact = exact_transport_cost(p, q)
    assert exact == pytest.approx(ot.emd2([], [], ot.dist(p, q)), rel=1e-12)
    values = [sinkhorn_distance(p, q, regularisation=r) for r in (1.0, 0.1, 0.01, 0.001)]
    assert values == sorted(values, reverse=True)
    assert exact <= values[-1] <= 1.005 * exact


def test_small_regularisation_is_right_where_the_plain_algorithm_breaks(clouds):
    p, q = clouds
    matrix = ot.dist(p, q)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = ot.sinkhorn2(np.full(50, 1 / 50), np.full(40, 1 / 40), matrix, 1e-5)
    exact = exact_transport_cost(p, q)
    assert plain < 1e-6 * exact  # what the plain algorithm answers, with a mere warning
    found = sinkhorn_distance(p, q, regularisation=1e-4, tolerance=1e-4)
    assert found == pytest.approx(exact, rel=1e-3)


def test_the_divergence_by_definition(clouds):
    p, q = clouds
    between = sinkhorn(p, q)
    own = [sinkhorn(c, c, epsilon=between.epsilon).entropic_cost for c in (p, q)]
    expected = between.entropic_cost - sum(own) / 2
    assert sinkhorn_divergence(p, q) == pytest.approx(expected, rel=1e-9)
    assert sinkhorn_divergence(p, p) == pytest.approx(0, abs=1e-9)
    assert sinkhorn_distance(p, p) > 0.001  # entropy spreads the plan even for equal clouds


def test_scale_changes_the_unit_only(clouds):
    p, q = clouds
    for scale in (1e-100, 1e3, 1e100):
        assert sinkhorn_distance(p * scale, q * scale) == pytest.approx(
            sinkhorn_distance(p, q) * scale**2, rel=1e-6
        )


def test_all_pairs_share_one_epsilon(rng):
    clouds = {str(i): distributions(rng, 30 + i, 0.5 * i) for i in range(4)}
    found = pairwise_transport(clouds)
    mean = np.mean([[ot.dist(x, y).mean() for y in clouds.values()] for x in clouds.values()])
    assert found.epsilon == pytest.approx(0.05 * mean)
    pair = sinkhorn(clouds["0"], clouds["3"], epsilon=found.epsilon)
    assert found.distance[0, 3] == pytest.approx(pair.transport_cost, rel=1e-6)
    np.testing.assert_array_equal(found.distance, found.distance.T)
    np.testing.assert_allclose(np.diag(found.divergence), 0)
    np.testing.assert_array_equal(pairwise_sinkhorn(clouds), found.distance)
    np.testing.assert_array_equal(pairwise_sinkhorn(clouds, kind="divergence"), found.divergence)


@pytest.mark.parametrize("cost", COSTS)
def test_all_pairs_at_any_cost_equal_one_by_one(rng, cost):
    clouds = {str(i): distributions(rng, 30 + i, 0.5 * i) for i in range(3)}
    found = pairwise_transport(clouds, cost=cost, regularisation=0.1)
    means = [[cost_matrix(x, y, cost).mean() for y in clouds.values()] for x in clouds.values()]
    assert found.epsilon == pytest.approx(0.1 * np.mean(means))
    pair = sinkhorn(clouds["0"], clouds["2"], epsilon=found.epsilon, cost=cost)
    assert found.distance[0, 2] == pytest.approx(pair.transport_cost, rel=1e-6)


@pytest.mark.parametrize("paired", [True, False])
def test_errors_of_the_divergence_are_its_spread_over_new_sentences(paired):
    rng = np.random.default_rng(2)
    values, errors, means, mean_errors = [], [], [], []
    for _ in range(60):
        base = rng.normal(size=(3, 80, 2))
        if paired:
            base = base * 0.3 + rng.normal(size=(80, 2))
        base[1] += 1.0
        base[2] += [0.0, 2.0]
        clouds = dict(zip("abc", base, strict=True))
        found = pairwise_transport(clouds, regularisation=0.3, parallel=paired)
        values.append(found.divergence[0, 1])
        errors.append(found.divergence_error[0, 1])
        means.append(found.divergence[np.triu_indices(3, 1)].mean())
        mean_errors.append(found.mean_divergence_error)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.3)
    assert np.mean(mean_errors) == pytest.approx(np.std(means), rel=0.3)


def test_the_best_relaxation_is_youngs():
    """Errors that fall at the rate p under plain updates: 2 / (1 + sqrt(1 - p)) is best."""
    rate = 0.81
    best = 2 / (1 + np.sqrt(1 - rate))
    assert _best_relaxation([rate**k for k in range(5)], 1.0) == pytest.approx(best)
    # Under w the rate r solves (r + w - 1)^2 = r w^2 p, here for w = 1.2; its larger root.
    w, b = 1.2, 2 * 0.2 - 1.2**2 * rate
    under = (-b + np.sqrt(b * b - 4 * 0.2**2)) / 2
    assert _best_relaxation([under**k for k in range(4)], w) == pytest.approx(best)
    assert _best_relaxation([1.0, 1.1], 1.3) == 1.3  # they grow: as it was


def test_nothing_to_move():
    x = np.ones((4, 2))
    assert sinkhorn_distance(x, x) == 0
    assert sinkhorn_divergence(x, x) == 0
    assert pairwise_transport({"a": x, "b": x}).distance.tolist() == [[0, 0], [0, 0]]


def test_far_apart_points_do_not_underflow():
    x = np.array([[0.0], [1e-6], [1.0]])
    y = np.array([[1e3], [1e3 + 1], [2e3]])
    exact = exact_transport_cost(x, y)
    assert sinkhorn_distance(x, y, regularisation=1e-3) == pytest.approx(exact, rel=0.01)


@pytest.mark.parametrize(
    ("p", "q", "options", "match"),
    [
        (np.eye(3), np.ones((3, 2)), {}, "transposed|one width"),
        (np.eye(3), np.full((3, 3), np.nan), {}, "q: row 0"),
        (np.eye(3), np.eye(3), {"regularisation": 0}, "from 1e-6 to 1e6"),
        (np.eye(3), np.eye(3), {"regularisation": float("nan")}, "finite number, got nan"),
        (np.eye(3), np.eye(3), {"cost": "cosine"}, "'cosine'"),
        (-np.eye(3), np.eye(3), {"cost": "hellinger"}, "negative"),
        (np.eye(3) * 1e200, np.eye(3), {}, "scale the points down"),
    ],
)
def test_bad_input_is_named(p, q, options, match):
    with pytest.raises(MetricError, match=match):
        sinkhorn_distance(p, q, **options)


def test_clouds_of_unlike_width_are_named(rng):
    clouds = {name: rng.normal(size=(9, width)) for name, width in (("a", 3), ("b", 4), ("c", 3))}
    with pytest.raises(MetricError, match=r"b has shape \(9, 4\) and a \(9, 3\): widths differ"):
        pairwise_transport(clouds)


def test_what_has_not_converged_is_no_answer(clouds):
    with pytest.raises(MetricError, match="marginal error"):
        sinkhorn(*clouds, regularisation=0.001, max_iterations=5)
    with pytest.raises(MetricError, match="a-[ab]: Sinkhorn"):
        pairwise_transport(
            dict(zip("ab", clouds, strict=True)), regularisation=1e-4, max_iterations=60
        )


@pytest.mark.parametrize("seed", [4, 5, 8, 9])
def test_plans_that_fall_into_parts_converge(seed):
    """Two confident clouds: alternating updates alone had not converged after 100,000 of them."""
    rng = np.random.default_rng(seed)
    x, y = (rng.dirichlet((9, 1, 1), size=30) for _ in range(2))
    for one, other in ((x, y), (x, x), (y, y)):
        found = sinkhorn(one, other, regularisation=0.05)
        assert found.marginal_error <= 1e-8
        assert found.entropic_cost == pytest.approx(
            best_dual(cost_matrix(one, other, "squared_euclidean"), found.epsilon), rel=1e-6
        )


def best_dual(cost, epsilon):
    """The entropic cost as a concave maximum over one potential, by a general optimizer."""

    def negative(f):
        z = (f[:, None] - cost) / epsilon
        top = z.max(axis=0)
        mass = np.exp(z - top)
        g = -epsilon * (np.log(mass.mean(axis=0)) + top)
        slope = (mass / mass.sum(axis=0)).mean(axis=1) - 1 / len(f)
        return -(f.mean() + g.mean()), slope

    found = scipy.optimize.minimize(
        negative, np.zeros(len(cost)), jac=True, method="L-BFGS-B",
        options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": 1e-10},
    )  # fmt: skip
    return -found.fun
