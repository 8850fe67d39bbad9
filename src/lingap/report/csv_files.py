"""Every number in long form, unrounded, as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lingap.gap.result import GapResult, ends
from lingap.report.summary import ReportData
from lingap.text.display import shown_lines

Row = Mapping[str, Any]

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # spreadsheets take the wide ones for them


def to_csv(data: ReportData) -> dict[str, str]:
    """File name to its text, comma-separated with a header; empty files are left out."""
    files: dict[str, Iterable[Row]] = {
        "scores.csv": _rows(data.performance),
        "performance_gap.csv": (gap.summary() for gap in data.performance),
        "performance_gap_pairs.csv": (row for gap in data.performance for row in gap.pair_rows()),
        "linguistic_gap.csv": (gap.summary() for gap in data.linguistic),
        "linguistic_gap_pairs.csv": _rows(data.linguistic),
        "output_gap.csv": (gap.summary() for gap in data.outputs),
        "output_gap_pairs.csv": _rows(data.outputs),
        "input_gap.csv": (row for gap in data.inputs for row in gap.mean_rows()),
        "input_gap_pairs.csv": _rows(data.inputs),
        "token_gap.csv": _rows(data.tokens),
        "model_layers.csv": (row for gap in data.models for row in gap.summary_rows()),
        "model_languages.csv": _rows(data.models),
        "bound.csv": (
            {"system": gap.system, "layer": gap.layer, "corpus": gap.corpus, **row}
            for gap in data.linguistic for row in _rows(gap.bounds)
        ),
        "performance_gap_comparison.csv": _rows(data.comparisons),
        "best_by_language.csv": _rows(data.by_language),
        "gap_origin.csv": _rows(data.origins),
        "baselines.csv": _rows(data.baselines),
        "correlation.csv": _rows(data.correlations),
        "correlation_points.csv": _points(data),
        "g2p_coverage.csv": _coverage(data),
        "pretraining.csv": _pretraining(data),
        "runs.csv": _runs(data),
    }  # fmt: skip
    found = ((name, list(rows)) for name, rows in files.items())
    return {name: _text(rows) for name, rows in found if rows}


def _rows(results: Iterable[GapResult]) -> Iterator[Row]:
    for result in results:
        yield from result.to_rows()


def _text(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_plain(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _plain(value: Any) -> str:
    """A value as text; text that a spreadsheet would run as a formula gets an apostrophe.

    >>> _plain(None), _plain(0.5), _plain("=1+1"), _plain(-2.0)
    ('', '0.5', "'=1+1", '-2.0')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = shown_lines(value)
        return f"'{text}" if value.lstrip()[:1] in _FORMULA else text
    return repr(value) if isinstance(value, float) else str(value)


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
