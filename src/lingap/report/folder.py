"""An experiment folder, or gaps of numbers made elsewhere, as :class:`ReportData`.

It only reads, and JSON only, so a report needs neither the training libraries nor a finished
experiment: what does not exist yet is reported as missing; what is damaged is an error that names
the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lingap.errors import StoreError
from lingap.experiments.correlation import FEWEST_SEEDS
from lingap.experiments.projecting import read_projections
from lingap.experiments.stored import StoredExperiment
from lingap.gap import GapResults, load_gaps
from lingap.gap.correlation import FEWEST_PAIRS
from lingap.gap.from_scores import reasons_over_seeds
from lingap.report.run_records import coverage_row, encoder_row, run_row
from lingap.report.summary import PretrainingRow, ReportData, RunRow
from lingap.storage.special_files import refuse_special
from lingap.text.display import first_of, in_a_title

MINIATURE_PARAMETERS = 20_000_000
"""Encoders below this are called a miniature; BERT-base has 110 million."""


def read_folder(path: Path) -> ReportData:
    """Read an experiment folder, a JSON file of gaps, or a table of scores.

    Args:
        path: A folder with ``experiment.json`` or ``gaps.json``; a JSON file as ``lingap gap …
            --json`` writes it; or a table of scores as ``lingap gap scores`` reads it.

    Raises:
        StoreError: If it is none of these, or a file in it is damaged.
        MetricError: For a malformed table of scores.
    """
    refuse_special(path)
    if path.is_file():
        gaps, said = load_gaps(path)
        return ReportData(title=path.stem, notes=said, **of_gaps(gaps))
    if not path.is_dir():
        raise StoreError(
            f"{path} does not exist. Pass an experiment's folder, a JSON file of gaps or a table "
            "of scores."
        )
    if not (path / "experiment.json").is_file() and not (path / "gaps.json").is_file():
        raise StoreError(
            f"{path} contains neither experiment.json nor gaps.json: not an experiment of lingap."
        )
    stored = StoredExperiment.read(path)
    gaps, notes = stored.gaps()
    runs, encoders = tuple(map(run_row, stored.runs)), tuple(map(encoder_row, stored.encoders))
    sizes = [row.n_parameters for row in encoders if row.n_parameters]
    config = stored.plan.config
    return ReportData(
        title=config.name or path.resolve().name,
        config=flattened(config.model_dump(mode="json")),
        versions=stored.plan.versions,
        created=_moment(stored.plan.planned),
        runs=runs,
        **of_gaps(gaps),
        coverage=tuple(map(coverage_row, stored.coverage)),
        pretraining=encoders,
        projections=tuple(read_projections(path)),
        miniature=bool(sizes) and max(sizes) < MINIATURE_PARAMETERS,
        notes=(
            *stored.plan.dropped,
            *notes,
            *_uncorrelated(gaps),
            *reasons_over_seeds(stored.scores),
            *_of_trainings(runs, encoders),
        ),
    )


def of_gaps(gaps: GapResults) -> dict[str, Any]:
    """The report's fields for gaps, which have their names but for texts."""
    own = {field.name: getattr(gaps, field.name) for field in fields(gaps)}
    return own | {"inputs": own.pop("text"), "points": tuple(gaps.points)}


def _uncorrelated(gaps: GapResults) -> list[str]:
    """Why there is no correlation, where both gaps were measured."""
    if gaps.correlations or not gaps.points:
        return []
    return [
        "No correlation with the performance gap: it needs "
        f"{FEWEST_PAIRS} pairs of languages or more, or {FEWEST_SEEDS} seeds or more."
    ]


def _of_trainings(runs: Sequence[RunRow], encoders: Sequence[PretrainingRow]) -> Iterator[str]:
    """Notes of training runs, each once with where it was made."""
    noted: dict[str, list[str]] = defaultdict(list)
    for run in runs:
        for note in run.notes:
            noted[note].append(f"{run.system}, {run.task}, {in_a_title(run.languages)}, {run.seed}")
    for row in encoders:
        for note in row.notes:
            noted[note].append(f"pre-training of {row.system}")
    for note, places in noted.items():
        yield f"{first_of(places, 3, '; ')}: {note}."


def _moment(text: str) -> str:
    """A stored time, to the minute.

    >>> _moment("2026-11-23T09:03:07+00:00")
    '2026-11-23 09:03 UTC'
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return text


def flattened(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings as dotted names.

    >>> flattened({"seeds": [0, 1], "encoder": {"layers": 2}, "source": None})
    {'seeds': '0, 1', 'encoder.layers': '2', 'source': 'none'}
    """
    found: dict[str, str] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= flattened(value, f"{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            for place, item in enumerate(value, 1):
                found |= flattened(
                    item if isinstance(item, Mapping) else {"": item}, f"{name}.{place}."
                )
        elif isinstance(value, list | tuple):
            found[name] = ", ".join(map(str, value))
        else:
            found[name] = "none" if value in (None, "") else str(value)
    return found
