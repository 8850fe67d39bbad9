"""Optimal transport between two sets of points (clouds), entropic (Sinkhorn) and exact.

The entropic problem is min <P, C> + epsilon KL(P | a b') over plans P with uniform marginals a, b.
It gives three numbers: the *transport cost* <P, C> of the best plan (Cuturi's Sinkhorn distance),
the *entropic cost* (the minimum itself), and the *debiased divergence*, the entropic cost minus
half that of each cloud with itself; only the last is 0 for equal clouds. Epsilon is relative to the
mean cost, so that rescaling all points changes only the unit.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix
from lingap.metrics.sinkhorn_solver import solve

Cost = Literal["squared_euclidean", "euclidean", "hellinger"]


@dataclass(frozen=True, slots=True)
class SinkhornResult:
    """Solution of the entropic problem between two clouds.

    Args:
        transport_cost: <P, C> of the best plan, in the cost's unit; the Sinkhorn distance.
        entropic_cost: Its minimum, <P, C> + epsilon KL(P | a b').
        epsilon: The regularisation in the cost's unit.
        n_iterations: Updates of both marginals.
        marginal_error: Sum of absolute deviations from the marginals, at most the tolerance.
    """

    transport_cost: float
    entropic_cost: float
    epsilon: float
    n_iterations: int
    marginal_error: float


def cost_matrix(x: Array, y: Array, cost: Cost) -> Array:
    """Cost of moving each row of `x` (n, k) to each row of `y` (m, k); (n, m), >= 0.

    Args:
        x: Points.
        y: Points of the same width.
        cost: ``squared_euclidean``; ``euclidean``; or ``hellinger``, for rows that are
            distributions: half the squared distance of their square roots, 0 to 1.

    Raises:
        MetricError: For an unknown cost, or (hellinger) a negative coordinate.
    """
    if cost == "hellinger":
        if min(x.min(), y.min()) < 0:
            raise MetricError("The Hellinger cost needs rows >= 0; got a negative value.")
        return cost_matrix(np.sqrt(x), np.sqrt(y), "squared_euclidean") / 2
    if cost not in ("squared_euclidean", "euclidean"):
        raise MetricError(f"cost is 'squared_euclidean', 'euclidean' or 'hellinger', not {cost!r}.")
    if x.shape[1] <= 8:  # few columns: differences themselves, exact for near points
        result = np.zeros((len(x), len(y)))
        for a, b in zip(x.T, y.T, strict=True):
            gap = a[:, None] - b[None, :]
            gap *= gap
            result += gap
    else:
        shift = x.mean(axis=0)
        x, y = x - shift, y - shift
        result = -2 * (x @ y.T)
        result += np.square(x).sum(axis=1)[:, None]
        result += np.square(y).sum(axis=1)
        np.maximum(result, 0, out=result)
    return np.sqrt(result, out=result) if cost == "euclidean" else result


def check_regularisation(share: float) -> None:
    """Refuse a regularisation, as a share of the mean cost, without an answer in bounded time."""
    if not 1e-6 <= share <= 1e6:
        raise MetricError(f"regularisation must be from 1e-6 to 1e6; got {share:g}.")


def _clouds(p: ArrayInput, q: ArrayInput) -> tuple[Array, Array]:
    x, y = as_matrix(p, "p"), as_matrix(q, "q")
    if x.shape[1] != y.shape[1]:
        hint = " One looks transposed." if x.shape[0] == y.shape[0] else ""
        raise MetricError(
            f"Clouds must have rows of one width; got shapes {x.shape} and {y.shape}.{hint}"
        )
    return x, y


@checked(MetricError)
def sinkhorn(
    p: ArrayInput,
    q: ArrayInput,
    *,
    regularisation: float = 0.05,
    cost: Cost = "squared_euclidean",
    tolerance: float = 1e-8,
    max_iterations: int = 100_000,
    epsilon: float | None = None,
) -> SinkhornResult:
    """Solve the entropic problem between two clouds of equal weights, in float64.

    Args:
        p: (n, k) points, such as output distributions.
        q: (m, k) points.
        regularisation: Epsilon as a share of the mean cost; smaller is nearer to exact transport
            and slower. 0.05 is within a few percent of exact for spread-out clouds.
        cost: As in :func:`cost_matrix`.
        tolerance: Sum of absolute deviations from the marginals to reach.
        max_iterations: Updates after which to give up.
        epsilon: The regularisation in the cost's unit, in place of `regularisation`.

    Raises:
        MetricError: For non-finite rows, different widths, a regularisation <= 0, or if the
            tolerance was not reached; an unconverged value is never returned.
    """
    x, y = _clouds(p, q)
    with np.errstate(over="ignore", invalid="ignore"):  # checked by the mean below
        matrix = cost_matrix(x, y, cost)
        mean = float(matrix.mean())
    if not np.isfinite(mean):
        raise MetricError("Costs exceed the range of a float; scale the points down.")
    if epsilon is None:
        check_regularisation(regularisation)
        epsilon = regularisation * mean
    elif not epsilon > 0:
        raise MetricError(f"epsilon must be above 0; got {epsilon}.")
    if mean == 0:  # all points in one place: nothing to move
        return SinkhornResult(0.0, 0.0, epsilon, 0, 0.0)
    own = x.shape == y.shape and bool((x == y).all())
    found = solve(matrix / mean, epsilon / mean, tolerance, max_iterations, own=own)
    return SinkhornResult(
        transport_cost=found.transport_cost * mean,
        entropic_cost=found.entropic_cost * mean,
        epsilon=epsilon,
        n_iterations=found.n_iterations,
        marginal_error=found.marginal_error,
    )


@checked(MetricError)
def sinkhorn_distance(
    p: ArrayInput,
    q: ArrayInput,
    *,
    regularisation: float = 0.05,
    cost: Cost = "squared_euclidean",
    tolerance: float = 1e-8,
    max_iterations: int = 100_000,
) -> float:
    """Transport cost of the entropic plan between two clouds, >= 0, in the cost's unit.

    Not 0 for equal clouds: :func:`sinkhorn_divergence` is. Arguments and errors as
    :func:`sinkhorn`.

    Source: Cuturi (2013).

    >>> round(sinkhorn_distance([[0.0], [1.0]], [[0.0], [1.0]], regularisation=1.0), 6)
    0.119203
    """
    return sinkhorn(
        p, q, regularisation=regularisation, cost=cost,
        tolerance=tolerance, max_iterations=max_iterations,
    ).transport_cost  # fmt: skip


@checked(MetricError)
def sinkhorn_divergence(
    p: ArrayInput,
    q: ArrayInput,
    *,
    regularisation: float = 0.05,
    cost: Cost = "squared_euclidean",
    tolerance: float = 1e-8,
    max_iterations: int = 100_000,
) -> float:
    """Debiased divergence of two clouds, >= 0, and 0 for equal ones.

    OT(p, q) - (OT(p, p) + OT(q, q)) / 2 with the entropic cost OT, all three with one epsilon:
    `regularisation` times the mean cost between p and q. Errors as :func:`sinkhorn`.

    Source: Genevay et al. (2018), Feydy et al. (2019).

    >>> round(sinkhorn_divergence([[0.0], [1.0]], [[0.0], [1.0]]), 9)
    0.0
    """
    between = sinkhorn(
        p, q, regularisation=regularisation, cost=cost,
        tolerance=tolerance, max_iterations=max_iterations,
    )  # fmt: skip
    if between.n_iterations == 0:
        return 0.0
    own = [
        sinkhorn(
            c, c, epsilon=between.epsilon, cost=cost,
            tolerance=tolerance, max_iterations=max_iterations,
        ).entropic_cost
        for c in (p, q)
    ]  # fmt: skip
    return max(0.0, between.entropic_cost - sum(own) / 2)


@checked(MetricError)
def exact_transport_cost(
    p: ArrayInput, q: ArrayInput, *, cost: Cost = "squared_euclidean"
) -> float:
    """Cost of the best plan without regularisation (earth mover's distance), by POT.

    Time grows with the cube of n: seconds for 2,000 points, minutes for 10,000.

    Raises:
        MetricError: For non-finite rows, different widths, or if POT's solver gives up.

    >>> exact_transport_cost([[0.0], [1.0]], [[1.0], [2.0]])
    1.0
    """
    import ot

    x, y = _clouds(p, q)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return float(ot.emd2([], [], cost_matrix(x, y, cost), numItermax=10_000_000))
        except UserWarning as warning:
            raise MetricError(f"Exact transport did not finish: {warning}") from None
