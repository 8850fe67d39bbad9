"""Linear CKA of two languages' embeddings: biased as in the paper, debiased, and its floor.

Biased CKA is high for unrelated embeddings too: if n rows spread over many directions, its value
for randomly paired rows is far above 0 (0.43 for two sets of 1,012 x 768 independent Gaussians).
:func:`cka_floor` computes that value for the given embeddings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import (
    Array,
    ArrayInput,
    as_matrix,
    check_finite_rows,
    check_parallel,
    to_numpy,
)

Estimator = Literal["biased", "debiased"]
MIN_ROWS = {"biased": 2, "debiased": 4}


def centred(x: Any, name: str, xp: Any = np, dtype: str = "float64") -> Any:
    """Centred rows of Frobenius norm 1; (n, d) of `dtype` in the namespace `xp`.

    Raises:
        MetricError: For a non-finite row, values out of their type's range, or rows that are all
            equal (zero variance).
    """
    if xp is np:
        x = to_numpy(x, name)
        x = x if x.dtype == np.float64 else x.astype(np.float32, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):  # judged by the peak below
            mean = x.mean(axis=0, dtype=np.float64)
            rows = np.subtract(x, mean.astype(x.dtype)).astype(dtype, copy=False)
    else:
        x = x.detach()
        x = x if x.dtype == xp.float64 else x.float()
        mean = x.double().mean(dim=0)
        rows = (x - mean.to(x.dtype)).to(getattr(xp, dtype))
    peak = max(float(rows.max()), -float(rows.min()))
    if not np.isfinite(peak):
        check_finite_rows(to_numpy(x, name), name)
        raise MetricError(f"{name}: values are too large for {x.dtype}; scale them down.")
    if peak <= 1e-13 * float(abs(mean).max()):
        raise MetricError(f"{name}: all rows are equal, so CKA is undefined (zero variance).")
    rows /= peak
    rows /= float(xp.linalg.norm(rows))
    return rows


def _pair(x: ArrayInput, y: ArrayInput, estimator: str) -> tuple[Array, Array]:
    if estimator not in MIN_ROWS:
        raise MetricError(f"estimator is 'biased' or 'debiased', not {estimator!r}.")
    a, b = as_matrix(x, "x"), as_matrix(y, "y")
    check_parallel(a, b)
    if len(a) < MIN_ROWS[estimator]:
        raise MetricError(f"{estimator} CKA needs {MIN_ROWS[estimator]} rows; got {len(a)}.")
    return centred(a, "x"), centred(b, "y")


def _inner(a: Array, b: Array) -> float:
    """Inner product of the Gram matrices of centred rows, by the cheaper of two ways."""
    n = len(a)
    if a.shape[1] * b.shape[1] <= n * (a.shape[1] + b.shape[1]):
        cross = a.T @ b
        return float(np.vdot(cross, cross))
    return float(np.vdot(a @ a.T, b @ b.T))


def debias(hsic: Array, shared: Array, total: Array, n: int) -> Array:
    """Unbiased inner products of Gram matrices (up to a factor) from those of centred ones.

    Args:
        hsic: Inner products of full Gram matrices, any shape.
        shared: Inner products of the squared norms of both sides' centred rows, same shape.
        total: Products of the sums of these norms, same shape.
        n: Rows.

    Source: Song et al. (2012), equation 5; in centred coordinates the row sums of a Gram matrix
    without its diagonal are the negative squared norms, which leaves three products of vectors.
    """
    return np.asarray(hsic - shared * (n / (n - 2)) + total / ((n - 1) * (n - 2)))


def _cka(a: Array, b: Array, estimator: str) -> float:
    hsic = np.array([_inner(a, b), _inner(a, a), _inner(b, b)])
    if estimator == "debiased":
        r, s = np.square(a).sum(axis=1), np.square(b).sum(axis=1)
        sides = ((r, s), (r, r), (s, s))
        shared = np.array([u @ v for u, v in sides])
        hsic = debias(hsic, shared, np.array([u.sum() * v.sum() for u, v in sides]), len(a))
        check_debiased(hsic[1:])
    return min(1.0, float(hsic[0] / np.sqrt(hsic[1] * hsic[2])))


def check_debiased(own: Array) -> None:
    """Raise MetricError unless every side's unbiased inner product with itself is positive."""
    if (own <= 1e-12).any():
        at = int(np.flatnonzero(own <= 1e-12)[0])
        raise MetricError(
            f"Debiased CKA is undefined: the rows of input {at} share no variance beyond noise. "
            "Give more rows or use the biased estimator."
        )


@checked(MetricError)
def linear_cka(x: ArrayInput, y: ArrayInput, *, estimator: Estimator = "biased") -> float:
    """Similarity of two embeddings of the same sentences, invariant to rotation and scale.

    Args:
        x: (n, d1); row i is sentence i.
        y: (n, d2); row i is the same sentence.
        estimator: ``biased`` as in the paper, 0 to 1, well above 0 by chance alone;
            ``debiased`` has mean 0 for unrelated embeddings and may be slightly negative.

    Raises:
        MetricError: For non-finite rows, different n, too few rows (2; debiased 4), zero variance.

    Source: Kornblith et al. (2019); debiased after Song et al. (2012).

    >>> x = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> round(linear_cka(x, 5 * x[:, ::-1] + 3), 12)
    1.0
    """
    return _cka(*_pair(x, y, estimator), estimator)


@dataclass(frozen=True, slots=True)
class CkaFloor:
    """Biased CKA of randomly paired rows.

    Args:
        mean: Exact mean over all pairings.
        high: 95th percentile over the sampled pairings.
        n_permutations: Pairings sampled.
        p_value: Share of pairings, the given one included, whose CKA is at least as high as its.
    """

    mean: float
    high: float
    n_permutations: int
    p_value: float


@checked(MetricError)
def cka_floor(
    x: ArrayInput, y: ArrayInput, *, n_permutations: int = 200, seed: int = 0
) -> CkaFloor:
    """Biased CKA of `x` and `y` with the rows of `y` shuffled.

    The mean needs no sampling: it is sqrt(D_x D_y) / (n - 1), where D, the participation ratio
    (sum of the covariance's eigenvalues)^2 / (sum of their squares), is the effective number of
    directions.

    Args:
        x: (n, d1).
        y: (n, d2), rows parallel.
        n_permutations: Random pairings for the percentile and the p-value, at least 1.
        seed: Of the pairings.

    Raises:
        MetricError: As :func:`linear_cka`.

    >>> rng = np.random.default_rng(0)
    >>> floor = cka_floor(rng.normal(size=(100, 60)), rng.normal(size=(100, 60)))
    >>> 0.36 < floor.mean < floor.high < 0.42
    True
    """
    if n_permutations < 1:
        raise MetricError(f"n_permutations must be at least 1; got {n_permutations}.")
    a, b = _pair(x, y, "biased")
    n = len(a)
    xx, yy = _inner(a, a), _inner(b, b)
    scale = float(np.sqrt(xx * yy))
    # Frobenius norms are 1, so both traces are.
    mean = 1.0 / ((n - 1) * scale)
    rng = np.random.default_rng(seed)
    values = np.array([_inner(a, b[rng.permutation(n)]) for _ in range(n_permutations)]) / scale
    here = _inner(a, b) / scale
    return CkaFloor(
        mean=mean,
        high=float(np.quantile(values, 0.95)),
        n_permutations=n_permutations,
        p_value=float((1 + (values >= here - 1e-12).sum()) / (1 + n_permutations)),
    )
