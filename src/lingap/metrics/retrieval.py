"""Checks next to CKA: do sentences retrieve their translations, and has the space collapsed?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, check_parallel
from lingap.metrics.threads import in_threads

_BLOCK_ROWS = 1024


def _unit_rows(x: Array, name: str) -> Array:
    peak = np.abs(x).max(axis=1, keepdims=True)
    if (peak == 0).any():
        at = int(np.flatnonzero(peak[:, 0] == 0)[0])
        raise MetricError(f"{name}: row {at} (counted from 0) is all zeros and has no direction.")
    x = x / peak
    return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True))


@checked(MetricError)
def retrieval_accuracy(x: ArrayInput, y: ArrayInput, *, centre: bool = False) -> float:
    """Share of rows of `x` whose nearest row of `y` by cosine is the one of the same index, 0 to 1.

    A tie among k rows counts as 1/k, so a collapsed space scores 1/n and not 1. Not symmetric: a
    few rows of `y` may be hubs.

    Args:
        x: (n, d).
        y: (n, d), rows parallel, in the same space.
        centre: Subtract each side's mean first.

    Raises:
        MetricError: For different shapes, non-finite rows, or a row of zeros.

    >>> retrieval_accuracy([[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.1], [0.1, 3.0]])
    1.0
    >>> retrieval_accuracy([[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]])
    0.5
    """
    a, b = as_matrix(x, "x"), as_matrix(y, "y")
    check_parallel(a, b)
    if a.shape[1] != b.shape[1]:
        raise MetricError(f"Widths differ: {a.shape[1]} and {b.shape[1]}; one space is needed.")
    if centre:
        a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return _share_found(_unit_rows(a, "x"), _unit_rows(b, "y"))


def retrieval_accuracies(rows: Sequence[Array], names: Sequence[str]) -> Array:
    """:func:`retrieval_accuracy` from each language (row) to each other (column), (L, L).

    Args:
        rows: L matrices (n, d) of float64, parallel, in one space.
        names: Of the languages, for messages.

    Raises:
        MetricError: For a row of zeros.
    """
    units = [_unit_rows(x, name) for x, name in zip(rows, names, strict=True)]
    found = in_threads(lambda x: [_share_found(x, y) for y in units], units)
    return np.array(list(found))


def _share_found(a: Array, b: Array) -> float:
    found = 0.0
    for at in range(0, len(a), _BLOCK_ROWS):
        similarity = a[at : at + _BLOCK_ROWS] @ b.T
        own = np.diagonal(similarity, offset=at)[:, None]
        level = np.abs(similarity - own) <= 1e-12
        best = ~((similarity > own) & ~level).any(axis=1)
        found += float((best / level.sum(axis=1)).sum())
    return found / len(a)


@checked(MetricError)
def anisotropy(x: ArrayInput) -> float:
    """Mean cosine of two different rows, -1/(n-1) to 1; near 1 if all point the same way.

    Args:
        x: (n, d), n >= 2.

    Raises:
        MetricError: For one row, non-finite rows, or a row of zeros.

    Source: Ethayarajh (2019).

    >>> round(anisotropy([[1.0, 0.0], [0.0, 1.0]]), 12)
    0.0
    >>> round(anisotropy([[1.0, 0.0], [3.0, 0.0]]), 12)
    1.0
    """
    rows = _unit_rows(as_matrix(x, "x", min_rows=2), "x")
    n = len(rows)
    total = float(
        np.square(rows.sum(axis=0)).sum()
    )  # over all pairs, including each row with itself
    return max(-1 / (n - 1), min(1.0, (total - n) / (n * (n - 1))))


@checked(MetricError)
def participation_ratio(x: ArrayInput) -> float:
    """Effective number of directions: (sum of variances)^2 / sum of their squares, 1 to d.

    The floor of biased CKA is the geometric mean of both sides' ratios, divided by n - 1.

    Args:
        x: (n, d), n >= 2.

    Raises:
        MetricError: For non-finite rows or rows that are all equal.

    >>> round(participation_ratio([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]), 12)
    2.0
    """
    from lingap.metrics.cka import centred

    rows = centred(as_matrix(x, "x", min_rows=2), "x")
    gram = rows.T @ rows if rows.shape[1] < len(rows) else rows @ rows.T
    return float(1 / np.vdot(gram, gram))
