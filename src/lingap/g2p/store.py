"""The source of pronunciations: the cache on disk first, the back end for the rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence

from lingap.g2p.cache import Entry, WordCache
from lingap.g2p.protocol import Pronunciation
from lingap.g2p.speller import Speller

_AT_ONCE = 5_000  # words spelled at once
_UNSAVED = 8_000  # words per transaction, since a small one costs as much


def entry_of(pronunciation: Pronunciation) -> Entry:
    """A pronunciation as a cache entry."""
    loss = [pronunciation.unmapped, pronunciation.notes]
    return " ".join(pronunciation.units), "" if pronunciation.is_lossless else json.dumps(loss)


def pronunciation_of(entry: Entry) -> Pronunciation:
    """A cache entry as a pronunciation.

    >>> pronunciation_of(("a b", "")).units
    ('a', 'b')
    """
    units, loss = entry
    unmapped, notes = json.loads(loss) if loss else ((), ())
    return Pronunciation(tuple(units.split(" ")) if units else (), tuple(unmapped), tuple(notes))


class WordStore:
    """Entries of distinct words, kept on disk; in memory only those not yet written.

    Args:
        make_speller: Loads the back end; called at the first word not in the cache.
        cache: The cache on disk, or None.
    """

    def __init__(self, make_speller: Callable[[], Speller], cache: WordCache | None):
        self._make_speller = make_speller
        self._speller: Speller | None = None
        self._cache = cache
        self._unsaved: dict[str, Entry] = {}
        self.tell_new: Callable[[dict[str, Entry]], None] | None = None
        """Hears of new entries as they are written."""
        self._lock = threading.Lock()  # several threads may share a phonemizer

    @property
    def speller(self) -> Speller:
        """The loaded back end."""
        if self._speller is None:
            self._speller = self._make_speller()
        return self._speller

    def entries(self, words: Sequence[str]) -> dict[str, Entry]:
        """The entries of distinct words."""
        found: dict[str, Entry] = {}
        if self._cache is not None:
            found = self._cache.get(words)
            if len(found) == len(words):
                return found
            with self._lock:
                found |= {word: self._unsaved[word] for word in words if word in self._unsaved}
        missing = [word for word in words if word not in found]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            new = dict(zip(part, map(entry_of, self.speller.spell(part)), strict=True))
            found |= new
            if self._cache is not None:
                with self._lock:
                    self._unsaved |= new
                if len(self._unsaved) >= _UNSAVED:
                    self.save()
        return found

    def save(self) -> None:
        """Write new entries to disk; call it after each piece of work."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        if self._cache is not None and unsaved:
            self._cache.put(unsaved.items())
            if self.tell_new is not None:
                self.tell_new(unsaved)

    def take_in(self, entries: Mapping[str, Entry]) -> None:
        """Write entries that another machine made to disk."""
        if self._cache is not None and entries:
            self._cache.put(entries.items())
