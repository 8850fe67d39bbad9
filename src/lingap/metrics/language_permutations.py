"""Permutations of languages: what is independent where values belong to pairs of languages.

Pairs that share a language are not independent, so tests that treat each pair as a point find too
much. Under the null hypothesis the *languages* can be exchanged: all values of a language move
together.

Source: Mantel (1967).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import islice, permutations

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import ArrayInput, as_matrix

Language = str | tuple[str, str]
_AT_ONCE = 256


def n_languages(languages: Sequence[Language]) -> int:
    """How many languages the points have."""
    return len({name for one in languages for name in _pair(one)})


def orders_to_try(n: int, most: int) -> tuple[int, bool]:
    """How many orders of n items to try, and whether those are all there are."""
    every = math.factorial(n) if n < 20 else math.inf
    return (int(every), True) if every <= most + 1 else (most, False)


def orders(
    n: int, n_draws: int, *, is_all: bool, rng: np.random.Generator | None = None
) -> Iterator[NDArray[np.intp]]:
    """All orders of n items, or `n_draws` random ones: (k, n) at a time."""
    if is_all or rng is None:
        left = permutations(range(n))
        while some := list(islice(left, _AT_ONCE)):
            yield np.array(some)
    else:
        for at in range(0, n_draws, _AT_ONCE):
            yield np.argsort(rng.random((min(_AT_ONCE, n_draws - at), n)), axis=1)


def language_places(
    languages: Sequence[Language],
    blocks: Sequence[Hashable] | None,
    *,
    n_draws: int,
    is_all: bool,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.intp]] | None:
    """Which point each point becomes when the languages exchange their places.

    Args:
        languages: (n,) language of each point, or its two languages in any order.
        blocks: (n,) seed of each point, whose languages are exchanged alike; None for one block.
        n_draws: Orders to draw.
        is_all: Whether to enumerate all orders instead, the one of the points included.
        rng: Of the draws.

    Returns:
        Arrays of several orders, (k, n); None where some language or pair lacks a point in a
        block, so that points would move to where there is none.

    Raises:
        MetricError: For a wrong number of labels, or two points in one place.
    """
    names = sorted({name for one in languages for name in _pair(one)})
    at = {name: i for i, name in enumerate(names)}
    ends = np.array([sorted(at[name] for name in _pair(one)) for one in languages])
    labels = [0] * len(languages) if blocks is None else list(blocks)
    if len(labels) != len(languages):
        raise MetricError(f"{len(labels)} block labels for {len(languages)} labels of languages.")
    kinds = {label: k for k, label in enumerate(dict.fromkeys(labels))}
    block = np.array([kinds[label] for label in labels])
    where = np.full((len(kinds), len(names), len(names)), -1, dtype=np.intp)
    for point, (k, (i, j)) in enumerate(zip(block, ends, strict=True)):
        if where[k, i, j] >= 0:
            raise MetricError(
                f"{languages[point]!r} has two points: give each language or pair one (with "
                "blocks, one a block)."
            )
        where[k, i, j] = where[k, j, i] = point
    per_block = len({tuple(pair) for pair in ends.tolist()})
    every = len(names) if (ends[:, 0] == ends[:, 1]).all() else len(names) * (len(names) - 1) // 2
    if per_block != every or len(languages) != every * len(kinds):
        return None

    def places() -> Iterator[NDArray[np.intp]]:
        for some in orders(len(names), n_draws, is_all=is_all, rng=rng):
            yield where[block, some[:, ends[:, 0]], some[:, ends[:, 1]]]

    return places()


def _pair(language: Language) -> tuple[str, str]:
    return (language, language) if isinstance(language, str) else language


@checked(MetricError)
def mantel_test(
    first: ArrayInput, second: ArrayInput, *, n_permutations: int = 999, seed: int = 0
) -> tuple[float, float]:
    """Spearman's R over pairs, and its two-sided p-value from permuting the languages of one side.

    Args:
        first: (L, L), symmetric, L >= 4; the diagonal is not read.
        second: The same of other distances.
        n_permutations: At the most; of few languages all orders are tried.
        seed: Of the permutations.

    Raises:
        MetricError: For other shapes, values that are not finite, matrices that are not symmetric,
            or distances that are all equal.

    Source: Mantel (1967); Legendre and Legendre (2012), section 10.5.1.

    >>> line = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    >>> mantel_test(line, line**2)[0]
    1.0
    """
    from scipy.stats import rankdata

    a, b = as_matrix(first, "first"), as_matrix(second, "second")
    n = len(a)
    if a.shape != (n, n) or b.shape != (n, n) or n < 4:
        raise MetricError(
            f"Expected two (L, L) matrices, L >= 4; got shapes {a.shape} and {b.shape}."
        )
    upper = np.triu_indices(n, 1)
    ranks = []
    for name, matrix in (("first", a), ("second", b)):
        off = np.abs(matrix - matrix.T)[upper]
        if (off > 1e-9 * max(1.0, float(np.abs(matrix[upper]).max()))).any():
            raise MetricError(f"{name}: not symmetric; pairs of languages have one distance.")
        if np.ptp(matrix[upper]) == 0:
            raise MetricError(f"{name}: all distances are equal, so there is no order.")
        own = rankdata(matrix[upper])
        own -= own.mean()
        ranks.append(own / np.sqrt(own @ own))
    sides = np.zeros((2, n, n))  # every pair twice
    sides[:, *upper] = ranks
    one, full = sides + sides.transpose(0, 2, 1)
    value = float(ranks[0] @ ranks[1])
    n_draws, is_all = orders_to_try(n, n_permutations)
    rng = np.random.default_rng(seed)
    hits = tried = 0
    for some in orders(n, n_draws, is_all=is_all, rng=rng):
        for order in some:
            drawn = float(np.vdot(one, full.take(order, 0).take(order, 1))) / 2
            hits += abs(drawn) >= abs(value) - 1e-9
            tried += 1
    return round(value, 12), hits / tried if is_all else (1 + hits) / (1 + tried)
