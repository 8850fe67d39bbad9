"""Epitran's rule files: context rules compiled to rewriting steps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lingap.errors import G2PError

Step = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The steps of one rule file, in order.

    Args:
        steps: For each step, sets of characters of which a word must hold one each for the step
            to match; and the function from a word to the rewritten word.
        results: The replacement of each step, as in the file.
        targets: Characters that some step rewrites.
        reads: Characters in the target or context of some step.
        whole: Accented letters that the steps expect composed; all others are decomposed.
    """

    steps: tuple[tuple[frozenset[frozenset[str]], Step], ...]
    results: tuple[str, ...]
    targets: frozenset[str]
    reads: frozenset[str]
    whole: str
    _masks: Mapping[str, int] = field(init=False, repr=False)
    _masked: tuple[tuple[int, Step], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Give each set a bit, so that one ``&`` decides whether to skip a step."""
        needs = dict.fromkeys(need for needed, _ in self.steps for need in needed)
        bits = {need: 1 << place for place, need in enumerate(needs)}
        masks: dict[str, int] = {}
        for need, bit in bits.items():
            for character in need:
                masks[character] = masks.get(character, 0) | bit
        masked = tuple((sum(bits[need] for need in needed), step) for needed, step in self.steps)
        object.__setattr__(self, "_masks", masks)
        object.__setattr__(self, "_masked", masked)

    def apply(self, word: str) -> str:
        """Run all steps over one word, without those that cannot match."""
        masks = self._masks
        held = _held(masks, word)
        for needed, step in self._masked:
            if needed & held == needed and (rewritten := step(word)) != word:
                word = rewritten
                held = _held(masks, word)
        return word


def _held(masks: Mapping[str, int], word: str) -> int:
    """Bits of the sets of which a word holds a character."""
    held = 0
    for character in word:
        if character in masks:
            held |= masks[character]
    return held


def whole_letters(text: str, letters: str) -> str:
    """Text in which those letters are composed and all others decomposed.

    >>> [len(whole_letters(word, "è")) for word in ("è", "é", "crème")]
    [1, 2, 5]
    """
    text = unicodedata.normalize("NFD", text)
    for letter in letters:
        text = text.replace(unicodedata.normalize("NFD", letter), letter)
    return text


def read_rules(
    lines: Iterable[str], source: str, whole: str = "", marks: Collection[str] = ()
) -> RuleFile:
    """Compile lines of ``a -> b / X _ Y`` with ``::symbols::``; ``#`` is the word's edge.

    Unlike Epitran, a rule may make more than 32 substitutions in a word.

    Args:
        lines: Of the file.
        source: Its name, for errors.
        whole: Accented letters that stay composed.
        marks: Combining marks of letters: no rule takes a letter from under one of them, unless
            it names what follows as a mark.

    Raises:
        G2PError: For a line that is not a rule.
    """
    import regex

    symbols: dict[str, str] = {}
    steps: list[tuple[frozenset[frozenset[str]], Step]] = []
    results: list[str] = []
    targets: set[str] = set()
    reads: set[str] = set()
    for number, raw in enumerate(lines, start=1):
        line = whole_letters(raw.strip(), whole)
        if not line or line.startswith("%"):
            continue
        symbol = regex.match(r"(?P<symbol>::\w+::)\s*=\s*(?P<value>.+)", line)
        if symbol:
            symbols[symbol["symbol"]] = symbol["value"]
            continue
        while found := regex.search(r"::\w+::", line):
            if found[0] not in symbols:
                raise G2PError(f"{source}:{number}: symbol {found[0]} is not defined.")
            line = line.replace(found[0], symbols[found[0]])
        rule = regex.match(r"(\S+)\s*->\s*(\S+)\s*/\s*(\S*)\s*[_]\s*(\S*)", line)
        if rule is None:
            raise G2PError(f"{source}:{number}: expected 'a -> b / X _ Y', got {line!r}.")
        target, result, before, after = rule.groups()
        before, after = before.replace("#", "^"), after.replace("#", "$")
        target, result = target.replace("0", ""), result.replace("0", "")
        own = set(marks) - set(after)
        guard = f"(?![{''.join(sorted(own))}])" if own and target else ""
        step = _compile(regex, target, result, before, f"{guard}{after}")
        steps.append((needed_characters(f"(?:{before})(?:{target})(?:{after})"), step))
        results.append(result)
        targets.update(target)
        reads.update(target, before, after)
    return RuleFile(tuple(steps), tuple(results), frozenset(targets), frozenset(reads), whole)


def _compile(regex: Any, target: str, result: str, before: str, after: str) -> Step:
    swaps = regex.search(r"[?]P[<]sw1[>].+[?]P[<]sw2[>]", target) is not None
    middle = target if swaps else f"(?P<a>{target})"
    pattern = f"(?P<X>{before}){middle}(?P<Y>{after})"
    substitute = (_standard(pattern) or regex.compile(pattern)).sub

    def rewrite(match: Any) -> str:
        return f"{match['X'] or ''}{result}{match['Y'] or ''}"

    def swap(match: Any) -> str:
        return f"{match['X'] or ''}{match['sw2'] or ''}{match['sw1'] or ''}{match['Y'] or ''}"

    replacement = swap if swaps else rewrite

    def step(word: str) -> str:
        return str(substitute(replacement, word))

    return step


def _standard(pattern: str) -> re.Pattern[str] | None:
    """The pattern for the quicker ``re``, or None where ``regex`` might read it differently."""
    if re.search(r"\\[A-Za-z]|\[\[|\[[^\]]*(?:--|&&|\|\||~~)", pattern):
        return None
    try:
        return re.compile(pattern)
    except re.error:
        return None


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
