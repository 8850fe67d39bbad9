"""Every number in long form, unrounded: CSV files that any tool reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from lingap.report.summary import ReportData

if TYPE_CHECKING:
    from lingap.records import Interval

Rows = Iterable[Sequence[Any]]


def to_csv(data: ReportData) -> dict[str, str]:
    """File name to its text, UTF-8, comma-separated with a heading; empty files are left out."""
    files: dict[str, tuple[str, Callable[[ReportData], Rows]]] = {
        "scores.csv": ("task,metric,system,language,score,low,high,seed_std,n_seeds", _scores),
        "performance_gap.csv": (
            "task,metric,system,std,std_low,std_high,mean_rpd_percent,mean_rpd_low,mean_rpd_high,"
            "worst_language",
            _performance,
        ),
        "performance_gap_pairs.csv": ("task,metric,system,language,other,rpd_percent", _rpd),
        "linguistic_gap.csv": (
            "system,layer,corpus,n_sentences,width,mean_cka,mean_cka_low,mean_cka_high,"
            "mean_cka_debiased,mean_cka_debiased_low,mean_cka_debiased_high,mean_floor,"
            "n_pairs_within_floor",
            _linguistic,
        ),
        "linguistic_gap_pairs.csv": (
            "system,layer,corpus,language,other,cka,cka_debiased,floor_mean,floor_high",
            _cka,
        ),
        "output_gap.csv": (
            "system,corpus,n_sentences,n_classes,cost,regularisation,epsilon,mean_sinkhorn,"
            "mean_divergence,mean_divergence_low,mean_divergence_high,mean_exact",
            _outputs,
        ),
        "output_gap_pairs.csv": (
            "system,corpus,language,other,sinkhorn,divergence,divergence_error,exact",
            _output_pairs,
        ),
        "input_gap.csv": (
            "representation,corpus,n_sentences,ngram,measure,mean,low,high",
            _inputs,
        ),
        "input_gap_pairs.csv": (
            "representation,corpus,language,other,inventory_overlap,token_overlap,jsd,compression,"
            "classifier",
            _input_pairs,
        ),
        "bound.csv": (
            "system,layer,corpus,language,other,family,divergence,divergence_low,divergence_high,"
            "n,dimension,delta,left,right,holds,vacuous",
            _bounds,
        ),
        "performance_gap_comparison.csv": (
            "task,metric,gap,first,second,difference,low,high,p_value,p_holm,n_seeds,method",
            _comparisons,
        ),
        "correlation.csv": (
            "task,predictor,n_points,spearman,spearman_p,kendall,kendall_p,note",
            _correlations,
        ),
        "correlation_points.csv": (
            "task,system,language,other,seed,predictor,value,rpd_percent",
            _points,
        ),
        "g2p_coverage.csv": (
            "language,backend,words,types,empty_words,words_with_unmapped,character,occurrences,"
            "task,system",
            _coverage,
        ),
        "pretraining.csv": (
            "system,n_parameters,vocabulary_size,bits_per_character,seconds,status,reason",
            _pretraining,
        ),
        "runs.csv": (
            "run_id,task,system,protocol,train_languages,seed,status,reason,seconds,language,"
            "metric,score,low,high,n_words,counts",
            _runs,
        ),
    }
    found = {}
    for name, (heading, rows_of) in files.items():
        rows = [[_plain(value) for value in row] for row in rows_of(data)]
        if rows:
            found[name] = _text(heading.split(","), rows)
    return found


def _text(heading: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue()


def _plain(value: Any) -> str:
    """A value as text; text that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> _plain(None), _plain(0.5), _plain("=1+1"), _plain(-2.0)
    ('', '0.5', "'=1+1", '-2.0')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    return repr(value) if isinstance(value, float) else str(value)


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _scores(data: ReportData) -> Rows:
    for gap in data.performance:
        for code, value in gap.scores.items():
            yield (
                gap.task, gap.metric, gap.system, code, value,
                *_ends(gap.score_intervals.get(code)), gap.score_seed_std.get(code), gap.n_seeds,
            )  # fmt: skip


def _performance(data: ReportData) -> Rows:
    for gap in data.performance:
        yield (
            gap.task, gap.metric, gap.system, gap.std, *_ends(gap.std_interval), gap.mean_rpd,
            *_ends(gap.mean_rpd_interval), gap.worst_language,
        )  # fmt: skip


def _rpd(data: ReportData) -> Rows:
    for gap in data.performance:
        for i, j, one, other in _pairs(gap.languages):
            yield gap.task, gap.metric, gap.system, one, other, gap.rpd[i][j]


def _linguistic(data: ReportData) -> Rows:
    for gap in data.linguistic:
        yield (
            gap.system, gap.layer, gap.corpus, gap.n_sentences, gap.width, gap.mean_cka,
            *_ends(gap.mean_cka_interval), gap.mean_cka_debiased,
            *_ends(gap.mean_cka_debiased_interval), gap.mean_floor, len(gap.within_floor),
        )  # fmt: skip


def _cka(data: ReportData) -> Rows:
    for gap in data.linguistic:
        for i, j, one, other in _pairs(gap.languages):
            yield (
                gap.system, gap.layer, gap.corpus, one, other, gap.cka[i][j],
                gap.cka_debiased[i][j] if gap.cka_debiased else None, gap.floor_mean[i][j],
                gap.floor_high[i][j],
            )  # fmt: skip


def _outputs(data: ReportData) -> Rows:
    for gap in data.outputs:
        yield (
            gap.system, gap.corpus, min(gap.n_sentences.values()), gap.n_classes, gap.cost,
            gap.regularisation, gap.epsilon, gap.mean_distance, gap.mean_divergence,
            *_ends(gap.mean_divergence_interval), gap.mean_exact,
        )  # fmt: skip


def _output_pairs(data: ReportData) -> Rows:
    for gap in data.outputs:
        for i, j, one, other in _pairs(gap.languages):
            yield (
                gap.system, gap.corpus, one, other, gap.distance[i][j], gap.divergence[i][j],
                gap.divergence_error[i][j], gap.exact[i][j] if gap.exact else None,
            )  # fmt: skip


def _inputs(data: ReportData) -> Rows:
    for gap in data.inputs:
        for measure, mean in gap.means.items():
            yield (
                gap.representation, gap.corpus, min(gap.n_sentences.values()), gap.ngram, measure,
                mean, *_ends(gap.intervals.get(measure)),
            )  # fmt: skip


def _input_pairs(data: ReportData) -> Rows:
    for gap in data.inputs:
        for i, j, one, other in _pairs(gap.languages):
            yield (
                gap.representation, gap.corpus, one, other, gap.inventory_overlap[i][j],
                gap.token_overlap[i][j], gap.jsd[i][j], gap.compression[i][j],
                gap.classifier[i][j] if gap.classifier else None,
            )  # fmt: skip


def _bounds(data: ReportData) -> Rows:
    for gap in data.linguistic:
        for one in gap.bounds:
            yield (
                gap.system, gap.layer, gap.corpus, one.first, one.second, one.family,
                one.divergence, *_ends(one.divergence_interval), one.n, one.dimension, one.delta,
                one.left, one.right, one.holds, one.vacuous,
            )  # fmt: skip


def _pairs(languages: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
    """Places and codes of every pair."""
    for (i, one), (j, other) in combinations(enumerate(languages), 2):
        yield i, j, one, other


def _comparisons(data: ReportData) -> Rows:
    for one in data.comparisons:
        yield (
            one.task, one.metric, one.gap, one.first, one.second, one.difference,
            *_ends(one.interval), one.p_value, one.p_holm, one.n_seeds, one.method,
        )  # fmt: skip


def _correlations(data: ReportData) -> Rows:
    for row in data.correlations:
        yield (
            row.task, row.predictor, row.n_points, row.spearman, row.spearman_p, row.kendall,
            row.kendall_p, row.note,
        )  # fmt: skip


def _points(data: ReportData) -> Rows:
    for point in data.points:
        yield (
            point.task, point.system, *point.pair, point.seed, point.predictor, point.value,
            point.gap_percent,
        )  # fmt: skip


def _coverage(data: ReportData) -> Rows:
    for row in data.coverage:
        start = (
            row.language,
            row.backend,
            row.words,
            row.types,
            row.empty_words,
            row.unmapped_words,
        )
        for character, n in row.unmapped.items() or [("", 0)]:
            yield *start, character, n, row.task, row.system


def _pretraining(data: ReportData) -> Rows:
    for row in data.pretraining:
        yield (
            row.system, row.n_parameters, row.vocabulary_size, row.bits_per_character, row.seconds,
            row.status, row.reason,
        )  # fmt: skip


def _runs(data: ReportData) -> Rows:
    for run in data.runs:
        start = (
            run.run_id, run.task, run.system, run.protocol, " ".join(run.languages), run.seed,
            run.status, run.reason, run.seconds,
        )  # fmt: skip
        if not run.scores:
            yield *start, *[None] * 7
        for score in run.scores:
            counts = " ".join(f"{name}={n}" for name, n in score.counts.items())
            yield (
                *start, score.language, score.metric, score.value, *_ends(score.interval),
                score.n_words, counts,
            )  # fmt: skip
