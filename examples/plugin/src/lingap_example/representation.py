"""A representation: units of each word. ``WordSpeller`` does the rest, and keeps the alignment."""

from __future__ import annotations

import unicodedata

from lingap.representations.protocol import WordSpeller

VOWELS = frozenset("aeiouyаеёиоуыэюяαεηιουω")


class Consonants(WordSpeller):
    """Letters of a word, without marks, that are no Latin, Cyrillic or Greek vowels.

    How much of a language is in its consonants? A word of vowels alone has no unit: lingap
    writes the unknown unit for it, and counts it.
    """

    name = "consonants"

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Units of each word, in order."""
        return [tuple(unit for unit in _bare(word) if unit not in VOWELS) for word in words]

    def provenance(self) -> dict[str, str]:
        """What can change the output."""
        return {"representation": self.name, "unicode": unicodedata.unidata_version}


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
