"""A G2P back end: an object with the five members of ``lingap.g2p.protocol.G2PBackend``.

Tahitian is written as it is spoken: thirteen letters, long vowels with a macron, and the ʻeta for
the glottal stop. Source of the table: the letters' usual description, as in the first paragraph of
any grammar; for a real back end, cite yours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from lingap.g2p.protocol import Transcription, check_options, code_of
from lingap.languages import Language

LETTERS = {
    "a": "a", "e": "e", "f": "f", "h": "h", "i": "i", "m": "m", "n": "n", "o": "o", "p": "p",
    "r": "r", "t": "t", "u": "u", "v": "v", "ā": "aː", "ē": "eː", "ī": "iː", "ō": "oː", "ū": "uː",
    "ʻ": "ʔ",
}  # fmt: skip


class TahitianLetters:
    """Tahitian, letter by letter."""

    name = "tahitian-letters"

    def languages(self) -> Mapping[str, str]:
        """Code in lingap of each language served -> the back end's own."""
        return {"tah": "tah"}

    def missing(self) -> str | None:
        """How to install what is missing; None, since nothing is."""
        return None

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """What can change the output: it is the key of the word cache."""
        check_options(self.name, options, {})
        return {"lingap-example": version("lingap-example")}

    def load(self, language: Language, options: Mapping[str, str]) -> Reader:
        """A reader of the one language."""
        code_of(self, language)  # LanguageError for another one
        return Reader()


class Reader:
    """Reads words of Tahitian."""

    reads = frozenset({"ʻ"})
    """What it reads besides letters and their marks; other shapes of the sign are given as this."""

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """One answer per word, in order; letters without a sound are named, to be counted."""
        return [
            Transcription(
                "".join(LETTERS.get(letter, "") for letter in word.lower()),
                tuple(letter for letter in word.lower() if letter not in LETTERS),
            )
            for word in words
        ]


TAHITIAN = TahitianLetters()
