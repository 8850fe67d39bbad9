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

from lingap.errors import MetricError

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
