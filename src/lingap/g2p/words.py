"""Raw text to words: white space parts words, punctuation and emoji stand as words of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from lingap.g2p.characters import APOSTROPHES, TATWEEL, CharacterKinds

_HYPHENS = frozenset("-‐‑·‧֊־")
_INSIDE_NUMBERS = frozenset(".,:٫٬")
_JOINERS = frozenset("\u200d\ufe0f")  # parts of an emoji, nothing without one
_kinds = CharacterKinds("", frozenset())

Splitter = Callable[[str], list[str]]


def split_token(token: str, *, final_apostrophe: bool = False) -> list[str]:
    """Words of a stretch of text that has no white space in it.

    Apostrophes, hyphens and full stops between letters or digits stay inside their word, as do
    commas and colons between digits. Every other punctuation mark or symbol is a word; a mark
    that is repeated (``...``) is one word, and so is an emoji with all that modifies it. A token
    that shows nothing (see :func:`is_invisible`) has no words.

    Args:
        token: Not empty, without white space.
        final_apostrophe: Whether an apostrophe after a letter belongs to the word even at its
            end, as in Swahili ``ng'`` or Uzbek ``o'``; never where an apostrophe opens the token.

    >>> split_token("(don’t…")
    ['(', 'don’t', '…']
    """
    if token.isalpha():
        return [token]
    if _is_hidden(token[0]):
        return _after_hidden(token, final_apostrophe=final_apostrophe)
    closes = final_apostrophe and token[0] not in APOSTROPHES
    words: list[str] = []
    state = ""  # "word", "emoji", or the punctuation mark last seen
    for place, character in enumerate(token):
        kind = _kinds[character]
        if kind in ("punctuation", "symbol", "apostrophe"):
            if _is_inside(token, place, closes):
                words[-1] += character
                continue
            if state == character:
                words[-1] += character
            else:
                words.append(character)
            state = character
        elif kind == "emoji":
            if state == "emoji" and _continues(words[-1], character):
                words[-1] += character
            else:
                words.append(character)
            state = "emoji"
        elif (kind in ("emoji_part", "invisible", "mark") and words) or state == "word":
            words[-1] += character
        else:
            words.append(character)
            state = "word"
    return words


def is_invisible(token: str) -> bool:
    """Whether a token only has characters that show nothing, such as a zero-width space.

    >>> is_invisible(chr(0x200B)), is_invisible("a" + chr(0x200B))
    (True, False)
    """
    return all(map(_is_hidden, token))


def _is_hidden(character: str) -> bool:
    hidden = _kinds[character] == "invisible" and character != TATWEEL
    return hidden or character in _JOINERS


def _after_hidden(token: str, *, final_apostrophe: bool) -> list[str]:
    """Words of a token that begins with what shows nothing, which goes with the first word."""
    rest = next((at for at, c in enumerate(token) if not _is_hidden(c)), len(token))
    if rest == len(token):
        return []
    first, *others = split_token(token[rest:], final_apostrophe=final_apostrophe)
    return [token[:rest] + first, *others]


def _is_inside(token: str, place: int, closes: bool) -> bool:
    """Whether a mark stands within a word."""
    if place == 0 or not _spells(token[place - 1]):
        return False
    character = token[place]
    if place + 1 == len(token) or not _spells(token[place + 1]):
        return closes and character in APOSTROPHES
    if character in APOSTROPHES or character in _HYPHENS or character == ".":
        return True
    both = token[place - 1].isdecimal() and token[place + 1].isdecimal()
    return character in _INSIDE_NUMBERS and both


def _spells(character: str) -> bool:
    return _kinds[character] in ("letter", "mark", "digit", "invisible")


def _continues(before: str, character: str) -> bool:
    flags = all(0x1F1E6 <= ord(c) <= 0x1F1FF for c in (before, character) if len(c) == 1)
    return before.endswith("\u200d") or (len(before) == 1 and flags)


def split_text(text: str, *, final_apostrophe: bool = False) -> list[str]:
    """All words of a text, in order.

    >>> split_text("Hello, world!")
    ['Hello', ',', 'world', '!']
    """
    text = unicodedata.normalize("NFC", text)
    return [
        word
        for token in text.split()
        for word in split_token(token, final_apostrophe=final_apostrophe)
    ]
