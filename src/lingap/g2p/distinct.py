"""The number of distinct words, in bounded memory."""

from __future__ import annotations

import base64
import heapq
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b

EXACT = 100_000
"""The count is exact up to this many words."""


class DistinctWords:
    """Counts distinct words: exactly up to :data:`EXACT`, then by the *k* smallest hashes.

    The estimate (Bar-Yossef et al. 2002, *Counting distinct elements in a data stream*) has a
    standard error of 0.3 %. It does not depend on order, repetition or process, so counts can be
    merged.

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
        """Add the words of another counter."""
        self._hashes |= other._hashes
        self._trim()

    def copy(self) -> DistinctWords:
        """An independent copy."""
        return DistinctWords(self._smallest())

    def to_text(self) -> str:
        """The hashes that decide the count, as ASCII text."""
        return base64.b64encode(array("Q", sorted(self._smallest())).tobytes()).decode()

    @classmethod
    def from_text(cls, text: str) -> DistinctWords:
        """The counter that :meth:`to_text` wrote; ValueError for any other text."""
        hashes = array("Q")
        hashes.frombytes(base64.b64decode(text, validate=True))
        return cls(hashes)

    def _trim(self) -> None:
        if len(self._hashes) > 2 * EXACT:
            self._hashes = set(self._smallest())

    def _smallest(self) -> Sequence[int]:
        """The hashes that decide the count; one more than `EXACT` shows that it is an estimate."""
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
