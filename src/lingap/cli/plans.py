"""A plan on the terminal: its jobs, what is done, and what the rest will cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.experiments.plan import Job


def print_jobs(jobs: Sequence[Job], root: Path) -> None:
    """Every job with its steps, and the total of those still to do.

    Args:
        jobs: In the order of the plan.
        root: The experiment's folder, which may not exist yet.
    """
    from lingap.experiments.cost import (
        UTILISATION,
        Lengths,
        layer_weights,
        operations,
        refuse_too_large,
        sentences_read,
    )
    from lingap.experiments.specs import RunSpec, TrialSpec
    from lingap.experiments.store import MARKER, Store

    refuse_too_large(jobs)
    store = Store(root) if (root / MARKER).is_file() else None  # a dry run makes no folder
    encoders = {job.id: job for job in jobs if job.kind == "pretraining"}
    reused = {job.spec.seed for job in jobs if isinstance(job.spec, TrialSpec)}
    lengths = Lengths()
    n_done = n_steps = n_sentences = 0
    cost: dict[tuple[int, int], float] = {}  # (weights, width) of an encoder to operations
    jobs = list({job.id: job for job in jobs}.values())
    for job in jobs:
        about = _settings(job)
        done = store is not None and store.is_done(job.kind, job.id)
        spec = job.spec
        trained = isinstance(spec, RunSpec) and spec.trials and spec.seed in reused
        if done:
            n_done += 1
            about += ", done"
        elif trained:
            about += ", already trained as its trial"
        else:
            n_steps += job.n_steps
            n_sentences += sentences_read(job)
            size = layer_weights(job, encoders)
            cost[size] = cost.get(size, 0.0) + operations(job, encoders, lengths)
        tell(f"{job.id}  {job.n_steps:>7} steps  {job.title}  ({about})")
    tell(
        f"{len(jobs)} jobs, {n_done} of them done; in the rest {n_steps:,} optimizer steps at "
        f"most, {n_sentences:,} sentences read in them."
    )
    if cost:
        tell(_costs(cost, UTILISATION))


def _costs(cost: Mapping[tuple[int, int], float], share: float) -> str:
    from lingap.experiments.cost import operations_per_second
    from lingap.experiments.jobs import device_name

    seconds = sum(n / (share * operations_per_second(width)) for (_, width), n in cost.items())
    name = {"cpu": "core", "mps": "Apple GPU"}.get(device := device_name(), device)
    sizes = " and ".join(f"{weights:,}" for weights in dict.fromkeys(w for w, _ in cost))
    return (
        f"Encoders of {sizes} weights without embedding tables. Training costs about "
        f"{sum(cost.values()):.2g} operations (six per weight and unit, units from a sample): some "
        f"{about(seconds)} of one {name} here, where training reaches a third of what its matrix "
        "products do."
    )


def about(seconds: float) -> str:
    """A time in words."""
    if seconds < 90:
        return f"{max(seconds, 2):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _settings(job: Job) -> str:
    """The main hyperparameters of a job."""
    one, *others = job.spec.candidates
    if others:
        return f"the best of {len(others) + 1} trials"
    words = f"batches of {one.batch_size}, learning rate {one.learning_rate:g}"
    return f"{words}, weight decay {one.weight_decay:g}, {one.schedule}"
