"""Phonemes: the IPA segments of a word, from a G2P back end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lingap.g2p import DEFAULT_BACKEND, G2PCoverage, Phonemizer, Pronunciation
from lingap.records import Sentence
from lingap.representations.protocol import WordSpeller


class Phonemes(WordSpeller):
    """One unit per IPA segment, with a boundary between words, as XPhoneBERT reads text.

    Args:
        backend: Name of a G2P back end (``epitran`` as in Jung et al. 2024), or ``auto``.
        options: Passed to :class:`lingap.g2p.Phonemizer`; with ``vocabulary`` (a tokenizer
            file) the coverage counts the units that a model lacks.
    """

    name = "phoneme"

    def __init__(self, backend: str = DEFAULT_BACKEND, **options: Any):
        super().__init__()
        self.backend = backend
        self._options = options
        self._phonemizers: dict[str, Phonemizer] = {}

    def prepare(self, language: str) -> Phonemizer:
        """The phonemizer of a language; LanguageError if the back end does not support it."""
        if language not in self._phonemizers:
            self._phonemizers[language] = Phonemizer(
                language, backend=self.backend, **self._options
            )
        return self._phonemizers[language]

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """IPA segments of each word; unmapped characters and other losses are noted by word."""
        pronunciations = self.prepare(language)(words)
        for word, spoken in zip(words, pronunciations, strict=True):
            if losses := _losses(spoken):
                self.lossy[language, word] = losses
        return [spoken.units for spoken in pronunciations]

    def coverage(
        self, sentences: Iterable[Sentence], vocabulary: Sequence[str] | None = None
    ) -> list[G2PCoverage]:
        """Coverage of these sentences over word tokens, one per language.

        Args:
            sentences: Of any languages.
            vocabulary: Units of a model; those it lacks are counted.
        """
        words: dict[str, list[str]] = {}
        for sentence in sentences:
            words.setdefault(sentence.language, []).extend(sentence.words)
        found = []
        for language, tokens in words.items():
            known = {} if vocabulary is None else {"vocabulary": vocabulary}
            phonemizer = Phonemizer(language, backend=self.backend, **self._options | known)
            phonemizer(tokens)
            found.append(phonemizer.coverage)
        return found

    def provenance(self) -> dict[str, str]:
        """The back end's versions and options, for every language prepared so far."""
        merged = {"representation": self.name, "backend": self.backend}
        for language, phonemizer in sorted(self._phonemizers.items()):
            merged |= {f"{language}.{k}": v for k, v in phonemizer.provenance().items()}
        return merged


def _losses(spoken: Pronunciation) -> tuple[str, ...]:
    """Names under which a word's losses are counted, such as ``words_tone_dropped``."""
    if spoken.is_lossless:
        return ()
    noted = tuple(f"words_{note.replace(' ', '_')}" for note in spoken.notes)
    return ("words_with_unmapped", *noted) if spoken.unmapped else noted
