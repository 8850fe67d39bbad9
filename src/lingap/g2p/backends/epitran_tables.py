"""Epitran's tables, one language at a time, as a transcriber that reports unmapped characters.

Tables and rules are Epitran's (Mortensen et al. 2018); the package itself is not needed. The
differences are listed in ``epitran_repairs.tsv`` and in :class:`EpitranTable`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache
from importlib import resources

from lingap.errors import G2PError
from lingap.g2p.backends.epitran_data import epitran_files
from lingap.g2p.backends.epitran_rules import read_rules, whole_letters
from lingap.g2p.characters import TATWEEL
from lingap.g2p.marks import is_mark
from lingap.g2p.protocol import PLACEHOLDERS, Transcription, placeholder
from lingap.text.case import lower
from lingap.text.words import APOSTROPHES

_ABOVE_OR_BELOW = 202  # the first combining class of accents; lower ones are of Indic vowels
_TONES = re.compile("[˩˨˧˦˥]")
_FORMAT_CHARACTERS = re.compile("[\u200e\u200f\u202a-\u202e\ufeff ]")
_SAME_LETTER = ("يیى", "كک", "هہ", "'’ʼ‘ʻ`", "ʻ‘'", "ʼ’'")
_COMPATIBILITY_JAMO = (
    "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
    "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
    "\0ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ",
)


@cache
def _repairs(code: str, step: str) -> dict[str, str]:
    text = resources.files(__package__).joinpath("epitran_repairs.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        row["from"]: row["to"]
        for row in rows
        if code in row["tables"].split() and row["step"] == step
    }


def _read_map(text: str) -> dict[str, str]:
    """Grapheme to IPA, both NFD, as Epitran reads it.

    Direction marks inside graphemes are removed; IPA of ``0`` means none, as in rules.
    """
    table: dict[str, str] = {}
    rows = csv.reader(io.StringIO(text))
    next(rows)
    for grapheme, ipa in rows:
        grapheme = unicodedata.normalize("NFD", grapheme)
        clean = _FORMAT_CHARACTERS.sub("", grapheme)
        ipa = unicodedata.normalize("NFD", ipa)
        table.setdefault(clean or grapheme, "" if ipa == "0" else ipa)
    return table


def _marks_of(graphemes: Collection[str], made: Collection[str]) -> str:
    """Accents of a table's letters, under which no shorter grapheme or rule may take the letter.

    Args:
        graphemes: Of the table, in NFD.
        made: Results of its rules; an accent that they add may follow any letter.
    """
    composed = {c for g in graphemes for c in unicodedata.normalize("NFC", g)}
    accents = {
        mark
        for letter in composed
        for mark in unicodedata.normalize("NFD", letter)[1:]
        if unicodedata.combining(mark) >= _ABOVE_OR_BELOW
    }
    return "".join(sorted(accents - {text[:1] for text in (*graphemes, *made)}))


class EpitranTable:
    """One of Epitran's tables with its rules.

    Differences from Epitran: ``I`` and ``İ`` are lower-cased as the language requires; code points
    of the same letter are folded onto the one in the table; an accented letter that the table or
    its rules name is one letter, which no other rule or grapheme takes apart; every unmapped
    character is reported once, with a placeholder in its place; an apostrophe that no rule reads is
    silent; tones that the table gives are left out, as Epitran does by default, and noted; a rule
    may make more than 32 substitutions.

    Args:
        code: Epitran's code, such as ``tur-Latn``.
        reads_all: Whether the table may hold letters of other scripts than the language's.
        source: ``vendored``, or ``installed`` (see :func:`epitran_files`).

    Raises:
        G2PError: When there is no such table, or for ``installed`` no Epitran.
    """

    def __init__(self, code: str, *, reads_all: bool = False, source: str = "vendored"):
        files = epitran_files(source)
        if f"map/{code}.csv" not in files:
            raise G2PError(f"Epitran has no table {code!r} ({code}.csv is not among its maps).")
        self.code = code
        before = [*files.get(f"pre/{code}.txt", "").split("\n"), *_repairs(code, "pre")]
        after = [*files.get(f"post/{code}.txt", "").split("\n"), *_repairs(code, "post")]
        repaired = {
            unicodedata.normalize("NFD", grapheme): unicodedata.normalize("NFD", ipa)
            for grapheme, ipa in _repairs(code, "map").items()
        }
        given = _read_map(files[f"map/{code}.csv"]) | repaired
        self._map = {grapheme: _TONES.sub("", ipa) for grapheme, ipa in given.items()}
        self._toned = frozenset(g for g, ipa in given.items() if ipa != self._map[g])
        whole = _repairs(code, "whole").get("letters", "")
        made = read_rules(before, f"pre/{code}.txt", whole).results
        marks = _marks_of(given, made)
        self._pre = read_rules(before, f"pre/{code}.txt", whole, marks)
        self._post = read_rules(after, f"post/{code}.txt")
        self._strip = str.maketrans("", "", files.get(f"strip/{code}.csv", ""))
        self._folded = {key.casefold(): ipa for key, ipa in reversed(self._map.items())}
        # The dot finds graphemes of one character.
        keys = sorted((key for key in self._map if len(key) > 1), key=len, reverse=True)
        guard = f"(?![{marks}])" if marks else ""
        whole_keys = [f"{re.escape(k)}{guard * (not unicodedata.combining(k[-1]))}" for k in keys]
        self._cut = re.compile("|".join([*whole_keys, "."]), re.IGNORECASE | re.DOTALL)
        begins = "".join(sorted({key[0] for key in keys})) or "\0"
        self._begins_long = re.compile(f"[{re.escape(begins)}]", re.IGNORECASE).search
        self._spellings = _repairs(code, "spelling")
        self._has_jamo = "ㅏ" in self._map
        written = frozenset("".join(self._map))
        self._alphabet = written | self._pre.reads | self._post.reads
        self._made_by_rules = self._beyond_map()
        self._hushes = "'" not in "".join(self._map.values())
        self._folds: dict[str, str] = {}
        others = "MZC" if reads_all else "LMZC"
        characters = {c for c in written if unicodedata.category(c)[0] not in others}
        inner = {c for result in self._pre.results for c in result if c not in APOSTROPHES}
        self.reads = (
            frozenset(
                key
                for key in self._map
                if (key in characters or any(map(is_mark, key))) and inner.isdisjoint(key)
            )
            | (self._alphabet & {TATWEEL})
            | {c for c in self._spellings if len(c) == 1}
        ) - frozenset("<>!")

    def _beyond_map(self) -> frozenset[str]:
        """Characters meant to bypass the map: IPA from earlier rules, marks for later ones."""
        made = {c for result in self._pre.results for c in self._cut.findall(result)}
        awaited = self._post.targets - frozenset("".join(self._map.values()))
        return frozenset(made - self._map.keys()) | awaited

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """IPA of each word, and the characters that neither map nor rules cover."""
        return [self._transcribe(word) for word in words]

    def _transcribe(self, word: str) -> Transcription:
        unmapped: list[str] = []
        text = lower(word, self.code)
        for spelled, meant in self._spellings.items():
            if spelled in text:
                text = text.replace(spelled, meant)
        if self._has_jamo:
            text = "".join(map(_jamo, text))
        text = unicodedata.normalize("NFD", text).translate(self._strip)
        if not self._alphabet.issuperset(text):
            text = "".join([self._known(character, unmapped) for character in text])
        source = text
        if self._pre.whole:
            text = whole_letters(text, self._pre.whole)
        text = unicodedata.normalize("NFD", self._pre.apply(text))
        pieces = self._cut.findall(text) if self._begins_long(text) else text
        table = self._map
        try:
            spelled_out = [table[piece] for piece in pieces]
        except KeyError:
            spelled_out = [
                table[piece] if piece in table else self._uncommon(piece, unmapped, source)
                for piece in pieces
            ]
        ipa = self._post.apply("".join(spelled_out))
        if unmapped:
            unmapped = self._as_in_word(word, unmapped)
        if self._hushes and "'" in ipa:
            ipa = ipa.replace("'", "")
        notes = ("tone dropped",) if not self._toned.isdisjoint(pieces) else ()
        return Transcription(unicodedata.normalize("NFC", ipa), tuple(unmapped), notes)

    def _known(self, character: str, unmapped: list[str]) -> str:
        """An equivalent character of the alphabet, or a placeholder."""
        if character in self._alphabet or character == "'":
            return character
        folded = self._folds.get(character)
        if folded is None:
            folded = self._folds[character] = self._fold(character)
        return folded or self._placeholder(character, unmapped)

    def _fold(self, character: str) -> str:
        candidates = [other for same in _SAME_LETTER if same[0] == character for other in same]
        candidates += [other for same in _SAME_LETTER if character in same for other in same]
        candidates.append(unicodedata.normalize("NFKD", character))
        for candidate in candidates:
            if self._alphabet.issuperset(candidate):
                return candidate
        return "'" if character in APOSTROPHES else ""

    def _uncommon(self, piece: str, unmapped: list[str], source: str) -> str:
        """IPA, or a placeholder, for a piece that is not literally a grapheme of the map."""
        if piece in self._made_by_rules or piece not in source or PLACEHOLDERS.match(piece):
            return piece
        ipa = self._folded.get(piece.casefold())
        if ipa is not None:
            return ipa
        if piece in APOSTROPHES:
            others = (self._map.get(other) for other in "'’‘" if other != piece)
            silent = "'" if self._hushes else ""
            return next((ipa for ipa in others if ipa is not None), silent)
        return self._placeholder(piece, unmapped)

    def _as_in_word(self, word: str, unmapped: list[str]) -> list[str]:
        """The word's composed characters for unmapped decomposed ones: ``é``, not its accent."""
        owners: dict[str, list[str]] = {}
        for character in reversed(lower(word, self.code)):
            parts = unicodedata.normalize("NFD", character)
            for part in () if parts in self._map else parts:
                owner = character if unicodedata.combining(part) else part
                owners.setdefault(part, []).append(owner)
        return [owners[c].pop() if owners.get(c) else c for c in unmapped]

    @staticmethod
    def _placeholder(character: str, unmapped: list[str]) -> str:
        unmapped.append(character)
        return placeholder(len(unmapped) - 1)


def _jamo(character: str) -> str:
    """A Hangul syllable as the jamo of Epitran's Korean table."""
    index = ord(character) - 0xAC00
    if not 0 <= index < 11172:
        return character
    lead, vowel, tail = _COMPATIBILITY_JAMO
    spelled = lead[index // 588] + vowel[index // 28 % 21]
    return spelled + tail[index % 28] if index % 28 else spelled
