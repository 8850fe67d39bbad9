"""How many distinct words there were, in memory that does not grow with their number."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from hashlib import blake2b

EXACT = 100_000
"""Words up to which the count is exact."""


class DistinctWords:
    """Counts distinct words: exactly up to :data:`EXACT`, then by the *k* smallest hashes.

    The estimate (Bar-Yossef et al. 2002, *Counting distinct elements in a data stream*) has a
    standard error of 0.3 %. It does not depend on order, on repetition, or on which process saw
    which word, so counts can be merged.

    >>> counter = DistinctWords()
    >>> counter.add(["a", "b", "a"])
    >>> len(counter)
    2
    """

    def __init__(self, hashes: Sequence[int] = ()) -> None:
        self._hashes = set(hashes)

    def add(self, words: Iterable[str]) -> None:
        """Count words, new or not."""
        self._hashes.update(map(_hash, words))
        self._trim()

    def merge(self, other: DistinctWords) -> None:
        """Count the words that another one counted."""
        self._hashes |= other._hashes
        self._trim()

    def copy(self) -> DistinctWords:
        """The same count, independent from here on."""
        return DistinctWords(self._smallest())

    def _trim(self) -> None:
        if len(self._hashes) > 2 * EXACT:
            self._hashes = set(self._smallest())

    def _smallest(self) -> Sequence[int]:
        """The hashes that decide the count; one more than is exact shows that it is not."""
        if len(self._hashes) <= EXACT + 1:
            return tuple(self._hashes)
        return heapq.nsmallest(EXACT + 1, self._hashes)

    def __len__(self) -> int:
        """Distinct words so far."""
        if len(self._hashes) <= EXACT:
            return len(self._hashes)
        return round(EXACT * 2**64 / max(self._smallest()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DistinctWords):
            return NotImplemented
        return set(self._smallest()) == set(other._smallest())

    __hash__ = None  # type: ignore[assignment]  # it changes


def _hash(word: str) -> int:
    """64 bits, the same in every process and on every machine."""
    raw = word.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "little")
