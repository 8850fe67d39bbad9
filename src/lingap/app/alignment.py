"""Phonetic similarity of two words: the cheapest alignment of their phonemes."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two aligned sequences of units.

    Args:
        pairs: Aligned units, None for a gap.
        similarity: 1 for equal sequences, 0 for sequences with nothing in common.
    """

    pairs: tuple[tuple[str | None, str | None], ...]
    similarity: float


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


def base(unit: str) -> str:
    """A unit without diacritics and length marks.

    >>> base("t͡ɕʰ"), base("ãː")
    ('tɕ', 'a')
    """
    plain = unicodedata.normalize("NFD", unit)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Lm")) or unit
