"""An experiment from its configuration to its gaps."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from lingap.experiments.analysis import analyse
from lingap.experiments.cluster import run_ray
from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.engine import run_here, run_local, visible_gpus
from lingap.experiments.index import rebuild_index
from lingap.experiments.jobs import versions
from lingap.experiments.plan import Job, Plan, distinct_jobs, make_plan, pretraining_jobs
from lingap.experiments.records import PlannedJob, PlanRecord
from lingap.experiments.result import ExperimentResult
from lingap.experiments.schedule import Event, Failure
from lingap.experiments.specs import Kind
from lingap.experiments.store import Store, write_json
from lingap.g2p.bulk.parallel import usable_cores
from lingap.storage.atomic import whole_file

MAX_WORKERS = 8
"""Processes by default at the most: each takes up to a gigabyte of memory."""

EngineName = Literal["local", "ray"]

WatchJobs = Callable[[Sequence[Job], list[Job]], AbstractContextManager[Event]]
"""Given all jobs and those still to do, a context that is told of their events."""


def _silent(jobs: Sequence[Job], todo: list[Job]) -> AbstractContextManager[Event]:
    return nullcontext(lambda job, event, step: None)


class Experiment:
    """A plan of runs plus the gap analysis over them.

    Args:
        config: An :class:`ExperimentConfig`, or a mapping of its fields.

    Raises:
        ConfigError: For a configuration that breaks the schema.
    """

    def __init__(self, config: ExperimentConfig | Mapping[str, Any]):
        if not isinstance(config, ExperimentConfig):
            config = ExperimentConfig.parse(config)
        self.config = config

    @classmethod
    def from_yaml(cls, path: str | Path) -> Experiment:
        """Read the configuration from a file."""
        return cls(ExperimentConfig.read(Path(path)))

    def plan(self) -> Plan:
        """All jobs, without doing any."""
        return make_plan(self.config)

    def run(
        self, out: str | Path, *, plan: Plan | None = None, n_workers: int | None = None,
        threads: int = 1, engine: EngineName = "local", watch: WatchJobs = _silent,
    ) -> ExperimentResult:  # fmt: skip
        """Do what is not yet done, then measure the gaps. May be stopped and called again.

        Args:
            out: The experiment's folder.
            plan: What :meth:`plan` gave, if it was asked before.
            n_workers: Processes; 0 does the work in this one; None takes one a core, eight at most,
                or one a GPU where there are GPUs.
            threads: Threads of arithmetic a process.
            engine: ``local``, or ``ray`` for a cluster (:func:`~.cluster.run_ray`).
            watch: Told of progress.

        Returns:
            Scores and gaps of the runs that are done, and the jobs that failed.

        Raises:
            StoreError: When the folder is foreign, damaged or in use.
        """
        store = Store(Path(out))
        _check_trackers(self.config.trackers)
        plan = plan or self.plan()
        with store.locked():
            store.sweep()
            _write_plan(store, self.config, plan.jobs)
            failures = _do_all(store, plan.jobs, watch, n_workers, threads, engine)
            if not failures:
                shutil.rmtree(store.shared, ignore_errors=True)
            scores, gaps = analyse(store, plan)
            rebuild_index(store.root)
        return ExperimentResult(store.root, scores, gaps, tuple(failures))


def pretrain_encoders(
    config: PretrainConfig, out: str | Path, *, n_workers: int | None = None, threads: int = 1,
    watch: WatchJobs | None = None,
) -> tuple[dict[str, Path], list[Failure]]:  # fmt: skip
    """Make the encoders of a configuration. May be stopped and called again.

    Args:
        config: What is made from what.
        out: Its folder; each encoder is found under ``encoders/<name>``, in the format of
            ``transformers``, and serves as a representation's ``encoder`` in experiments.
        n_workers: As in :meth:`Experiment.run`.
        threads: As there.
        watch: Given all jobs and those still to do, a context that is told of their events.

    Returns:
        Name to folder of the finished encoders, and the jobs that failed.

    Raises:
        StoreError: When the folder is foreign, damaged or in use.
    """
    store = Store(Path(out))
    _check_trackers(config.trackers)
    jobs = pretraining_jobs(config)
    distinct = distinct_jobs(jobs)
    with store.locked():
        store.sweep()
        _write_plan(store, config, distinct)
        failures = _do_all(store, distinct, watch or _silent, n_workers, threads, "local")
        found = {}
        for choice, job in zip(config.representations, jobs, strict=True):
            if store.is_done(job.kind, job.id):
                found[choice.title] = _link(store, choice.title, job)
        rebuild_index(store.root)
    return found, failures


def _check_trackers(names: Sequence[str]) -> None:
    if names:  # they take seconds to look at
        from lingap.training import check_trackers

        check_trackers(names)


def _link(store: Store, title: str, job: Job) -> Path:
    """A name for an encoder beside its hash."""
    path = store.root / "encoders" / title.replace("/", "-")
    with whole_file(path) as aside:
        aside.symlink_to(Path("..") / job.kind / job.id, target_is_directory=True)
    return path


def _do_all(
    store: Store,
    jobs: Sequence[Job],
    watch: WatchJobs,
    n_workers: int | None,
    threads: int,
    engine: EngineName,
) -> list[Failure]:
    """Do those of the jobs that are not done."""
    todo = [job for job in jobs if not store.is_done(job.kind, job.id)]
    if not todo:
        return []
    with watch(jobs, todo) as tell:
        if engine == "ray":
            return run_ray(todo, store.root, tell, threads=threads)
        if n_workers is None:
            n_workers = len(visible_gpus()) or min(usable_cores(), MAX_WORKERS)
        if n_workers == 0:
            return run_here(todo, store.root, tell, threads=threads)
        return run_local(todo, store.root, tell, n_workers=n_workers, threads=threads)


def _write_plan(
    store: Store, config: ExperimentConfig | PretrainConfig, jobs: Sequence[Job]
) -> None:
    planned: dict[Kind, list[PlannedJob]] = {"pretraining": [], "trials": [], "runs": []}
    for job in jobs:
        planned[job.kind].append(job.planned)
    plan = PlanRecord(
        config=config.model_dump(mode="json"),
        **planned,
        versions=versions(),
        planned=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    write_json(store.root / "experiment.json", plan.model_dump(mode="json"))
