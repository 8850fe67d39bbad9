"""Stored records of jobs (``run.json``) and of plans (``experiment.json``), and their readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError, model_serializer

from lingap.errors import StoreError
from lingap.experiments.config_parts import Closed, Corpora, OwnLanguage
from lingap.experiments.specs import Kind, PretrainSpec, RunSpec, Spec, TrialSpec
from lingap.records import Score
from lingap.storage.json_file import read_json
from lingap.training.settings import TrainingSettings

Rows = tuple[Mapping[str, int | float], ...]
"""A learning curve: ``{"step", "loss", "learning_rate"}`` and ``{"step", "epoch", "dev"}`` rows."""

Model = TypeVar("Model", bound=BaseModel)


class _Record(Closed):
    """What every record has."""

    run_id: str
    files: Mapping[str, int] = {}  # size in bytes of each, counted when the job was stored
    digests: Mapping[str, str] = {}  # SHA-256 of each; older records have none


class FailedRecord(_Record):
    """A job that failed, and why; the next call tries it again."""

    status: Literal["failed"] = "failed"
    config: Spec
    reason: str
    details: str = ""
    history: Rows = ()


class _Trained(_Record):
    """A job that finished: where, how long it took, and what training gave.

    The last are the fields of :class:`~lingap.training.TrainingResult`.
    """

    status: Literal["done"] = "done"
    seconds: float | None = None
    versions: Mapping[str, str] = {}
    device: str = ""
    threads: int | None = None
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
    """A pre-trained encoder: its size, training text, and loss on held-out text."""

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
    """The dev score of one candidate of a grid, or why it could not be trained."""

    config: TrialSpec
    reason: str = ""
    details: str = ""


class ItemCounts(Closed):
    """Items (words or pairs) that a run was trained on, and those that selected its epoch."""

    train: int
    dev: int


class Candidate(Closed):
    """One set of hyperparameters that was tried, and its dev score, if it could be trained."""

    settings: TrainingSettings
    dev: float | None
    trial: str
    reason: str = ""


class CoverageRecord(Closed):
    """What phonemization cost in one language, as :meth:`~lingap.g2p.G2PCoverage.as_dict` has it.

    In ``coverage.json``, `task` and `system` say whose test text it was.
    """

    language: str
    backend: str
    words: int
    types: int
    empty_words: int
    empty_percent: float | None = None
    words_with_unmapped: int | None = None
    unmapped_percent: float | None = None
    foreign_words: int | None = None
    foreign_percent: float | None = None
    unmapped: Mapping[str, int] = {}
    examples: Mapping[str, tuple[str, ...]] = {}
    notes: Mapping[str, int] = {}
    units: int | None = None
    vocabulary: str = ""
    lacking_units: int | None = None
    lacking_percent: float | None = None
    lacking: Mapping[str, int] = {}
    stand_ins: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()
    task: str = ""
    system: str = ""


class RunRecord(_Trained):
    """A run: its scores, what they are based on, and how it was trained."""

    config: RunSpec
    scores: tuple[Score, ...]
    details: Mapping[str, Mapping[str, Any]]
    parallel_counts: Mapping[str, Mapping[str, int]]
    n_items: ItemCounts
    n_parameters: int
    settings: TrainingSettings
    candidates: tuple[Candidate, ...] = ()
    labels: tuple[str, ...]
    coverage: tuple[CoverageRecord, ...] = ()
    chance: Mapping[str, float] = {}  # language to the score expected of guessing; of older: none

    @property
    def own_scores(self) -> tuple[Score, ...]:
        """The scores, each with the id of this run."""
        return tuple(replace(score, run_id=self.run_id) for score in self.scores)


DoneRecord = PretrainRecord | TrialRecord | RunRecord
Record = DoneRecord | FailedRecord

_DONE: Mapping[Kind, type[DoneRecord]] = {
    "pretraining": PretrainRecord,
    "trials": TrialRecord,
    "runs": RunRecord,
}


class PlannedJob(Closed):
    """A job as ``experiment.json`` lists it; see :class:`~lingap.experiments.plan.Job`."""

    id: str = Field(pattern=r"^[\w-]+$")  # a folder's name, never a path
    title: str
    config: Spec
    labels: tuple[str, ...] = ()


class KeptConfig(BaseModel, frozen=True, extra="allow"):
    """A configuration as run, perhaps of another version: what is read of it later has a type."""

    name: str = ""
    languages: tuple[str, ...] = ()
    own_languages: tuple[OwnLanguage, ...] = ()
    parallel: Corpora = ()
    parallel_sentences: int | None = None

    @model_serializer(mode="wrap")
    def _as_given(self, dump: Any) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if name in self.model_fields_set}


class PlanRecord(Closed):
    """``experiment.json``: the configuration as run, the planned jobs, versions."""

    config: KeptConfig = KeptConfig()
    pretraining: tuple[PlannedJob, ...] = ()
    trials: tuple[PlannedJob, ...] = ()
    runs: tuple[PlannedJob, ...] = ()
    dropped: tuple[str, ...] = ()  # a line on each language that is left out
    versions: Mapping[str, str] = {}
    planned: str = ""


def read_record(path: Path) -> Record:
    """Read the record of a job, ``<kind>/<id>/run.json``; the folder may be a link.

    Raises:
        StoreError: When it is missing, damaged, of an unknown kind, of another job, or written by
            another version of lingap; it names file and place.
    """
    folder = path.resolve().parent
    kind, name = folder.parent.name, folder.name
    if kind not in get_args(Kind):
        raise StoreError(
            f"{path}: {kind!r} is not a kind of job; known: {', '.join(get_args(Kind))}."
        )
    content = read_json(path)
    if not isinstance(content, dict) or content.get("run_id") != name:
        raise StoreError(f"{path} is not the record of {name}.")
    status = content.get("status")
    if status not in ("done", "failed"):
        raise StoreError(f"{path}, status: expected done or failed, got {status!r}.")
    _with_kind(content, kind)
    if status == "done":
        return _checked(_DONE[kind], content, path)  # type: ignore[index]
    failed = _checked(FailedRecord, content, path)
    if (got := failed.config.kind) != kind:
        raise StoreError(f"{path}, config.kind: expected {kind!r}, got {got!r}.")
    return failed


def read_plan(path: Path) -> PlanRecord:
    """Read the plan of an experiment, ``experiment.json``.

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


def read_coverage(path: Path) -> tuple[CoverageRecord, ...]:
    """Read the losses of phonemization, ``coverage.json``; none where it is missing.

    Raises:
        StoreError: When it is damaged or written by another version of lingap.
    """
    if not path.is_file():
        return ()
    rows = read_json(path)
    if not isinstance(rows, list):
        raise StoreError(f"{path}: expected a list, got {type(rows).__name__}.")
    return tuple(_checked(CoverageRecord, row, path, str(at)) for at, row in enumerate(rows))


def _with_kind(entry: Any, kind: str) -> None:
    """Add the kind to a specification of a version that did not store it."""
    if isinstance(entry, dict) and isinstance(entry.get("config"), dict):
        entry["config"].setdefault("kind", kind)


def _checked(model: type[Model], content: Any, path: Path, *within: str) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, (*within, *fault["loc"]))) or "top level"
        raise StoreError(
            f"{path}, {place}: {fault['msg']}. The file is damaged, or another version of lingap "
            "wrote it."
        ) from error
