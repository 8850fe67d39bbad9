"""Running text in phonemes, each unit with its word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lingap.g2p.protocol import Pronunciation
from lingap.text.units import BOUNDARY, UNKNOWN

WORD_BOUNDARY = f" {BOUNDARY} "
"""Separator of words in text formats."""


@dataclass(frozen=True, slots=True)
class PronouncedText:
    """Words of a text and their pronunciations, in order.

    Iteration gives the pronunciations; ``str()`` gives the output line of ``lingap phonemize``:
    units separated by a space, words by ``▁``, ``<unk>`` for an empty word.

    Args:
        words: Words and punctuation marks; length n_words.
        pronunciations: One per word; length n_words.

    >>> text = PronouncedText(("no", "!"), (Pronunciation(("n", "oʊ")), Pronunciation(("!",))))
    >>> str(text), text.units, text.word_of_unit
    ('n oʊ ▁ !', ('n', 'oʊ', '!'), (0, 0, 1))
    """

    words: tuple[str, ...]
    pronunciations: tuple[Pronunciation, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """All units, without word boundaries, ``<unk>`` for an empty word; length n_units."""
        return tuple(unit for one in self.pronunciations for unit in _units(one))

    @property
    def word_of_unit(self) -> tuple[int, ...]:
        """Index of the word of each unit, from 0; length n_units."""
        return tuple(place for place, one in enumerate(self.pronunciations) for _ in _units(one))

    def __iter__(self) -> Iterator[Pronunciation]:
        return iter(self.pronunciations)

    def __len__(self) -> int:
        return len(self.words)

    def __str__(self) -> str:
        return WORD_BOUNDARY.join(" ".join(_units(one)) for one in self.pronunciations)


def _units(pronunciation: Pronunciation) -> tuple[str, ...]:
    return pronunciation.units or (UNKNOWN,)
