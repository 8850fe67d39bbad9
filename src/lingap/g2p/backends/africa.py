"""The back end africa-g2p: alphabets of African languages, one table each.

Only its tables are read. Most come from Omniglot's charts or Hartell (1993), some were drafted by
a language model; none was measured, since no gold pronunciations of these languages are at hand.
So it serves languages that no other back end has, and Swahili, on which it can be evaluated.
Tones that a table does not name are counted as unmapped.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence

from lingap.errors import G2PError
from lingap.g2p.backends.installed import installed_version, package_folder
from lingap.g2p.protocol import Transcriber, Transcription, check_options, code_of, placeholder
from lingap.languages import Language
from lingap.text.case import lower

_PACKAGE = "africa-g2p"
_READER = "1"  # raised whenever the reading of its tables changes any output
_SERVED = {
    code: code for code in ("cjk", "dik", "dyu", "ibo", "kam", "kmb", "nus", "ssw", "taq")
} | {"swa": "swh"}
_STRESS = "ˈ"  # stands for a vowel's quality in the table of Nuer, which so has no IPA for it
_NASALS = str.maketrans("ᵐⁿᵑᶬ", "mnŋɱ", "()") | {ord("ᵏ"): "k\u0361", ord("ᶢ"): "ɡ\u0361"}
"""A nasal before a stop is a sound of its own, as elsewhere in lingap; a click has its stop."""


class AfricaBackend:
    """Tables of africa-g2p, read by the longest match."""

    name = "africa-g2p"

    def languages(self) -> Mapping[str, str]:
        """Each language served to the name of its table."""
        return _SERVED

    def missing(self) -> str | None:
        """How to install it, or None."""
        return None if installed_version(_PACKAGE) else "pip install 'lingap[africa]'"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of the package and of our reader."""
        check_options(self.name, options, {})
        return {_PACKAGE: installed_version(_PACKAGE) or "", "reader": _READER}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the table of one language."""
        check_options(self.name, options, {})
        code = code_of(self, language)
        folder = package_folder("africa_g2p")
        if folder is None:
            raise G2PError(f"The back end {self.name} is not installed: {self.missing()}")
        table = json.loads((folder / "languages" / f"{code}.json").read_text(encoding="utf-8"))
        return _Alphabet(language, table["graphemes"], table.get("diacritics", {}))


class _Alphabet:
    """A loaded table.

    Args:
        language: The language.
        graphemes: Letters to IPA; of alternatives (``i~j``) the first is read.
        diacritics: Combining mark to what IPA has after the sound.
    """

    def __init__(
        self, language: Language, graphemes: Mapping[str, str], diacritics: Mapping[str, str]
    ):
        self._language = f"{language.iso3}-{language.script}"
        self._sounds = {
            _letters(written): ipa.split("~")[0].translate(_NASALS)
            for written, ipa in (*graphemes.items(), *diacritics.items())
            if _STRESS not in ipa
        }
        self._longest = max(map(len, self._sounds))
        self.reads = frozenset(
            letters for letters in self._sounds if not letters.replace("'", "").isalpha()
            and not any(map(unicodedata.combining, letters))
        )  # fmt: skip

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


AFRICA = AfricaBackend()
