"""A word before any rule: NFC, apostrophes as the back end writes them, split by policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lingap.g2p.characters import CharacterKinds, Kind
from lingap.g2p.marks import is_mark
from lingap.text.words import APOSTROPHES, nfc

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
    word = nfc(word)
    found = [kinds[character] for character in word]
    if not word:
        return []
    if found.count("letter") == len(found) and not APOSTROPHES.issuperset(word):
        return [Piece("letters", word)]
    if "letter" in found:
        word, read = kinds.marks.find(word)
        for place in read:
            found[place] = "letter"
    pieces: list[tuple[PieceKind, list[str]]] = []
    hidden: list[str] = []
    is_open = False  # whether a run of letters may continue
    after = _next_visible(found)
    for place, (character, kind) in enumerate(zip(word, found, strict=True)):
        last, text = pieces[-1] if pieces else (None, [])
        if kind == "letter" or kind == "foreign":
            run: PieceKind = "letters" if kind == "letter" else "foreign"
            if is_open and last == run:
                text.append(character)
            else:
                pieces.append((run, [character]))
            is_open = True
        elif kind == "mark" and is_open:
            text.append(character)
        elif kind == "apostrophe":
            if is_open and last == "letters" and after[place] == "letter":
                text.append("'")
            else:
                pieces.append(("punctuation", ["'" if character in APOSTROPHES else character]))
                is_open = False
        elif last == "emoji" and (
            kind == "emoji_part" or (kind == "emoji" and _joins(text, character))
        ):
            text.append(character)
        elif kind == "emoji_part" and character == "\u20e3":  # the enclosing keycap
            pieces.append(("emoji", [character]))
        elif kind == "invisible" or kind == "emoji_part":
            hidden.append(character)
        else:
            pieces.append(("unmapped" if kind == "mark" else kind, [character]))
            is_open = False
    whole = (Piece(kind, "".join(text)) for kind, text in pieces)
    return [
        *(part for piece in whole for part in _lone_marks(piece)),
        *(Piece("invisible", character) for character in hidden),
    ]


def _next_visible(kinds: Sequence[Kind]) -> list[Kind | None]:
    """For each character, the kind of the next one that is not invisible."""
    after: list[Kind | None] = []
    visible: Kind | None = None
    for kind in reversed(kinds):
        after.append(visible)
        if kind != "invisible":
            visible = kind
    return after[::-1]


def _lone_marks(piece: Piece) -> list[Piece]:
    """The piece, or punctuation where it holds marks without a letter."""
    if piece.kind != "letters" or not all(map(is_mark, piece.text)):
        return [piece]
    return [Piece("punctuation", "'" if c in APOSTROPHES else c) for c in piece.text]


def _joins(emoji: Sequence[str], character: str) -> bool:
    """Whether a character continues an emoji: after a joiner, or as second half of a flag."""
    both_flags = all(0x1F1E6 <= ord(c) <= 0x1F1FF for c in (emoji[0], character))
    return emoji[-1] == "\u200d" or (both_flags and len(emoji) == 1)
