"""Baselines beside scores, and systems that learned nothing."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from lingap.gap.performance import PerformanceGap, repeats
from lingap.gap.result import GapResult, Row
from lingap.gap.rows import grouped
from lingap.metrics.baselines import is_at_baseline
from lingap.records import Score

OneLabel = Collection[tuple[str, str, str]]
"""(task, system, language) of those that gave every test item the same label, in every seed."""


@dataclass(frozen=True, slots=True)
class Baseline(GapResult):
    """What a system scores that learned nothing from the input.

    Args:
        task: The task.
        metric: The scores' measure.
        majority: Language to the score of always answering the most frequent label of its test
            items; 0 for the F1 of spans, where that is no span.
        labels: Language to that label.
        chance: The score expected of guessing, by language or for all of them: accuracy among
            equally likely labels, or the F1 of labels drawn as often as in training; None where it
            is not known.
    """

    task: str
    metric: str
    majority: Mapping[str, float]
    labels: Mapping[str, str]
    chance: Mapping[str, float] | float | None = None

    def chance_in(self, language: str) -> float | None:
        """The score expected of guessing in a language; None where it is not known."""
        return self.chance.get(language) if isinstance(self.chance, Mapping) else self.chance

    def of(self, language: str) -> float:
        """The score to be better than: the higher of both."""
        return max(self.majority.get(language, 0.0), self.chance_in(language) or 0.0)

    def to_rows(self) -> list[Row]:
        """Return a row for each language."""
        return [
            {
                "task": self.task, "metric": self.metric, "language": code, "majority": value,
                "label": self.labels.get(code, ""), "chance": self.chance_in(code),
            }
            for code, value in self.majority.items()
        ]  # fmt: skip


def mark_at_baseline(
    gaps: Sequence[PerformanceGap],
    scores: Sequence[Score],
    baselines: Sequence[Baseline] = (),
    one_label: OneLabel = (),
) -> list[PerformanceGap]:
    """The gaps, each with the languages in which its system learned nothing.

    That is where it gives one label to all items, or its score is not better than the baseline by
    more than its error over test items; without a baseline, where it scores 0.
    """
    known = {(one.task, one.metric): one for one in baselines}
    rows = grouped(scores)
    marked = []
    for gap in gaps:
        baseline = known.get((gap.task, gap.metric))
        low = tuple(
            language
            for language, score in gap.scores.items()
            if (gap.task, gap.system, language) in one_label
            or _is_low(score, language, baseline, rows[gap.task, gap.metric, gap.system][language])
        )
        marked.append(replace(gap, at_baseline=low))
    return marked


def _is_low(
    score: float, language: str, baseline: Baseline | None, by_seed: Mapping[int, Score]
) -> bool:
    if baseline is None:
        return score == 0
    items = repeats(by_seed).over_items
    error = math.sqrt(items[0][0]) if items else 0.0
    return is_at_baseline(score, baseline.of(language), error=error)


def who_learned_nothing(gaps: Sequence[PerformanceGap]) -> set[tuple[str, str]]:
    """(task, system) of those whose gap takes part in no verdict."""
    return {(gap.task, gap.system) for gap in gaps if gap.learned_nothing}
