"""Training with one set of hyperparameters; the trials of a grid and the choice between them."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lingap.errors import StoreError, TrainingError
from lingap.experiments.config_parts import Closed
from lingap.experiments.plan import Job
from lingap.experiments.records import Candidate, FailedRecord, TrialRecord
from lingap.experiments.specs import Progress, RunSpec, TrialSpec
from lingap.experiments.store import Store
from lingap.experiments.training_setup import TrainingSetup, set_up
from lingap.storage.atomic import whole_folder
from lingap.storage.digests import file_digest
from lingap.storage.json_file import read_json, write_json
from lingap.training.settings import TrainingSettings

if TYPE_CHECKING:
    from lingap.training import TrainingResult

WEIGHTS = "model.safetensors"


def _train(
    setup: TrainingSetup, settings: TrainingSettings, job: Job, store: Store, progress: Progress
) -> TrainingResult:
    from lingap.evaluation import best_labels
    from lingap.training import Tracking, train

    trained = setup.spec.train_languages
    instances, _ = setup.instances("train", trained, setup.train)
    dev_instances, _ = setup.instances("dev", trained, setup.dev)

    def dev_score(_: Any) -> float:
        labels = best_labels(setup.logits(setup.dev, dev_instances))
        return float(setup.task.score(setup.task.predictions(setup.dev, labels)).value)

    return train(
        setup.model,
        instances,
        setup.collator,
        settings,
        seed=setup.spec.seed,
        workspace=store.workspace(job.id),
        dev_score=dev_score,
        progress=progress,
        tracking=Tracking(job.trackers, job.title, store.root / "logs" / job.id),
    )


def try_settings(job: Job, store: Store, folder: Path, progress: Progress) -> TrialRecord:
    """Train with one candidate of a grid; only its dev score is kept.

    The weights wait for the run that may choose them. A candidate whose loss is not finite has a
    reason in place of a dev score.
    """
    spec = job.spec
    assert isinstance(spec, TrialSpec)
    setup = set_up(spec, store)
    try:
        result = _train(setup, spec.finetuning, job, store, progress)
    except TrainingError as error:
        history = tuple(error.history)
        return TrialRecord(run_id=job.id, config=spec, reason=str(error), history=history)
    _offer(setup.model, job.id, waiting_weights(store, spec), result.best_dev)
    return TrialRecord(run_id=job.id, config=spec, **asdict(result))


class Offer(Closed):
    """A trial whose weights wait for the run, its dev score, and the digest of the weights."""

    trial: str
    dev: float
    sha256: str


def _offer(model: Any, trial: str, place: Path, dev: float | None) -> None:
    """Keep the weights for the run, unless a candidate of the same training was as good."""
    from safetensors.torch import save_model

    best = _offered(place)
    if dev is None or (best is not None and best.dev >= dev):
        return
    with whole_folder(place) as aside:
        weights = aside / WEIGHTS
        save_model(model, str(weights))
        offer = Offer(trial=trial, dev=dev, sha256=str(_digest(weights)))
        write_json(aside / "best.json", offer.model_dump())


def _offered(place: Path) -> Offer | None:
    """What waits; None if nothing does, or what does is damaged."""
    try:
        return Offer.model_validate(read_json(place / "best.json"))
    except (StoreError, ValidationError):
        return None


def waiting_weights(store: Store, trial: TrialSpec) -> Path:
    """Where the best weights of a training's trials wait; if they are lost, it is repeated."""
    return store.workspace(trial.digest(without="finetuning") + ".best")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The hyperparameters of a run, and what they were chosen from."""

    settings: TrainingSettings
    trial: TrialRecord | None = None
    candidates: tuple[Candidate, ...] = ()

    def forget(self, store: Store, seed: int) -> None:
        """Delete the weights that waited for the run of that seed."""
        if self.trial is not None and self.trial.config.seed == seed:
            shutil.rmtree(waiting_weights(store, self.trial.config), ignore_errors=True)


def choose(spec: RunSpec, store: Store) -> Chosen:
    """Choose the candidate with the best dev score, the first of equals."""
    if not spec.trials:
        return Chosen(spec.finetuning[0])
    records = [store.record("trials", trial) for trial in spec.trials]
    candidates = tuple(
        Candidate(
            settings=settings,
            dev=record.best_dev if isinstance(record, TrialRecord) else None,
            trial=trial,
            reason=record.reason if isinstance(record, TrialRecord | FailedRecord) else "no record",
        )
        for settings, record, trial in zip(spec.finetuning, records, spec.trials, strict=True)
    )
    best = max(candidates, key=lambda one: -1.0 if one.dev is None else one.dev)
    if best.dev is None:
        reasons = dict.fromkeys(one.reason for one in candidates)
        raise TrainingError(
            f"No candidate of the grid could be trained: {'; '.join(reasons)}. Change the grid, or "
            f"delete their folders under {store.root / 'trials'} to have them tried again."
        )
    record = records[candidates.index(best)]
    assert isinstance(record, TrialRecord)
    return Chosen(best.settings, record, candidates)


def trained(
    setup: TrainingSetup, chosen: Chosen, job: Job, store: Store, progress: Progress
) -> TrainingResult:
    """Train, or take the weights of the trial that was the same training."""
    from safetensors.torch import load_model

    from lingap.training import TrainingResult

    trial = chosen.trial
    if trial is not None and trial.config.seed == setup.spec.seed:
        place = waiting_weights(store, trial.config)
        best = _offered(place)
        if best and (best.trial, best.sha256) == (trial.run_id, _digest(place / WEIGHTS)):
            load_model(setup.model, place / WEIGHTS)
            return TrainingResult(
                **{kept.name: getattr(trial, kept.name) for kept in fields(TrainingResult)}
            )
    return _train(setup, chosen.settings, job, store, progress)


def _digest(path: Path) -> str | None:
    """The SHA-256 of a file, or None if it cannot be read."""
    try:
        return file_digest(path)
    except OSError:
        return None
