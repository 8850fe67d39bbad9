"""Who is served worse, in a sentence or two per task: what a page and a command say first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lingap.report.parts import SIGNIFICANT
from lingap.report.result_tables import task_name
from lingap.report.rounding import fixed
from lingap.report.summary import grouped, language_name

if TYPE_CHECKING:
    from lingap.gap import GapComparison, ScoreLevel


def level_answers(levels: Sequence[ScoreLevel]) -> list[str]:
    """Answer for each task and measure which language is lowest, and which systems stand out.

    Systems near chance are left out: their gaps are small because they guess.
    """
    groups = grouped(levels, lambda one: (one.task, one.metric))
    several = len({metric for _, metric in groups}) > 1
    return [
        f"{task_name(task)}{f' ({metric})' if several else ''}: {_answer(own)}"
        for (task, metric), own in groups.items()
    ]


def _answer(levels: Sequence[ScoreLevel]) -> str:
    good = [one for one in levels if not one.near_chance]
    if not good:
        return f"{_all(levels)} near chance; such gaps say nothing."
    best = max(good, key=lambda one: one.mean)
    if len(good) == 1:
        return (
            f"{best.system} serves {language_name(best.worst_language)} worst, "
            f"{_score(best.worst)}; its mean is {_score(best.mean)}{_gap(best)}."
        )
    lowest = Counter(one.worst_language for one in good).most_common()
    most = lowest[0][1]
    named = [language_name(code) for code, n in lowest if n == most]
    first = (
        f"{' or '.join(named)} is lowest in {most} of {len(good)} systems."
        if len(named) < 3
        else f"{len(lowest)} languages are lowest in one system or another."
    )
    second = (
        f"{best.system} has the highest mean, {_score(best.mean)}, with {_score(best.worst)} in "
        f"{language_name(best.worst_language)}{_gap(best)}."
    )
    fair = [one for one in good if one.mean_rpd is not None]
    fairest = min(fair, key=lambda one: one.mean_rpd or 0.0, default=best)
    if fairest is best:
        return f"{first} {second} No system has a smaller gap."
    return (
        f"{first} {second} {fairest.system} has the smallest gap, "
        f"{fixed(fairest.mean_rpd or 0.0, 2)} %, at a mean of {_score(fairest.mean)}."
    )


def _all(levels: Sequence[ScoreLevel]) -> str:
    return f"{levels[0].system} is" if len(levels) == 1 else f"all {len(levels)} systems are"


def _gap(one: ScoreLevel) -> str:
    return "" if one.mean_rpd is None else f", mean RPD {fixed(one.mean_rpd, 2)} %"


def _score(value: float) -> str:
    return fixed(100 * value, 1)


def comparison_answers(comparisons: Sequence[GapComparison]) -> list[str]:
    """Answer for each task and measure of how many pairs of systems the gaps are known to differ.

    p-values are adjusted for all comparisons.
    """
    groups = grouped(comparisons, lambda one: (one.task, one.metric, one.gap))
    answers = []
    for (task, _, gap), own in groups.items():
        n = sum(one.p_holm <= SIGNIFICANT for one in own)
        name = {"mean_rpd": "mean RPD", "std": "Std"}.get(gap, gap)
        pairs = "pair of systems differs" if len(own) == 1 else "pairs of systems differ"
        answers.append(
            f"{task_name(task)}: {n} of {len(own)} {pairs} in {name} (p ≤ {SIGNIFICANT}, Holm)."
        )
    return answers
