"""Figures of systems with their intervals, ranked, and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.parts import MOST_SYSTEMS, Part, apart, differing, listed

if TYPE_CHECKING:
    from lingap.records import Interval


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
