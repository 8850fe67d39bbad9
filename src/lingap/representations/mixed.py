"""Letters and phonemes at once: each word in both, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lingap.g2p import DEFAULT_BACKEND, G2PCoverage, Phonemizer
from lingap.records import Sentence
from lingap.representations.character import Characters
from lingap.representations.phoneme import Phonemes
from lingap.representations.protocol import WordSpeller

JOINT = "¦"
"""The unit between a word's letters and its phonemes; it belongs to the word."""


class Mixed(WordSpeller):
    """Each word in letters, then in phonemes, so that no view has to do without the other.

    A letter and a phoneme written alike (``a``) share their unit. A word that cannot be pronounced
    has its letters alone, and is counted.

    Args:
        backend, options: As of :class:`Phonemes`.
    """

    name = "mixed"

    def __init__(self, backend: str = DEFAULT_BACKEND, **options: Any):
        super().__init__()
        self._letters, self._phonemes = Characters(), Phonemes(backend, **options)

    def prepare(self, language: str) -> Phonemizer:
        """The phonemizer of a language; LanguageError if the back end does not support it."""
        return self._phonemes.prepare(language)

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Letters, the joint, and phonemes of each word."""
        found = []
        spelt = zip(
            words, self._letters.spell(words, language), self._phonemes.spell(words, language),
            strict=True,
        )  # fmt: skip
        for word, letters, phonemes in spelt:
            losses = self._phonemes.lossy.get((language, word), ())
            if not phonemes:
                losses = (*losses, "words_without_phonemes")
            if losses:
                self.lossy[language, word] = losses
            found.append((*letters, JOINT, *phonemes) if phonemes else letters)
        return found

    def coverage(
        self, sentences: Iterable[Sentence], vocabulary: Sequence[str] | None = None
    ) -> list[G2PCoverage]:
        """Coverage of the phonemes, as of :class:`Phonemes`."""
        return self._phonemes.coverage(sentences, vocabulary)

    def provenance(self) -> dict[str, str]:
        """Provenance of the letters and of the phonemes."""
        return {
            **self._letters.provenance(), **self._phonemes.provenance(), "representation": self.name
        }  # fmt: skip
