"""Sentences of units as numbers: small to keep for hundreds of languages, and quick to send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, ClassVar, overload

import numpy as np
from numpy.typing import NDArray


class PackedSentences(Sequence[tuple[str, ...]]):
    """Sentences of units that take a few bytes a unit; read like a list of tuples.

    Args:
        sentences: Of units.

    Attributes:
        units: The different units, in the order in which they come.
        numbers: The place in `units` of each unit of the text, (n,).

    >>> packed = PackedSentences([("a", "b", "a"), (), ("b",)])
    >>> packed[0], packed[1:], len(packed)
    (('a', 'b', 'a'), [(), ('b',)], 3)
    """

    holds: ClassVar[Any] = Sequence[str]
    """What its items are, so that nobody has to look at each (:mod:`lingap.arguments`)."""

    def __init__(self, sentences: Sequence[Sequence[str]]):
        numbers: dict[str, int] = {}
        for unit in chain.from_iterable(sentences):
            numbers.setdefault(unit, len(numbers))
        self.units = tuple(numbers)
        ends = np.cumsum([0, *map(len, sentences)])
        kind = np.uint16 if len(numbers) <= 1 << 16 else np.uint32
        every = map(numbers.__getitem__, chain.from_iterable(sentences))
        self.numbers = np.fromiter(every, kind, int(ends[-1]))
        self._ends = ends

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Units of each sentence, (len(self),)."""
        return np.diff(self._ends)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> list[tuple[str, ...]]: ...
    def __getitem__(self, at: int | slice) -> tuple[str, ...] | list[tuple[str, ...]]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        numbers = self.numbers[self._ends[place] : self._ends[place + 1]]
        return tuple(map(self.units.__getitem__, numbers.tolist()))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        units = [*map(self.units.__getitem__, self.numbers.tolist())]
        ends = self._ends.tolist()
        for start, end in pairwise(ends):
            yield tuple(units[start:end])

    def key(self) -> tuple[tuple[str, ...], bytes, bytes]:
        """Equal for equal sentences."""
        return self.units, self.numbers.tobytes(), self._ends.tobytes()
