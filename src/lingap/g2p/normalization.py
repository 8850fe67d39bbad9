"""A word before any rule: NFC, apostrophes as the back end writes them, split by policy."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from lingap.g2p.characters import CharacterKinds
from lingap.g2p.marks import is_mark
from lingap.text.words import APOSTROPHES

PieceKind = Literal[
    "letters", "foreign", "digit", "punctuation", "symbol", "emoji", "invisible", "unmapped"
]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a word to which one policy applies."""

    kind: PieceKind
    text: str


def pieces_of(word: str, kinds: CharacterKinds) -> list[Piece]:
    """Split a word into stretches, in order; each character of its NFC is in exactly one.

    Letters keep their marks, what the back end reads as a letter (a final apostrophe, a middle
    dot), and an apostrophe between two letters, which is otherwise written ``'``. Letters of a
    script that the language does not use are a stretch of their own. An invisible character (a
    direction mark, a soft hyphen) does not split a word.

    >>> [(p.kind, p.text) for p in pieces_of("К-9’s", CharacterKinds("Cyrl", frozenset()))]
    [('letters', 'К'), ('punctuation', '-'), ('digit', '9'), ('punctuation', "'"), ('foreign', 's')]
    """
    word = unicodedata.normalize("NFC", word)
    found = [kinds[character] for character in word]
    if not word:
        return []
    if found.count("letter") == len(found) and not APOSTROPHES.issuperset(word):
        return [Piece("letters", word)]
    if "letter" in found:
        word, read = kinds.marks.find(word)
        for place in read:
            found[place] = "letter"
    pieces: list[Piece] = []
    hidden: list[str] = []
    is_open = False  # whether a run of letters may continue
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
            visible = (k for k in found[place + 1 :] if k != "invisible")
            if is_open and last == "letters" and next(visible, "") == "letter":
                _extend(pieces, "'")
            else:
                pieces.append(Piece("punctuation", "'" if character in APOSTROPHES else character))
                is_open = False
        elif last == "emoji" and (
            kind == "emoji_part" or (kind == "emoji" and _joins(pieces[-1].text, character))
        ):
            _extend(pieces, character)
        elif kind == "emoji_part" and character == "\u20e3":  # the enclosing keycap
            pieces.append(Piece("emoji", character))
        elif kind == "invisible" or kind == "emoji_part":
            hidden.append(character)
        else:
            pieces.append(Piece("unmapped" if kind == "mark" else kind, character))
            is_open = False
    return [
        *(part for piece in pieces for part in _lone_marks(piece)),
        *(Piece("invisible", character) for character in hidden),
    ]


def _lone_marks(piece: Piece) -> list[Piece]:
    """The piece, or punctuation where it holds marks without a letter."""
    if piece.kind != "letters" or not all(map(is_mark, piece.text)):
        return [piece]
    return [Piece("punctuation", "'" if c in APOSTROPHES else c) for c in piece.text]


def _extend(pieces: list[Piece], text: str) -> None:
    pieces[-1] = Piece(pieces[-1].kind, pieces[-1].text + text)


def _joins(emoji: str, character: str) -> bool:
    """Whether a character continues an emoji: after a joiner, or as second half of a flag."""
    both_flags = all(0x1F1E6 <= ord(c) <= 0x1F1FF for c in (emoji[0], character))
    return emoji.endswith("\u200d") or (both_flags and len(emoji) == 1)
