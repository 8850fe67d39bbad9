"""What a grapheme-to-phoneme back end is, and the registry of all of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lingap.errors import G2PError, LanguageError
from lingap.languages import Language, get_language
from lingap.registry import Registry

DEFAULT_BACKEND = "auto"
"""Used where no back end is named: the installed one with the lowest measured error."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """The phonemes of one word, and what was lost in spelling it.

    Args:
        units: IPA segments in NFD, one per phoneme; punctuation and digits where the policies
            keep them. Empty when nothing in the word could be spelled.
        unmapped: Characters of the word that no rule covers, once per occurrence.
        notes: Other losses and guesses by name, such as ``foreign script`` or ``emoji dropped``.
        lacking: Units of the word that a given vocabulary lacks, once per occurrence.
        stand_ins: The unit written for each of `lacking` under the policy ``nearest``, or "";
            empty under ``report``.
    """

    units: tuple[str, ...]
    unmapped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()

    @property
    def is_lossless(self) -> bool:
        """Whether the word is spelled in full, in known units."""
        return bool(self.units) and not (self.unmapped or self.notes or self.lacking)

    @property
    def is_empty(self) -> bool:
        """Whether nothing could be spelled; a representation then writes its unknown unit."""
        return not self.units


@dataclass(frozen=True, slots=True)
class Transcription:
    """A back end's answer for one word.

    Args:
        ipa: Free IPA text; lingap normalizes and segments it. No character of the orthography may
            merely pass through; ``placeholder(i)`` may mark the place of ``unmapped[i]``.
        unmapped: Characters of the word that no rule covers, once per occurrence.
        notes: Other losses and guesses by name; the coverage counts the words that have them.
    """

    ipa: str
    unmapped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_FIRST_PLACEHOLDER = 0xF0000  # private use, plane 15
PLACEHOLDERS = re.compile("[\U000f0000-\U000ffffd]")


def placeholder(index: int) -> str:
    """The character that marks the place of ``unmapped[index]`` in IPA text."""
    return chr(_FIRST_PLACEHOLDER + min(index, 0xFFFD))


class Transcriber(Protocol):
    """One back end, loaded for one language."""

    reads: frozenset[str]
    """What it reads in a word besides letters and combining marks: characters, such as digits for
    a synthesizer that reads numbers, and graphemes with a mark as its table writes them, such as
    Swahili ``ng'``, Catalan ``l·l`` or a lone ``ʻ``. Other shapes of the mark are folded onto
    these; elsewhere in a word the mark is punctuation."""

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """One answer per word, in order.

        Words are distinct, NFC, and in their original case. They hold letters with their marks,
        what is in `reads`, and other apostrophes between two letters, written ``'``.
        """


class G2PBackend(Protocol):
    """A way to turn words into IPA. Nothing heavy is imported before :meth:`load`."""

    name: str
    """Registered name; written into every score row."""

    def languages(self) -> Mapping[str, str]:
        """Codes of the languages served (as in `Language.code`) to the back end's own code."""

    def missing(self) -> str | None:
        """How to install the back end, in one sentence; None where it is installed."""

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Everything that can change the output: versions, back ends it chose, options.

        It is the key of the word cache, so it must be quick and must not load the back end.

        Raises:
            G2PError: For an option that the back end does not know.
        """

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the back end for one language.

        Raises:
            LanguageError: When the language is not served.
            MissingExtra: When a package is missing.
        """


def check_options(
    backend: str, options: Mapping[str, str], known: Mapping[str, Collection[str]]
) -> None:
    """Raise G2PError for an option that a back end lacks.

    Args:
        backend: Name of the back end.
        options: The options given.
        known: Option -> its allowed values; empty for any value.
    """
    for name, value in options.items():
        if name not in known or (known[name] and value not in known[name]):
            listed = "; ".join(
                f"{option}: {' or '.join(values)}" if values else option
                for option, values in known.items()
            )
            raise G2PError(
                f"The back end {backend} has no option {name}={value!r}. Known: {listed or 'none'}."
            )


def reader_of(backend: G2PBackend, language: Language) -> Language:
    """The language itself where a back end serves it, or else the nearest it shares G2P with."""
    served = backend.languages()
    reader = language
    while reader.code not in served and reader.base:
        reader = get_language(reader.base)
    return reader if reader.code in served else language


def code_of(backend: G2PBackend, language: Language) -> str:
    """The back end's own code for a language; LanguageError when it does not serve it."""
    code = backend.languages().get(language.code)
    if code is None:
        raise LanguageError(
            f"The back end {backend.name} does not serve {language.name} ({language.code}). "
            f"`lingap languages --backend {backend.name}` lists the languages it serves."
        )
    return code


BACKENDS: Registry[G2PBackend] = Registry("g2p back end")
BACKENDS.add("epitran", "lingap.g2p.backends.epitran:EPITRAN")
BACKENDS.add("gruut-lang-en", "lingap.g2p.backends.english:GRUUT")
BACKENDS.add("flite", "lingap.g2p.backends.flite:FLITE")
BACKENDS.add("english-ngrams", "lingap.g2p.backends.english_ngrams:ENGLISH_NGRAMS")
BACKENDS.add("orthography2ipa", "lingap.g2p.backends.orthography2ipa:ORTHOGRAPHY2IPA")
BACKENDS.add("espeak", "lingap.g2p.backends.espeak:ESPEAK")
BACKENDS.add("lexicon", "lingap.g2p.backends.lexicon:LEXICON")
BACKENDS.add("charsiu", "lingap.g2p.backends.charsiu:CHARSIU")
BACKENDS.add("pypinyin", "lingap.g2p.backends.readings:PYPINYIN")
BACKENDS.add("tojyutping", "lingap.g2p.backends.readings:TOJYUTPING")
BACKENDS.add("janome", "lingap.g2p.backends.readings:JANOME")
BACKENDS.add("africa-g2p", "lingap.g2p.backends.africa:AFRICA")
BACKENDS.add("alphabets", "lingap.g2p.backends.phonemic_alphabets:ALPHABETS")
BACKENDS.add("auto", "lingap.g2p.choice:AUTO")


_CHOSEN = re.compile(r"auto \(([^()]+)\)")


def bare_name(backend: str) -> str:
    """The name of a back end without ``auto``.

    >>> bare_name("auto (epitran)"), bare_name("epitran")
    ('epitran', 'epitran')
    """
    found = _CHOSEN.fullmatch(backend)
    return found[1] if found else backend
