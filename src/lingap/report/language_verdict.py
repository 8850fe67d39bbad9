"""The answer for each language: which system is best there, by how much, and how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.parts import MOST_SYSTEMS, SIGNIFICANT, Part, holds_zero, listed, some
from lingap.report.result_tables import first_heading, task_name
from lingap.report.summary import ReportData, grouped, language_name

if TYPE_CHECKING:
    from lingap.gap import PerformanceGap, ScoreComparison

FEW_LANGUAGES = 6
"""Up to so many, each language has a statement of its own."""
MOST_NAMED = 12
"""Languages in a verdict; more of them are counted there and named in its reason."""
MOST_TOLD = 24
"""Languages named in a reason; the tables have all."""


def language_parts(data: ReportData, task: str, metric: str) -> list[Part]:
    """Statements on the best system of each language of a task, over seeds and test items."""
    by_language = _compared(data, task, metric)
    if len(by_language) > FEW_LANGUAGES:
        return [_grouped(task_name(task), by_language, _gaps(data, task, metric))]
    found = (language_part(data, task, metric, code) for code in by_language)
    return [part for part in found if part is not None]


def language_part(data: ReportData, task: str, metric: str, code: str) -> Part | None:
    """The statement on one language; None where its systems were not compared."""
    rows = _compared(data, task, metric).get(code)
    noun = first_heading(data).lower()
    gaps = _gaps(data, task, metric)
    return None if rows is None else _of_language(task_name(task), rows, gaps, noun)


def _compared(data: ReportData, task: str, metric: str) -> dict[str, list[ScoreComparison]]:
    """Language -> the best system against the others, the next best first."""
    rows = [one for one in data.by_language if (one.task, one.metric) == (task, metric)]
    return grouped(sorted(rows, key=lambda one: one.rank), lambda row: row.language)


def _gaps(data: ReportData, task: str, metric: str) -> dict[str, PerformanceGap]:
    return {g.system: g for g in data.performance if (g.task, g.metric) == (task, metric)}


def is_shown(row: ScoreComparison) -> bool:
    """Whether the best system is shown to be better than the other, after adjustment."""
    return row.p_holm is not None and row.p_holm < SIGNIFICANT and not holds_zero(row.interval)


def by_points(row: ScoreComparison) -> str:
    """The difference of two scores in points of 100, with its interval."""
    ends = rounding.interval(row.interval, 1, scale=100)
    return f"{rounding.fixed(100 * row.difference, 1)} {ends}".strip()


def _of_language(
    task: str, rows: Sequence[ScoreComparison], gaps: Mapping[str, PerformanceGap], noun: str
) -> Part:
    """The statement on one language; rows start with the next best."""
    nearest, *others = rows
    code, best = nearest.language, nearest.best
    start = f"{task}, {language_name(code)}"
    low = _low(gaps, code)
    scores = f"{_score(gaps, best, code)}, {_score(gaps, nearest.other, code)}"
    if best in low:
        return Part(
            f"{start}: no {noun} is shown to have learned anything.",
            f"None is better than answering without reading: {scores}.",
        )
    nothing = [name for name in low if name != nearest.other]
    more = f" Nothing was learned with {some(nothing, MOST_SYSTEMS)}." if nothing else ""
    if nearest.p_holm is None:
        return Part(
            f"{start}: no {noun} is shown to be best.",
            f"{scores}: {by_points(nearest)} apart. {nearest.reason}{more}",
        )
    told = _p(nearest.p_holm)
    if is_shown(nearest):
        points = by_points(nearest)
        than = f"{nearest.other} (which learned nothing)" if nearest.other in low else nearest.other
        over = f"is best, by {points} points over {than}" if others else ""
        return Part(
            f"{start}: {best} {over or f'is better than {than} by {points} points'} ({told}).",
            f"{scores}.{more}",
        )
    apart = f"{by_points(nearest)} points apart ({told})"
    beaten = [row for row in others if is_shown(row)]
    if beaten:
        of = some([f"{row.other} by {by_points(row)}" for row in beaten], MOST_SYSTEMS)
        more = f" {best} is shown to be better than {of} points.{more}"
    return Part(f"{start}: no {noun} is shown to be best.", f"{scores}: {apart}.{more}")


def _grouped(
    task: str, by_language: Mapping[str, list[ScoreComparison]], gaps: Mapping[str, PerformanceGap]
) -> Part:
    """One statement on many languages, by their best system."""
    shown: dict[str, list[ScoreComparison]] = {}
    nothing, unclear = [], []
    for code, (nearest, *_) in by_language.items():
        if nearest.best in _low(gaps, code):
            nothing.append(language_name(code))
        elif is_shown(nearest):
            shown.setdefault(nearest.best, []).append(nearest)
        else:
            unclear.append(language_name(code))
    said = [
        f"{best} is best for {some([language_name(row.language) for row in rows], MOST_TOLD)}"
        for best, rows in shown.items()
    ]
    said += [f"no best is shown for {_counted(unclear)}"] * bool(unclear)
    said += [f"nothing was learned for {_counted(nothing)}"] * bool(nothing)
    differences = [
        f"{language_name(row.language)} {by_points(row)} over {row.other} "
        f"(p {rounding.p_value(row.p_holm)})"
        for rows in shown.values()
        for row in rows
        if row.p_holm is not None
    ]
    details = []
    if differences:
        more = len(differences) - MOST_TOLD
        told = [*differences[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        details.append(f"Points above the next best: {'; '.join(told)}.")
    named = (("No best is shown for", unclear), ("Nothing was learned for", nothing))
    details += [
        f"{what} {some(names, MOST_TOLD)}." for what, names in named if len(names) > MOST_NAMED
    ]
    return Part(f"{task}: {'; '.join(said)}.", " ".join(details))


def _counted(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= MOST_NAMED else f"{len(names)} languages"


def _low(gaps: Mapping[str, PerformanceGap], code: str) -> list[str]:
    """Systems that learned nothing in a language."""
    return [name for name, gap in gaps.items() if code in gap.at_baseline]


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p {rounding.p_value(value)}"


def _score(gaps: Mapping[str, PerformanceGap], system: str, code: str) -> str:
    gap = gaps.get(system)  # a file may hold a part of the results
    return system if gap is None or code not in gap.scores else score_of(gap, code)


def score_of(gap: PerformanceGap, code: str) -> str:
    """A system and its score in a language × 100, with the interval."""
    ends = rounding.interval(gap.score_intervals.get(code), 1, scale=100)
    return f"{gap.system} {rounding.fixed(100 * gap.scores[code], 1)} {ends}".strip()
