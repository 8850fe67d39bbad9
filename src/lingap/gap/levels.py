"""What a gap hides: how good a system is, in the mean and where it is worst, and what is chance.

A gap shrinks if the best languages get worse, and is smallest where a model guesses in all of them
(levelling down; Parfit 1997). So the mean, the lowest scores and what guessing scores stand beside
it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lingap.gap.chance import NEAR, Chance, above_chance, chances
from lingap.gap.performance import PerformanceGap
from lingap.gap.result import GapResult, Row
from lingap.metrics.score_tables import rpd_or_none, stds
from lingap.text.display import counted, first_of

FEWEST_OF_TENTH = 20
"""With fewer languages, the worst tenth is the worst one or two."""


@dataclass(frozen=True, slots=True)
class ScoreLevel(GapResult):
    """How good one system is, beside how unequal.

    Args:
        system: What was scored.
        task: The task.
        metric: The scores' measure.
        n_languages: Languages.
        mean: Mean score over languages, 0 to 1.
        worst_language: The one with the lowest score.
        worst: Its score.
        worst_tenth: Mean score of the lowest tenth of the languages, one at least.
        mean_rpd: As in the performance gap, percent.
        std: As in the performance gap.
        on_front: Whether no other system of the task has both a higher mean and a smaller mean
            RPD, those near chance aside, whose gaps are small because they guess.
        chance: The score of guessing; None if unknown.
        chance_source: Where that is from.
        mean_above_chance: Mean of (score - chance) / (1 - chance), 0 at chance and below it.
        rpd_above_chance: Mean RPD of these, percent; None if two languages or more are at chance.
        std_above_chance: Std of these.
        near_chance: Whether `mean_above_chance` is below 0.05.
        n_near_chance: Languages of which it is below 0.05.
    """

    system: str
    task: str
    metric: str
    n_languages: int
    mean: float
    worst_language: str
    worst: float
    worst_tenth: float
    mean_rpd: float | None
    std: float | None
    on_front: bool
    chance: float | None = None
    chance_source: str = ""
    mean_above_chance: float | None = None
    rpd_above_chance: float | None = None
    std_above_chance: float | None = None
    near_chance: bool = False
    n_near_chance: int = 0

    def to_rows(self) -> list[Row]:
        """Return the level's row."""
        return [{name: getattr(self, name) for name in self.__slots__}]


def score_levels(
    gaps: Sequence[PerformanceGap], *, chance: Mapping[str, float] | None = None
) -> list[ScoreLevel]:
    """Mean and lowest scores of each gap's system, above chance too, and the Pareto front.

    Args:
        gaps: Performance gaps, of any tasks.
        chance: Task to the score of guessing, ``""`` for all others; without it, that of a random
            baseline among the systems (named so), else of a small table of common tasks.

    Raises:
        MetricError: For the chance of a task that there is no gap of.
    """
    known = chances(gaps, chance)
    levels = [_level(gap, known.get((gap.task, gap.metric))) for gap in gaps]
    fronts = _fronts(levels)
    return [replace(one, on_front=at in fronts) for at, one in enumerate(levels)]


def _level(gap: PerformanceGap, chance: Chance | None) -> ScoreLevel:
    scores = np.array(list(gap.scores.values()))
    level = ScoreLevel(
        system=gap.system, task=gap.task, metric=gap.metric, n_languages=len(scores),
        mean=float(scores.mean()), worst_language=gap.worst_language, worst=gap.worst_score,
        worst_tenth=gap.worst_tenth, mean_rpd=gap.mean_rpd, std=gap.std, on_front=False,
    )  # fmt: skip
    if chance is None:
        return level
    shares = above_chance(scores, chance.value)
    return replace(
        level, chance=chance.value, chance_source=chance.source,
        mean_above_chance=float(shares.mean()), rpd_above_chance=rpd_or_none(shares),
        std_above_chance=float(stds(shares)) if len(shares) > 1 else None,
        near_chance=bool(shares.mean() < NEAR), n_near_chance=int((shares < NEAR).sum()),
    )  # fmt: skip


def _fronts(levels: Sequence[ScoreLevel]) -> set[int]:
    """Places of the systems that no other of their task beats in both mean and gap."""
    groups: dict[tuple[str, str], list[tuple[float, float, int]]] = {}
    for at, one in enumerate(levels):
        if one.mean_rpd is not None and not one.near_chance:
            groups.setdefault((one.task, one.metric), []).append(
                (-round(one.mean, 9), one.mean_rpd, at)
            )
    found = set()
    for members in groups.values():
        smallest = math.inf
        for _, rpd, at in sorted(members):
            if rpd < smallest:
                found.add(at)
                smallest = rpd
    return found


def near_chance_notes(levels: Sequence[ScoreLevel]) -> list[str]:
    """A sentence for each task with systems near chance, and one for those near it in languages."""
    notes = []
    for key in dict.fromkeys((one.task, one.metric) for one in levels):
        own = [one for one in levels if (one.task, one.metric) == key]
        near = [one.system for one in own if one.near_chance]
        partly = [one for one in own if one.n_near_chance and not one.near_chance]
        level = f"{own[0].chance:.3g} ({own[0].chance_source})" if own[0].chance is not None else ""
        if near:
            notes.append(
                f"{key[0]}: near chance, {level}, so their gaps say nothing: {first_of(near, 5)}."
            )
        if partly:
            worst = max(partly, key=lambda one: one.n_near_chance)
            notes.append(
                f"{key[0]}: {counted(len(partly), 'system')} near chance, "
                f"{level}, in some languages; most {worst.system}, in {worst.n_near_chance} of "
                f"{worst.n_languages}."
            )
    return notes
