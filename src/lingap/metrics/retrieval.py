"""Checks next to CKA: do sentences retrieve their translations, and has the space collapsed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, check_parallel
from lingap.metrics.threads import in_threads

_BLOCK_ROWS = 1024
_LEVEL = 1e-12  # cosines no further apart are equal


def _unit_rows(x: Array, name: str) -> Array:
    peak = np.abs(x).max(axis=1, keepdims=True)
    if (peak == 0).any():
        at = int(np.flatnonzero(peak[:, 0] == 0)[0])
        raise MetricError(f"{name}: row {at} (counted from 0) is all zeros and has no direction.")
    x = x / peak
    return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Which of n parallel sentences find their translation by cosine, each (n,).

    Args:
        there: Share of the first language's row that its translation gets: 1 where that is the
            nearest row of the second language, 1/k where k rows tie for it, else 0.
        back: The same from the second language to the first.
        mutual: Whether the pair is nearer than any other pair with either of its sentences.
    """

    there: Array
    back: Array
    mutual: NDArray[np.bool_]


@checked(MetricError)
def alignment(x: ArrayInput, y: ArrayInput) -> Alignment:
    """Retrieval in both directions, and MEXA's pairs, sentence by sentence.

    Args:
        x: (n, d).
        y: (n, d), rows parallel, in the same space.

    Raises:
        MetricError: As :func:`retrieval_accuracy`.

    >>> found = alignment([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.9, 0.1]])
    >>> found.there.tolist(), found.back.tolist(), found.mutual.tolist()
    ([1.0, 1.0], [1.0, 0.0], [True, False])
    """
    return _aligned(*_sides(x, y))


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
    return float(_aligned(*_sides(x, y, centre=centre)).there.mean())


def mexa(x: ArrayInput, y: ArrayInput) -> float:
    """Share of rows that are nearer to their translation than all other pairs with either, 0 to 1.

    Stricter than retrieval in both directions: a tie counts as 0.

    Args:
        x: (n, d), n >= 2.
        y: (n, d), rows parallel, in the same space; in the paper English.

    Raises:
        MetricError: As :func:`retrieval_accuracy`, and for a single row.

    Source: Kargaran et al. (2025), *MEXA: Multilingual Evaluation of English-Centric LLMs via
    Cross-Lingual Alignment*, equation 1.

    >>> mexa([[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.1], [0.1, 3.0]])
    1.0
    >>> mexa([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.9, 0.1]])
    0.5
    """
    a, b = _sides(x, y)
    if len(a) < 2:
        raise MetricError("MEXA compares a pair with others; one row has none.")
    return float(_aligned(a, b).mutual.mean())


def retrieval_accuracies(rows: Sequence[ArrayInput], names: Sequence[str]) -> Array:
    """:func:`retrieval_accuracy` from each language (row) to each other (column), (L, L).

    Args:
        rows: L matrices (n, d), parallel, in one space.
        names: Of the languages, for messages.

    Raises:
        MetricError: For a row of zeros.
    """
    units = [_unit_rows(as_matrix(x, n), n) for x, n in zip(rows, names, strict=True)]

    def shares(i: int) -> list[tuple[float, float]]:
        found = (_aligned(units[i], y) for y in units[i:])
        return [(float(one.there.mean()), float(one.back.mean())) for one in found]

    result = np.empty((len(units), len(units)))
    for i, pairs in enumerate(in_threads(shares, range(len(units)))):
        there, back = zip(*pairs, strict=True)
        result[i:, i], result[i, i:] = back, there
    return result


def _sides(x: ArrayInput, y: ArrayInput, *, centre: bool = False) -> tuple[Array, Array]:
    a, b = as_matrix(x, "x"), as_matrix(y, "y")
    check_parallel(a, b)
    if a.shape[1] != b.shape[1]:
        raise MetricError(f"Widths differ: {a.shape[1]} and {b.shape[1]}; one space is needed.")
    if centre:
        a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return _unit_rows(a, "x"), _unit_rows(b, "y")


def _aligned(a: Array, b: Array) -> Alignment:
    """Both directions from one product, in blocks of rows."""
    n = len(a)
    own = np.einsum("ij,ij->i", a, b)
    there, row_ties = np.empty(n), np.empty(n)
    beaten, column_ties = np.zeros(n, bool), np.zeros(n)
    for at in range(0, n, _BLOCK_ROWS):
        block = slice(at, at + _BLOCK_ROWS)
        similarity = a[block] @ b.T
        less = similarity - own[block, None]
        row_ties[block] = (np.abs(less) <= _LEVEL).sum(axis=1)
        there[block] = less.max(axis=1) <= _LEVEL
        less = np.subtract(similarity, own, out=similarity)
        column_ties += (np.abs(less) <= _LEVEL).sum(axis=0)
        beaten |= less.max(axis=0) > _LEVEL
    back = (~beaten).astype(np.float64)
    mutual = (there > 0) & ~beaten & (row_ties == 1) & (column_ties == 1)
    return Alignment(there / row_ties, back / column_ties, mutual)


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
