"""Text at the door: NFC, marks of direction taken out, words split, letters lowered by locale."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

# Invisible marks that steer the direction of writing; they spell nothing.
_DIRECTION = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_DIRECTIONS = re.compile(f"[{''.join(map(chr, _DIRECTION))}]")
_DOTLESS_I = frozenset({"tur", "aze", "crh", "gag", "kaz", "tat"})
_JOINED = frozenset("'’ʼ՚·-‑")  # between letters these belong to the word
_SPELLING = frozenset("׳״")  # marks by Unicode, letters by use


def clean(text: str) -> str:
    r"""NFC without marks of direction.

    >>> clean("e\u0301\u200f") == "é"
    True
    """
    return unicodedata.normalize("NFC", text.translate(_DIRECTION))


def count_direction_marks(text: str) -> int:
    r"""Invisible marks of direction, which :func:`split_words` leaves out.

    >>> count_direction_marks("a\u200fb\u200e"), count_direction_marks("ab")
    (2, 0)
    """
    return 0 if text.isascii() else len(_DIRECTIONS.findall(text))


def lower(text: str, iso3: str, script: str = "Latn") -> str:
    """Lower case as the language has it: Turkish and its neighbours keep i and ı apart.

    >>> lower("IŞIK İZMİR", "tur"), lower("IRIS", "eng")
    ('ışık izmir', 'iris')
    """
    if script == "Latn" and iso3 in _DOTLESS_I:
        text = text.replace("I", "ı").replace("İ", "i")
    return unicodedata.normalize("NFC", text.lower())


@cache
def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS" and character not in _SPELLING


def split_words(text: str) -> tuple[str, ...]:
    """Words of a text that has no tokens of its own: white space, then punctuation split off.

    A word keeps hyphens and apostrophes between its letters (``Guinea-Bissau``, ``d’Ivoire``).
    Every other mark is a word of its own, also in the middle, because scripts without spaces
    write nothing around their commas. Invisible marks of direction are left out.

    >>> split_words("Congo (RDC), Côte d’Ivoire")
    ('Congo', '(', 'RDC', ')', ',', 'Côte', 'd’Ivoire')
    >>> split_words("日本、韓国")
    ('日本', '、', '韓国')
    """
    words: list[str] = []
    for chunk in text.translate(_DIRECTION).split():
        words += _split_chunk(chunk)
    return tuple(words)


@lru_cache(maxsize=2**17)
def _split_chunk(chunk: str) -> tuple[str, ...]:
    if chunk.isalnum():
        return (chunk,)
    words: list[str] = []
    start = 0
    for at, character in enumerate(chunk):
        inside = 0 < at < len(chunk) - 1
        joined = inside and character in _JOINED and not _is_mark(chunk[at - 1])
        if not _is_mark(character) or (joined and not _is_mark(chunk[at + 1])):
            continue
        if start < at:
            words.append(chunk[start:at])
        words.append(character)
        start = at + 1
    if start < len(chunk):
        words.append(chunk[start:])
    return tuple(words)


def nfc(text: str) -> str:
    """Text in NFC; text that is already is given back as it is."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)
