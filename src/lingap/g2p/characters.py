"""Kinds of characters for a phonemizer: letter of the language, digit, symbol and so on."""

from __future__ import annotations

import unicodedata
from typing import Literal

from lingap.g2p.marks import ReadMarks, is_mark
from lingap.text.scripts import is_in_script
from lingap.text.words import APOSTROPHES, is_emoji, is_invisible

Kind = Literal[
    "letter", "foreign", "mark", "apostrophe", "digit", "punctuation", "symbol", "emoji",
    "emoji_part", "invisible", "unmapped",
]  # fmt: skip

TATWEEL = "\u0640"
"""Only stretches an Arabic word, except for a back end that reads it."""
_EMOJI_PARTS = frozenset("\ufe0f\u200d\u20e3") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))


class CharacterKinds(dict[str, Kind]):
    """Character -> its kind for one language, computed on first use.

    Args:
        script: ISO 15924 code of the language's script.
        reads: What the back end reads beside letters, as in
            :attr:`lingap.g2p.protocol.Transcriber.reads`.

    >>> kinds = CharacterKinds("Cyrl", frozenset())
    >>> kinds["я"], kinds["w"], kinds["७"], kinds["!"]
    ('letter', 'foreign', 'digit', 'punctuation')
    """

    def __init__(self, script: str, reads: frozenset[str]):
        super().__init__()
        self._is_own = is_in_script(script)
        self._reads = frozenset(c for c in reads if len(c) == 1 and not is_mark(c))
        self.marks = ReadMarks(reads)

    def __missing__(self, character: str) -> Kind:
        kind = self._kind(character)
        self[character] = kind
        return kind

    def _kind(self, character: str) -> Kind:
        if character in self._reads:
            return "letter"
        if character in "▁\ufffd":  # the word boundary of the output; a byte not in UTF-8
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
        if is_invisible(character) or character.isspace():
            return "invisible"
        if is_emoji(character):
            return "emoji"
        if category[0] == "M":
            return "mark"
        if category == "Nd":
            return "digit"
        if category[0] == "P":
            return "punctuation"
        if category[0] in "SN":
            return "symbol"
        return "unmapped"  # surrogates, private use, unassigned, signs of format that show
