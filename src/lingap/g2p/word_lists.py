"""Words read from a list before any back end: function words, clitics, abbreviations, initials.

``words/CODE.tsv`` holds word, tab, IPA for one language, written for lingap. A lower-case word
matches any case; one with capitals, or of one letter with a full stop, only itself. ``*`` as IPA
stands for the names of the letters, which ``words/letters.tsv`` gives. A clitic has its apostrophe
(``qu'``, ``'s``) and is also cut from the word that it is written with (``qu'il``). A proclitic has
a hyphen (``و-``) and is cut from the words of the list, which the scripts that leave out vowels
write it with; an ending after digits has one before it (``-го``).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from importlib import resources

from lingap.g2p.listed_forms import ListedForms
from lingap.g2p.protocol import Transcription
from lingap.g2p.roman import with_digits
from lingap.languages import Language
from lingap.storage.digests import digest_of
from lingap.text.case import lower
from lingap.text.words import APOSTROPHES, COLON_LANGUAGES

ENDING = "…"
"""What begins an ending that only a back end reads."""

_APOSTROPHES = {ord(sign): "'" for sign in APOSTROPHES} | {ord("׳"): "'", ord("״"): '"'}
_LONGEST_INITIALS = 6
_ROMAN = frozenset("X")
_VOWELS = frozenset("aeiouyаеёиоуыэюяієїъαεηιουω")
_DOTTED = re.compile(r"(?:[^\W\d_]\.){1,5}[^\W\d_]\.?")
_ENGLISH_ENDING = re.compile(r"((?:[A-Z][a-z]?){2,6}|(?:[A-Z]\.){2,6})(?:'[sS]|s)")
_ENGLISH_AND = re.compile(r"([A-Z]{1,3})[&+]([A-Z]{1,3})")


class WordList:
    """The words of one language that no back end needs to read.

    Args:
        language: The language; most have neither a list nor names of letters.
        only_initials: Keep only what is read by the names of letters.

    >>> from lingap.languages import get_language
    >>> french = WordList(get_language("fra"))
    >>> french.whole("C’"), french.cut("qu'il"), french.whole("lettonien")
    ('s', ('k', 'il', ''), None)
    """

    def __init__(self, language: Language, *, only_initials: bool = False):
        self._own = language
        self._language = f"{language.iso3}-{language.script}"
        self.version = _version(language.code)
        """A digest of the list and the names of letters; it changes whenever they do."""
        self._names = _letter_names().get(language.code, {})
        self._reads_numerals = not only_initials
        self.joins_at_colon = language.iso3 in COLON_LANGUAGES
        """Whether the language writes endings after a colon."""
        self._is_english = language.iso3 == "eng"  # its back ends read clitics themselves
        self._entries: dict[str, str] = {}
        for word, ipa in _entries(language.code).items():
            if ipa == "*":
                self._entries[word] = self._by_letters(word) or ""
            elif not only_initials:
                self._entries[word] = ipa
        clitics = () if self._is_english else self._entries
        self._heads = frozenset(word for word in clitics if word.endswith("'"))
        self._tails = frozenset(word for word in clitics if word.startswith("'"))
        self._proclitics = {
            word[:-1]: self._entries.pop(word) for word in list(self._entries) if word[1:] == "-"
        }

    def __bool__(self) -> bool:
        return bool(self._entries or self._names)

    @cached_property
    def forms(self) -> ListedForms:
        """Splits running text into words, those of the list uncut."""
        return ListedForms(self._entries, self._heads | self._tails, self._own.code)

    def whole(self, word: str) -> str | None:
        """IPA of a word with all its signs, or None."""
        word = _plain_signs(word)
        found = self._listed(word)
        return self._initials(word) if found is None else found

    def with_digits(self, word: str) -> str:
        """A word with digits for its Roman numerals; "" for one without."""
        if not self._reads_numerals:
            return ""
        return with_digits(word, self._own, lambda part: self._listed(part) is not None)

    def names_letters_of(self, text: str) -> bool:
        """Whether small letters are read by their names, unless they are an ending."""
        is_known = self._is_english or self._listed(text) is not None
        return not is_known and self._initials(text) is not None

    def takes_endings(self, stem: str) -> bool:
        """Whether what follows a stem and its apostrophe is an ending: one of initials."""
        if self._is_english or len(stem) < 2 or not stem.isupper():
            return False
        return lower(f"{stem}'", self._language) not in self._heads and self.whole(stem) is not None

    def _listed(self, word: str) -> str | None:
        """The entry of a word with plain signs, or None."""
        found = self._entries.get(word)
        if found is None and not word.islower() and word[1:] != ".":
            found = self._entries.get(lower(word, self._language))
        if found is None and "." in word[1:]:  # ``Z.B.`` begins a sentence
            found = self._entries.get(lower(word[0], self._language) + word[1:])
        return found

    def cut(self, word: str) -> tuple[str, str, str]:
        """IPA of the clitics before a word, the word without clitics, IPA of those after it."""
        before = after = ""
        if self._proclitics:
            return self._without_proclitics(word)
        if "'" not in word or self.whole(word) is not None:
            return before, word, after
        while "'" in word:
            head, sign, rest = word.partition("'")
            if not rest or (small := lower(head + sign, self._language)) not in self._heads:
                break
            before, word = before + self._entries[small], rest
        while "'" in word:
            rest, sign, tail = word.rpartition("'")
            if not rest or (small := lower(sign + tail, self._language)) not in self._tails:
                break
            word, after = rest, self._entries[small] + after
        return before, word, after

    def read(
        self, words: Iterable[str], ask: Callable[[list[str]], Sequence[Transcription]]
    ) -> dict[str, Transcription]:
        """An answer for each word: from the list, or from a back end with clitics of the list."""
        cut = {word: self.cut(word) for word in words}
        listed = {stem: self.whole(stem) for _, stem, _ in cut.values()}
        others = [stem for stem, ipa in listed.items() if ipa is None]
        asked = [stem.removeprefix(ENDING) for stem in others]
        answers = dict(zip(others, ask(asked), strict=True))
        answers |= {stem: Transcription(ipa) for stem, ipa in listed.items() if ipa is not None}
        return {
            word: replace(answers[stem], ipa=before + answers[stem].ipa + after)
            for word, (before, stem, after) in cut.items()
        }

    def _without_proclitics(self, word: str) -> tuple[str, str, str]:
        """As :meth:`cut`: one or two unlike ones, before a listed word of three letters or more.

        The second of two alike is the article (Arabic للبيت), which only a back end reads.
        """
        if word in self._entries:
            return "", word, ""
        for size in (1, 2):
            clitics, rest = word[:size], word[size:]
            if len(rest) < 3 or rest not in self._entries or len(set(clitics)) < size:
                continue
            if self._proclitics.keys() >= set(clitics):
                return "".join(map(self._proclitics.__getitem__, clitics)), rest, ""
        return "", word, ""

    def _initials(self, word: str) -> str | None:
        """Letter names of one consonant, of letters with full stops, of capitals without vowel."""
        if self._names and _DOTTED.fullmatch(word):
            return self._by_letters(word.replace(".", ""))
        if len(word) == 1 and self._names and _VOWELS.isdisjoint(_plain(word)):
            return self._by_letters(word)
        if self._is_english and (ending := _ENGLISH_ENDING.fullmatch(word)):
            stem = self._entries.get(ending[1]) or self._initials(ending[1])
            return None if stem is None else stem + _voiced_like(stem)
        if self._is_english and (pair := _ENGLISH_AND.fullmatch(word)):
            first, second = map(self._by_letters, pair.groups())
            return f"{first}ənd{second}"
        if not self._names or not word[:2].isupper():
            return None
        is_bare = 2 <= len(word) <= _LONGEST_INITIALS and word.isupper()
        if is_bare and _VOWELS.isdisjoint(_plain(word)) and not _ROMAN.issuperset(word):
            return self._by_letters(word)
        return None

    def _by_letters(self, word: str) -> str | None:
        if not self._names:
            return None
        names = [self._names.get(letter) for letter in lower(word, self._language)]
        return None if None in names else "".join(name for name in names if name)


def _plain_signs(word: str) -> str:
    """A word in NFC, its apostrophes as a list writes them, and without spaces."""
    if word.isascii() and "`" not in word and " " not in word:
        return word
    return unicodedata.normalize("NFC", "".join(word.split())).translate(_APOSTROPHES)


def _plain(word: str) -> str:
    """Lower-case letters without their accents."""
    return unicodedata.normalize("NFD", word.lower())


def _voiced_like(ipa: str) -> str:
    """The English ending -s after a sound."""
    last = ipa.rstrip("ː")[-1:]
    return "ɪz" if last in "szʃʒ" else "s" if last in "ptkfθ" else "z"


@cache
def _text(name: str) -> str:
    file = resources.files(__package__).joinpath("words", name)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _rows(name: str) -> list[tuple[str, str]]:
    rows = csv.reader(_text(name).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(first, second) for first, second in rows]


@cache
def _entries(code: str) -> Mapping[str, str]:
    """Word -> IPA of one language; empty without a list."""
    return dict(_rows(f"{code}.tsv"))


@cache
def _letter_names() -> Mapping[str, Mapping[str, str]]:
    """Language -> letter -> IPA of its name."""
    rows = _rows("letters.tsv")
    return {code: dict(name.split("=") for name in names.split()) for code, names in rows}


@cache
def _version(code: str) -> str:
    texts = _text(f"{code}.tsv"), " ".join(_letter_names().get(code, {}).values())
    return digest_of("\0".join(texts), 8)
