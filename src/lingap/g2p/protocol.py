"""What a grapheme-to-phoneme back end is, and the registry of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lingap.languages import Language
from lingap.registry import Registry

DEFAULT_BACKEND = "auto"
"""Used wherever no back end is named: the one with the lowest measured error of those installed."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How one word is spelled in phonemes.

    Args:
        units: IPA segments in NFD, one a phoneme; punctuation and digits as units where the
            policies keep them. Empty when nothing in the word could be spelled.
        unmapped: Characters of the word that no rule covers, once for each occurrence.
        notes: What else was lost or guessed, by name: ``foreign script``, ``emoji dropped``,
            ``language switch``.
        lacking: Units of the word that a given vocabulary lacks, once for each occurrence.
        stand_ins: What was written for each of `lacking` under the policy ``nearest``, "" for
            nothing; empty under ``report``.
    """

    units: tuple[str, ...]
    unmapped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()

    @property
    def is_lossless(self) -> bool:
        """Whether the word is spelled in full and in units that are known."""
        return bool(self.units) and not (self.unmapped or self.notes or self.lacking)

    @property
    def is_empty(self) -> bool:
        """Whether nothing could be spelled, so that a representation writes its unknown unit."""
        return not self.units


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a back end answers for one word.

    Args:
        ipa: Free IPA text; lingap normalizes and segments it. No character of the orthography may
            merely pass through; ``placeholder(i)`` may mark the place of ``unmapped[i]``.
        unmapped: Characters of the word that no rule covers, once for each occurrence.
        notes: What else was lost or guessed, by name; counted in words by the coverage.
    """

    ipa: str
    unmapped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_FIRST_PLACEHOLDER = 0xF0000  # private use, plane 15
PLACEHOLDERS = re.compile("[\U000f0000-\U000ffffd]")


def placeholder(index: int) -> str:
    """The character that stands in IPA text for ``unmapped[index]``."""
    return chr(_FIRST_PLACEHOLDER + min(index, 0xFFFD))


class Transcriber(Protocol):
    """One back end, loaded for one language."""

    reads: frozenset[str]
    """Characters other than letters and marks that it wants to see inside a word, such as the
    apostrophe of Swahili ``ng'`` or the digits that a synthesizer reads aloud."""

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """One answer a word, in order.

        Words are NFC, in their own case, distinct, and hold letters with their marks, inner
        apostrophes written ``'``, and nothing else except what is in `reads`.
        """


class G2PBackend(Protocol):
    """A way to turn words into IPA. Nothing heavy is imported before :meth:`load`."""

    name: str
    """Registered name; written into every score row."""

    def languages(self) -> Mapping[str, str]:
        """Codes of the languages served (as in `Language.code`) to the back end's own code."""

    def missing(self) -> str | None:
        """None where the back end is installed, else how to install it, as one sentence."""

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Everything that can change the output: versions, chosen sub back ends, options.

        The lexicon cache is keyed by it, so it must be quick and must not load the back end.

        Raises:
            G2PError: For an option that the back end does not know.
        """

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Make ready for one language.

        Raises:
            LanguageError: When the language is not served.
            MissingExtra: When a package is missing.
        """


BACKENDS: Registry[G2PBackend] = Registry("g2p back end")
BACKENDS.add("epitran", "lingap.g2p.backends.epitran:EPITRAN")
BACKENDS.add("gruut-lang-en", "lingap.g2p.backends.english:GRUUT")
BACKENDS.add("flite", "lingap.g2p.backends.flite:FLITE")
BACKENDS.add("english-ngrams", "lingap.g2p.backends.english_ngrams:ENGLISH_NGRAMS")
BACKENDS.add("orthography2ipa", "lingap.g2p.backends.orthography2ipa:ORTHOGRAPHY2IPA")
BACKENDS.add("espeak", "lingap.g2p.backends.espeak:ESPEAK")
BACKENDS.add("lexicon", "lingap.g2p.backends.lexicon:LEXICON")
BACKENDS.add("charsiu", "lingap.g2p.backends.charsiu:CHARSIU")
BACKENDS.add("auto", "lingap.g2p.choice:AUTO")
