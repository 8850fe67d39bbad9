"""Endings after digits and initials: ``1980s``, ``5-го``, ``EU:n``, ``ABD'nin``.

An ending is read as letters, never by the name of a letter. One that the list has with its
apostrophe or hyphen (``'s``, ``-го``) is read as there.
"""

from __future__ import annotations

from collections.abc import Sequence

from lingap.g2p.normalization import Piece
from lingap.g2p.word_lists import ENDING, WordList

_HYPHENS = frozenset("-‐‑")
_SIGNS = _HYPHENS | {"'"}
_AFTER_DIGITS = frozenset({"s", "st", "nd", "rd", "th"})  # other clitics are no endings (11n)
_ERAS = frozenset("ءھ")  # of a year, in the Arabic script of Urdu: they have no sound


def with_endings(pieces: Sequence[Piece], words: WordList | None) -> list[Piece]:
    """The pieces of a word, its endings as such.

    Args:
        pieces: As :func:`lingap.g2p.normalization.pieces_of` gives them.
        words: The list of the language; without one, only signs of eras are left out.
    """
    done: list[Piece] = []
    for piece in pieces:
        if piece.kind != "letters":
            done.append(piece)
        elif done and done[-1].kind == "digit" and piece.text in _ERAS:
            continue
        elif words is None:
            done.append(piece)
        else:
            done = _joined(done, piece, words)
    return done


def _joined(before: list[Piece], piece: Piece, words: WordList) -> list[Piece]:
    """The pieces so far and a stretch of letters."""
    text = piece.text
    signs = {*_SIGNS, ":"} if words.joins_at_colon else _SIGNS
    has_sign = bool(before) and before[-1].kind == "punctuation" and before[-1].text in signs
    sign = before[-1].text if has_sign else ""
    stems = before[:-1] if sign else before
    is_after_digit = bool(stems) and stems[-1].kind == "digit"
    if is_after_digit:
        is_hyphen = sign in _HYPHENS
        clitic = f"-{text}" if is_hyphen else f"'{text}"
        if (sign or text in _AFTER_DIGITS) and words.whole(clitic) is not None:
            return [*(before if is_hyphen else stems), Piece("letters", clitic)]
    if sign and text.islower() and stems and (is_after_digit or _is_stem(stems[-1], sign)):
        if sign == ":":
            return [*stems, Piece("letters", ENDING + text)]
        if words.names_letters_of(text):
            return [*before, Piece("letters", ENDING + text)]
    stem, apostrophe, ending = text.partition("'")
    if apostrophe and ending.islower() and words.takes_endings(stem):
        return [*before, Piece("letters", stem), Piece("letters", ENDING + ending)]
    return [*before, piece]


def _is_stem(piece: Piece, sign: str) -> bool:
    """Whether letters before a sign can have an ending: any before a colon, else initials."""
    return piece.kind == "letters" and (sign == ":" or _is_initials(piece.text))


def _is_initials(text: str) -> bool:
    return len(text) > 1 and text.isupper()
