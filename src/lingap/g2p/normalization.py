"""A word before any rule runs: NFC, one apostrophe, and cut into what is and is not spelled."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from lingap.g2p.characters import CharacterKinds
from lingap.text.words import APOSTROPHES

PieceKind = Literal[
    "letters", "foreign", "digit", "punctuation", "symbol", "emoji", "invisible", "unmapped"
]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a word that one policy is about."""

    kind: PieceKind
    text: str


def pieces_of(word: str, kinds: CharacterKinds) -> list[Piece]:
    """Cut a word into stretches, in order; all characters of its NFC are in exactly one.

    Letters keep their marks, and an apostrophe between two letters, written ``'``, stays with
    them. Letters of a script that the language does not use are a stretch of their own. A
    character that shows nothing (a direction mark, a soft hyphen) does not cut a word.

    >>> [(p.kind, p.text) for p in pieces_of("К-9’s", CharacterKinds("Cyrl", frozenset()))]
    [('letters', 'К'), ('punctuation', '-'), ('digit', '9'), ('punctuation', "'"), ('foreign', 's')]
    """
    word = unicodedata.normalize("NFC", word)
    found = [kinds[character] for character in word]
    if not word:
        return []
    if found.count("letter") == len(found) and not APOSTROPHES.issuperset(word):
        return [Piece("letters", word)]
    pieces: list[Piece] = []
    hidden: list[str] = []
    is_open = False  # whether a letter run may go on
    for place, (character, kind) in enumerate(zip(word, found, strict=True)):
        last = pieces[-1].kind if pieces else None
        if kind == "letter" or kind == "foreign":
            run: PieceKind = "letters" if kind == "letter" else "foreign"
            if is_open and last == run:
                _extend(pieces, character)
            else:
                pieces.append(Piece(run, character))
            is_open = True
        elif kind == "mark" and is_open:
            _extend(pieces, character)
        elif kind == "apostrophe":
            if is_open and last == "letters" and _goes_on(found, place):
                _extend(pieces, "'")
            else:
                pieces.append(Piece("punctuation", "'" if character in APOSTROPHES else character))
                is_open = False
        elif kind == "emoji_part" and (last == "emoji" or character == "\u20e3"):
            if last == "emoji":
                _extend(pieces, character)
            else:
                pieces.append(Piece("emoji", character))
        elif kind in ("invisible", "emoji_part"):
            hidden.append(character)
        elif kind == "emoji" and _joins(pieces, character):
            _extend(pieces, character)
        else:
            pieces.append(Piece(_plain(kind), character))
            is_open = False
    return [
        *(part for piece in pieces for part in _quotes(piece)),
        *(Piece("invisible", character) for character in hidden),
    ]


def _quotes(piece: Piece) -> list[Piece]:
    """The piece, or punctuation where apostrophes that may be letters stand without a letter."""
    if piece.kind != "letters" or not APOSTROPHES.issuperset(piece.text):
        return [piece]
    return [Piece("punctuation", "'") for _ in piece.text]


def _extend(pieces: list[Piece], text: str) -> None:
    pieces[-1] = Piece(pieces[-1].kind, pieces[-1].text + text)


def _goes_on(found: Sequence[str], place: int) -> bool:
    """Whether the next visible character is a letter of the language."""
    following: Iterable[str] = found[place + 1 :]
    return next((kind for kind in following if kind != "invisible"), "") == "letter"


def _joins(pieces: list[Piece], character: str) -> bool:
    """Whether an emoji continues the one before: after a joiner, or the second half of a flag."""
    if not pieces or pieces[-1].kind != "emoji":
        return False
    before = pieces[-1].text
    both_flags = all(0x1F1E6 <= ord(c) <= 0x1F1FF for c in (before[0], character))
    return before.endswith("\u200d") or (both_flags and len(before) == 1)


def _plain(kind: str) -> PieceKind:
    if kind == "digit":
        return "digit"
    if kind == "punctuation":
        return "punctuation"
    if kind == "symbol":
        return "symbol"
    if kind == "emoji":
        return "emoji"
    return "unmapped"
