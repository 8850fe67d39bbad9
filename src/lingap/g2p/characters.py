"""What a character is to a phonemizer: a letter of the language, a digit, a symbol."""

from __future__ import annotations

import unicodedata
from typing import Literal

Kind = Literal[
    "letter", "foreign", "mark", "apostrophe", "digit", "punctuation", "symbol", "emoji",
    "emoji_part", "invisible", "unmapped",
]  # fmt: skip

APOSTROPHES = frozenset("'’ʼ‘ʻ`´ʹ′＇‛ʽ")
TATWEEL = "\u0640"
"""It only stretches an Arabic word, except where a back end says that it reads it."""
_CJK = ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "IDEOGRAPHIC", "BOPOMOFO")
# ISO 15924 code -> how Unicode names of that script's letters begin.
_SCRIPT_NAMES: dict[str, tuple[str, ...]] = {
    "Adlm": ("ADLAM",),
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Beng": ("BENGALI",),
    "Cakm": ("CHAKMA",),
    "Cher": ("CHEROKEE",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Geor": ("GEORGIAN",),
    "Goth": ("GOTHIC",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hang": ("HANGUL",),
    "Hans": _CJK,
    "Hant": _CJK,
    "Hani": _CJK,
    "Hebr": ("HEBREW",),
    "Hira": ("HIRAGANA", "KATAKANA-HIRAGANA"),
    "Jpan": _CJK,
    "Kana": ("KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH"),
    "Khmr": ("KHMER",),
    "Knda": ("KANNADA",),
    "Kore": ("HANGUL",),
    "Laoo": ("LAO",),
    "Latn": ("LATIN", "FULLWIDTH", "FEMININE", "MASCULINE"),
    "Mlym": ("MALAYALAM",),
    "Mong": ("MONGOLIAN",),
    "Mtei": ("MEETEI MAYEK",),
    "Mymr": ("MYANMAR",),
    "Nkoo": ("NKO",),
    "Olck": ("OL CHIKI",),
    "Orya": ("ORIYA",),
    "Sinh": ("SINHALA",),
    "Syrc": ("SYRIAC",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Tfng": ("TIFINAGH",),
    "Thaa": ("THAANA",),
    "Thai": ("THAI",),
    "Tibt": ("TIBETAN",),
    "Vaii": ("VAI",),
}
_SCRIPTLESS = ("MODIFIER", "COMBINING")
_EMOJI_PARTS = frozenset("\ufe0f\u200d\u20e3") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))


def _is_emoji(character: str) -> bool:
    code = ord(character)
    return (
        0x1F000 <= code <= 0x1FAFF
        or 0x2600 <= code <= 0x27BF
        or 0x2B00 <= code <= 0x2BFF
        or 0x2300 <= code <= 0x23FF
    )


class CharacterKinds(dict[str, Kind]):
    """Kind of each character in the eyes of one language, worked out when first asked for.

    Args:
        script: ISO 15924 code of the language's script.
        reads: Characters that the back end reads as letters whatever Unicode calls them.

    >>> kinds = CharacterKinds("Cyrl", frozenset())
    >>> kinds["я"], kinds["w"], kinds["७"], kinds["!"]
    ('letter', 'foreign', 'digit', 'punctuation')
    """

    def __init__(self, script: str, reads: frozenset[str]):
        super().__init__()
        self._names = _SCRIPT_NAMES.get(script)
        self._reads = reads

    def __missing__(self, character: str) -> Kind:
        kind = self._kind(character)
        self[character] = kind
        return kind

    def _kind(self, character: str) -> Kind:
        if character in self._reads:
            return "letter"
        if character in "▁\ufffd":  # the output's own word boundary; a byte that was no UTF-8
            return "unmapped"
        if character in APOSTROPHES:
            return "apostrophe"
        if character in _EMOJI_PARTS:
            return "emoji_part"
        category = unicodedata.category(character)
        if character == TATWEEL:
            return "invisible"
        if category[0] == "L":
            return "letter" if self._is_own(character) else "foreign"
        if 0xFE00 <= ord(character) <= 0xFE0F or character == "\u034f":
            return "invisible"
        if category[0] == "M":
            return "mark"
        if category == "Nd":
            return "digit"
        if category[0] == "P":
            return "punctuation"
        if category[0] in "SN":
            return "emoji" if category == "So" and _is_emoji(character) else "symbol"
        if category in ("Cf", "Cc") or category[0] == "Z":
            return "invisible"
        return "unmapped"  # surrogates, private use, unassigned

    def _is_own(self, character: str) -> bool:
        if self._names is None:
            return True
        name = unicodedata.name(character, "")
        return name.startswith(self._names) or name.startswith(_SCRIPTLESS)
