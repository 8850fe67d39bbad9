"""What is stored of a job (``run.json``) and of a plan (``experiment.json``), and its readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from lingap.errors import StoreError
from lingap.experiments.config_parts import Closed
from lingap.experiments.specs import Kind, PretrainSpec, RunSpec, Spec, TrialSpec
from lingap.records import Score
from lingap.training.settings import TrainingSettings

Rows = tuple[Mapping[str, int | float], ...]
"""A learning curve: ``{"step", "loss", "learning_rate"}`` and ``{"step", "epoch", "dev"}`` rows."""

Model = TypeVar("Model", bound=BaseModel)


class _Record(Closed):
    """What every record has.

    Args:
        run_id: The job.
        files: Each file of the job and its bytes, counted when it is stored.
    """

    run_id: str
    files: Mapping[str, int] = {}


class FailedRecord(_Record):
    """A job that failed, and why; it is tried again by the next call."""

    status: Literal["failed"] = "failed"
    config: Spec
    reason: str
    details: str = ""
    history: Rows = ()


class _Done(_Record):
    """A job that ended, where, and how long it took."""

    status: Literal["done"] = "done"
    seconds: float | None = None
    versions: Mapping[str, str] = {}
    device: str = ""
    threads: int | None = None


class _Trained(_Done):
    """What a training leaves beside its weights, as :class:`~lingap.training.TrainingResult`."""

    steps: int = 0
    history: Rows = ()
    best_dev: float | None = None
    best_epoch: float | None = None
    padded_share: float = 1.0
    precision: str = ""
    notes: tuple[str, ...] = ()


class BeforeAndAfter(Closed):
    """A figure before a training and after it."""

    before: float
    after: float


class PretrainRecord(_Trained):
    """A pre-trained encoder: its size, what it read, and how well it predicts held-out text."""

    config: PretrainSpec
    representation: str
    provenance: Mapping[str, str]
    n_parameters: int
    vocabulary_size: int
    units_added: tuple[str, ...]
    n_sentences: int
    counts: Mapping[str, int]
    n_heldout: int
    n_heldout_repeated: int
    heldout_counts: Mapping[str, int]
    heldout_characters: int
    heldout_bits_per_character: BeforeAndAfter


class TrialRecord(_Trained):
    """The dev score of one candidate of a grid; without one, why it could not be trained."""

    config: TrialSpec
    reason: str = ""
    details: str = ""


class ItemCounts(Closed):
    """Items (words or pairs) that a run learned from, and those that selected its epoch."""

    train: int
    dev: int


class Candidate(Closed):
    """One set of hyperparameters that was tried, and its dev score, if it could be trained."""

    settings: TrainingSettings
    dev: float | None
    trial: str
    reason: str = ""


class RunRecord(_Trained):
    """A run: its scores, what they rest on, and how it was trained."""

    config: RunSpec
    scores: tuple[Score, ...]
    details: Mapping[str, Mapping[str, Any]]
    parallel_counts: Mapping[str, Mapping[str, int]]
    n_items: ItemCounts
    n_parameters: int
    settings: TrainingSettings
    candidates: tuple[Candidate, ...] = ()
    labels: tuple[str, ...]
    coverage: tuple[Mapping[str, Any], ...] = ()

    @property
    def own_scores(self) -> tuple[Score, ...]:
        """The scores, each with the run that it comes from."""
        return tuple(replace(score, run_id=self.run_id) for score in self.scores)


DoneRecord = PretrainRecord | TrialRecord | RunRecord
Record = DoneRecord | FailedRecord

_DONE: Mapping[Kind, type[DoneRecord]] = {
    "pretraining": PretrainRecord,
    "trials": TrialRecord,
    "runs": RunRecord,
}


class PlannedJob(Closed):
    """A job as ``experiment.json`` lists it.

    Args:
        id: A digest of `config`.
        title: For people.
        config: Its specification.
        labels: Of a pre-training, the names in tables of the representations it serves.
    """

    id: str
    title: str
    config: Spec
    labels: tuple[str, ...] = ()


class PlanRecord(Closed):
    """``experiment.json``: the configuration as run, the planned jobs, versions.

    The configuration is kept as it was written, since a report only lists it.
    """

    config: Mapping[str, Any]
    pretraining: tuple[PlannedJob, ...] = ()
    trials: tuple[PlannedJob, ...] = ()
    runs: tuple[PlannedJob, ...] = ()
    versions: Mapping[str, str] = {}
    planned: str = ""


def read_json(path: Path) -> Any:
    """What a JSON file of the store holds.

    Raises:
        StoreError: When it is missing or damaged, naming it.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is damaged: {error}.") from error


def read_record(path: Path) -> Record:
    """The record of a job, from its ``run.json``, which lies in ``<kind>/<id>`` (or a link to it).

    Raises:
        StoreError: When it is missing, damaged, of an unknown kind, of another job, or written by
            another version of lingap; it names file and place.
    """
    folder = path.resolve().parent
    kind, name = folder.parent.name, folder.name
    if kind not in get_args(Kind):
        raise StoreError(f"{path}: {kind!r} is no kind of job; known: {', '.join(get_args(Kind))}.")
    content = read_json(path)
    if not isinstance(content, dict) or content.get("run_id") != name:
        raise StoreError(f"{path} is not the record of {name}.")
    if content.get("status") not in ("done", "failed"):
        raise StoreError(
            f"{path}, status: expected done or failed, found {content.get('status')!r}."
        )
    _with_kind(content, kind)
    if content["status"] == "failed":
        failed = _checked(FailedRecord, content, path)
        if failed.config.kind != kind:
            raise StoreError(
                f"{path}, config.kind: expected {kind!r}, found {failed.config.kind!r}."
            )
        return failed
    return _checked(_DONE[kind], content, path)  # type: ignore[index]


def read_plan(path: Path) -> PlanRecord:
    """The plan of an experiment, from its ``experiment.json``.

    Raises:
        StoreError: When it is missing, damaged or written by another version of lingap.
    """
    content = read_json(path)
    if isinstance(content, dict):
        for kind in get_args(Kind):
            entries = content.get(kind)
            for entry in entries if isinstance(entries, list) else ():
                _with_kind(entry, kind)
    return _checked(PlanRecord, content, path)


def _with_kind(entry: Any, kind: str) -> None:
    """Specifications that were stored without their kind lie in its folder or list."""
    if isinstance(entry, dict) and isinstance(entry.get("config"), dict):
        entry["config"].setdefault("kind", kind)


def _checked(model: type[Model], content: Any, path: Path) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "all of it"
        raise StoreError(
            f"{path}, {place}: {fault['msg']}. The file is damaged, or another version of lingap "
            "wrote it."
        ) from error
