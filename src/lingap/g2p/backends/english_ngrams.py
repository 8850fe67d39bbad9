"""English from gruut-lang-en's lexicon, and from joint n-grams for all other words.

The n-grams are trained on the alignments shipped with the lexicon, within seconds, when a word
first needs them, and are kept in the cache folder.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.g2p.backends.english import GruutBackend, GruutEnglish
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import Transcription
from lingap.languages import Language
from lingap.storage.cache_folder import cache_folder

if TYPE_CHECKING:
    from lingap.g2p.backends.joint_ngrams import JointNgrams

_VERSION = "1"  # raised whenever training or reading changes any output
_LONGEST_INITIALS = 3  # letters of an all-capital word not in the lexicon that is spelled out
_STRESSED = re.compile("([ˈˌ])ɚ")
_BEFORE_VOWEL = re.compile("ɚ(?= ?[ˈˌ]?[aæɑeɛəiɪoɔuʊʌɚɝ])")
_log = logging.getLogger("lingap")


class _English(GruutEnglish):
    """The lexicon, with n-grams instead of the CRF."""

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
            Transcription(_r_coloured(answer.ipa), answer.unmapped)
            for answer in super().transcribe(words)
        ]


def _r_coloured(ipa: str) -> str:
    """The vowels that gruut writes ``ɚ``: stressed ``ɝ``, and ``əɹ`` where a vowel follows.

    >>> _r_coloured("b ˈɚ d"), _r_coloured("s ˈɪ l ɚ i"), _r_coloured("l ˈɛ t ɚ")
    ('b ˈɝ d', 's ˈɪ l əɹ i', 'l ˈɛ t ɚ')
    """
    return _BEFORE_VOWEL.sub("əɹ", _STRESSED.sub(r"\1ɝ", ipa)) if "ɚ" in ipa else ipa


class EnglishNgramsBackend(GruutBackend):
    """Lexicon of gruut-lang-en, and joint n-grams (Bisani and Ney 2008) trained on it."""

    name = "english-ngrams"
    _packages = ("gruut-lang-en",)
    _reader = _English

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """As for gruut-lang-en, and the version of the n-grams."""
        return super().provenance(language, options) | {"english ngrams": _VERSION}


@cache
def english_ngrams(folder: Path) -> JointNgrams:
    """The n-grams of an installed gruut-lang-en, from the cache or trained now.

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
            _log.warning("%s is damaged (%s): the n-grams are trained again.", kept, error)
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
            _log.warning("Cannot write %s: %s.", kept, error.strerror)
    return ngrams


ENGLISH_NGRAMS = EnglishNgramsBackend()
