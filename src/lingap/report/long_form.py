"""Every number in long form, unrounded: the rows of CSV files and of data sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lingap.gap.result import GapResult, ends
from lingap.report.summary import ReportData

Row = Mapping[str, Any]


def long_form(data: ReportData) -> dict[str, list[Row]]:
    """Name of a table -> its rows, which share their columns; empty tables are left out."""
    tables: dict[str, Iterable[Row]] = {
        "scores": _rows(data.performance),
        "performance_gap": (gap.summary() for gap in data.performance),
        "performance_gap_pairs": (row for gap in data.performance for row in gap.pair_rows()),
        "linguistic_gap": (gap.summary() for gap in data.linguistic),
        "linguistic_gap_pairs": _rows(data.linguistic),
        "output_gap": (gap.summary() for gap in data.outputs),
        "output_gap_pairs": _rows(data.outputs),
        "input_gap": (row for gap in data.inputs for row in gap.mean_rows()),
        "input_gap_pairs": _rows(data.inputs),
        "token_gap": _rows(data.tokens),
        "model_layers": (row for gap in data.models for row in gap.summary_rows()),
        "model_languages": _rows(data.models),
        "bound": (
            {"system": gap.system, "layer": gap.layer, "corpus": gap.corpus, **row}
            for gap in data.linguistic for row in _rows(gap.bounds)
        ),
        "performance_gap_comparison": _rows(data.comparisons),
        "best_by_language": _rows(data.by_language),
        "gap_origin": _rows(data.origins),
        "baselines": _rows(data.baselines),
        "correlation": _rows(data.correlations),
        "correlation_points": _points(data),
        "g2p_coverage": _coverage(data),
        "pretraining": _pretraining(data),
        "runs": _runs(data),
    }  # fmt: skip
    found = ((name, list(rows)) for name, rows in tables.items())
    return {name: rows for name, rows in found if rows}


def _rows(results: Iterable[GapResult]) -> Iterator[Row]:
    for result in results:
        yield from result.to_rows()


def _points(data: ReportData) -> Iterator[Row]:
    for point in data.points:
        yield {
            "task": point.task, "system": point.system, "language": point.pair[0],
            "other": point.pair[1], "predictor": point.predictor, "value": point.value,
            "rpd_percent": point.gap_percent,
        }  # fmt: skip


def _coverage(data: ReportData) -> Iterator[Row]:
    for row in data.coverage:
        for character, n in row.unmapped.items() or [("", 0)]:
            yield {
                "language": row.language, "backend": row.backend, "words": row.words,
                "types": row.types, "empty_words": row.empty_words,
                "words_with_unmapped": row.unmapped_words, "character": character,
                "occurrences": n, "task": row.task, "system": row.system,
            }  # fmt: skip


def _pretraining(data: ReportData) -> Iterator[Row]:
    for row in data.pretraining:
        yield {
            "system": row.system, "n_parameters": row.n_parameters,
            "vocabulary_size": row.vocabulary_size, "bits_per_character": row.bits_per_character,
            "seconds": row.seconds, "status": row.status, "reason": row.reason,
        }  # fmt: skip


def _runs(data: ReportData) -> Iterator[Row]:
    for run in data.runs:
        start = {
            "run_id": run.run_id, "task": run.task, "system": run.system, "protocol": run.protocol,
            "train_languages": " ".join(run.languages), "seed": run.seed, "status": run.status,
            "reason": run.reason, "seconds": run.seconds,
        }  # fmt: skip
        for score in run.scores:
            yield {
                **start, "language": score.language, "metric": score.metric, "score": score.value,
                **ends("", score.interval), "n_words": score.n_words,
                "counts": " ".join(f"{name}={n}" for name, n in score.counts.items()),
            }  # fmt: skip
        if not run.scores:
            yield start | dict.fromkeys(
                ("language", "metric", "score", "low", "high", "n_words", "counts")
            )
