"""What the statements of an answer are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    beaten: dict[str, list[str]] = {}
    for better, worse in pairs:
        beaten.setdefault(better, []).append(worse)
    said = [f"{word} with {name} than with {listed(own, 'or')}" for name, own in beaten.items()]
    return f"{what} is {listed(said)}"
