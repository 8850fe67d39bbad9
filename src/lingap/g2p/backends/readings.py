"""Chinese, Cantonese and Japanese: words to readings by a package, readings to IPA by a table.

A package reads a word by its own dictionary, so that 重 is read by its word: ``chóng`` in 重庆,
``zhòng`` in 重要. Tones are lexical, each a unit after its syllable; changes of tone between
syllables are not written. Japanese has no pitch accent in these readings.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lingap.errors import MissingExtra
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.backends.syllables import jyutping_ipa, kana_ipa, pinyin_ipa
from lingap.g2p.protocol import Transcriber, Transcription, check_options, code_of, placeholder
from lingap.languages import Language

_TABLES = "1"  # raised whenever a table or a reader changes any output

Parts = Iterable[tuple[str, str | None]]
"""Stretches of a word, in order, each with its IPA; None where the package cannot read it."""


@dataclass
class ReadingBackend:
    """A package that reads words, and a table that spells its readings in IPA.

    Args:
        name: Registered name.
        distribution: The package.
        served: Codes of its languages.
        make: Loads the package: a function from a word to its parts.
    """

    name: str
    distribution: str
    served: tuple[str, ...]
    make: Callable[[], Callable[[str], Parts]]

    def languages(self) -> Mapping[str, str]:
        """Each language that it reads."""
        return dict.fromkeys(self.served, self.distribution)

    def missing(self) -> str | None:
        """How to install it, or None."""
        return None if installed_version(self.distribution) else "pip install 'lingap[cjk]'"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of the package and of the table."""
        check_options(self.name, options, {})
        return {self.distribution: installed_version(self.distribution) or "", "tables": _TABLES}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the package."""
        check_options(self.name, options, {})
        code_of(self, language)
        if self.missing() is not None:
            raise MissingExtra("cjk", f"The back end {self.name}")
        return _Reader(self.make())


class _Reader:
    """The loaded package."""

    reads: frozenset[str] = frozenset()

    def __init__(self, read: Callable[[str], Parts]):
        self._read = read

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """IPA of each word; what the package cannot read is unmapped."""
        return [self._transcribe(word) for word in words]

    def _transcribe(self, word: str) -> Transcription:
        ipa, unmapped = "", ""
        for text, spoken in self._read(word):
            if spoken is not None:
                ipa += spoken
                continue
            for character in text:
                ipa += placeholder(len(unmapped))
                unmapped += character
        return Transcription(ipa, tuple(unmapped))


def _pinyin() -> Callable[[str], Parts]:
    package = importlib.import_module("pypinyin")
    lazy, style = package.lazy_pinyin, package.Style

    def read(word: str) -> Parts:
        # Two passes: where the initial is written apart, the final says which vowel it is.
        initials = lazy(word, style=style.INITIALS, strict=True, errors=_each)
        finals = lazy(
            word, style=style.FINALS_TONE3, strict=True, neutral_tone_with_five=True, errors=_each
        )
        for character, initial, final in zip(word, initials, finals, strict=True):
            yield character, pinyin_ipa(initial, final)

    return read


def _each(text: str) -> list[str]:
    """What pypinyin writes for characters that it cannot read: one empty reading for each."""
    return [""] * len(text)


def _jyutping() -> Callable[[str], Parts]:
    read = importlib.import_module("ToJyutping").get_jyutping_list

    def parts(word: str) -> Parts:
        return ((text, jyutping_ipa(reading or "")) for text, reading in read(word))

    return parts


def _janome() -> Callable[[str], Parts]:
    tokenize = importlib.import_module("janome.tokenizer").Tokenizer().tokenize

    def parts(word: str) -> Parts:
        tokens = [(token.surface, token.phonetic) for token in tokenize(word)]
        spoken = "".join(surface if kana == "*" else kana for surface, kana in tokens)
        if (ipa := kana_ipa(spoken)) is not None:
            return [(word, ipa)]
        return [(surface, kana_ipa(surface if k == "*" else k)) for surface, k in tokens]

    return parts


PYPINYIN = ReadingBackend("pypinyin", "pypinyin", ("zho", "zho-Hant"), _pinyin)
TOJYUTPING = ReadingBackend("tojyutping", "ToJyutping", ("yue", "yue-Hans"), _jyutping)
JANOME = ReadingBackend("janome", "janome", ("jpn",), _janome)
