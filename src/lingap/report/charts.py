"""The data of the page's charts: plain lists and numbers, ready for JSON."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from random import Random
from typing import TYPE_CHECKING, Any

from lingap.gap.order import MANY_LANGUAGES, ManyLanguages, PairsOfLanguages
from lingap.report.distance_tables import INPUT_MEASURES
from lingap.report.model_tables import CURVES
from lingap.report.reader_answer import parts_for
from lingap.report.result_tables import (
    gap_groups,
    languages_of,
    layer_name,
    metric_name,
    task_name,
)
from lingap.report.rounding import p_value
from lingap.report.summary import (
    HistoryPoint,
    ReportData,
    language_family,
    language_name,
    reads_right_to_left,
)
from lingap.storage.json_file import lower_triangle

if TYPE_CHECKING:
    from lingap.gap import GapCorrelation, LinguisticGap, OutputGap, TextGap
    from lingap.records import Interval

Matrix = Sequence[Sequence[float | None]]

MAX_CURVE_POINTS = 150
MAX_PROJECTED_ROWS = 400
MAX_POINTS = 1000
"""Points of a system drawn against one predictor: more could not be told apart."""


def chart_data(data: ReportData) -> dict[str, Any]:
    """Everything the page's script draws, by chart; what is not finite is null, as JSON needs."""
    drawn: dict[str, Any] = _finite(_charts(data))
    return drawn


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def _charts(data: ReportData) -> dict[str, Any]:
    return {
        "systems": list(data.systems),
        "languages": {
            code: {
                "name": language_name(code),
                "rtl": reads_right_to_left(code),
                "family": language_family(code),
            }
            for code in dict.fromkeys((*data.languages, *_projected_languages(data)))
        },
        "tasks": {task: task_name(task) for task in data.tasks},
        "answers": {
            code: [[part.verdict, part.detail] for part in parts]
            for code in data.languages
            if (parts := parts_for(data, code))
        },
        "scores": _scores(data),
        "heatmaps": [_cka_map(gap) for gap in data.linguistic if len(gap.languages) > 1],
        "outputMaps": [_output_map(gap) for gap in data.outputs if len(gap.languages) > 1],
        "inputMaps": [_input_map(gap) for gap in data.inputs if len(gap.languages) > 1],
        "bars": _bars(data),
        "curves": _curves(data),
        "layerCurves": layer_curves(data),
        "layerMeasures": {name: label for name, (label, _) in CURVES.items()},
        "encoderCurves": [
            {"system": row.system, "points": _thinned(row.history)}
            for row in data.pretraining
            if row.history
        ],
        "projections": _projections(data),
        "correlations": [
            [row.task, row.predictor, row.system, row.n_points, row.spearman, row.kendall, _p(row)]
            for row in data.correlations
        ],
        "scatter": _scatter(data),
    }


def in_title(names: Iterable[str | None]) -> str:
    """Names of measures as in a title, each once.

    >>> in_title(["debiased CKA", None, "CKA"])
    'Debiased CKA or CKA'
    """
    text = " or ".join(dict.fromkeys(filter(None, names)))
    return text[:1].upper() + text[1:]


def _p(row: GapCorrelation) -> str:
    p = row.spearman_p_languages
    return "" if p is None else p_value(p)


def _projected_languages(data: ReportData) -> list[str]:
    return [code for projection in data.projections for code in projection.texts]


def _scatter(data: ReportData) -> list[list[Any]]:
    """Pairs of languages with a predictor and the gap; of many, a random choice."""
    found = defaultdict(list)
    for p in data.points:
        numbers = (float(f"{value:.4g}") for value in (p.value, p.gap_percent))
        found[p.system, p.task, p.predictor].append(
            [p.system, p.task, *p.pair, p.predictor, *numbers]
        )
    for points in found.values():
        if len(points) > MAX_POINTS:
            points[:] = Random(0).sample(points, MAX_POINTS)
    return [*chain.from_iterable(found.values())]


def _matrix(rows: Matrix) -> list[list[float | None]]:
    """Rounded for a heat map; of a symmetric matrix the lower triangle."""
    decimals = 4
    if len(rows) > MANY_LANGUAGES:
        largest = max((abs(value) for row in rows for value in row if value), default=1.0)
        decimals = 3 - math.ceil(math.log10(largest))
    values = [[None if value is None else round(value, decimals) for value in row] for row in rows]
    return lower_triangle(values)


def _map(
    system: str, place: str, name: str, languages: Sequence[str], *measures: tuple[str, str, Matrix]
) -> dict[str, Any]:
    """A heat map: key, label and matrix of each measure that has values.

    Many languages are ordered by family, script and similarity in the first measure.
    """
    measured = [one for one in measures if one[2]]
    if len(languages) > MANY_LANGUAGES and measured:
        order = PairsOfLanguages(languages, measured[0][2]).order()
        languages = [languages[i] for i in order]
        measured = [
            (key, label, tuple(tuple(matrix[i][j] for j in order) for i in order))
            for key, label, matrix in measured
        ]
    return {
        "system": system,
        "place": place,
        "placeName": name,
        "languages": list(languages),
        "measures": {
            key: {"label": label, "values": _matrix(matrix)} for key, label, matrix in measured
        },
    }


def _cka_map(gap: LinguisticGap) -> dict[str, Any]:
    return _map(
        gap.system, f"{gap.layer} · {gap.corpus}",
        f"{layer_name(gap.layer)} · {gap.corpus}", gap.languages,
        ("debiased", "CKA, debiased", gap.cka_debiased),
        ("cka", "CKA as in the paper", gap.cka),
        ("floor", "Floor: CKA of shuffled sentences", gap.floor_mean),
    )  # fmt: skip


def _output_map(gap: OutputGap) -> dict[str, Any]:
    return _map(
        gap.system, gap.corpus, gap.corpus, gap.languages,
        ("distance", "Sinkhorn distance", gap.distance),
        ("divergence", "Debiased divergence", gap.divergence),
        ("exact", "Exact transport cost", gap.exact),
    )  # fmt: skip


def _input_map(gap: TextGap) -> dict[str, Any]:
    keys = ("jsd", "inventory_overlap", "token_overlap", "compression", "classifier")
    measures = ((key, INPUT_MEASURES[key][0], getattr(gap, key)) for key in keys)
    return _map(gap.representation, gap.corpus, gap.corpus, gap.languages, *measures)


def _ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def _scores(data: ReportData) -> list[dict[str, Any]]:
    """One entry per task and measure: languages, and each system's scores × 100 with their ends."""
    drawn = []
    for (task, metric), gaps in gap_groups(data).items():
        languages = ManyLanguages(languages_of(gaps)).by_family()
        baseline = next((b for b in data.baselines if (b.task, b.metric) == (task, metric)), None)
        drawn.append(
            {
                "task": task,
                "metric": metric,
                "name": f"{task_name(task)}, {metric_name(metric)}",
                "languages": list(languages),
                "baseline": [baseline and 100 * baseline.of(code) for code in languages],
                "systems": [
                    {
                        "system": gap.system,
                        "scores": [_times_100(gap.scores.get(code)) for code in languages],
                        "ends": [_ends_times_100(gap.score_intervals.get(c)) for c in languages],
                        "atBaseline": [code in gap.at_baseline for code in languages],
                    }
                    for gap in gaps
                ],
            }
        )
    return drawn


def _times_100(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 3)


def _ends_times_100(interval: Interval | None) -> list[float] | None:
    return [round(100 * end, 3) for end in ends] if (ends := _ends(interval)) else None


def _bars(data: ReportData) -> list[dict[str, Any]]:
    """One entry per task and system: mean of each gap with its interval, and the pairs' values.

    Pairs of many languages are not among them: a list of thousands is no choice.
    """
    rows = []
    for gap in data.performance:
        linguistic = data.linguistic_for(gap.system, gap.task)
        sides: list[tuple[str, tuple[str, ...], Matrix]] = [("gap", gap.languages, gap.rpd)]
        if linguistic:
            sides.append(("cka", linguistic.languages, linguistic.similarity.values))
        output = data.output_for(gap.system)
        if output:
            sides.append(("sinkhorn", output.languages, output.distance))
        shown = () if ManyLanguages(gap.languages).are_many else gap.languages
        found: dict[frozenset[str], dict[str, Any]] = {
            frozenset(pair): {"pair": pair} for pair in combinations(shown, 2)
        }
        for name, languages, matrix in sides:
            for (i, one), (j, other) in combinations(enumerate(languages), 2):
                if (values := found.get(frozenset((one, other)))) is not None:
                    values[name] = matrix[i][j]
        rows.append(
            {
                "task": gap.task,
                "metric": metric_name(gap.metric),
                "system": gap.system,
                "gap": gap.mean_rpd,
                "gapEnds": _ends(gap.mean_rpd_interval),
                "cka": linguistic.similarity.mean if linguistic else None,
                "ckaEnds": _ends(linguistic.similarity.mean_interval) if linguistic else None,
                "ckaName": linguistic.similarity.name if linguistic else None,
                "sinkhorn": output.mean_distance if output else None,
                "pairs": {"–".join(values.pop("pair")): values for values in found.values()},
            }
        )
    return rows


def _thinned(history: Sequence[HistoryPoint]) -> dict[str, list[Any]]:
    step = max(1, -(-len(history) // MAX_CURVE_POINTS))
    kept = [*history[::step]]
    if history and kept[-1] is not history[-1]:
        kept.append(history[-1])
    names = dict.fromkeys(name for point in kept for name in point.values)
    series: dict[str, list[Any]] = {"step": [point.step for point in kept]}
    for name in names:
        values = [point.values.get(name) for point in kept]
        series[name] = [None if value is None else float(f"{value:.4g}") for value in values]
    return series


def _curves(data: ReportData) -> list[dict[str, Any]]:
    return [
        {
            "system": run.system, "task": run.task, "languages": list(run.languages),
            "seed": run.seed, "points": _thinned(run.history),
        }
        for run in data.runs
        if run.history
    ]  # fmt: skip


def layer_curves(data: ReportData) -> list[dict[str, Any]]:
    """One entry per model: the mean of each measure by layer."""
    return [
        {
            "system": gap.system,
            "points": {"step": [int(one.layer) for one in gap.layers]}
            | {name: [of(one) for one in gap.layers] for name, (_, of) in CURVES.items()},
        }
        for gap in data.models
    ]


def _projections(data: ReportData) -> list[dict[str, Any]]:
    drawn = []
    for projection in data.projections:
        kept = sorted(set(projection.rows))[:MAX_PROJECTED_ROWS]
        allowed = set(kept)
        points = [
            [language, row, round(x, 3), round(y, 3)]
            for language, row, x, y in zip(
                projection.languages, projection.rows, projection.x, projection.y, strict=True
            )
            if row in allowed
        ]
        texts = {
            language: {row: sentences[row] for row in kept if row < len(sentences)}
            for language, sentences in projection.texts.items()
        }
        drawn.append(
            {
                "system": projection.system,
                "layer": layer_name(projection.layer),
                "method": projection.method,
                "points": points,
                "rows": kept,
                "nRows": len(set(projection.rows)),
                "texts": texts,
            }
        )
    return drawn
