"""Epitran's rule files: context rules as compiled, word-level rewriting steps."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lingap.errors import G2PError

Step = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The steps of one rule file, in order.

    Args:
        steps: Each takes a whole word and returns it rewritten.
        results: What each step writes, as it stands in the file.
        targets: Characters that some step rewrites.
        reads: Characters that some step looks at, in its target or its context.
    """

    steps: tuple[Step, ...]
    results: tuple[str, ...]
    targets: frozenset[str]
    reads: frozenset[str]

    def apply(self, word: str) -> str:
        """Run all steps over one word."""
        for step in self.steps:
            word = step(word)
        return word


def read_rules(lines: Iterable[str], source: str) -> RuleFile:
    """Compile lines of ``a -> b / X _ Y`` with ``::symbols::``; ``#`` is the word's edge.

    Unlike Epitran, which stops after 32 substitutions of a rule in a word, all are made.

    Raises:
        G2PError: For a line that is no rule.
    """
    import regex

    symbols: dict[str, str] = {}
    steps: list[Step] = []
    results: list[str] = []
    targets: set[str] = set()
    reads: set[str] = set()
    for number, raw in enumerate(lines, start=1):
        line = unicodedata.normalize("NFD", raw.strip())
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
        steps.append(_compile(regex, target, result, before, after))
        results.append(result)
        targets.update(target)
        reads.update(target, before, after)
    return RuleFile(tuple(steps), tuple(results), frozenset(targets), frozenset(reads))


def _compile(regex: Any, target: str, result: str, before: str, after: str) -> Step:
    swaps = regex.search(r"[?]P[<]sw1[>].+[?]P[<]sw2[>]", target) is not None
    middle = target if swaps else f"(?P<a>{target})"
    substitute = regex.compile(f"(?P<X>{before}){middle}(?P<Y>{after})").sub

    def rewrite(match: Any) -> str:
        return f"{match['X'] or ''}{result}{match['Y'] or ''}"

    def swap(match: Any) -> str:
        return f"{match['X'] or ''}{match['sw2'] or ''}{match['sw1'] or ''}{match['Y'] or ''}"

    replacement = swap if swaps else rewrite

    def step(word: str) -> str:
        return str(substitute(replacement, word))

    return step
