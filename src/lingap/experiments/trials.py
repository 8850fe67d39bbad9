"""Training on a bench, and the trials of a grid, of which dev data choose one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.errors import TrainingError
from lingap.experiments.bench import Bench, set_up
from lingap.experiments.plan import Job, without_places
from lingap.experiments.store import Store, write_json
from lingap.storage.atomic import whole_folder
from lingap.training.settings import TrainingSettings

if TYPE_CHECKING:
    from lingap.training import TrainingResult

Progress = Callable[[int, int], None]

WEIGHTS = "model.safetensors"


def _train(
    bench: Bench, settings: Mapping[str, Any], job: Job, store: Store, progress: Progress
) -> TrainingResult:
    from lingap.evaluation import best_labels
    from lingap.training import Tracking, train

    trained = job.config["train_languages"]
    instances, _ = bench.instances("train", trained, bench.learned)
    dev_instances, _ = bench.instances("dev", trained, bench.dev)

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
    bench = set_up(job.config, store)
    try:
        result = _train(bench, job.config["finetuning"], job, store, progress)
    except TrainingError as error:
        return {"best_dev": None, "reason": str(error), "history": list(error.history)}
    _offer(bench.model, job, store, result.best_dev)
    return asdict(result)


def _offer(model: Any, job: Job, store: Store, dev: float | None) -> None:
    """Keep the weights aside for the run, unless a candidate of the same training was as good."""
    from safetensors.torch import save_model

    place = waiting_weights(store, job.config)
    best = _offered(place)
    if dev is None or (best is not None and best["dev"] >= dev):
        return
    with whole_folder(place) as aside:
        save_model(model, str(aside / WEIGHTS))
        with (aside / WEIGHTS).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        write_json(aside / "best.json", {"trial": job.id, "dev": dev, "sha256": digest})


def _offered(place: Path) -> dict[str, Any] | None:
    """Whose weights wait, and how good they were on dev data; None where none wait whole."""
    try:
        found: dict[str, Any] = json.loads((place / "best.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def waiting_weights(store: Store, trial: Mapping[str, Any]) -> Path:
    """Where the best weights of a training's trials wait; they may be gone, and are learned again.

    Args:
        store: The experiment's folder.
        trial: Configuration of any of the trials.
    """
    shared = {n: value for n, value in without_places(trial).items() if n != "finetuning"}
    text = json.dumps(shared, sort_keys=True, ensure_ascii=False)
    return store.workspace(hashlib.sha256(text.encode()).hexdigest()[:12] + ".best")


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
            shutil.rmtree(waiting_weights(store, self.record["config"]), ignore_errors=True)


def choose(given: Mapping[str, Any], store: Store) -> Chosen:
    """The candidate with the best dev score, the first of equals."""
    if not given["trials"]:
        return Chosen(given["finetuning"][0], None, None, [])
    records = [store.record("trials", trial) or {} for trial in given["trials"]]
    candidates = [
        {
            "settings": settings,
            "dev": record.get("best_dev"),
            "trial": trial,
            "reason": record.get("reason", ""),
        }
        for settings, record, trial in zip(
            given["finetuning"], records, given["trials"], strict=True
        )
    ]
    able = [i for i, candidate in enumerate(candidates) if candidate["dev"] is not None]
    if not able:
        reasons = dict.fromkeys(str(record.get("reason", "no record")) for record in records)
        raise TrainingError(
            f"No candidate of the grid could be trained: {'; '.join(reasons)}. Change the grid, or "
            f"delete their folders under {store.root / 'trials'} to have them tried again."
        )
    best = max(able, key=lambda i: candidates[i]["dev"])
    return Chosen(given["finetuning"][best], given["trials"][best], records[best], candidates)


def trained(
    bench: Bench, chosen: Chosen, job: Job, store: Store, progress: Progress
) -> dict[str, Any]:
    """Train, or take the weights of the trial that was the same training."""
    from safetensors.torch import load_model

    from lingap.training import TrainingResult

    record = chosen.record
    if record is not None and record["config"]["seed"] == job.config["seed"]:
        place = waiting_weights(store, record["config"])
        best = _offered(place)
        if best is not None and best["trial"] == chosen.trial and _whole(place, best["sha256"]):
            load_model(bench.model, place / WEIGHTS)
            return {kept.name: record[kept.name] for kept in fields(TrainingResult)}
    result = _train(bench, chosen.settings, job, store, progress)
    return asdict(result)


def _whole(place: Path, digest: str) -> bool:
    """Whether the weights are there as they were written."""
    try:
        with (place / WEIGHTS).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False
