"""Marks that a back end reads as letters: apostrophes, geresh, middle dots, hyphens.

Each table writes an apostrophe in one of its many shapes, and people type all of them. A mark is a
letter only where the back end's own table reads it: after ``ng`` in Swahili, between ``l`` and
``l`` in Catalan, anywhere in Hawaiian.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from lingap.text.words import APOSTROPHES

SHAPES = (APOSTROPHES | {"׳"}, frozenset('"״″'), frozenset("·‧⋅∙•"), frozenset("-‐‑"))
"""Signs that people type for one another."""
# Of several shapes in a table, one that it lacks is read as the first of these.
_PREFERRED = "'’ʻʼ‘׳״·"


def is_mark(character: str) -> bool:
    """Whether a character is of a shape that is a letter only for some tables."""
    return any(character in shape for shape in SHAPES)


class ReadMarks:
    """Finds the marks of a word that a table reads, and writes them as the table does.

    Args:
        graphemes: Graphemes with a mark, each as the table writes it.

    >>> ReadMarks(["oʻ", "ʼ"]).find("o'zbek ta’lim"), ReadMarks(["ng'"]).find("ng’o’")
    (('oʻzbek taʼlim', {1, 9}), ("ng'o’", {2}))
    """

    def __init__(self, graphemes: Iterable[str]):
        own = sorted(
            (g for g in graphemes if any(map(is_mark, g))),
            key=lambda g: (-len(g), [_PREFERRED.find(c) for c in g if is_mark(c)], g),
        )
        self._own = {g.casefold(): g for g in own}
        # A letter such as ʼ that the table reads alone is not a misspelling of another, as of ʻ.
        self._alone = frozenset(
            g for g in own if unicodedata.category(g[0]) == "Lm" and len(g) == 1
        )
        marks = frozenset().union(*(_like(c) for g in own for c in g if is_mark(c)))
        self.is_needed = marks.intersection
        self._patterns = tuple(
            (re.compile("".join(map(self._class, g)), re.IGNORECASE), g) for g in own
        )
        self._find = re.compile(
            "|".join(f"({pattern.pattern})" for pattern, _ in self._patterns) or r"(?!)",
            re.IGNORECASE,
        ).finditer

    def _class(self, character: str) -> str:
        """A pattern of the shapes that may stand for a character."""
        if not is_mark(character):
            return re.escape(character)
        shapes = _like(character) - (self._alone - {character})
        return f"[{re.escape(''.join(sorted(shapes)))}]"

    def find(self, word: str) -> tuple[str, set[int]]:
        """The word with the marks that are read in the table's shape, and their places.

        Args:
            word: In NFC.
        """
        if not self.is_needed(word):
            return word, set()
        places: set[int] = set()
        written = list(word)
        for match in self._find(word):
            own = self._own.get(match[0].casefold())
            grapheme = own or self._patterns[(match.lastindex or 1) - 1][1]
            for place, character in enumerate(grapheme, match.start()):
                if is_mark(character):
                    written[place] = character
                    places.add(place)
        return "".join(written), places


@cache
def _like(character: str) -> frozenset[str]:
    """The shapes of a mark."""
    return next(shape for shape in SHAPES if character in shape)
