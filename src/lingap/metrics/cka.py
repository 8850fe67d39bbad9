"""Linear CKA of two languages' sentence vectors: biased as in the paper, debiased, and its floor.

Biased CKA is high for unrelated vectors too: with n rows and vectors that spread over many
directions, its value for randomly paired rows is far above 0 (0.43 for two clouds of 1,012 x 768
independent Gaussians). :func:`cka_floor` gives that value for the vectors at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, check_parallel

Estimator = Literal["biased", "debiased"]
MIN_ROWS = {"biased": 2, "debiased": 4}


def centred(x: Array, name: str) -> Array:
    """Subtract each column's mean from `x` (n, d) and divide all by their Frobenius norm.

    Raises:
        MetricError: When all rows are equal: there is no variance to compare.
    """
    # Scaled to one first, for neither huge nor tiny values may leave the range of a float.
    x = x / (np.abs(x).max() or 1.0)
    rows = x - x.mean(axis=0)
    norm = float(np.linalg.norm(rows))
    if norm <= 1e-13 * float(np.linalg.norm(x)):
        raise MetricError(f"{name}: all rows are equal, so CKA is undefined (zero variance).")
    return np.asarray(rows / norm)


def _pair(
    x: ArrayInput, y: ArrayInput, estimator: str, names: tuple[str, str] = ("x", "y")
) -> tuple[Array, Array]:
    if estimator not in MIN_ROWS:
        raise MetricError(f"estimator is 'biased' or 'debiased', not {estimator!r}.")
    a, b = (as_matrix(v, name) for v, name in zip((x, y), names, strict=True))
    check_parallel(a, b, names)
    if len(a) < MIN_ROWS[estimator]:
        raise MetricError(f"{estimator} CKA needs {MIN_ROWS[estimator]} rows; {len(a)} came.")
    return centred(a, names[0]), centred(b, names[1])


def _inner(a: Array, b: Array) -> float:
    """Inner product of the Gram matrices of centred rows, by the shorter of two ways."""
    n = len(a)
    if a.shape[1] * b.shape[1] <= n * (a.shape[1] + b.shape[1]):
        cross = a.T @ b
        return float(np.vdot(cross, cross))
    return float(np.vdot(a @ a.T, b @ b.T))


def debias(hsic: Array, norms_a: Array, norms_b: Array, n: int) -> Array:
    """Turn inner products of centred Gram matrices into unbiased ones (up to one factor).

    Args:
        hsic: Inner products of full Gram matrices, any shape.
        norms_a: Squared norms of the centred rows, (..., n), of the left side.
        norms_b: The same of the right side.
        n: Rows.

    Source: Song et al. (2012), equation 5; in centred coordinates the row sums of a Gram matrix
    without its diagonal are the negative squared norms, which leaves three products of vectors.
    """
    shared = (norms_a * norms_b).sum(axis=-1)
    total = norms_a.sum(axis=-1) * norms_b.sum(axis=-1)
    return np.asarray(hsic - shared * n / (n - 2) + total / ((n - 1) * (n - 2)))


def _cka(a: Array, b: Array, estimator: str) -> float:
    xy, xx, yy = _inner(a, b), _inner(a, a), _inner(b, b)
    if estimator == "biased":
        return min(1.0, xy / float(np.sqrt(xx * yy)))
    r, s = np.square(a).sum(axis=1), np.square(b).sum(axis=1)
    n = len(a)
    xy, xx, yy = (
        float(debias(np.array(h), u, v, n)) for h, u, v in ((xy, r, s), (xx, r, r), (yy, s, s))
    )
    check_debiased(np.array([xx, yy]))
    return min(1.0, xy / float(np.sqrt(xx * yy)))


def check_debiased(own: Array) -> None:
    """Raise MetricError unless every unbiased inner product with itself is above 0."""
    if (own <= 1e-12).any():
        at = int(np.flatnonzero(own <= 1e-12)[0])
        raise MetricError(
            f"Debiased CKA is undefined: the rows of input {at} share no variance beyond noise. "
            "More rows, or the biased estimator, are needed."
        )


def linear_cka(x: ArrayInput, y: ArrayInput, *, estimator: Estimator = "biased") -> float:
    """Similarity of two sets of vectors of the same sentences, free of rotation and scale.

    Args:
        x: (n, d1); row i is sentence i.
        y: (n, d2); row i is the same sentence.
        estimator: ``biased`` as in the paper, 0 to 1 and above its floor by construction;
            ``debiased`` has expectation 0 for unrelated vectors and may be slightly negative.

    Raises:
        MetricError: For non-finite rows, unlike n, too few rows (2; debiased 4), zero variance.

    Source: Kornblith et al. (2019); debiased after Song et al. (2012).

    >>> x = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> round(linear_cka(x, 5 * x[:, ::-1] + 3), 12)
    1.0
    """
    return _cka(*_pair(x, y, estimator), estimator)


@dataclass(frozen=True, slots=True)
class CkaFloor:
    """What biased CKA is worth when rows are paired at random.

    Args:
        mean: Exact mean over all pairings.
        high: 95th percentile over the sampled pairings.
        n_permutations: Pairings sampled.
        p_value: Share of pairings (the given one included) with a CKA as high as the given one.
    """

    mean: float
    high: float
    n_permutations: int
    p_value: float


def cka_floor(
    x: ArrayInput, y: ArrayInput, *, n_permutations: int = 200, seed: int = 0
) -> CkaFloor:
    """Biased CKA of `x` with `y` after the rows of `y` are shuffled.

    The mean needs no sampling: it is sqrt(D_x D_y) / (n - 1), where D, the participation ratio
    (sum of the covariance's eigenvalues)^2 / (sum of their squares), counts directions in use.

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
        raise MetricError(f"n_permutations must be at least 1; {n_permutations} came.")
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
