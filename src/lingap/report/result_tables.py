"""Tables of scores and gaps, laid out like Table 1 of Jung et al. (2024)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from lingap.gap.order import MANY_LANGUAGES
from lingap.report import rounding
from lingap.report.summary import ReportData, grouped
from lingap.report.tables import (
    HALF_WIDTH,
    Building,
    Cell,
    Column,
    Row,
    Table,
    language_column,
    measured,
    methods,
    points,
    words,
)
from lingap.storage.file_names import file_name

if TYPE_CHECKING:
    from lingap.gap import Baseline, LinguisticGap, PerformanceGap
    from lingap.records import Interval

METRIC_NAMES = {
    "span_f1": "span F1",
    "accuracy": "accuracy",
}
TASK_NAMES = {
    "ner": "Named entities",
    "pos": "Parts of speech",
    "nli": "Inference",
    "topic": "Topics",
}
LAYER_NAMES = {
    "input": "input embedding layer",
    "last": "last hidden layer",
    "given": "given embeddings",
}

FEWEST_OF_TENTH = 20  # with fewer languages, the lowest tenth is one or two of them
TENTH_COLUMN = Column(
    "Lowest tenth", hint="mean score × 100 of the tenth of the languages that is lowest"
)
_OF_NOISE = "without the part expected from noise in the scores"
STD_COLUMNS = (
    Column(
        "Std",
        hint="standard deviation of the scores over languages (n − 1); lower is fairer",
        starts_group=True,
    ),
    Column("Std corrected", hint=f"Std {_OF_NOISE}"),
)
RPD_COLUMNS = (
    Column("Mean RPD %", hint="mean relative percentage difference over all pairs of languages"),
    Column("RPD corrected", hint=f"mean RPD in percent, {_OF_NOISE}"),
)
CKA_COLUMNS = (
    Column(
        "Mean CKA",
        hint="mean linear CKA over all pairs of languages; higher is closer. It falls as sentences "
        "are added, and its interval is for this number of them",
    ),
    Column("CKA debiased", hint="the same without the bias from few sentences and many dimensions"),
    Column("CKA floor", hint="mean CKA with the sentences shuffled: what chance alone gives"),
)


ROOM_FOR_BRACKETS = 8
"""With more languages, a score's interval is shown as half its width."""


def layer_name(layer: str) -> str:
    """Display name of a layer.

    >>> layer_name("last"), layer_name("7")
    ('last hidden layer', 'layer 7')
    """
    return LAYER_NAMES.get(layer) or (f"layer {layer}" if layer.isdecimal() else layer)


def metric_name(metric: str) -> str:
    """Display name of a measure."""
    return METRIC_NAMES.get(metric, metric.replace("_", " "))


def task_name(task: str) -> str:
    """Display name of a task."""
    return TASK_NAMES.get(task, task)


def first_heading(data: ReportData) -> str:
    """What rows are called: representations in lingap's own experiments, else systems."""
    return "Representation" if data.runs or data.pretraining else "System"


def languages_of(gaps: list[PerformanceGap]) -> tuple[str, ...]:
    """Languages of any of the gaps, in order of appearance."""
    return tuple(dict.fromkeys(code for gap in gaps for code in gap.languages))


def gap_groups(data: ReportData) -> dict[tuple[str, str], list[PerformanceGap]]:
    """(task, measure) to its performance gaps."""
    return grouped(data.performance, lambda gap: (gap.task, gap.metric))


def result_tables(
    data: ReportData, *, max_languages: int = MANY_LANGUAGES, without: Collection[str] = ()
) -> tuple[Table, ...]:
    """One table per task and measure: systems as rows, languages and then gaps as columns.

    Args:
        data: What to show.
        max_languages: With more languages, their columns are left out; see
            :func:`~lingap.report.many_languages.many_language_tables`.
        without: Tasks that are shown otherwise.
    """
    tables = [
        _result_table(data, *key, gaps, max_languages=max_languages)
        for key, gaps in gap_groups(data).items()
        if key[0] not in without
    ]
    scored = {gap.system for gap in data.performance}
    alone = [gap for gap in data.linguistic if gap.system not in scored]
    if alone:
        tables.append(linguistic_table("linguistic-gap", alone))
    return tuple(tables)


def _result_table(
    data: ReportData, task: str, metric: str, gaps: list[PerformanceGap], *, max_languages: int
) -> Table:
    every = languages_of(gaps)
    languages = every if len(every) <= max_languages else ()
    wide = len(languages) > ROOM_FOR_BRACKETS
    similarity = {gap.system: data.linguistic_for(gap.system, task) for gap in gaps}
    with_corrected = any(gap.mean_rpd_corrected is not None for gap in gaps)
    about = "mean score over languages: a gap can shrink because the best lose"
    made = (
        Building(gaps)
        .column(
            Column(first_heading(data), numeric=False),
            lambda gap: replace(words(gap.system), detail=_about(gap)),
        )
        .columns(languages, language_column, lambda code, gap: score_cell(gap, code, wide))
        .column(Column("Mean", hint=about), lambda gap: points(_mean(gap.scores.values())))
        .column(
            Column("Lowest", hint="the lowest score and its language"),
            lambda gap: replace(points(gap.worst_score), detail=gap.worst_language),
        )
    )
    if len(every) >= FEWEST_OF_TENTH:
        made.column(TENTH_COLUMN, lambda gap: points(gap.worst_tenth))
    for heads, kind, digits in ((STD_COLUMNS, "std", 4), (RPD_COLUMNS, "mean_rpd", 2)):
        cells = partial(_gap_cells, kind=kind, digits=digits, with_corrected=with_corrected)
        made.group(heads[: 1 + with_corrected], cells)
    if any(similarity.values()):
        made.group(CKA_COLUMNS, lambda gap: _cka_cells(similarity[gap.system]))
    table = made.table(
        f"scores-{file_name(task, metric)}",
        f"{task_name(task)}: {metric_name(metric)} × 100 and gaps",
        _caption(data, task, gaps),
    )
    baseline = next((b for b in data.baselines if (b.task, b.metric) == (task, metric)), None)
    if baseline is None:
        return table
    more = _baseline_rows(baseline, every, languages, len(table.columns))
    return replace(table, rows=(*table.rows, *more))


def _mean(scores: Collection[float]) -> float:
    return sum(scores) / len(scores)


def _gap_cells(gap: PerformanceGap, *, kind: str, digits: int, with_corrected: bool) -> list[Cell]:
    """Std or mean RPD; the interval is shown with the corrected value, which it surrounds."""
    plain, ends = getattr(gap, kind), getattr(gap, f"{kind}_interval")
    if not with_corrected:
        return [measured(plain, ends, digits)]
    corrected = getattr(gap, f"{kind}_corrected")
    return [measured(plain, None, digits), measured(corrected, ends, digits)]


def _about(gap: PerformanceGap) -> str:
    fewest, most = (f(map(gap.seeds_of, gap.languages)) for f in (min, max))
    number = f"{most}" if fewest == most else f"{fewest}–{most}"
    seeds = [f"{number} seeds"] if most > 1 else []
    return ", ".join([*seeds, *["learned nothing"] * gap.learned_nothing])


def _baseline_rows(
    baseline: Baseline, languages: tuple[str, ...], shown: tuple[str, ...], width: int
) -> list[Row]:
    """Scores of answering without reading, and their mean: the most frequent label, and chance."""
    rows = []
    for name, of, labels in (
        ("majority label", baseline.majority.get, baseline.labels),
        ("chance", baseline.chance_in, {}),
    ):
        known = [value for code in languages if (value := of(code)) is not None]
        if known:
            cells = [_baseline_cell(of(code), labels.get(code, "")) for code in shown]
            cells.append(points(_mean(known)))
            empty = [Cell("")] * (width - 1 - len(cells))
            rows.append(Row((Cell(name, detail="baseline"), *cells, *empty)))
    return rows


def _baseline_cell(value: float | None, label: str) -> Cell:
    return replace(points(value), hint=f"every item {label}" if label else "")


NO_SCORE = Cell(rounding.NOTHING, hint="no score: the run failed or is not finished")


def score_cell(gap: PerformanceGap | None, code: str, wide: bool) -> Cell:
    """A score × 100 with its interval, as half its width where the table is `wide`."""
    if gap is None or (value := gap.scores.get(code)) is None:
        return NO_SCORE
    spread = gap.score_seed_std.get(code)
    hint = "" if spread is None else f"standard deviation over seeds {rounding.fixed(spread, 4)}"
    if code in gap.at_baseline:
        hint = f"not shown to be better than the baseline; {hint}".rstrip("; ")
    ends = gap.score_intervals.get(code)
    brief = rounding.half_width(ends, 1, value=value, scale=100)
    detail = rounding.interval(ends, 1, scale=100)
    if wide and ends:
        hint = f"{detail} {hint}".strip()
        detail = brief
    return Cell(rounding.fixed(100 * value, 1), value, detail, hint, brief)


def _cka_cells(gap: LinguisticGap | None) -> list[Cell]:
    if gap is None:
        return [Cell(rounding.NOTHING, hint="no embeddings were compared")] * 3
    return [
        measured(gap.mean_cka, gap.mean_cka_interval, 3),
        measured(gap.mean_cka_debiased, gap.mean_cka_debiased_interval, 3),
        _floor_cell(gap),
    ]


def _floor_cell(gap: LinguisticGap) -> Cell:
    n_pairs = len(gap.languages) * (len(gap.languages) - 1) // 2
    n_within = len(gap.within_floor)
    return Cell(
        rounding.fixed(gap.mean_floor, 3),
        gap.mean_floor,
        detail=f"{n_within} of {n_pairs} pairs within" if n_within else "",
        brief=f"{n_within}/{n_pairs} within" if n_within else "",
    )


def _caption(data: ReportData, task: str, gaps: list[PerformanceGap]) -> str:
    parts = [
        "Std of scores from 0 to 1, with n − 1. RPD of two scores a and b is "
        "100 × |a − b| / ((a + b) / 2); here its mean over all pairs of languages; lower is fairer."
    ]
    if len(gaps) > 1 and (front := _front(data, gaps)):
        parts.append(f"None has both a higher mean and a smaller RPD than {' or '.join(front)}.")
    if any(gap.learned_nothing for gap in gaps):
        parts.append("Gaps of a system that learned nothing say nothing of languages.")
    found = [one for gap in gaps if (one := data.linguistic_for(gap.system, task))]
    sources = {
        f"{'the ' if one.layer in ('input', 'last') else ''}{layer_name(one.layer)}, "
        f"{one.corpus or 'unnamed corpus'}, "
        f"{one.n_sentences} parallel sentences"
        for one in found
    }
    if sources:
        parts.append(f"CKA from {'; '.join(sorted(sources))}; higher is closer.")
    ends = [end for gap in gaps for end in _intervals(gap) if end]
    ends += [end for one in found for end in _cka_intervals(one) if end]
    if ends and len(languages_of(gaps)) > ROOM_FOR_BRACKETS:
        parts.append(HALF_WIDTH)
    return " ".join((*parts, methods(ends))).strip()


def _front(data: ReportData, gaps: list[PerformanceGap]) -> list[str]:
    """Systems on the Pareto front of mean score and mean RPD, unless they are many."""
    key = gaps[0].task, gaps[0].metric
    front = [one.system for one in data.levels if (one.task, one.metric) == key and one.on_front]
    return front if len(front) <= 4 else []


def _intervals(gap: PerformanceGap) -> list[Interval | None]:
    return [*gap.score_intervals.values(), gap.std_interval, gap.mean_rpd_interval]


def _cka_intervals(gap: LinguisticGap) -> list[Interval | None]:
    return [gap.mean_cka_interval, gap.mean_cka_debiased_interval]


def linguistic_table(name: str, gaps: list[LinguisticGap]) -> Table:
    """Mean CKA of each system, layer and corpus: as in the paper, debiased, and by chance."""
    return (
        Building(gaps)
        .text("System", lambda gap: gap.system)
        .text("Layer", lambda gap: gap.layer)
        .text("Corpus", lambda gap: gap.corpus)
        .count("Sentences", lambda gap: gap.n_sentences)
        .count("Width", lambda gap: gap.width, "dimensions of the embeddings")
        .group(CKA_COLUMNS, _cka_cells)
        .table(
            name,
            "Linguistic gap: similarity of the languages' embeddings",
            "Means over all pairs of languages; higher is closer, at most 1. With few sentences "
            "and many dimensions, plain CKA is high by chance: compare it with its floor, or use "
            "the debiased value. " + methods(end for gap in gaps for end in _cka_intervals(gap)),
        )
    )
