"""English from gruut-lang-en: its pronunciation lexicon, and its CRF for all other words.

The lexicon (SQLite) and the CRF (crfsuite) are read directly, without the package ``gruut``.
"""

from __future__ import annotations

import base64
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import G2PError
from lingap.g2p.backends.installed import installed_version, package_folder
from lingap.g2p.protocol import (
    Transcriber,
    Transcription,
    check_options,
    code_of,
    placeholder,
)
from lingap.languages import Language
from lingap.text.case import lower

_VOWELS = frozenset("aeiouy")
_CONTEXT = 3  # graphemes on either side, as the CRF was trained
_NO_PHONEME = "_"
_SPELLINGS = {"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "th", "þ": "th", "ł": "l", "đ": "d"}


class GruutEnglish:
    """Lexicon first; else letter names for an acronym without vowels; else the CRF.

    Args:
        folder: The installed data of gruut-lang-en.
    """

    reads: frozenset[str] = frozenset("'")

    def __init__(self, folder: Path):
        connection = sqlite3.connect(f"file:{folder / 'lexicon.db'}?mode=ro", uri=True)
        try:
            rows = connection.execute(
                "SELECT word, phonemes FROM word_phonemes ORDER BY pron_order DESC, id DESC"
            )
            self._lexicon: dict[str, str] = dict(rows)
            self._letters: dict[str, str] = dict(
                connection.execute(
                    "SELECT word, phonemes FROM word_phonemes WHERE length(word) = 1 "
                    "ORDER BY role = 'gruut:letter'"
                )
            )
        finally:
            connection.close()
        self._model = folder / "g2p" / "model.crf"
        self._tagger: Any = None

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """IPA of each word; letters that are not a to z even without accents are unmapped."""
        return [self._transcribe(word) for word in words]

    def _transcribe(self, word: str) -> Transcription:
        text = lower(word)
        if (found := self._look_up(text)) is not None:
            return Transcription(found)
        plain: list[str] = []
        unmapped: list[str] = []
        for character in text:
            base = _SPELLINGS.get(character) or unicodedata.normalize("NFKD", character)
            ascii_only = [part for part in base if "a" <= part <= "z" or part == "'"]
            if not ascii_only:
                unmapped.append(character)
            plain += ascii_only
        text = "".join(plain)
        holes = "".join(map(placeholder, range(len(unmapped))))
        return Transcription(self._read(text, word) + holes, tuple(unmapped))

    def _look_up(self, text: str) -> str | None:
        found = self._lexicon.get(text)
        if found is None and "'" in text:
            found = self._lexicon.get(text.strip("'"))
        if found is None and text.endswith("'s") and (stem := self._look_up(text[:-2])):
            last = stem.rstrip("ː")[-1:]
            ending = "ɪ z" if last in "szʃʒ" else "s" if last in "ptkfθ" else "z"
            found = f"{stem} {ending}"
        return found

    def _read(self, text: str, word: str) -> str:
        if not text.strip("'"):
            return ""
        if (found := self._look_up(text)) is not None:
            return found
        bare = text.replace("'", "")
        if word.isupper() and not _VOWELS & set(bare):
            return " ".join(self._letters[letter] for letter in bare)
        return self._guess(bare)

    def _guess(self, text: str) -> str:
        if self._tagger is None:
            import pycrfsuite

            self._tagger = pycrfsuite.Tagger()
            self._tagger.open(str(self._model))
        tags = self._tagger.tag(_features(text))
        phonemes = "|".join(base64.b64decode(tag).decode() for tag in tags).split("|")
        return " ".join(phoneme for phoneme in phonemes if phoneme != _NO_PHONEME)


def _features(text: str) -> list[dict[str, str | float | bool]]:
    """The CRF's features: each grapheme, three on either side, and the word's edges."""
    codes = [base64.b64encode(letter.encode()).decode("ascii") for letter in text]
    rows = []
    for place, code in enumerate(codes):
        row: dict[str, str | float | bool] = {"bias": 1.0, "grapheme": code}
        for away in range(1, _CONTEXT + 1):
            if place >= away:
                row[f"grapheme-{away}"] = codes[place - away]
            if place + away < len(codes):
                row[f"grapheme+{away}"] = codes[place + away]
        if place == 0:
            row["begin"] = True
        if place == len(codes) - 1:
            row["end"] = True
        rows.append(row)
    return rows


class GruutBackend:
    """gruut-lang-en: 124,000 English words and a CRF for the rest."""

    name = "gruut-lang-en"
    _packages: tuple[str, ...] = ("gruut-lang-en", "python-crfsuite")
    _reader = GruutEnglish

    def languages(self) -> Mapping[str, str]:
        """English only."""
        return {"eng": "en-us"}

    def missing(self) -> str | None:
        """How to install it, or None."""
        is_there = all(map(installed_version, self._packages))
        return None if is_there else f"pip install {' '.join(self._packages)}"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of the lexicon, of python-crfsuite and of this reader."""
        check_options(self.name, options, {})
        return {
            "gruut-lang-en": installed_version("gruut-lang-en") or "",
            "python-crfsuite": installed_version("python-crfsuite") or "",
            "english reader": "1",
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the lexicon; a model for other words is opened at the first of them."""
        check_options(self.name, options, {})
        code_of(self, language)
        folder = package_folder("gruut_lang_en")
        if folder is None:
            raise G2PError(f"The back end {self.name} is not installed: {self.missing()}")
        return self._reader(folder)


GRUUT = GruutBackend()
