"""Scores as flat rows of a table, and their intervals back from such rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from statistics import NormalDist
from typing import Any

from lingap.errors import MetricError
from lingap.gap.measures import is_share
from lingap.metrics.student import normal_interval, standard_error
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
    low, high, level, error = (
        _number(where, name, cells.get(name, "")) for name in (*INTERVAL[:3], "stderr")
    )
    if low is None and high is None:
        if error is not None and error < 0:
            raise MetricError(f"{where}: the standard error is {error:g}, below 0.")
        return None if error is None else interval_of_error(value, error)
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


LEVEL = 0.95  # of intervals from standard errors and numbers of items
_OF_ERROR = "standard error as given"
_LARGEST_ERROR = 0.5  # of a mean of scores from 0 to 1


def interval_of_error(value: float, error: float) -> Interval | None:
    """The 95 % interval of a score from its standard error over test items; None if that is 0.

    It is not cut at 0 and 1, so that the error can be had back from it. An error of 0 only says
    that all items scored alike, as where all of few are right, not that the score is certain.

    >>> round(interval_of_error(0.5, 0.1).high, 6)
    0.695996
    """
    if error == 0:
        return None
    return normal_interval(value, error, level=LEVEL, method=_OF_ERROR)


def interval_of_items(value: float, n: int, metric: str) -> Interval | None:
    """The 95 % interval of a share of `n` test items; None where the measure is not such a share.

    Source: Wilson (1927).

    >>> found = interval_of_items(0.5, 100, "acc")
    >>> round(found.low, 6), round(found.high, 6), found.method
    (0.403832, 0.596168, 'Wilson')
    """
    if n < 1 or not 0 <= value <= 1 or not is_share(metric):
        return None
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    middle = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)) ** 0.5
    return Interval(max(0.0, middle - half), min(1.0, middle + half), LEVEL, "Wilson")


BySeed = dict[int, Score]


def grouped(scores: Iterable[Score]) -> dict[tuple[str, str, str], dict[str, BySeed]]:
    """Scores by (task, metric, system), then language, then seed."""
    found: dict[tuple[str, str, str], dict[str, BySeed]] = {}
    for s in scores:
        by_language = found.setdefault((s.task, s.metric, s.system), {})
        by_language.setdefault(s.language, {})[s.seed] = s
    return found


def of_names(scores: Sequence[Score], what: str, wanted: Sequence[str] | None) -> list[Score]:
    """The scores whose `what`, task or metric, is wanted; all for None.

    Raises:
        MetricError: For a name that no score has.
    """
    known = dict.fromkeys(getattr(score, what) for score in scores)
    if lacking := [name for name in wanted or () if name not in known]:
        raise MetricError(
            f"No {what} is called {', '.join(lacking)}; there are {', '.join(known)}."
        )
    return [s for s in scores if wanted is None or getattr(s, what) in wanted]


def check_errors(rows: Iterable[tuple[str, Score]]) -> None:
    """Refuse standard errors that no mean of scores from 0 to 1 can have.

    Args:
        rows: Where each score is from, and the score.

    Raises:
        MetricError: For such an error, as of a percentage beside scores from 0 to 1.
    """
    for where, score in rows:
        ends = score.interval
        if ends is not None and ends.method == _OF_ERROR:
            error = standard_error(ends)
            if error > _LARGEST_ERROR:
                raise MetricError(
                    f"{where}: the standard error {error:g} cannot be that of a score from 0 to 1. "
                    "Write both on one scale."
                )


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
