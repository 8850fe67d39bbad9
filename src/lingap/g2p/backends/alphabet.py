"""Alphabets: words read by the longest match in a table of letters and their sounds."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lingap.g2p.protocol import Transcription, placeholder
from lingap.languages import Language
from lingap.text.case import lower


class Alphabet:
    """A loaded table.

    Args:
        language: The language.
        graphemes: Letters to IPA.
        diacritics: Combining mark to what IPA has after the sound.
    """

    def __init__(
        self,
        language: Language,
        graphemes: Mapping[str, str],
        diacritics: Mapping[str, str] = MappingProxyType({}),
    ):
        self._language = f"{language.iso3}-{language.script}"
        self._sounds = {
            _letters(written): ipa for written, ipa in (*graphemes.items(), *diacritics.items())
        }
        self._longest = max(map(len, self._sounds))
        self.reads = frozenset(
            letters
            for letters in self._sounds
            if not letters.isalpha() and not any(map(unicodedata.combining, letters))
        )

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """IPA of each word; letters and marks that the table lacks are unmapped."""
        return [self._transcribe(word) for word in words]

    def _transcribe(self, word: str) -> Transcription:
        text = _letters(lower(word, self._language))
        ipa, unmapped, place = "", "", 0
        while place < len(text):
            for size in range(min(self._longest, len(text) - place), 0, -1):
                if (sound := self._sounds.get(text[place : place + size])) is not None:
                    ipa += sound
                    place += size
                    break
            else:
                ipa += placeholder(len(unmapped))
                unmapped += text[place]
                place += 1
        return Transcription(ipa, tuple(unmapped))


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", text.lower()).replace("ǝ", "ə")
