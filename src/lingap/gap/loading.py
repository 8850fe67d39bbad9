"""Gaps of any file that has them, or that has scores to compute them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lingap.errors import StoreError
from lingap.gap.compare import too_many, why_not
from lingap.gap.from_scores import score_gaps
from lingap.gap.results.reading import is_result
from lingap.gap.results_file import GapResults, read_gaps
from lingap.records import Score
from lingap.storage.json_file import read_json

_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")


def load_gaps(path: Path) -> tuple[GapResults, tuple[str, ...]]:
    """Gaps read from a file of gaps, or computed from a table of scores, and notes.

    Raises:
        StoreError: For a file that is neither.
        MetricError: For a malformed table of scores.
    """
    if (
        path.suffix.lower() in _TABLES
        or is_result(path)
        or (path.suffix.lower() == ".json" and _holds_scores(path))
    ):
        gaps, read = score_gaps(path)
        return gaps, (*read.notes, *reasons_over_seeds(read.scores))
    if path.suffix.lower() != ".json":
        raise StoreError(
            f"{path}: expected an experiment's folder, a .json that `lingap gap … --json` wrote, "
            f"or a table of scores ({', '.join(_TABLES)} or .json)."
        )
    gaps = read_gaps(path)
    if gaps == GapResults():
        raise StoreError(f"{path} contains no gaps; expected what `lingap gap … --json` writes.")
    return gaps.with_correlations(), ()


def reasons_over_seeds(scores: Sequence[Score]) -> list[str]:
    """Why pairs of systems were not compared, if there are several seeds and few systems."""
    several = len({score.seed for score in scores}) > 1
    return why_not(scores) if several and not too_many(scores) else []


def _holds_scores(path: Path) -> bool:
    """Whether a JSON file contains rows of scores rather than gaps."""
    content = read_json(path, finite=False)
    if isinstance(content, Mapping) and isinstance(content.get("scores"), list):
        return True
    rows = content if isinstance(content, list) else []
    return bool(rows) and all(
        isinstance(row, Mapping) and not any(isinstance(v, list | dict) for v in row.values())
        for row in rows
    )
