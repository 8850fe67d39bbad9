"""The jobs of a plan on an engine: in this process, in several, or on a Ray cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from lingap.engines.cluster import Cluster, share_of_gpu
from lingap.engines.here import Here, Together, follow
from lingap.engines.processes import Processes
from lingap.engines.protocol import Pool, Say
from lingap.errors import TrainingError
from lingap.experiments.cost import most_gpu_bytes
from lingap.experiments.jobs import run_job
from lingap.experiments.plan import Job
from lingap.experiments.schedule import Outcome, outcome_of
from lingap.experiments.store import MARKER
from lingap.metrics.threads import n_cores
from lingap.training.ranks import from_first, n_ranks, rank, refuse_sharding

EngineName = Literal["local", "ray"]

MAX_WORKERS = 8
"""Most processes by default: each takes up to a gigabyte of memory."""


def pool_for(
    engine: EngineName, jobs: Sequence[Job], n_todo: int, root: Path, *, n_workers: int | None,
    threads: int, gpu_share: float | None,
) -> Pool[Job]:  # fmt: skip
    """An engine that does `n_todo` of a plan's jobs; see :meth:`~lingap.Experiment.run`.

    One thread each is fastest for small encoders, and scores are then bitwise equal for any number
    of workers.

    Raises:
        ConfigError: Where the environment asks for sharding other than FSDP's.
    """
    refuse_sharding()
    do = partial(do_job, root=root.resolve(), threads=threads)
    if engine == "ray":
        own_share = lambda gpu_bytes: share_of_gpu(most_gpu_bytes(jobs), gpu_bytes)  # noqa: E731
        return Cluster(do, n_cpus=threads, gpu_share=gpu_share or own_share, shared=[root])
    if n_ranks() > 1:
        return Together(do, from_first)
    gpus = visible_gpus()
    if n_workers is None:
        n_workers = len(gpus) or min(n_cores(), MAX_WORKERS)
    return Processes(do, min(n_workers, n_todo), gpus) if n_workers else Here(do)


def do_job(job: Job, say: Say, *, root: Path, threads: int) -> Outcome:
    """Do a job with so many threads of torch, and stage its result for the store."""
    import torch

    if not (root / MARKER).is_file():
        return Outcome(
            f"{root} is not to be seen on {os.uname().nodename}; the experiment's folder must be "
            "on a disk that all machines share, under the same path"
        )
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return outcome_of(lambda: run_job(job, root, lambda step, _: say("step", step)), root)
    finally:
        torch.set_num_threads(before)


def is_follower() -> bool:
    """Whether ``torchrun`` started this process as another than the first."""
    return rank() > 0


def follow_first_rank(root: Path, *, threads: int) -> None:
    """Take part in the jobs of the first rank, until it has none left; results are its own.

    Raises:
        TrainingError: When a job fails here; ``torchrun`` then ends the other ranks.
        ConfigError: Where the environment asks for sharding that lingap lacks.
    """
    refuse_sharding()

    def do(job: Job, say: Say) -> None:
        outcome = do_job(job, say, root=root.resolve(), threads=threads)
        if outcome.reason:  # the others would wait for this process
            raise TrainingError(f"rank {rank()}, {job.title}: {outcome.reason}")
        if outcome.staged is not None:
            shutil.rmtree(outcome.staged, ignore_errors=True)

    follow(do, from_first)


def visible_gpus() -> tuple[str, ...]:
    """Names of the GPUs that CUDA may use, as in ``CUDA_VISIBLE_DEVICES``."""
    import torch

    listed = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = listed.split(",") if listed else [str(i) for i in range(torch.cuda.device_count())]
    return tuple(name for name in names if name)[: torch.cuda.device_count()]
