"""What the statements of an answer are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingap.records import Interval

SIGNIFICANT = 0.05
"""Differences with an adjusted p-value below this count as shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """One statement and the figures it is based on.

    Args:
        verdict: A sentence; empty where nothing is compared.
        detail: Its figures.
        by_intervals: Whether a difference is shown by intervals that do not overlap.
    """

    verdict: str
    detail: str
    by_intervals: bool = False


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
