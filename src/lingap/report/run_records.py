"""The record of each run and encoder of an experiment folder, as the report lists them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.experiments.records import (
    FailedRecord,
    PlanRecord,
    PretrainRecord,
    Record,
    RunRecord,
    read_record,
)
from lingap.experiments.specs import Kind, PretrainSpec, Spec
from lingap.report.summary import HistoryPoint, PretrainingRow, RunRow


def stored(path: Path, kind: Kind) -> list[Record]:
    """The records of all jobs of a kind, planned or not."""
    return [read_record(file) for file in sorted(path.glob(f"{kind}/*/run.json"))]


def _record(path: Path, kind: Kind, name: str) -> Record | None:
    file = path / kind / name / "run.json"
    return read_record(file) if file.is_file() else None


def run_rows(path: Path, plan: PlanRecord) -> list[RunRow]:
    """The planned runs in their order, or where no plan is there all that are stored."""
    if not plan.runs:
        return [_run(record.run_id, record.config, record) for record in stored(path, "runs")]
    return [_run(job.id, job.config, _record(path, "runs", job.id)) for job in plan.runs]


def _run(name: str, spec: Spec, record: Record | None) -> RunRow:
    assert not isinstance(spec, PretrainSpec)  # it lies in the folder of runs
    done = record if isinstance(record, RunRecord) else None
    return RunRow(
        run_id=name,
        system=spec.representation,
        task=spec.task,
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
        return "not done yet"
    return record.reason if isinstance(record, FailedRecord) else ""


def _chosen(record: RunRecord) -> str:
    """What of a grid dev data chose, in words; nothing where there was no choice."""
    tried = record.candidates
    if not tried:
        return ""
    settings = record.settings.model_dump()
    varied = [name for name in settings if len({getattr(one.settings, name) for one in tried}) > 1]
    values = ", ".join(f"{name.replace('_', ' ')} {settings[name]}" for name in varied)
    dev = max((one.dev for one in tried if one.dev is not None), default=None)
    best = "" if dev is None else f", best dev score {dev:.4f} with the first seed"
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


def encoder_rows(path: Path, plan: PlanRecord) -> list[PretrainingRow]:
    """The same of the encoders."""
    if not plan.pretraining:
        return [_encoder("", one.config, one) for one in stored(path, "pretraining")]
    return [
        _encoder(", ".join(job.labels), job.config, _record(path, "pretraining", job.id))
        for job in plan.pretraining
    ]


def _encoder(label: str, spec: Spec, record: Record | None) -> PretrainingRow:
    assert isinstance(spec, PretrainSpec)
    done = record if isinstance(record, PretrainRecord) else None
    return PretrainingRow(
        system=label or spec.representation.name,
        n_parameters=done.n_parameters if done else None,
        vocabulary_size=done.vocabulary_size if done else None,
        bits_per_character=done.heldout_bits_per_character.after if done else None,
        status=record.status if record else "missing",
        reason=_reason(record),
        seconds=done.seconds if done else None,
        history=_history(record.history if record else ()),
        notes=done.notes if done else (),
    )
