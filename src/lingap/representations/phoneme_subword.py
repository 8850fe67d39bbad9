"""Subwords over phonemes: pieces of a word's pronunciation, from a vocabulary trained on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lingap.g2p import DEFAULT_BACKEND
from lingap.records import Sentence
from lingap.representations.phoneme import Phonemes
from lingap.representations.subword import OF_PIECES, Algorithm, Subwords, train_subwords


class PhonemeSubwords(Subwords):
    """Pieces of pronunciations, as subwords are pieces of spellings; never across words.

    The vocabulary is trained on words in IPA by the algorithms of
    :func:`~lingap.representations.subword.train_subwords`, so that the two differ in nothing but
    the alphabet. A piece can end within a phoneme of several code points.

    Args:
        tokenizer: A ``tokenizer.json`` over IPA, or its text.
        backend, options: As of :class:`Phonemes`.
    """

    name = "phoneme-subword"

    def __init__(
        self, tokenizer: Path | str | None = None, *, backend: str = DEFAULT_BACKEND, **options: Any
    ):
        super().__init__(tokenizer)
        self.base = Phonemes(backend, **options)
        self.prepare = self.base.prepare
        self.coverage = self.base.coverage

    @classmethod
    def learned(
        cls,
        sentences: Iterable[Sentence],
        *,
        vocabulary_size: int = 4000,
        algorithm: Algorithm = "wordpiece",
        **options: Any,
    ) -> PhonemeSubwords:
        """Train the pieces on the pronunciations of sentences."""
        base = Phonemes(**options)
        spoken = (
            replace(s, words=_in_ipa(base.spell([*s.words], s.language), s.words), labels=None)
            for s in sentences
        )
        made = train_subwords(spoken, vocabulary_size=vocabulary_size, algorithm=algorithm)
        return cls(made.to_json(), **options)

    @classmethod
    def base_of(cls, options: Mapping[str, Any]) -> Phonemes:
        """What spells the words before they are cut into pieces."""
        return Phonemes(**{k: v for k, v in options.items() if k not in OF_PIECES})

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Pieces of each word's pronunciation; none for a word without phonemes."""
        spoken = self.base.spell(words, language)
        for word in words:
            if losses := self.base.lossy.get((language, word)):
                self.lossy[language, word] = losses
        pieces = super().spell([*_in_ipa(spoken, words)], language)
        return [found if units else () for found, units in zip(pieces, spoken, strict=True)]

    def provenance(self) -> dict[str, str]:
        """Provenance of the phonemes, and of the pieces."""
        return {**self.base.provenance(), **super().provenance()}


def _in_ipa(spoken: Iterable[tuple[str, ...]], words: Iterable[str]) -> tuple[str, ...]:
    """Each word's phonemes in one string; a word without any stays as it is written."""
    return tuple("".join(units) or word for units, word in zip(spoken, words, strict=True))
