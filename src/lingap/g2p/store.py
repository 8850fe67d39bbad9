"""Where pronunciations come from: the cache on disk first, the back end for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from lingap.g2p.cache import Entry, WordCache
from lingap.g2p.protocol import Pronunciation
from lingap.g2p.speller import Speller

_AT_ONCE = 5_000  # words spelled before they are remembered, so that a killed run keeps them


def entry_of(said: Pronunciation) -> Entry:
    """A pronunciation as the cache keeps it."""
    lossless = said.units and not said.unmapped and not said.notes
    loss = "" if lossless else json.dumps([said.unmapped, said.notes])
    return " ".join(said.units), loss


def pronunciation_of(entry: Entry) -> Pronunciation:
    """An entry of the cache as a pronunciation.

    >>> pronunciation_of(("a b", "")).units
    ('a', 'b')
    """
    units, loss = entry
    unmapped, notes = json.loads(loss) if loss else ((), ())
    return Pronunciation(tuple(units.split(" ")) if units else (), tuple(unmapped), tuple(notes))


class WordStore:
    """Entries of distinct words; remembers on disk, keeps nothing in memory.

    Args:
        make_speller: Loads the back end; called only when a word is not in the cache.
        cache: The cache on disk, or None.
    """

    def __init__(self, make_speller: Callable[[], Speller], cache: WordCache | None):
        self._make_speller = make_speller
        self._speller: Speller | None = None
        self._cache = cache

    @property
    def speller(self) -> Speller:
        """The loaded back end."""
        if self._speller is None:
            self._speller = self._make_speller()
        return self._speller

    def entries(self, words: Sequence[str]) -> dict[str, Entry]:
        """The entry of every word; words are distinct."""
        found = self._cache.get(words) if self._cache is not None else {}
        if len(found) == len(words):
            return found
        missing = [word for word in words if word not in found]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            said = zip(part, map(entry_of, self.speller.spell(part)), strict=True)
            new = dict(said)
            if self._cache is not None:
                self._cache.put(new.items())
            found |= new
        return found
