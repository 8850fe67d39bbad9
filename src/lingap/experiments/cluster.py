"""The engine that does the jobs of a plan on a Ray cluster."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, MissingExtra
from lingap.experiments.plan import Job
from lingap.experiments.schedule import Event, Failure, Outcome, Schedule, outcome_of


def _task(job: Job, root: str, threads: int) -> Outcome:
    import torch

    from lingap.experiments.jobs import run_job

    torch.set_num_threads(threads)
    if not Path(root).is_dir():
        return Outcome(
            f"{root} does not exist on {os.uname().nodename}; the experiment's folder must be on a "
            "disk that all machines share"
        )
    return outcome_of(lambda: run_job(job, Path(root), lambda step, _: None), Path(root))


def run_ray(jobs: Sequence[Job], root: Path, tell: Event, *, threads: int = 1) -> list[Failure]:
    """Do the jobs as tasks of a Ray cluster, each with a GPU if the cluster has any.

    The cluster is that of ``RAY_ADDRESS``; without an address, Ray is started on this machine. A
    task whose machine is lost is tried once more. The folder must be on a disk that all machines
    share.

    Raises:
        MissingExtra: Without Ray.
        ConfigError: When the cluster cannot be reached.
    """
    try:
        import ray
    except ImportError as error:
        raise MissingExtra("cluster", "The engine ray") from error
    address = os.environ.get("RAY_ADDRESS")
    here = {} if address else {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="error", **here)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigError(
            f"No Ray cluster can be reached ({address or 'local'}): {error}"
        ) from error
    schedule = Schedule(jobs, root.resolve(), tell)
    running: dict[Any, Job] = {}
    try:
        n_gpus = 1 if ray.cluster_resources().get("GPU", 0) else 0
        task = ray.remote(num_cpus=threads, num_gpus=n_gpus, max_retries=1)(_task)
        while len(schedule) or running:
            for job in schedule.ready():
                running[task.remote(job, str(root.resolve()), threads)] = job
                tell(job, "started", 0)
            if not running:
                continue
            (ended,), _ = ray.wait(list(running), num_returns=1)
            job = running.pop(ended)
            try:
                outcome = ray.get(ended)
            except ray.exceptions.RayError as error:
                outcome = Outcome(f"its machine or process was lost: {error}".splitlines()[0])
            schedule.end(job, outcome)
    finally:
        ray.shutdown()
    return schedule.failures
