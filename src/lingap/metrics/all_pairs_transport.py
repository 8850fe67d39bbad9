"""Sinkhorn distances and divergences of all pairs of clouds, with standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import Literal

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix
from lingap.metrics.sinkhorn_solver import Solution, solve
from lingap.metrics.threads import in_threads
from lingap.metrics.transport import Cost, check_regularisation, cost_matrix

Kind = Literal["distance", "divergence"]
_SPLITS = 4  # of the rows into halves, for the bias
_FEWEST_ROWS = 8
_ROUGH = 1e-5  # marginal error that suffices for the bias


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseTransport:
    """Solutions of the entropic problem for every pair of L clouds, all with one epsilon.

    Args:
        names: Of the clouds.
        epsilon: The regularisation in the cost's unit.
        distance: (L, L) transport cost of the entropic plan; above 0 on the diagonal too.
        divergence: (L, L) debiased divergence; 0 on the diagonal.
        divergence_error: (L, L) standard error of the divergence over rows.
        mean_divergence_error: Of the divergence's mean over pairs; 0 for a single cloud.
        divergence_bias: (L, L) how much the divergence is too high on average because its clouds
            are samples; None if not asked for, for clouds of fewer than 8 rows, or if halves of the
            clouds did not converge.
    """

    names: tuple[str, ...]
    epsilon: float
    distance: Array
    divergence: Array
    divergence_error: Array
    mean_divergence_error: float
    divergence_bias: Array | None = None


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is solved for each pair; costs are divided by `scale`, their mean."""

    cost: Cost
    scale: float
    regularisation: float
    tolerance: float
    max_iterations: int

    def solve(self, x: Array, y: Array, *, own: bool) -> Solution:
        matrix = cost_matrix(x, y, self.cost)
        matrix /= self.scale
        return solve(
            matrix, self.regularisation, self.tolerance, self.max_iterations, own=own, threads=1
        )


@checked(MetricError)
def pairwise_transport(
    clouds: Mapping[str, ArrayInput],
    *,
    regularisation: float = 0.05,
    cost: Cost = "squared_euclidean",
    tolerance: float = 1e-8,
    max_iterations: int = 100_000,
    parallel: bool = True,
    bias: bool = False,
    seed: int = 0,
) -> PairwiseTransport:
    """Solve the entropic problem for every pair of clouds, and each cloud with itself, once.

    Standard errors come from the potentials, the derivatives of the entropic cost with respect to
    the rows' weights. If rows are parallel, both sides of a pair vary together.

    Args:
        clouds: Name -> (n, k); n may differ, k may not.
        regularisation: Epsilon as a share of the mean cost over all pairs of clouds.
        cost: As in :func:`lingap.metrics.sinkhorn`.
        tolerance: As there.
        max_iterations: As there.
        parallel: Whether row i is the same sentence in all clouds (if all have equally many rows).
        bias: Also estimate the bias of the divergence, from independent halves of the clouds, in
            about three times the time.
        seed: Of the halves.

    Raises:
        MetricError: As :func:`lingap.metrics.sinkhorn`; the message names the cloud or pair.

    Source: Feydy et al. (2019); limits of entropic costs, Mena and Niles-Weed (2019).
    """
    check_regularisation(regularisation)
    names = tuple(clouds)
    if not names:
        raise MetricError("clouds: expected a mapping of one cloud or more, got none.")
    points = [as_matrix(clouds[name], name, min_rows=2) for name in names]
    for name, x in zip(names, points, strict=True):
        if x.shape[1] != points[0].shape[1]:
            raise MetricError(
                f"{name} has shape {x.shape} and {names[0]} {points[0].shape}: widths differ; rows "
                "are sentences, columns classes."
            )
    scale = float(np.mean([[_mean_cost(x, y, cost) for y in points] for x in points])) or 1.0
    if not np.isfinite(scale):
        raise MetricError("Costs exceed the range of a float; scale the points down.")
    epsilon, size = regularisation * scale, len(names)
    distance, entropic = np.zeros((size, size)), np.zeros((size, size))
    potentials: dict[tuple[int, int], Array] = {}  # of cloud i in the problem with j

    problem = _Problem(cost, scale, regularisation, tolerance, max_iterations)

    def work(pair: tuple[int, int]) -> None:
        i, j = pair
        try:
            found = problem.solve(points[i], points[j], own=i == j)
        except MetricError as error:
            raise MetricError(f"{names[i]}-{names[j]}: {error}") from None
        distance[i, j] = distance[j, i] = found.transport_cost * scale
        entropic[i, j] = entropic[j, i] = found.entropic_cost * scale
        potentials[i, j] = found.f * scale
        potentials[j, i] = (found.f if i == j else found.g) * scale

    list(in_threads(work, list(combinations_with_replacement(range(size), 2))))
    divergence = _debiased(entropic)
    same = parallel and len({len(x) for x in points}) == 1
    spread, of_mean = _errors(potentials, size, same)
    too_high = None
    if bias and min(map(len, points)) >= _FEWEST_ROWS:
        rough = replace(problem, tolerance=max(tolerance, _ROUGH))
        with suppress(MetricError):  # halves may converge less well than all rows
            too_high = _bias(points, rough, divergence, same, seed)
    return PairwiseTransport(names, epsilon, distance, divergence, spread, of_mean, too_high)


def _debiased(entropic: Array) -> Array:
    """Divergences from entropic costs, each (L, L)."""
    own = np.diag(entropic) / 2
    divergence = np.maximum(entropic - own[:, None] - own[None, :], 0.0)
    np.fill_diagonal(divergence, 0.0)
    return np.asarray(divergence)


def _bias(
    points: list[Array], problem: _Problem, divergence: Array, parallel: bool, seed: int
) -> Array:
    """How much divergences exceed those of independent halves, (L, L).

    Halves of one cloud are as far apart as halves of two clouds of one distribution, so what
    sampling adds to a cost cancels in the divergence, whatever its rate. Parallel rows are halved
    alike, and the halves compared hold unlike sentences.
    """
    rng = np.random.default_rng(seed)
    size = len(points)
    splits: list[tuple[list[Array], list[Array]]] = []
    for _ in range(_SPLITS):
        orders = [rng.permutation(len(x)) for x in points[: 1 if parallel else None]]
        orders *= size if parallel else 1
        first, second = (
            [x[order[at::2]] for x, order in zip(points, orders, strict=True)] for at in (0, 1)
        )
        splits.append((first, second))

    def work(task: tuple[int, int, int]) -> float:
        split, i, j = task
        first, second = splits[split]
        return problem.solve(first[i], second[j], own=False).entropic_cost * problem.scale

    tasks = [(k, i, j) for k in range(_SPLITS) for i in range(size) for j in range(size)]
    costs = np.reshape(list(in_threads(work, tasks)), (_SPLITS, size, size)).mean(axis=0)
    costs = (costs + costs.T) / 2
    own = np.diag(costs) / 2
    return np.asarray(divergence - (costs - own[:, None] - own[None, :]))


def _errors(
    potentials: Mapping[tuple[int, int], Array], size: int, parallel: bool
) -> tuple[Array, float]:
    """Standard errors of each divergence and of their mean over pairs."""

    def combined(parts: list[Array]) -> float:
        if parallel:
            total = np.sum(parts, axis=0)
            return float(total.std(ddof=1) / np.sqrt(len(total)))
        return float(np.sqrt(sum(p.var(ddof=1) / len(p) for p in parts)))

    def slope(i: int, j: int) -> Array:
        return np.asarray(potentials[i, j] - potentials[i, i])

    error = np.zeros((size, size))
    for i in range(size):
        for j in range(i):
            error[i, j] = error[j, i] = combined([slope(i, j), slope(j, i)])
    if size < 2:
        return error, 0.0
    sums = [
        np.asarray(np.sum([slope(i, j) for j in range(size) if j != i], axis=0))
        for i in range(size)
    ]
    return error, combined(sums) / (size * (size - 1) / 2)


@checked(MetricError)
def pairwise_sinkhorn(
    clouds: Mapping[str, ArrayInput],
    *,
    kind: Kind = "distance",
    regularisation: float = 0.05,
    cost: Cost = "squared_euclidean",
    tolerance: float = 1e-8,
    max_iterations: int = 100_000,
) -> Array:
    """Sinkhorn distance or divergence of every pair of clouds, (L, L), symmetric.

    One epsilon serves all pairs: `regularisation` times the mean cost over all pairs of clouds.
    The diagonal is each cloud against itself: 0 for the divergence, above 0 for the distance.
    Arguments and errors as :func:`pairwise_transport`.
    """
    if kind not in ("distance", "divergence"):
        raise MetricError(f"kind is 'distance' or 'divergence', not {kind!r}.")
    found = pairwise_transport(
        clouds, regularisation=regularisation, cost=cost,
        tolerance=tolerance, max_iterations=max_iterations,
    )  # fmt: skip
    return found.distance if kind == "distance" else found.divergence


def _mean_cost(x: Array, y: Array, cost: Cost) -> float:
    if cost == "hellinger":
        cost_matrix(x[:1], y[:1], cost)  # refuses negative values
        x, y = np.sqrt(np.maximum(x, 0)), np.sqrt(np.maximum(y, 0))
    elif cost != "squared_euclidean":
        return float(cost_matrix(x, y, cost).mean())
    mx, my = x.mean(axis=0), y.mean(axis=0)
    mean = (
        np.square(x - mx).sum(axis=1).mean()
        + np.square(y - my).sum(axis=1).mean()
        + np.square(mx - my).sum()
    )
    return float(mean / 2 if cost == "hellinger" else mean)
