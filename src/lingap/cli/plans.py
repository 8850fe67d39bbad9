"""A plan on the terminal: its jobs, what is done, and what the rest will cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.experiments.plan import Job


def print_jobs(jobs: Sequence[Job], root: Path, n_workers: int | None = None) -> None:
    """Print every job with its steps, and the total of those that are not done in `root` yet."""
    from lingap.experiments.cost import (
        Lengths,
        job_seconds,
        layer_weights,
        operations,
        refuse_too_large,
        sentences_read,
    )
    from lingap.experiments.engine import MAX_WORKERS
    from lingap.experiments.jobs import device_name
    from lingap.experiments.specs import RunSpec, TrialSpec
    from lingap.experiments.speed import measured_speed
    from lingap.experiments.store import MARKER, Store
    from lingap.metrics.threads import n_cores

    started = min(time.process_time(), MOST_START)  # about what a worker needs to start
    refuse_too_large(jobs)
    store = Store(root) if (root / MARKER).is_file() else None  # a dry run makes no folder
    encoders = {job.id: job for job in jobs if job.kind == "pretraining"}
    reused = {job.spec.seed for job in jobs if isinstance(job.spec, TrialSpec)}
    lengths = Lengths()
    n_done = n_steps = n_sentences = 0
    sizes: dict[int, None] = {}
    n_operations = seconds = told_seconds = done_seconds = 0.0
    speed = cache(measured_speed)
    jobs = list({job.id: job for job in jobs}.values())
    for job in jobs:
        said = _settings(job)
        done = store is not None and store.is_done(job.kind, job.id)
        spec = job.spec
        trained = isinstance(spec, RunSpec) and spec.trials and spec.seed in reused
        if done:
            n_done += 1
            said += ", done"
            record = store.record(job.kind, job.id) if store is not None else None
            if (took := getattr(record, "seconds", None)) is not None:
                done_seconds += took
                told_seconds += job_seconds(job, encoders, lengths, speed)
        elif trained:
            said += ", already trained as its trial"
        else:
            n_steps += job.n_steps
            n_sentences += sentences_read(job, lengths)
            sizes[layer_weights(job, encoders)[0]] = None
            n_operations += operations(job, encoders, lengths)
            seconds += job_seconds(job, encoders, lengths, speed)
        tell(f"{job.id}  {job.n_steps:>7} steps  {job.title}  ({said})")
    tell(
        f"{len(jobs)} jobs, {n_done} of them done; in the rest {n_steps:,} optimizer steps at "
        f"most, {n_sentences:,} sentences read in them."
    )
    if not sizes:
        return
    ratio = done_seconds / told_seconds if told_seconds else 1.0
    n = max(min(n_workers or min(n_cores(), MAX_WORKERS), len(jobs) - n_done), 1)
    whole = ratio * seconds / n + START_TIMES * started
    name = {"cpu": "core", "mps": "Apple GPU"}.get(device := device_name(), device)
    by = f"the time of the {n_done} jobs that are done" if told_seconds else "a trial of them here"
    tell(
        f"Encoders of {' and '.join(f'{weights:,}' for weights in sizes)} weights without "
        f"embedding tables; training costs about {n_operations:.2g} operations (six per weight and "
        f"unit, units from a sample). With scoring, about {about(ratio * seconds)} of one {name}, "
        f"by {by}; from start to report about {about(whole)} with {n} at a time."
    )


MOST_START = 15.0
"""Processor seconds of a start, at most: a process that has worked for longer did other things."""

START_TIMES = 4.0
"""Start of the workers and analysis and report at the end, in times of this process's start."""


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
