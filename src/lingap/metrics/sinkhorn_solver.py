"""Sinkhorn's algorithm: stable log-domain updates with fast kernel updates in between.

Log-domain updates (a log-sum-exp over every row and column) never under- or overflow, but cost
an exponential per matrix entry each time. Between two of them the potentials are absorbed into
the kernel exp((f + g - C) / epsilon) and cheap matrix-vector updates run, as long as the scalings
stay within a safe range; then the next log-domain update takes over. Epsilon is lowered in steps
from the scale of the cost, each step starting from the previous potentials.

Where the plan falls into parts that exchange hardly any mass, these updates need hundreds of
thousands of rounds. Small problems that have not converged after some updates are therefore
finished by Newton's method on the dual, which converges quadratically.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array
from lingap.metrics.threads import n_cores

_SAFE = 1e100  # scalings beyond this are absorbed into the potentials
_SHRINK = 0.25  # of epsilon from step to step
_WARM_UP = 1e-3  # marginal error at which an intermediate epsilon is left
_BLOCK_VALUES = 1 << 17
_SMALL = 1 << 20  # values of a cost matrix that one thread handles best
_WATCH = 40  # updates between looks at the rate of convergence
_MOST = 1.998  # factor of over-relaxation
_PATIENCE = 400  # updates before Newton's method
_NEWTON_ROWS = 2048  # above this, its linear systems cost more than many updates
_NEWTON_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Costs in the matrix's unit, convergence, and the potentials (n,) and (m,)."""

    transport_cost: float
    entropic_cost: float
    n_iterations: int
    marginal_error: float
    f: Array
    g: Array


def _blocks(rows: int, columns: int) -> list[slice]:
    step = max(1, _BLOCK_VALUES // columns)
    return [slice(at, min(rows, at + step)) for at in range(0, rows, step)]


class _Problem:
    """One cost matrix with uniform weights; all heavy passes run in blocks of rows on all cores."""

    def __init__(self, cost: Array, pool: ThreadPoolExecutor | None):
        self.cost, self.map = cost, map if pool is None else pool.map
        self.n, self.m = cost.shape
        self.f, self.g = np.zeros(self.n), np.zeros(self.m)
        self.kernel = np.empty_like(cost)
        self.blocks = _blocks(*cost.shape)

    def update_rows(self, epsilon: float) -> None:
        """Set f so that every row has its weight, in the log domain."""

        def block(at: slice) -> None:
            z = self.g - self.cost[at]
            z /= epsilon
            top = z.max(axis=1)
            z -= top[:, None]
            np.exp(z, out=z)
            self.f[at] = -epsilon * (np.log(z.sum(axis=1)) + top + np.log(self.n))

        list(self.map(block, self.blocks))

    def update_columns(self, epsilon: float) -> None:
        """Set g so that every column has its weight, in the log domain."""
        tops = np.full((len(self.blocks), self.m), -np.inf)
        sums = np.zeros((len(self.blocks), self.m))

        def block(item: tuple[int, slice]) -> None:
            i, at = item
            z = self.f[at, None] - self.cost[at]
            z /= epsilon
            tops[i] = z.max(axis=0)
            z -= tops[i]
            np.exp(z, out=z)
            sums[i] = z.sum(axis=0)

        list(self.map(block, enumerate(self.blocks)))
        top = tops.max(axis=0)
        total = (sums * np.exp(tops - top)).sum(axis=0)
        self.g = -epsilon * (np.log(total) + top + np.log(self.m))

    def absorb(self, epsilon: float) -> None:
        """Set the kernel to the plan of the current potentials."""

        def block(at: slice) -> None:
            z = self.kernel[at]
            np.subtract(self.f[at, None], self.cost[at], out=z)
            z += self.g
            z /= epsilon
            np.exp(z, out=z)

        list(self.map(block, self.blocks))

    def scale(self, epsilon: float, tolerance: float, limit: int) -> tuple[int, float]:
        """Run cheap updates on the kernel; return their number and the rows' marginal error.

        Updates are over-relaxed by the factor that is optimal for the convergence rate of the first
        ones, and plain again once that does not pay. They stop at the tolerance, at the limit, or
        when a scaling leaves the safe range.
        """
        u, v = np.ones(self.n), np.ones(self.m)
        good, errors, relax, plain_from = (u, v), [], 1.0, 0
        columns, done, most = np.inf, 0, _MOST
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            for done in range(1, limit + 1):
                rows = self.kernel @ v
                errors.append(float(np.abs(u * rows - 1 / self.n).sum()))
                if errors[-1] <= tolerance:
                    if relax == 1.0:
                        break
                    if columns <= tolerance:  # finish with plain updates: columns become exact
                        relax, plain_from = 1.0, limit
                if plain_from < done and (done - plain_from) % _WATCH == 0:
                    relax = min(most, _best_relaxation(errors[-_WATCH // 2 :], relax))
                elif relax > 1.0 and errors[-1] > 10 * min(errors[-_WATCH:]):
                    relax, most, plain_from = 1.0, 1 + 0.8 * (relax - 1), done
                u = _relaxed(u, (1 / self.n) / rows, relax)
                sums = u @ self.kernel
                if relax > 1.0:
                    columns = float(np.abs(v * sums - 1 / self.m).sum())
                v = _relaxed(v, (1 / self.m) / sums, relax)
                if not (_within(u) and _within(v)):
                    break
                good = (u, v)
        self.f += epsilon * np.log(good[0])
        self.g += epsilon * np.log(good[1])
        return done, errors[-1] if relax == 1.0 else max(errors[-1], columns)

    def update_both(self, epsilon: float) -> None:
        """For a cloud with itself: move f = g halfway to the row update."""
        self.g = self.f.copy()
        self.update_rows(epsilon)
        self.f = (self.f + self.g) / 2
        self.g = self.f

    def scale_both(self, epsilon: float, tolerance: float, limit: int) -> tuple[int, float]:
        """As :meth:`scale`, with one scaling for both sides."""
        u = good = np.ones(self.n)
        error, done = np.inf, 0
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            while done < limit:
                done += 1
                rows = self.kernel @ u
                error = float(np.abs(u * rows - 1 / self.n).sum())
                if error <= tolerance:
                    break
                u = np.sqrt(u * (1 / self.n) / rows)
                if not _within(u):
                    break
                good = u
        self.f = self.g = self.f + epsilon * np.log(good)
        return done, error

    def newton(self, epsilon: float, tolerance: float, *, own: bool) -> float:
        """Newton's method on the dual as a function of f; return the rows' marginal error.

        g is the best for each f, or equal to it for a cloud with itself. A step is halved until
        the dual rises or the error falls; without any such step the potentials stay.

        Source: Brauer et al. (2017), *A Sinkhorn-Newton method for entropic optimal transport*.
        """

        def settle(f: Array) -> tuple[float, Array]:
            """The dual at f and its gradient, the weights that the rows lack."""
            self.f = self.g = f
            if not own:
                self.update_columns(epsilon)
            self.absorb(epsilon)
            dual = self.f.mean() + self.g.mean() - epsilon * self.kernel.sum()
            return float(dual), 1 / self.n - self.kernel.sum(axis=1)

        with np.errstate(over="ignore", invalid="ignore"):
            dual, lack = settle(self.f)
            for _ in range(_NEWTON_STEPS):
                error = float(np.abs(lack).sum())
                if error <= tolerance:
                    break
                # The second matrix is singular: a constant added to f changes nothing.
                curved = (
                    self.kernel if own else self.n**-2.0 - self.m * (self.kernel @ self.kernel.T)
                )
                curved = curved + np.diag(self.kernel.sum(axis=1))
                try:
                    step = epsilon * np.linalg.solve(curved, lack)
                except np.linalg.LinAlgError:
                    break
                before, size = self.f, 1.0
                while size > 1e-6:
                    new_dual, new_lack = settle(before + size * step)
                    if new_dual > dual or np.abs(new_lack).sum() < error:
                        break
                    size /= 2
                else:
                    settle(before)
                    break
                dual, lack = new_dual, new_lack
        return error

    def costs(self, epsilon: float) -> tuple[float, float]:
        """Transport cost of the plan, and the entropic cost from the potentials."""
        self.absorb(epsilon)
        parts = self.map(lambda at: float(np.vdot(self.kernel[at], self.cost[at])), self.blocks)
        # With weights 1/n and 1/m inside f and g, the dual needs the entropy of the product back.
        shift = epsilon * (np.log(self.n) + np.log(self.m))
        return sum(parts), float(self.f.mean() + self.g.mean() + shift)


def _relaxed(old: Array, new: Array, factor: float) -> Array:
    return new if factor == 1.0 else old * np.power(new / old, factor)


def _best_relaxation(errors: list[float], factor: float) -> float:
    """Best factor given how `errors` shrink under the current one, which stays if none is better.

    For alternating updates, the rate r under a factor w and the rate p of plain ones satisfy
    (r + w - 1)^2 = r w^2 p (Young), and 2 / (1 + sqrt(1 - p)) is best.

    Source: Lehmann et al. (2022), *A note on overrelaxation in the Sinkhorn algorithm*.
    """
    if not 0 < errors[-1] < errors[0]:
        return factor
    rate = (errors[-1] / errors[0]) ** (1 / (len(errors) - 1))
    if rate <= factor - 1:
        return factor
    plain = ((rate + factor - 1) / factor) ** 2 / rate
    return max(factor, min(_MOST, 2.0 / (1.0 + math.sqrt(max(0.0, 1.0 - plain)))))


def _within(scaling: Array) -> bool:
    low, high = float(scaling.min()), float(scaling.max())
    return low > 1 / _SAFE and high < _SAFE  # false for NaN too


def _epsilons(start: float, target: float) -> Iterator[float]:
    epsilon = start
    while epsilon > target / _SHRINK:
        yield epsilon
        epsilon *= _SHRINK
    yield target


def solve(
    cost: Array,
    epsilon: float,
    tolerance: float,
    max_iterations: int,
    *,
    own: bool = False,
    threads: int | None = None,
) -> Solution:
    """Solve the entropic problem with uniform weights for one cost matrix.

    Args:
        cost: (n, m), finite, >= 0, of mean about 1.
        epsilon: In the cost's unit.
        tolerance: Sum of absolute deviations of the row weights (columns are exact).
        max_iterations: Updates in all.
        own: Whether the cost is that of a cloud with itself, so that both potentials are one;
            alternating updates converge slowly there.
        threads: For passes over the matrix; None chooses by its size.

    Raises:
        MetricError: When the tolerance was not reached.
    """
    threads = threads or (1 if cost.size < _SMALL else n_cores())
    with nullcontext() if threads == 1 else ThreadPoolExecutor(threads) as pool:
        problem = _Problem(np.ascontiguousarray(cost), pool)
        used, error, small = 0, np.inf, problem.n <= _NEWTON_ROWS
        for step in _epsilons(float(cost.max()), epsilon):
            goal = tolerance if step == epsilon else max(tolerance, _WARM_UP)
            while used < max_iterations:
                if own:
                    problem.update_both(step)
                else:
                    problem.update_rows(step)
                    problem.update_columns(step)
                problem.absorb(step)
                scale = problem.scale_both if own else problem.scale
                limit = max_iterations - used
                done, error = scale(step, goal, min(limit, _PATIENCE) if small else limit)
                used += done
                if small and error > goal:
                    error = problem.newton(step, goal, own=own)
                if error <= goal:
                    break
            else:
                break
        if not error <= tolerance:
            raise MetricError(
                f"Sinkhorn reached a marginal error of {error:.1e}, not {tolerance:.0e}, in "
                f"{used} updates. Raise max_iterations, the regularisation or the tolerance; "
                "exact_transport_cost needs none of them."
            )
        transport, entropic = problem.costs(epsilon)
    return Solution(transport, entropic, used, error, problem.f, problem.g)
