"""Sounds at the seams of Korean compounds, which the letters do not show.

Articles 24, 26, 28 and 29 of the Standard Korean Pronunciation (표준 발음법): a plain consonant is
tense after ㄹ in Sino-Korean words, after verb stems and at the seams of many compounds, and ㄴ is
inserted before i and y. Spelling does not tell these words apart, so ``korean_seams.tsv`` names
syllables that are mostly Sino-Korean, and frequent parts of compounds.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_FIRST, _LAST = 0xAC00, 0xD7A3
_CODAS = 28
_PER_ONSET = 21 * _CODAS
_PLAIN = frozenset({0, 3, 7, 9, 12})  # onsets ㄱ ㄷ ㅂ ㅅ ㅈ, each before its tense one
_N, _NO_ONSET = 2, 11


@dataclass(frozen=True, slots=True)
class _Seam:
    """One row: where a change applies, and words where it does not."""

    change: str
    place: re.Pattern[str]
    unless: re.Pattern[str]


def at_seams(word: str) -> str:
    """A Korean word with the tense consonants and the ㄴ of its seams written.

    >>> at_seams("발전"), at_seams("꽃잎"), at_seams("서울역"), at_seams("물고기")
    ('발쩐', '꽃닢', '서울녁', '물꼬기')
    """
    has_any, seams = _seams()
    if len(word) < 2 or not has_any.search(word):
        return word
    spoken = list(word)
    for seam in seams:
        for found in seam.place.finditer(word):
            at = found.start()
            if at and not seam.unless.search(word):
                change = _tense if seam.change == "tense" else _with_n
                spoken[at] = change(word[at], word[at - 1])
    return "".join(spoken)


def _tense(syllable: str, before: str) -> str:
    """The syllable with a tense onset, where its onset is plain."""
    onset = (ord(syllable) - _FIRST) // _PER_ONSET
    return chr(ord(syllable) + _PER_ONSET) if onset in _PLAIN else syllable


def _with_n(syllable: str, before: str) -> str:
    """The syllable with ㄴ as its onset, after a coda."""
    onset = (ord(syllable) - _FIRST) // _PER_ONSET
    has_coda = _FIRST <= ord(before) <= _LAST and (ord(before) - _FIRST) % _CODAS
    if not has_coda or onset != _NO_ONSET:
        return syllable
    return chr(ord(syllable) - (_NO_ONSET - _N) * _PER_ONSET)


def rows() -> list[dict[str, str]]:
    """The table: change, what is before, the part, what is after, exceptions, why, examples."""
    text = resources.files(__package__).joinpath("korean_seams.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def _seams() -> tuple[re.Pattern[str], tuple[_Seam, ...]]:
    """A pattern that finds any seam, and all rows."""
    places = [_place(row) for row in rows()]
    seams = tuple(
        _Seam(row["change"], re.compile(place), re.compile(row["unless"] or "(?!)"))
        for row, place in zip(rows(), places, strict=True)
    )
    return re.compile("|".join(f"(?:{place})" for place in places)), seams


def _place(row: dict[str, str]) -> str:
    """The part of a compound in its context."""
    before = "|".join(f"(?<={one})" for one in row["before"].split()) or "(?<=[가-힣])"
    return f"(?:{before})(?:{row['part']}){row['after']}"
