"""Phonetic similarity of words: the cheapest alignment of their phonemes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two aligned sequences of units.

    Args:
        pairs: Aligned units, None for a gap.
        similarity: 1 for equal sequences, 0 for sequences with nothing in common.
    """

    pairs: tuple[tuple[str | None, str | None], ...]
    similarity: float


def similarities(
    ones: Sequence[Sequence[str]], others: Sequence[Sequence[str]]
) -> npt.NDArray[np.float32]:
    """The similarity that :func:`align` finds, for all pairs of words at once.

    Args:
        ones: n words as units.
        others: m words as units.

    Returns:
        Shape (n, m). Time and memory are n × m × the longest of `ones` × the longest of `others`.

    >>> similarities([("p", "a")], [("p", "aː"), ("p", "a")]).tolist()
    [[0.75, 1.0]]
    """
    units = dict.fromkeys(unit for word in (*ones, *others) for unit in word)
    place = {unit: at for at, unit in enumerate(units)}
    plain = np.array([base(unit) for unit in units] or [""])
    change = np.where(plain[:, None] == plain, np.float32(0.5), np.float32(1))
    np.fill_diagonal(change, 0)
    left, n_left = _padded(ones, place)
    right, n_right = _padded(others, place)
    cost = np.empty((left.shape[1] + 1, right.shape[1] + 1, len(ones), len(others)), np.float32)
    cost[:, 0] = np.arange(len(cost))[:, None, None]
    cost[0] = np.arange(cost.shape[1])[:, None, None]
    for i in range(1, len(cost)):
        for j in range(1, cost.shape[1]):
            swapped = cost[i - 1, j - 1] + change[left[:, None, i - 1], right[None, :, j - 1]]
            dropped = np.minimum(cost[i - 1, j], cost[i, j - 1]) + 1
            np.minimum(swapped, dropped, out=cost[i, j])
    ends = cost[n_left[:, None], n_right, np.arange(len(ones))[:, None], np.arange(len(others))]
    longest = np.maximum(np.maximum(n_left[:, None], n_right), 1)
    return np.maximum(0, 1 - ends / longest).astype(np.float32)


def _padded(
    words: Sequence[Sequence[str]], place: Mapping[str, int]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Words as numbers of their units, filled with 0 to one length, and their lengths."""
    lengths = np.array([len(word) for word in words], dtype=np.intp)
    rows = np.zeros((len(words), max(map(len, words), default=0)), dtype=np.intp)
    for row, word in zip(rows, words, strict=True):
        row[: len(word)] = [place[unit] for unit in word]
    return rows, lengths


def align(one: Sequence[str], other: Sequence[str]) -> Alignment:
    """Align the units of two words with the fewest edits; a length or diacritic counts half.

    >>> align(("p", "a", "ʁ", "i"), ("p", "aː", "i")).pairs
    (('p', 'p'), ('a', 'aː'), ('ʁ', None), ('i', 'i'))
    >>> align(("p", "a"), ("p", "aː")).similarity
    0.75
    """
    rows, columns = len(one) + 1, len(other) + 1
    cost = [[float(i + j) if not i or not j else 0.0 for j in range(columns)] for i in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            cost[i][j] = min(
                cost[i - 1][j - 1] + _change(one[i - 1], other[j - 1]),
                cost[i - 1][j] + 1,
                cost[i][j - 1] + 1,
            )
    pairs: list[tuple[str | None, str | None]] = []
    i, j = len(one), len(other)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + _change(one[i - 1], other[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((one[i], other[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((one[i], None))
        else:
            j -= 1
            pairs.append((None, other[j]))
    longest = max(len(one), len(other), 1)
    return Alignment(tuple(reversed(pairs)), max(0.0, 1 - cost[-1][-1] / longest))


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return 0.5 if base(one) == base(other) else 1.0


@lru_cache(maxsize=4096)
def base(unit: str) -> str:
    """A unit without diacritics and length marks.

    >>> base("t͡ɕʰ"), base("ãː")
    ('tɕ', 'a')
    """
    plain = unicodedata.normalize("NFD", unit)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Lm")) or unit
