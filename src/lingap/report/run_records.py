"""The records of an experiment - runs, encoders, losses - as rows of the report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lingap.experiments.records import (
    CoverageRecord,
    FailedRecord,
    PretrainRecord,
    Record,
    RunRecord,
)
from lingap.experiments.specs import PretrainSpec
from lingap.experiments.stored import StoredJob
from lingap.report.summary import CoverageRow, HistoryPoint, PretrainingRow, RunRow


def run_row(job: StoredJob) -> RunRow:
    """A run as a row of the report."""
    spec, record = job.planned.config, job.record
    assert not isinstance(spec, PretrainSpec)  # it is in the folder of runs
    done = record if isinstance(record, RunRecord) else None
    return RunRow(
        run_id=job.planned.id,
        system=spec.representation,
        task=spec.title,
        kind=spec.task,
        protocol=spec.protocol,
        languages=spec.train_languages,
        seed=spec.seed,
        status=record.status if record else "missing",
        reason=_reason(record),
        seconds=done.seconds if done else None,
        scores=done.own_scores if done else (),
        history=_history(record.history if record else ()),
        chosen=_chosen(done) if done else "",
        notes=done.notes if done else (),
    )


def _reason(record: Record | None) -> str:
    if record is None:
        return "not finished yet"
    return record.reason if isinstance(record, FailedRecord) else ""


def _chosen(record: RunRecord) -> str:
    """The hyperparameters chosen from a grid on dev data, in words; "" without a choice."""
    tried = record.candidates
    if not tried:
        return ""
    settings = record.settings.model_dump()
    varied = [name for name in settings if len({getattr(one.settings, name) for one in tried}) > 1]
    values = ", ".join(f"{name.replace('_', ' ')} {settings[name]}" for name in varied)
    dev = max((one.dev for one in tried if one.dev is not None), default=None)
    best = "" if dev is None else f", best dev score {dev:.4f} with the first seed"
    scores = {one.dev for one in tried if one.dev is not None}
    if len(scores) == 1 and sum(one.dev is not None for one in tried) > 1:
        how = "found nothing (dev score 0)" if dev == 0 else f"has the dev score {dev:.4f}"
        best = f": not chosen by merit, every one {how}, so the first was taken"
    lost = [one.reason for one in tried if one.dev is None]
    failed = f"; {len(lost)} could not be trained ({' '.join(dict.fromkeys(lost))})" if lost else ""
    return f"{values} of {len(tried)} candidates{best}{failed}"


def _history(rows: Sequence[Mapping[str, Any]]) -> tuple[HistoryPoint, ...]:
    points = []
    for place, row in enumerate(rows):
        values = {
            name: float(value)
            for name, value in row.items()
            if name not in ("step", "epoch") and math.isfinite(value)
        }
        points.append(HistoryPoint(int(row.get("step", place)), values))
    return tuple(points)


def encoder_row(job: StoredJob) -> PretrainingRow:
    """A pre-trained encoder as a row of the report."""
    spec, record = job.planned.config, job.record
    assert isinstance(spec, PretrainSpec)
    done = record if isinstance(record, PretrainRecord) else None
    named = job.planned.title.removeprefix("pre-train ") if job.planned.labels else None
    return PretrainingRow(
        system=named or spec.representation.name,
        n_parameters=done.n_parameters if done else None,
        vocabulary_size=done.vocabulary_size if done else None,
        bits_per_character=done.heldout_bits_per_character.after if done else None,
        status=record.status if record else "missing",
        reason=_reason(record),
        seconds=done.seconds if done else None,
        history=_history(record.history if record else ()),
        notes=done.notes if done else (),
    )


def coverage_row(record: CoverageRecord) -> CoverageRow:
    """Losses of phonemization as a row of the report, with the words of the worst characters."""
    lost: dict[str, list[str]] = {}
    for character in sorted(record.unmapped, key=lambda one: -record.unmapped[one]):
        for word in record.examples.get(character, ())[:2]:
            lost.setdefault(word, []).append(character)
    return CoverageRow(
        language=record.language,
        backend=record.backend,
        words=record.words,
        types=record.types,
        empty_words=record.empty_words,
        unmapped=record.unmapped,
        unmapped_words=record.words_with_unmapped,
        examples=tuple((word, " ".join(characters)) for word, characters in lost.items()),
        losses=record.notes,
        warnings=record.warnings,
        task=record.task,
        system=record.system,
    )
