"""Rewriting steps over a word, of which those that cannot match are skipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

Step = Callable[[str], str]


class Steps:
    """Steps in order, each with what a word must hold for it to match.

    Args:
        steps: For each, sets of characters of which a word must hold one each, as from
            :func:`needed_characters`; and the function from a word to the rewritten word.

    >>> Steps([(needed_characters("ab"), lambda word: word.replace("ab", "c"))]).apply("xab")
    'xc'
    """

    __slots__ = ("_masked", "_masks")

    def __init__(self, steps: Iterable[tuple[frozenset[frozenset[str]], Step]]):
        steps = tuple(steps)
        needs = dict.fromkeys(need for needed, _ in steps for need in needed)
        # Each set has a bit, so that one ``&`` decides whether to skip a step.
        bits = {need: 1 << place for place, need in enumerate(needs)}
        self._masks: dict[str, int] = {}
        for need, bit in bits.items():
            for character in need:
                self._masks[character] = self._masks.get(character, 0) | bit
        self._masked = tuple((sum(bits[need] for need in needed), step) for needed, step in steps)

    def __len__(self) -> int:
        """How many steps there are."""
        return len(self._masked)

    def apply(self, word: str) -> str:
        """Run all steps over one word, without those that cannot match."""
        held = self._held(word)
        for needed, step in self._masked:
            if needed & held == needed and (rewritten := step(word)) != word:
                word = rewritten
                held = self._held(word)
        return word

    def _held(self, word: str) -> int:
        """Bits of the sets of which a word holds a character."""
        masks, held = self._masks, 0
        for character in word:
            if character in masks:
                held |= masks[character]
        return held


def needed_characters(pattern: str) -> frozenset[frozenset[str]]:
    """Sets of characters of which any match of a pattern holds one each; none if unknown.

    >>> sorted("".join(sorted(needed)) for needed in needed_characters("(a|e)?n[dt]$"))
    ['dt', 'n']
    """
    return frozenset(_needed(_parsed(pattern)))


def _parsed(pattern: str) -> Any:
    """The items of a pattern; none where Python cannot parse it, or its parser has changed.

    Python has no public parser of patterns since ``sre_parse``. Without one, rules are only slower:
    each is tried on each word.
    """
    try:
        from re import _parser  # type: ignore[attr-defined]

        return _parser.parse(pattern)
    except (ImportError, AttributeError, re.error, OverflowError):
        return ()


def _needed(parsed: Any) -> list[frozenset[str]]:
    """The same for the items of a parsed sequence."""
    found: list[frozenset[str]] = []
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            found.append(frozenset(chr(value)))
        elif name == "IN":
            members = _members(value)
            found += [members] if members is not None else []
        elif name == "SUBPATTERN":
            found += _needed(value[-1])
        elif name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] > 0:
            found += _needed(value[2])
        elif name == "ASSERT":  # seen ahead or behind, it is in the word too
            found += _needed(value[1])
        elif name == "BRANCH":
            branches = [min(_needed(branch), key=len, default=None) for branch in value[1]]
            if None not in branches:
                found.append(frozenset[str]().union(*filter(None, branches)))
    return found


def _members(items: Any) -> frozenset[str] | None:
    """Members of a character class of single characters and short ranges."""
    members: set[str] = set()
    for kind, value in items:
        if str(kind) == "LITERAL":
            members.add(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] < 100:
            members.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(members)
