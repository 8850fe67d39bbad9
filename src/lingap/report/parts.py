"""What the statements of an answer are made of: names, figures of systems, and what they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.summary import grouped

if TYPE_CHECKING:
    from lingap.records import Interval

SIGNIFICANT = 0.05
"""Differences with an adjusted p-value below this count as shown."""
MOST_SYSTEMS = 8
"""Systems named in a sentence; of more, the first or the ends of their range."""
MOST_PAIRS = 10
"""Pairs of systems named in a sentence: all of five systems; of more, their number."""


@dataclass(frozen=True, slots=True)
class Part:
    """One statement and the figures it is based on.

    Args:
        verdict: A sentence; empty where nothing is compared.
        detail: Its figures.
        by_intervals: Whether a difference is shown by intervals that do not overlap.
        is_caution: Whether it says, as its detail, how far the other statements can be trusted.
    """

    verdict: str
    detail: str
    by_intervals: bool = False
    is_caution: bool = False


def holds_zero(ends: Interval | None) -> bool:
    """Whether an interval contains 0, so that noise alone may explain the difference."""
    return ends is not None and ends.low <= 0 <= ends.high


def apart(one: Interval | None, other: Interval | None) -> bool:
    """Whether two intervals do not overlap."""
    return bool(one and other and (one.high < other.low or other.high < one.low))


def listed(items: Sequence[str], word: str = "and") -> str:
    """Items as in a sentence.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def some(items: Sequence[str], most: int) -> str:
    """Items as in a sentence; of more than `most` the first and how many more.

    >>> some(["a", "b", "c"], 3), some(["a", "b", "c", "d"], 2)
    ('a, b and c', 'a, b and 2 more')
    """
    if len(items) <= most:
        return listed(items)
    return listed([*items[:most], f"{len(items) - most} more"])


def differing(
    pairs: Sequence[tuple[str, str]], n_pairs: int, what: str, word: str, opposite: str
) -> str:
    """That something is `word` with the first of each pair than with the second.

    Of many pairs, their number and the systems at the ends are named.
    """
    if len(pairs) > MOST_PAIRS:
        first, n_first = Counter(better for better, _ in pairs).most_common(1)[0]
        last, n_last = Counter(worse for _, worse in pairs).most_common(1)[0]
        return (
            f"{what} differs in {len(pairs)} of {n_pairs} pairs: it is {word} with {first} than "
            f"with {n_first} others, and {opposite} with {last} than with {n_last}"
        )
    said = [
        f"{word} with {name} than with {listed([worse for _, worse in own], 'or')}"
        for name, own in grouped(pairs, lambda pair: pair[0]).items()
    ]
    return f"{what} is {listed(said)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A system's value, its interval, and both as in a sentence."""

    system: str
    value: float
    ends: Interval | None
    text: str


def figures_of(
    system: str, value: float | None, ends: Interval | None, digits: int, unit: str = ""
) -> list[Figure]:
    """A value as in a sentence; none where it is undefined."""
    if value is None:
        return []
    text = f"{rounding.fixed(value, digits)}{unit} {rounding.interval(ends, digits)}".strip()
    return [Figure(system, value, ends, f"{text} with {system}")]


def all_of(figures: Sequence[Figure]) -> str:
    """The figures of all systems; of many, the ends of their range."""
    if len(figures) <= MOST_SYSTEMS:
        return listed([one.text for one in figures])
    low, high = (f(figures, key=lambda one: one.value) for f in (min, max))
    return f"{low.text} to {high.text}, of {len(figures)} systems"


def ranked_part(
    name: str, detail: str, ranked: Sequence[Figure], what: str, word: str, more: str = ""
) -> Part:
    """The verdict on figures, best first, and the reason."""
    if len(ranked) < 2:
        return Part(f"{name}.", f"{detail}{more}")
    none = f"{name}: no difference in {what} is shown."
    if any(one.ends is None for one in ranked):
        why = "Not all of them have an interval."
        return Part(none, f"{detail} {why}{more}")
    opposite = {"smaller": "larger", "higher": "lower"}[word]
    pairs = list(combinations(ranked, 2))
    shown = [(one.system, other.system) for one, other in pairs if apart(one.ends, other.ends)]
    if not shown:
        return Part(none, f"{detail} The intervals overlap.{more}")
    reason = "For these the intervals do not overlap"
    if len(shown) < len(pairs):
        reason += "; for the others they do, and no difference is shown"
    verdict = f"{name}: {differing(shown, len(pairs), what, word, opposite)}."
    return Part(verdict, f"{detail} {reason}.{more}", by_intervals=True)
