"""CKA of more sentences than fit in memory, exact, from running sums over batches."""

from __future__ import annotations

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, check_parallel
from lingap.metrics.cka import Estimator, check_debiased, debias


class _Side:
    """Running sums of one side: rows, squared lengths, and their products with rows."""

    def __init__(self, shift: Array):
        d = len(shift)
        self.shift = shift
        self.rows = np.zeros(d)
        self.lengths = 0.0

    def take(self, batch: Array) -> tuple[Array, Array]:
        rows = batch - self.shift
        lengths = np.square(rows).sum(axis=1)
        self.rows += rows.sum(axis=0)
        self.lengths += float(lengths.sum())
        return rows, lengths


class StreamingCka:
    """Linear CKA from batches of rows, equal to that of all rows at once.

    Memory is three (d, d) matrices for any n. Rows are shifted by the first batch's mean, so that a
    large common offset costs no precision.

    >>> x = np.random.default_rng(0).normal(size=(90, 4))
    >>> running = StreamingCka()
    >>> for at in range(0, 90, 30):
    ...     running.update(x[at : at + 30], 2 * x[at : at + 30] + 1)
    >>> round(running.compute(), 12), running.n
    (1.0, 90)
    """

    def __init__(self) -> None:
        self.n = 0
        self._sides: tuple[_Side, _Side] | None = None
        self._products: dict[tuple[int, int], Array] = {}
        self._lengths: dict[tuple[int, int], float] = {}
        self._mixed: dict[tuple[int, int], Array] = {}

    def update(self, x: ArrayInput, y: ArrayInput) -> None:
        """Add a batch of parallel rows, (b, d1) and (b, d2), of the widths of the first batch.

        Raises:
            MetricError: For non-finite rows or mismatched shapes.
        """
        batches = as_matrix(x, "x"), as_matrix(y, "y")
        check_parallel(*batches)
        if self._sides is None:
            first, second = (_Side(b.mean(axis=0)) for b in batches)
            self._sides = (first, second)
        for side, batch, name in zip(self._sides, batches, ("x", "y"), strict=True):
            if batch.shape[1] != len(side.shift):
                raise MetricError(
                    f"{name} has {batch.shape[1]} columns; earlier batches had {len(side.shift)}."
                )
        self.n += len(batches[0])
        taken = [side.take(batch) for side, batch in zip(self._sides, batches, strict=True)]
        for i, j in ((0, 0), (0, 1), (1, 1)):
            (a, la), (b, lb) = taken[i], taken[j]
            self._products[i, j] = self._products.get((i, j), 0) + a.T @ b
            self._lengths[i, j] = self._lengths.get((i, j), 0.0) + float(la @ lb)
        for i in (0, 1):
            for j in (0, 1):
                self._mixed[i, j] = self._mixed.get((i, j), 0) + taken[i][1] @ taken[j][0]

    def _inner(self, i: int, j: int, estimator: str) -> float:
        assert self._sides is not None
        n, a, b = self.n, self._sides[i], self._sides[j]
        mu, nu = a.rows / n, b.rows / n
        cross = self._products[i, j] - n * np.outer(mu, nu)
        hsic = float(np.vdot(cross, cross))
        if estimator == "biased":
            return hsic
        m, q = float(mu @ mu), float(nu @ nu)
        # Sum over rows of |x - mu|^2 |y - nu|^2, multiplied out.
        shared = (
            self._lengths[i, j]
            - 2 * float(self._mixed[i, j] @ nu)
            - 2 * float(self._mixed[j, i] @ mu)
            + q * a.lengths
            + m * b.lengths
            + 4 * float(mu @ self._products[i, j] @ nu)
            - 3 * n * m * q
        )
        total = (a.lengths - n * m) * (b.lengths - n * q)
        return float(debias(np.array(hsic), np.array(shared), np.array(total), n))

    def compute(self, *, estimator: Estimator = "biased") -> float:
        """CKA of all rows so far, as :func:`lingap.metrics.linear_cka`.

        Raises:
            MetricError: For too few rows (2; debiased 4) or zero variance.
        """
        if self.n < (2 if estimator == "biased" else 4):
            raise MetricError(f"{estimator} CKA of {self.n} rows is undefined; add batches.")
        xy, xx, yy = (self._inner(i, j, estimator) for i, j in ((0, 1), (0, 0), (1, 1)))
        scales = [self._inner(i, i, "biased") for i in (0, 1)]
        if min(scales) <= 0:
            raise MetricError("All rows of one side are equal: CKA is undefined (zero variance).")
        if estimator == "debiased":
            check_debiased(np.array([xx / scales[0], yy / scales[1]]))
        return min(1.0, xy / float(np.sqrt(xx) * np.sqrt(yy)))
