"""What guessing scores: known levels of common tasks, and scores and gaps above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lingap.errors import MetricError
from lingap.gap.performance import PerformanceGap
from lingap.metrics.arrays import Array
from lingap.text.numbers import decimal

NEAR = 0.05
"""A score is near chance if it is above it by less than this share of what there is above it."""

_SHARES = r"(acc|accuracy|exact_match|em|score|main_score|hit|.*_acc)([_,].*)?"
_KNOWN: Sequence[tuple[str, str, float, str]] = (
    # Task, measure, score of guessing, source. The first row that fits counts.
    (r"xnli", r"main_score|.*ap", 1 / 2, "two of the classes, as many of each (mteb)"),
    (r".*xnli.*|americasnli|myxnli", _SHARES, 1 / 3, "three classes (Conneau et al. 2018)"),
    (r"belebele.*", _SHARES, 1 / 4, "four answers (Bandarkar et al. 2024)"),
    (r".*xcopa.*|copa", _SHARES, 1 / 2, "two answers (Ponti et al. 2020)"),
    (r".*storycloze.*", _SHARES, 1 / 2, "two endings (Lin et al. 2022)"),
    (r".*winograd.*", _SHARES, 1 / 2, "two referents (Tikhonov and Ryabinin 2021)"),
    (r"paws.?x?", _SHARES, 1 / 2, "two classes (Yang et al. 2019)"),
    (r".*mmlu.?pro.*", _SHARES, 1 / 10, "ten answers (Wang et al. 2024)"),
    (r".*mm?mlu.*", _SHARES, 1 / 4, "four answers (Hendrycks et al. 2021)"),
    (r".*hellaswag.*", _SHARES, 1 / 4, "four endings (Zellers et al. 2019)"),
    (r"(m_|okapi_|m)?arc([_-].*)?", _SHARES, 1 / 4, "four answers (Clark et al. 2018)"),
    (r"sib.?200.*|sib", _SHARES, 1 / 7, "seven topics (Adelani et al. 2024)"),
    (r"taxi1500.*", _SHARES, 1 / 6, "six topics (Ma et al. 2023)"),
    (r"masakhanews.*", _SHARES, 1 / 7, "seven topics (Adelani et al. 2023)"),
    (r"massive_?intent.*", _SHARES, 1 / 60, "60 intents (FitzGerald et al. 2023)"),
    (r"massive_?scenario.*", _SHARES, 1 / 18, "18 scenarios (FitzGerald et al. 2023)"),
)  # fmt: skip
_BASELINE = re.compile(r"(?i)(^|[^a-z])(baseline[-_ ]?)?(random|chance|majority)([^a-z]|$)")


@dataclass(frozen=True, slots=True)
class Chance:
    """The score of guessing, and where it is from."""

    value: float
    source: str


def known_chance(task: str, metric: str) -> Chance | None:
    """The level of a common task's measure; None if unknown.

    >>> known_chance("belebele", "acc").value, known_chance("ner", "f1")
    (0.25, None)
    """
    name = task.split(",")[0].strip().lower()
    for tasks, metrics, value, source in _KNOWN:
        if re.fullmatch(tasks, name) and re.fullmatch(metrics, metric.lower()):
            return Chance(value, source)
    return None


def read_chance(texts: Sequence[str]) -> dict[str, float]:
    """Levels as on the command line: ``0.25`` for all tasks (under ``""``), ``xnli=1/3`` for one.

    Raises:
        MetricError: For what is neither, or no number from 0 to below 1.

    >>> read_chance(["0.25", "xnli=1/2"])
    {'': 0.25, 'xnli': 0.5}
    """
    found = {}
    for text in texts:
        task, _, level = text.rpartition("=")
        try:
            upper, _, lower = level.partition("/")
            value = decimal(upper) / decimal(lower or "1")
        except (ValueError, ZeroDivisionError):
            value = -1.0
        if not 0 <= value < 1:
            raise MetricError(
                f"chance is a score from 0 to below 1, as 0.25, 1/3 or TASK=1/3; got {text!r}."
            )
        found[task] = value
    return found


def given_chance(given: Mapping[str, float], task: str) -> Chance | None:
    """The level given for a task, or under ``""`` for all others; None if there is neither."""
    level = given.get(task, given.get(""))
    return None if level is None else Chance(level, "as given")


def check_tasks(given: Mapping[str, float], tasks: Iterable[str]) -> None:
    """Refuse a level that is given for none of the tasks.

    Raises:
        MetricError: For such a level.
    """
    known = dict.fromkeys(tasks)
    if lacking := [task for task in given if task and task not in known]:
        raise MetricError(
            f"chance is given for {', '.join(lacking)}; the tasks are {', '.join(known)}."
        )


def chances(
    gaps: Sequence[PerformanceGap], given: Mapping[str, float] | None = None
) -> dict[tuple[str, str], Chance]:
    """(task, measure) to its level.

    That is the given one, else that of a random baseline among the systems, else the known one.

    Args:
        gaps: Of all systems.
        given: Task to its level; ``""`` for all others.

    Raises:
        MetricError: For a given task that no gap is of.
    """
    given = given or {}
    check_tasks(given, (gap.task for gap in gaps))
    found: dict[tuple[str, str], Chance] = {}
    for gap in gaps:
        key = gap.task, gap.metric
        if (level := given_chance(given, gap.task)) is not None:
            found[key] = level
        elif _BASELINE.search(gap.system):
            mean = float(np.mean(list(gap.scores.values())))
            found[key] = Chance(mean, f"mean of {gap.system}")
        elif key not in found and (known := known_chance(*key)) is not None:
            found[key] = known
    return found


def above_chance(scores: Array, chance: float) -> Array:
    """Scores as shares of what there is above chance: 0 at chance and below it, 1 at best.

    Any shape, 0 to 1. Source: the correction for guessing, as Cohen's kappa (1960) with a known
    expected agreement.

    >>> above_chance(np.array([0.25, 0.625, 0.1]), 0.25)
    array([0. , 0.5, 0. ])
    """
    return np.maximum(0.0, (scores - chance) / (1 - chance))
