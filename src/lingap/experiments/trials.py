"""Training on a bench, and the trials of a grid, of which dev data choose one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.errors import TrainingError
from lingap.experiments.bench import Bench, set_up
from lingap.experiments.plan import Job
from lingap.experiments.store import Store
from lingap.training.settings import TrainingSettings

if TYPE_CHECKING:
    from lingap.training import TrainingResult

Progress = Callable[[int, int], None]


def _train(
    bench: Bench, settings: Mapping[str, Any], job: Job, store: Store, progress: Progress
) -> TrainingResult:
    from lingap.evaluation import best_labels
    from lingap.training import Tracking, train

    instances, _ = bench.instances(bench.learned)
    dev_instances, _ = bench.instances(bench.dev)

    def dev_score(_: Any) -> float:
        said = best_labels(bench.logits(bench.dev, dev_instances))
        return float(bench.task.score(bench.task.predictions(bench.dev, said)).value)

    return train(
        bench.model,
        instances,
        bench.collator,
        TrainingSettings.model_validate(settings),
        seed=int(job.config["seed"]),
        workspace=store.workspace(job.id),
        dev_score=dev_score,
        progress=progress,
        tracking=Tracking(job.trackers, job.title, store.root / "logs" / job.id),
    )


def try_settings(job: Job, store: Store, folder: Path, progress: Progress) -> dict[str, Any]:
    """Train with one candidate of a grid; its dev score is all that is kept.

    The weights wait aside for the run that may choose them. A candidate whose loss is no number
    has no dev score and says why.
    """
    from safetensors.torch import save_model

    bench = set_up(job.config, store)
    try:
        result = _train(bench, job.config["finetuning"], job, store, progress)
    except TrainingError as error:
        return {"best_dev": None, "reason": str(error), "history": list(error.history)}
    waiting = waiting_weights(store, job.id)
    waiting.parent.mkdir(parents=True, exist_ok=True)
    save_model(bench.model, str(waiting))
    return {"best_dev": result.best_dev, **_told(result)}


def waiting_weights(store: Store, trial: str) -> Path:
    """Where the weights of a trial wait; they may be gone, and then are learned again."""
    return store.workspace(f"{trial}.weights") / "model.safetensors"


def _told(result: TrainingResult) -> dict[str, Any]:
    """What the store keeps of a training, beside its dev score."""
    return {
        "best_epoch": result.best_epoch,
        "padded_share": result.padded_share,
        "precision": result.precision,
        "notes": list(result.notes),
        "steps": result.steps,
        "history": result.history,
    }


@dataclass(frozen=True, slots=True)
class Chosen:
    """The hyperparameters of a run, and how they came to be."""

    settings: Mapping[str, Any]
    trial: str | None
    record: Mapping[str, Any] | None
    candidates: list[dict[str, Any]]

    def forget(self, store: Store, seed: int) -> None:
        """Clear away the weights that waited for the run of that seed."""
        if self.record is not None and self.record["config"]["seed"] == seed:
            for candidate in self.candidates:
                folder = waiting_weights(store, candidate["trial"]).parent
                shutil.rmtree(folder, ignore_errors=True)


def choose(given: Mapping[str, Any], store: Store) -> Chosen:
    """The candidate with the best dev score, the first of equals."""
    if not given["trials"]:
        return Chosen(given["finetuning"][0], None, None, [])
    records = [store.record("trials", trial) or {} for trial in given["trials"]]
    candidates = [
        {"settings": settings, "dev": record.get("best_dev"), "trial": trial}
        for settings, record, trial in zip(
            given["finetuning"], records, given["trials"], strict=True
        )
    ]
    able = [i for i, candidate in enumerate(candidates) if candidate["dev"] is not None]
    if not able:
        reasons = {str(record.get("reason", "no record")) for record in records}
        raise TrainingError(f"No candidate of the grid could be trained: {' '.join(reasons)}")
    best = max(able, key=lambda i: candidates[i]["dev"])
    return Chosen(given["finetuning"][best], given["trials"][best], records[best], candidates)


def trained(
    bench: Bench, chosen: Chosen, job: Job, store: Store, progress: Progress
) -> dict[str, Any]:
    """Train, or take the weights of the trial that was the same training."""
    from safetensors import SafetensorError
    from safetensors.torch import load_model

    if chosen.trial is not None and chosen.record is not None:
        waiting = waiting_weights(store, chosen.trial)
        if chosen.record["config"]["seed"] == job.config["seed"] and waiting.is_file():
            try:
                load_model(bench.model, waiting)
            except (OSError, SafetensorError):
                shutil.rmtree(waiting.parent)  # cut short: learn them again
                return trained(set_up(job.config, store), chosen, job, store, progress)
            kept = ("best_dev", "best_epoch", "padded_share", "precision", "notes", "steps")
            return {name: chosen.record[name] for name in (*kept, "history")}
    result = _train(bench, chosen.settings, job, store, progress)
    return {"best_dev": result.best_dev, **_told(result)}
