"""What a reader of one harness's result files gives, and the readers that are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import Any, Protocol

from lingap.registry import Registry


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One number of a result file.

    Args:
        system: The model.
        task: The task; with its language in its name where `language` is None.
        metric: The measure.
        value: The score, as written.
        language: As written, or None if only the task's name tells it.
        hint: What the file itself says of the language, such as a data set's configuration.
        seed: The repeat.
        stderr: Standard error of the score over test items, if given; NaN if it cannot be one.
        n: Test items, 0 if not given.
        setting: What makes the same task another measurement, such as ``5-shot``.
        groups: Names of groups of tasks that contain the task.
        order: Place of the measure among those of the task; the first is read by default.
        date: Orders files of the same run; "" if unknown.
        version: Of the task's data, "" if unknown.
        setup: What makes the same model another one, such as ``peft=my/adapter``.
        partial: Whether only the first test items were scored.
        where: The file and the place in it.
    """

    system: str
    task: str
    metric: str
    value: float
    language: str | None = None
    hint: str = ""
    seed: int = 0
    stderr: float | None = None
    n: int = 0
    setting: str = ""
    groups: tuple[str, ...] = ()
    order: int = 0
    date: str = ""
    version: str = ""
    setup: str = ""
    partial: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class ItemScores:
    """Scores of single test items: by the hash of the item, so that systems can be paired."""

    folder: Path
    task: str
    metric: str
    values: dict[str, float]
    date: str
    where: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not read.

    Args:
        reason: Why; counted.
        what: What and where it was.
        damaged: Whether a score belongs there and what stands there is none.
    """

    reason: str
    what: str
    damaged: bool = False


Found = ResultRow | ItemScores | LeftOut


class ResultReader(Protocol):
    """Result files of one harness. What it gives is checked and joined by its caller."""

    name: str

    def recognizes(self, path: Path, content: Any) -> bool:
        """Whether a parsed JSON file (or None, for another file) is of this harness."""

    def rows(self, path: Path, content: Any, metrics: Sequence[str] | None) -> Iterator[Found]:
        """The numbers of one file.

        Args:
            path: The file.
            content: It as parsed JSON; None for a file that is no JSON, to be opened by `path`.
            metrics: Measures asked for; None for the main one.
        """


READERS = Registry[ResultReader]("result reader")
for _name in ("mteb", "gloteval", "lighteval", "lm_eval"):
    READERS.add(_name, f"lingap.gap.results.{_name}:READER")


NO_NUMBER = "scores that are no number"
"""Reason for leaving out what stands in place of a score."""

_DATED = re.compile(r"results_(\d{4}-\d\d-\d\d.*)")


def date_in(path: Path) -> str:
    """The date in the name of a result file, as lm-evaluation-harness and lighteval write it."""
    match = _DATED.fullmatch(path.stem)
    return match[1] if match else ""


def number(value: Any) -> float | None:
    """A JSON number that is one; None for texts such as ``N/A``, for truth values and for NaN.

    >>> number(0.5), number(True), number(float("nan")), number(10**400)
    (0.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return found if isfinite(found) else None


def error_in(scores: Mapping[str, Any], key: str) -> float | None:
    """The standard error that is written under a key; NaN for what is none, so that it is told.

    >>> error_in({"a": 0.1, "b": "N/A"}, "a"), error_in({"b": "N/A"}, "b"), error_in({}, "a")
    (0.1, None, None)
    """
    written = scores.get(key)
    if written is None or written == "N/A":  # how harnesses say that they have none
        return None
    found = number(written)
    return nan if found is None else found
