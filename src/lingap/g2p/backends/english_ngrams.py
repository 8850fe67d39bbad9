"""English from gruut-lang-en's lexicon, and from joint n-grams for words not in there.

The n-grams are learned from the alignments that the same package ships with its lexicon, within
seconds, when a word first needs them, and are kept in the folder of caches.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.errors import G2PError, LanguageError
from lingap.g2p.backends.english import GRUUT, GruutEnglish
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import Transcriber, Transcription
from lingap.languages import Language
from lingap.storage.cache_folder import cache_folder

if TYPE_CHECKING:
    from lingap.g2p.backends.joint_ngrams import JointNgrams

_VERSION = "1"  # raised whenever learning or reading changes any output
_LONGEST_INITIALS = 3  # capital letters that the lexicon lacks and that are read one by one
_STRESSED = re.compile("([ˈˌ])ɚ")
_BEFORE_VOWEL = re.compile("ɚ(?= ?[ˈˌ]?[aæɑeɛəiɪoɔuʊʌɚɝ])")
_log = logging.getLogger("lingap")


class _English(GruutEnglish):
    """As its parent, with another guess at words that the lexicon lacks."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self._folder = folder

    def _guess(self, text: str) -> str:
        return english_ngrams(self._folder).read(text)

    def _read(self, text: str, word: str) -> str:
        bare = text.replace("'", "")
        initials = word.isupper() and 1 < len(bare) <= _LONGEST_INITIALS
        if initials and self._look_up(text) is None:
            return " ".join(self._letters[letter] for letter in bare)
        return super()._read(text, word)

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        return [
            Transcription(_r_coloured(said.ipa), said.unmapped)
            for said in super().transcribe(words)
        ]


def _r_coloured(ipa: str) -> str:
    """The vowels that gruut writes ``ɚ``: stressed ``ɝ``, and ``əɹ`` where a vowel follows.

    >>> _r_coloured("b ˈɚ d"), _r_coloured("s ˈɪ l ɚ i"), _r_coloured("l ˈɛ t ɚ")
    ('b ˈɝ d', 's ˈɪ l əɹ i', 'l ˈɛ t ɚ')
    """
    return _BEFORE_VOWEL.sub("əɹ", _STRESSED.sub(r"\1ɝ", ipa)) if "ɚ" in ipa else ipa


class EnglishNgramsBackend:
    """Lexicon of gruut-lang-en, and joint n-grams (Bisani and Ney 2008) learned from it."""

    name = "english-ngrams"

    def languages(self) -> Mapping[str, str]:
        """English only."""
        return GRUUT.languages()

    def missing(self) -> str | None:
        """How to install gruut-lang-en, or None."""
        return None if installed_version("gruut-lang-en") else "pip install gruut-lang-en"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """As of gruut-lang-en, and the version of the n-grams."""
        return GRUUT.provenance(language, options) | {"english ngrams": _VERSION}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the lexicon; the n-grams come with the first word that is not in it."""
        GRUUT.provenance(language, options)  # refuses options
        if language.iso3 != "eng":
            raise LanguageError(f"The back end {self.name} reads English, not {language.name}.")
        spec = importlib.util.find_spec("gruut_lang_en")
        if spec is None or not spec.submodule_search_locations:
            raise G2PError(f"The back end {self.name} is not installed: {self.missing()}")
        return _English(Path(next(iter(spec.submodule_search_locations))))


@cache
def english_ngrams(folder: Path) -> JointNgrams:
    """The n-grams of an installed gruut-lang-en, from the cache or learned now.

    Args:
        folder: The installed data of gruut-lang-en.
    """
    from lingap.g2p.backends.joint_ngrams import JointNgrams

    caches = cache_folder()
    kept = None
    if caches is not None:
        version = installed_version("gruut-lang-en")
        kept = caches / "g2p" / f"english-ngrams-{version}-{_VERSION}.npz"
        try:
            return JointNgrams.load(kept)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            _log.warning("%s is damaged (%s) and is learned anew.", kept, error)
    connection = sqlite3.connect(f"file:{folder / 'lexicon.db'}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT alignment FROM g2p_alignments ORDER BY id").fetchall()
    finally:
        connection.close()
    ngrams = JointNgrams.train(alignment for (alignment,) in rows)
    if kept is not None:
        try:
            ngrams.save(kept)
        except OSError as error:
            _log.warning("Cannot keep %s: %s.", kept, error.strerror)
    return ngrams


ENGLISH_NGRAMS = EnglishNgramsBackend()
