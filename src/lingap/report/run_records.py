"""The record of each run and encoder of an experiment folder, as the report lists them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import StoreError
from lingap.records import Interval, Score
from lingap.report.summary import HistoryPoint, PretrainingRow, RunRow, Status


def read_record(path: Path) -> Any:
    """What a JSON file of the folder holds; StoreError where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is damaged: {error}") from error


def _planned(entries: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    """Id of each planned job, in order, to what the plan says of it."""
    plan: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if isinstance(entry, Mapping):
            plan[str(entry.get("run_id") or entry.get("id"))] = entry
        else:
            plan[str(entry)] = {}
    return plan


def run_rows(path: Path, planned: Sequence[Any]) -> list[RunRow]:
    """The planned runs in their order, or where no plan is there all that are stored."""
    plan = _planned(planned)
    stored = [file.parent.name for file in sorted(path.glob("runs/*/run.json"))]
    if not plan:
        plan = {name: {} for name in stored}
    return [_run(path / "runs" / name / "run.json", name, entry) for name, entry in plan.items()]


def _run(file: Path, name: str, planned: Mapping[str, Any]) -> RunRow:
    record = read_record(file) if file.is_file() else {}
    config = record.get("config") or planned.get("config") or planned
    status: Status = record.get("status", "missing")
    trained = config.get("train_languages") or config.get("languages") or config.get("language")
    try:
        return RunRow(
            run_id=name,
            system=_name(config.get("representation", "")),
            task=str(config.get("task", "")),
            protocol=str(config.get("protocol", "")),
            languages=(trained,) if isinstance(trained, str) else tuple(trained or ()),
            seed=int(config.get("seed", 0)),
            status=status,
            reason=str(record.get("reason") or "") if record else "not done yet",
            seconds=record.get("seconds"),
            scores=tuple(_score(row, name) for row in record.get("scores", ())),
            history=_history(record.get("history", ())),
            chosen=_chosen(record),
            notes=tuple(map(str, record.get("notes") or ())),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{file} is damaged: {error}") from error


def _chosen(record: Mapping[str, Any]) -> str:
    """What of a grid dev data chose, in words; nothing where there was no choice."""
    candidates = record.get("candidates") or []
    if not candidates:
        return ""
    settings = record.get("settings") or {}
    varied = [
        name for name in settings if len({str(one["settings"].get(name)) for one in candidates}) > 1
    ]
    values = ", ".join(f"{name.replace('_', ' ')} {settings[name]}" for name in varied)
    dev = max((one["dev"] for one in candidates if one["dev"] is not None), default=None)
    best = "" if dev is None else f", best dev score {dev:.4f} with the first seed"
    lost = [str(one.get("reason", "")) for one in candidates if one["dev"] is None]
    failed = f"; {len(lost)} could not be trained ({' '.join(dict.fromkeys(lost))})" if lost else ""
    return f"{values} of {len(candidates)} candidates{best}{failed}"


def _name(representation: Any) -> str:
    if isinstance(representation, Mapping):
        return str(representation.get("label") or representation.get("name") or "")
    return str(representation)


def _score(row: Mapping[str, Any], run_id: str) -> Score:
    interval = row.get("interval")
    ends = Interval(**interval) if interval else None
    return Score(**{**row, "interval": ends, "run_id": row.get("run_id") or run_id})


def _history(rows: Sequence[Mapping[str, Any]]) -> tuple[HistoryPoint, ...]:
    points = []
    for place, row in enumerate(rows):
        values = {
            str(name): float(value)
            for name, value in row.items()
            if name not in ("step", "epoch")
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
        }
        points.append(HistoryPoint(int(row.get("step", place)), values))
    return tuple(points)


def encoder_rows(path: Path, planned: Sequence[Any]) -> list[PretrainingRow]:
    """The same of the encoders."""
    plan = _planned(planned)
    stored = [file.parent.name for file in sorted(path.glob("pretraining/*/run.json"))]
    found = []
    for name in plan or stored:
        file = path / "pretraining" / name / "run.json"
        record = read_record(file) if file.is_file() else {}
        title = str(plan.get(name, {}).get("title", "")).removeprefix("pre-train ")
        bits = record.get("heldout_bits_per_character")
        representation = record.get("representation") or record.get("config", {}).get(
            "representation", name
        )
        try:
            found.append(
                PretrainingRow(
                    system=title or _name(representation),
                    n_parameters=record.get("n_parameters"),
                    vocabulary_size=record.get("vocabulary_size"),
                    bits_per_character=bits.get("after") if isinstance(bits, Mapping) else bits,
                    status=record.get("status", "missing"),
                    reason=str(record.get("reason") or "") if record else "not done yet",
                    seconds=record.get("seconds"),
                    history=_history(record.get("history", ())),
                    notes=tuple(map(str, record.get("notes") or ())),
                )
            )
        except (TypeError, ValueError, AttributeError) as error:
            raise StoreError(f"{file} is damaged: {error}") from error
    return found
