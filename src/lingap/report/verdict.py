"""The answer in one paragraph, derived from the numbers and true for any of them.

A difference in performance gaps counts as shown where a paired test over seeds is significant after
adjustment for all comparisons and the interval of the difference, corrected for noise in the
scores, excludes 0. A correlation counts as shown by a permutation test that moves whole seeds or
languages, never by a p-value of independent points. Where no test is possible, or has no power for
lack of seeds, and for similarity, two intervals must not overlap: stricter than a paired test, so a
difference that is not shown may still exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.language_verdict import language_parts
from lingap.report.model_tables import meaning
from lingap.report.origins import origin_sentence
from lingap.report.parts import (
    MOST_SYSTEMS,
    SIGNIFICANT,
    Figure,
    Part,
    all_of,
    apart,
    differing,
    figures_of,
    holds_zero,
    listed,
    ranked_part,
    some,
)
from lingap.report.reader_answer import parts_for
from lingap.report.result_tables import task_name
from lingap.report.summary import ReportData, language_name

if TYPE_CHECKING:
    from lingap.gap import (
        GapCorrelation,
        LinguisticGap,
        OutputGap,
        PerformanceGap,
        TextGap,
        TokenGap,
    )
    from lingap.gap.compare import GapComparison

MINIATURE = (
    "This is a miniature: small encoders, little text. It shows the method; it does not prove "
    "or refute the claim."
)
OVER_SENTENCES = (
    "Intervals of CKA are over sentences: retrained encoders could differ by more than they "
    "suggest."
)

ONE_SEED = (
    "The intervals of scores are over test sentences of one training run each: with another seed "
    "scores and performance gaps could differ by more than they suggest."
)


_MOST_ORIGINS = 3
LEADING = 5
"""Statements that lead a long answer."""


def answer(data: ReportData) -> str:
    """Summarize the numbers: gaps with intervals, and differences only where they are shown."""
    parts = answer_parts(data)
    return " ".join(text for part in parts for text in (part.verdict, part.detail) if text)


@dataclass(frozen=True, slots=True)
class FoldedAnswer:
    """An answer for a page: what leads it, the rest, and cautions on all of it."""

    lead: tuple[Part, ...]
    rest: tuple[Part, ...]
    cautions: tuple[Part, ...]

    @property
    def rest_title(self) -> str:
        """What the rest is folded under."""
        return f"The rest of the answer: {len(self.rest)} statements"

    @classmethod
    def of(cls, data: ReportData) -> FoldedAnswer:
        """All of the reader's languages leads, or the first statements; one is no rest."""
        every = answer_parts(data)
        parts = tuple(part for part in every if not part.is_caution)
        n = sum(len(parts_for(data, code)) for code in data.reader) or LEADING
        n += len(parts) == n + 1
        return cls(parts[:n], parts[n:], tuple(part for part in every if part.is_caution))


def answer_parts(data: ReportData) -> tuple[Part, ...]:
    """The answer by statement: the reader's languages, progress, tasks, layers, caveats."""
    own = [part for code in data.reader for part in parts_for(data, code)]
    parts: list[Part | None] = [_progress(data)]
    for task in data.tasks:
        for metric in dict.fromkeys(gap.metric for gap in data.performance if gap.task == task):
            parts += language_parts(data, task, metric)
            parts += _of_task(data, task, metric)
    nothing = {(gap.task, gap.system) for gap in data.performance if gap.learned_nothing}
    linguistic = [gap for gap in data.linguistic if not _is_of(gap.task, gap.system, nothing)]
    places = dict.fromkeys((gap.layer, gap.corpus) for gap in linguistic)
    similarity = [
        _linguistic([gap for gap in linguistic if (gap.layer, gap.corpus) == place])
        for place in places
    ]
    parts += similarity
    parts += [part for gap in data.outputs if (part := _outputs(gap))]
    if data.inputs:
        parts.append(_inputs(data.inputs))
    parts += [_tokens(gap) for gap in data.tokens]
    parts += [Part(*meaning(gap)) for gap in data.models]
    little = {(gap.task, gap.system) for gap in data.performance if gap.learned_little}
    tested = [row for row in data.correlations if not _is_of(row.task, row.system, little)]
    if correlated := _correlated(tested):
        parts.append(correlated)
    texts = data.inputs or data.tokens or data.models
    if not (data.performance or data.linguistic or data.outputs or texts):
        if not data.correlations:
            parts.append(Part("There is no result yet.", "There is nothing to compare."))
        elif not correlated:
            parts.append(Part("No correlation with the performance gap could be tested.", ""))
    if any(gap.n_seeds == 1 and gap.mean_rpd_interval for gap in data.performance):
        parts.append(Part("", ONE_SEED, is_caution=True))
    if any(part and part.by_intervals for part in similarity):
        parts.append(Part("", OVER_SENTENCES, is_caution=True))
    if data.miniature:
        parts.append(Part("", MINIATURE, is_caution=True))
    return (*own, *(part for part in parts if part and part not in own))


def _is_of(task: str, system: str, those: set[tuple[str, str]]) -> bool:
    """Whether a figure is of one of those (task, system); one of any task, where it has none."""
    return (task, system) in those or (not task and system in {name for _, name in those})


def _of_task(data: ReportData, task: str, metric: str) -> list[Part]:
    """The performance gaps of a task; systems that learned little or nothing are named alone."""
    gaps = [gap for gap in data.performance if (gap.task, gap.metric) == (task, metric)]
    learned = [gap for gap in gaps if not gap.learned_little]
    names = {gap.system for gap in learned}
    tests = [
        one
        for one in data.comparisons
        if (one.task, one.metric, one.gap) == (task, metric, "mean_rpd")
        and {one.first, one.second} <= names
    ]
    parts = [_performance(task, learned, tests)] if learned else []
    parts += [
        Part("", origin_sentence(one))
        for one in data.origins
        if (one.task, one.metric, one.gap) == (task, metric, "mean_rpd")
        and _is_smaller(one.second, one.first, learned, tests)
    ][:_MOST_ORIGINS]
    name = task_name(task)
    if nothing := [gap.system for gap in gaps if gap.learned_nothing]:
        parts.append(
            Part(
                f"{name}: nothing was learned with {some(nothing, MOST_SYSTEMS)}.",
                "The scores are not shown to be better than answering without reading, so gap, "
                "similarity and correlation take part in no verdict, and a small Std of such "
                "scores is not fairness.",
            )
        )
    if little := [gap for gap in gaps if gap.learned_little and not gap.learned_nothing]:
        above = [f"{len(g.languages) - len(g.at_baseline)} with {g.system}" for g in little]
        parts.append(
            Part(
                f"{name}: most scores are guesses with "
                f"{some([gap.system for gap in little], MOST_SYSTEMS)}.",
                "Languages in which they are shown to be better than answering without reading: "
                f"{some(above, MOST_SYSTEMS)}. Gap and correlation take part in no verdict.",
            )
        )
    return parts


def _is_smaller(
    small: str, large: str, gaps: Sequence[PerformanceGap], tests: Sequence[GapComparison]
) -> bool:
    """Whether the gap of one system is shown to be smaller than that of the other."""
    for test in tests:
        if {test.first, test.second} == {small, large} and not _powerless(test):
            return test.p_holm < SIGNIFICANT and not holds_zero(test.interval)
    ends = {gap.system: gap.mean_rpd_interval for gap in gaps}
    return small in ends and large in ends and apart(ends[small], ends[large])


def _progress(data: ReportData) -> Part | None:
    n = Counter(run.status for run in data.unfinished)
    if not n:
        return None
    states = (("failed", n["failed"]), ("not finished yet", n["missing"]))
    said = listed([f"{times} {state}" for state, times in states if times])
    rest = "The results below are based on the others." if n.total() < len(data.runs) else ""
    return Part(f"Unfinished: of {len(data.runs)} runs {said}.", rest)


def _performance(task: str, gaps: list[PerformanceGap], tests: list[GapComparison]) -> Part:
    figures = [
        Figure(gap.system, value, gap.mean_rpd_interval, _rpd(gap))
        for gap in gaps
        if (value := _corrected(gap)) is not None
    ]
    name = task_name(task)
    if not figures and any(len(gap.scores) > 1 for gap in gaps):
        return Part(
            f"{name}: no gap can be computed.",
            "At least two languages score 0, so the mean relative difference (RPD) is undefined.",
        )
    if not figures:
        return Part(f"{name}: no gap.", "Too few languages have a score to compare them.")
    counts = sorted({len(gap.scores) for gap in gaps})
    detail = (
        f"Over {' to '.join(map(str, counts[:1] + counts[1:][-1:]))} languages, two languages' "
        f"scores differ on average (mean RPD) by {all_of(figures)}."
    )
    if undefined := [gap.system for gap in gaps if gap.mean_rpd is None and len(gap.scores) > 1]:
        named = some(undefined, MOST_SYSTEMS)
        detail += f" With {named} at least two languages score 0, so mean RPD is undefined."
    if len({frozenset(gap.languages) for gap in gaps}) > 1:
        return Part(
            f"{name}: the performance gaps are not comparable.",
            f"{detail} Not every representation has a score in the same languages.",
        )
    # A test over few seeds has no power however far apart the gaps; intervals over three do.
    powerless = bool(tests) and all(_powerless(one) and one.n_seeds > 2 for one in tests)
    if len(figures) > 1 and tests and not powerless:
        verdict, reason = _tested(tests)
        return Part(f"{name}: {verdict}", f"{detail} {reason}")
    ranked, more = sorted(figures, key=lambda one: one.value), ""
    if powerless:
        more = f" (Paired tests over so few seeds cannot reach p below {SIGNIFICANT}.)"
    return ranked_part(name, detail, ranked, "the performance gap", "smaller", more)


def _powerless(test: GapComparison) -> bool:
    """Whether there are too few seeds for any difference to be significant."""
    return test.smallest_p is not None and test.smallest_p > SIGNIFICANT


def _tested(tests: list[GapComparison]) -> tuple[str, str]:
    """The verdict of paired tests over seeds, and their p-values."""
    shown = []
    significant = [one for one in tests if one.p_holm < SIGNIFICANT]
    for one in significant:
        if not holds_zero(one.interval):
            difference = one.difference if one.corrected is None else one.corrected
            shown.append((one.first, one.second) if difference < 0 else (one.second, one.first))
    smallest = min(one.n_seeds for one in tests)
    largest = max(one.n_seeds for one in tests)
    seeds = f"{smallest}" if smallest == largest else f"{smallest} to {largest}"
    how = (
        f"Paired tests over {seeds} seeds" if largest > 1 else "Tests by the scores' own intervals"
    )
    best = rounding.p_value(min(one.p_holm for one in tests))
    if significant and not shown:
        reason = (
            f"{how}, adjusted: p below {SIGNIFICANT} ({best}), but "
            "corrected for noise in the scores the difference may be 0."
        )
        return "no difference in the performance gap is shown.", reason
    if not shown:
        reason = f"{how}, adjusted: no p below {SIGNIFICANT} ({best})."
        if all(_powerless(one) for one in tests):
            reason += " So few seeds cannot reach it."
        return "no difference in the performance gap is shown.", reason
    rest = "" if len(shown) == len(tests) else "; for the others no difference is shown"
    return (
        f"{differing(shown, len(tests), 'the performance gap', 'smaller', 'larger')}.",
        f"{how}, adjusted: p below {SIGNIFICANT}{rest}.",
    )


def _corrected(gap: PerformanceGap) -> float | None:
    return gap.mean_rpd if gap.mean_rpd_corrected is None else gap.mean_rpd_corrected


def _rpd(gap: PerformanceGap) -> str:
    ends = rounding.interval(gap.mean_rpd_interval, 2)
    if gap.mean_rpd_corrected is not None:
        ends = f"(corrected for noise {rounding.fixed(gap.mean_rpd_corrected, 2)} {ends})"
    return f"{rounding.fixed(gap.mean_rpd, 2)} % {ends}".strip() + f" with {gap.system}"


def _linguistic(gaps: list[LinguisticGap]) -> Part | None:
    figures = [
        figure
        for gap in gaps
        for figure in figures_of(
            gap.system, gap.mean_cka_debiased, gap.mean_cka_debiased_interval, 3
        )
    ]
    if not figures:
        return None
    layer = {"input": "Input layer", "last": "Last layer", "given": "Embeddings"}.get(
        gaps[0].layer, f"Layer {gaps[0].layer}"
    )
    if gaps[0].task:
        layer += f" ({task_name(gaps[0].task).lower()})"
    detail = f"Debiased mean CKA of two languages is {all_of(figures)}."
    chance = [
        f"{len(gap.within_floor)} of {len(gap.languages) * (len(gap.languages) - 1) // 2} "
        f"with {gap.system}"
        for gap in gaps
        if gap.within_floor
    ]
    if chance:
        detail += f" Pairs no more similar than shuffled sentences: {some(chance, MOST_SYSTEMS)}."
    if len({frozenset(gap.languages) for gap in gaps}) > 1:
        return Part(
            f"{layer}: the linguistic gaps are not comparable.",
            f"{detail} Not every representation was compared in the same languages.",
        )
    ranked = sorted(figures, key=lambda one: -one.value)
    return ranked_part(layer, detail, ranked, "the similarity of languages", "higher")


def _outputs(gap: OutputGap) -> Part | None:
    if gap.mean_distance is None:
        return None
    ends = rounding.interval(gap.mean_divergence_interval, 4)
    figure = rounding.fixed(gap.mean_divergence, 4)
    rest = ""
    if gap.mean_divergence_corrected is not None:
        ends = f"(corrected {rounding.fixed(gap.mean_divergence_corrected, 4)} {ends})"
        if gap.mean_divergence_interval and gap.mean_divergence_interval.low == 0:
            rest = " Equal languages could show as much: no difference of outputs is shown."
    return Part(
        f"Outputs of {gap.system}: mean Sinkhorn distance {rounding.fixed(gap.mean_distance, 4)}.",
        f"Debiased, which is 0 for equal outputs, it is {figure} {ends}".strip()
        + f", over {len(gap.languages)} languages.{rest}",
    )


def _inputs(gaps: Sequence[TextGap]) -> Part:
    """The n-gram divergence of texts, compared within one corpus."""
    corpora = dict.fromkeys(gap.corpus for gap in gaps)
    figures = [
        figure
        for gap in gaps
        for figure in figures_of(
            gap.representation, gap.means.get("jsd"), gap.intervals.get("jsd"), 3, " bit"
        )
    ]
    detail = f"Mean n-gram divergence of two languages is {all_of(figures)}."
    alike = len({(gap.ngram, frozenset(gap.languages)) for gap in gaps}) == 1
    if len(corpora) > 1 or not alike:
        return Part("Texts.", f"{detail} They are of different texts and not comparable.")
    ranked = sorted(figures, key=lambda one: one.value)
    return ranked_part("Texts", detail, ranked, "the divergence of texts", "smaller")


def _correlated(rows: Sequence[GapCorrelation]) -> Part | None:
    """Which predictors go with the performance gap, by tests that move seeds or languages whole."""
    found = [(row, p) for row in rows if (p := row.spearman_p_holm) is not None]
    if not found:
        return None
    shown = [_named(row, p) for row, p in found if p < SIGNIFICANT]
    how = (
        "Tests exchange whole seeds, or languages where points are pairs of languages; p-values "
        f"are adjusted for {len(found)} correlations (Holm)"
    )
    if shown:
        said = f"it is shown for {listed(shown)}"
        return Part(f"Rank correlation with the performance gap: {said}.", f"{how}.")
    least = rounding.p_value(min(p for _, p in found))
    return Part(
        "Rank correlation with the performance gap: none is shown.",
        f"{how}: no p below {SIGNIFICANT} ({least}).",
    )


def _named(row: GapCorrelation, p: float) -> str:
    whose = f" with {row.system}" if row.system else ""
    return f"{row.predictor}{whose} (R {rounding.fixed(row.spearman, 2)}, p {rounding.p_value(p)})"


def _tokens(gap: TokenGap) -> Part:
    """The mean premium of a tokenizer, and the language that pays most."""
    worst, base = language_name(gap.worst), language_name(gap.reference)
    return Part(
        f"Tokens of {gap.tokenizer}: {worst} needs {rounding.fixed(gap.premium[gap.worst], 2)} "
        f"times those of {base}.",
        f"The mean of {len(gap.languages) - 1} languages is {rounding.fixed(gap.mean_premium, 2)}; "
        f"a context of fixed length holds {rounding.fixed(100 * gap.context_left(gap.worst), 0)} % "
        f"of the content in {worst}.",
    )
