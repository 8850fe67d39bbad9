"""Epitran's rule files: context rules compiled to rewriting steps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from lingap.errors import G2PError
from lingap.g2p.backends.steps import Step, Steps, needed_characters


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of one file, in order.

    Args:
        steps: One for each rule.
        results: The replacement of each step, as in the file.
        targets: Characters that some step rewrites.
        reads: Characters in the target or context of some step.
        whole: Accented letters that the steps expect composed; all others are decomposed.
    """

    steps: Steps
    results: tuple[str, ...]
    targets: frozenset[str]
    reads: frozenset[str]
    whole: str

    def apply(self, word: str) -> str:
        """Run all steps over one word."""
        return self.steps.apply(word)


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
    return RuleFile(Steps(steps), tuple(results), frozenset(targets), frozenset(reads), whole)


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
