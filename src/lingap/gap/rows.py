"""Scores as flat rows of a table, and their intervals back from such rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from lingap.errors import MetricError
from lingap.records import Interval, Score
from lingap.text.numbers import decimal

INTERVAL = ("low", "high", "interval_level", "interval_method")
"""Columns of a score's interval; both ends count only where the level is given, too."""


def score_rows(scores: Iterable[Score]) -> list[dict[str, Any]]:
    """One row per score; :func:`~lingap.read_scores` reads them back.

    The columns are those of :class:`~lingap.Score`, with ``low``, ``high``, ``interval_level`` and
    ``interval_method`` in place of its interval (None where it has none), and a column for each
    count (0 where a score has none).
    """
    scores = tuple(scores)
    names = dict.fromkeys(name for score in scores for name in score.counts)
    rows = []
    for score in scores:
        row = asdict(score)
        counts, interval = row.pop("counts"), row.pop("interval") or {}
        ends = (interval.get(key) for key in ("low", "high", "level", "method"))
        row |= dict(zip(INTERVAL, ends, strict=True))
        rows.append(row | {name: counts.get(name, 0) for name in names})
    return rows


def interval_of(where: str, value: float, cells: Mapping[str, str]) -> Interval | None:
    """The interval in a row's cells, named as in :data:`INTERVAL`; None if all ends are empty.

    Args:
        where: The row, for messages.
        value: The score.
        cells: Column to its text, ``""`` for an empty cell.

    Raises:
        MetricError: For one end alone, no number, ends that do not enclose the score, or a level
            that is not between 0 and 1.
    """
    low, high, level = (_number(where, name, cells[name]) for name in INTERVAL[:3])
    if low is None and high is None:
        return None
    if low is None or high is None or level is None:
        lacks = [name for name in INTERVAL[:3] if not cells[name]]
        raise MetricError(
            f"{where}: an interval has low, high and interval_level; {' and '.join(lacks)} is "
            "empty. Fill it, or empty all three."
        )
    if not 0 < level < 1:
        raise MetricError(f"{where}: interval_level is a share such as 0.95, not {level:g}.")
    if not low <= value <= high:
        raise MetricError(f"{where}: the interval {low:g} to {high:g} lacks the score {value:g}.")
    return Interval(low, high, level, cells["interval_method"] or "as given")


def in_unit(score: Score) -> Score:
    """A score in per cent, and its interval, as shares."""
    ends = score.interval
    if ends is not None:
        ends = replace(ends, low=ends.low / 100, high=ends.high / 100)
    return replace(score, value=score.value / 100, interval=ends)


def _number(where: str, name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        return decimal(text)
    except ValueError:
        raise MetricError(f"{where}: {name} is {text!r:.80}, not a number.") from None
