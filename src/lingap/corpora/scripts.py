"""Which script a letter is of, by the name that Unicode gives it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from lingap.errors import CorpusError
from lingap.languages import Language
from lingap.records import Sentence, SentencePair

Record = TypeVar("Record", Sentence, SentencePair)

# ISO 15924 code -> first words of its letters' names.
_LETTERS = {
    "Latn": ("LATIN", "MODIFIER", "FULLWIDTH"), "Cyrl": ("CYRILLIC", "MODIFIER"),
    "Arab": ("ARABIC",), "Hang": ("HANGUL",), "Kore": ("HANGUL", "CJK"), "Deva": ("DEVANAGARI",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "IDEOGRAPHIC"),
    "Hans": ("CJK",), "Hant": ("CJK",), "Hani": ("CJK",), "Hebr": ("HEBREW",),
    "Grek": ("GREEK",), "Geor": ("GEORGIAN",), "Armn": ("ARMENIAN",), "Ethi": ("ETHIOPIC",),
    "Beng": ("BENGALI",), "Guru": ("GURMUKHI",), "Gujr": ("GUJARATI",), "Orya": ("ORIYA",),
    "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Knda": ("KANNADA",), "Mlym": ("MALAYALAM",),
    "Sinh": ("SINHALA",), "Thai": ("THAI",), "Laoo": ("LAO",), "Mymr": ("MYANMAR",),
    "Khmr": ("KHMER",), "Tibt": ("TIBETAN",), "Syrc": ("SYRIAC",), "Thaa": ("THAANA",),
    "Tfng": ("TIFINAGH",), "Cher": ("CHEROKEE",), "Vaii": ("VAI",), "Olck": ("OL",),
    "Adlm": ("ADLAM",), "Nkoo": ("NKO",), "Yiii": ("YI",), "Cans": ("CANADIAN",),
    "Cakm": ("CHAKMA",), "Mtei": ("MEETEI",), "Mong": ("MONGOLIAN",), "Rohg": ("HANIFI",),
}  # fmt: skip
_LOOKED_AT = 200  # records
_ENOUGH = 50  # letters to judge by
_LEAST = 0.3  # share of letters in the language's script


@cache
def _name_of(character: str) -> str | None:
    """First word of a letter's name; None for what is no letter."""
    if unicodedata.category(character)[0] != "L":
        return None
    return unicodedata.name(character, "?").split()[0]


def count_letters(text: str, script: str) -> tuple[int, int]:
    """Letters of the script, and letters of others; a script not known here owns every letter.

    >>> count_letters("서울 KBS", "Hang")
    (2, 3)
    """
    names = [name for name in map(_name_of, text) if name is not None]
    expected = _LETTERS.get(script)
    own = len(names) if expected is None else sum(name in expected for name in names)
    return own, len(names) - own


def refuse_foreign_script(
    records: Iterable[Record], language: Language, path: Path | None = None
) -> Iterator[Record]:
    """Pass records on, unless the first 200 are mostly in another script than the language's.

    Raises:
        CorpusError: When less than 30 % of their letters are of the language's script.
    """
    held: list[Record] = []
    own = other = 0
    seen: Counter[str | None] = Counter()
    judged = False
    for record in records:
        if judged:
            yield record
            continue
        held.append(record)
        words = record.words if isinstance(record, Sentence) else record.first.words
        for word in words:
            mine, foreign = count_letters(word, language.script)
            own, other = own + mine, other + foreign
            seen.update(map(_name_of, word))
        if len(held) == _LOOKED_AT:
            judged = True
            _judge(own, other, seen, language, path)
            yield from held
            held.clear()
    if not judged:
        _judge(own, other, seen, language, path)
        yield from held


def _judge(
    own: int, other: int, seen: Counter[str | None], language: Language, path: Path | None
) -> None:
    if own + other >= _ENOUGH and own < _LEAST * (own + other):
        del seen[None]
        name, count = seen.most_common(1)[0]
        raise CorpusError(
            f"{100 * count / seen.total():.0f} % of the letters are {name}, but {language.name} "
            f"({language.code}) is written in {language.script}: a file of another language? If "
            "it is right, give check_script=False.",
            path,
        )
