"""Running text in phonemes, each unit with its word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lingap.g2p.protocol import Pronunciation
from lingap.records import UNKNOWN

WORD_BOUNDARY = " ▁ "
"""Between two words in text formats."""


@dataclass(frozen=True, slots=True)
class PronouncedText:
    """Words of a text and their pronunciations, in order.

    It iterates as its pronunciations, and ``str()`` of it is a line as ``lingap phonemize`` writes
    it: units one space apart, words by ``▁``, ``<unk>`` for a word of which nothing could be
    spelled.

    Args:
        words: Words and punctuation marks; length n_words.
        pronunciations: One a word; length n_words.

    >>> text = PronouncedText(("no", "!"), (Pronunciation(("n", "oʊ")), Pronunciation(("!",))))
    >>> str(text), text.units, text.word_of_unit
    ('n oʊ ▁ !', ('n', 'oʊ', '!'), (0, 0, 1))
    """

    words: tuple[str, ...]
    pronunciations: tuple[Pronunciation, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """All units, without word boundaries; length n_units. An empty word has ``<unk>``."""
        return tuple(unit for one in self.pronunciations for unit in _units(one))

    @property
    def word_of_unit(self) -> tuple[int, ...]:
        """For each of `units` the index of its word, from 0; length n_units."""
        return tuple(place for place, one in enumerate(self.pronunciations) for _ in _units(one))

    def __iter__(self) -> Iterator[Pronunciation]:
        return iter(self.pronunciations)

    def __len__(self) -> int:
        return len(self.words)

    def __str__(self) -> str:
        return WORD_BOUNDARY.join(" ".join(_units(one)) for one in self.pronunciations)


def _units(pronunciation: Pronunciation) -> tuple[str, ...]:
    return pronunciation.units or (UNKNOWN,)
