"""English from gruut-lang-en: its pronunciation lexicon, and its CRF for words not in there.

The lexicon is a SQLite file and the CRF a crfsuite model; both are read directly, so the package
``gruut`` itself (and what it brings) is not needed.
"""

from __future__ import annotations

import base64
import importlib.util
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import G2PError, LanguageError
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import Transcriber, Transcription, placeholder
from lingap.languages import Language
from lingap.text.case import lower

_VOWELS = frozenset("aeiouy")
_CONTEXT = 3  # graphemes to either side that the CRF was trained on
_NO_PHONEME = "_"
_SPELLINGS = {"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "th", "þ": "th", "ł": "l", "đ": "d"}


class GruutEnglish:
    """Lexicon first, then letters for an acronym without vowels, then the CRF.

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
        """IPA of each word; letters outside a to z, also without their accents, are unmapped."""
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
    """What the CRF was trained on: each grapheme, three to either side, and the word's edges."""
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

    def languages(self) -> Mapping[str, str]:
        """English only."""
        return {"eng": "en-us"}

    def missing(self) -> str | None:
        """How to install it, or None."""
        there = installed_version("gruut-lang-en") and installed_version("python-crfsuite")
        return None if there else "pip install gruut-lang-en python-crfsuite"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of the lexicon and of the CRF's reader."""
        if options:
            raise G2PError(f"The back end gruut-lang-en has no options, got {dict(options)}.")
        return {
            "gruut-lang-en": installed_version("gruut-lang-en") or "",
            "python-crfsuite": installed_version("python-crfsuite") or "",
            "english reader": "1",
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the lexicon; the CRF is opened for the first word that is not in it."""
        if language.iso3 != "eng":
            raise LanguageError(f"The back end gruut-lang-en reads English, not {language.name}.")
        spec = importlib.util.find_spec("gruut_lang_en")
        if spec is None or not spec.submodule_search_locations:
            raise G2PError(f"The back end gruut-lang-en is not installed: {self.missing()}")
        return GruutEnglish(Path(next(iter(spec.submodule_search_locations))))


GRUUT = GruutBackend()
