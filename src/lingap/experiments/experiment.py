"""An experiment from its configuration to its gaps."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from lingap.arguments import checked
from lingap.errors import ConfigError
from lingap.experiments.analysis import analyse
from lingap.experiments.checks import check_usable
from lingap.experiments.cluster import run_ray
from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.cost import refuse_too_large
from lingap.experiments.engine import run_here, run_local, visible_gpus
from lingap.experiments.jobs import versions
from lingap.experiments.model_card import write_card
from lingap.experiments.plan import Job, Plan, distinct_jobs, make_plan, pretraining_jobs
from lingap.experiments.projecting import draw_projections, set_aside_if_damaged
from lingap.experiments.records import KeptConfig, PlannedJob, PlanRecord, PretrainRecord
from lingap.experiments.result import ExperimentResult
from lingap.experiments.schedule import Event, Failure
from lingap.experiments.specs import Kind
from lingap.experiments.store import Store
from lingap.experiments.stored import StoredExperiment
from lingap.metrics.threads import n_cores
from lingap.storage.atomic import whole_file
from lingap.storage.file_names import own_name
from lingap.storage.json_file import write_json

MAX_WORKERS = 8
"""Most processes by default: each takes up to a gigabyte of memory."""

EngineName = Literal["local", "ray"]

WatchJobs = Callable[[Sequence[Job], list[Job]], AbstractContextManager[Event]]
"""Given all jobs and those to do, a context that receives their events."""


def _silent(jobs: Sequence[Job], todo: list[Job]) -> AbstractContextManager[Event]:
    return nullcontext(lambda job, event, step: None)


class Experiment:
    """A plan of runs plus the gap analysis over them.

    Args:
        config: An :class:`ExperimentConfig`, or a mapping of its fields.

    Raises:
        ConfigError: For a configuration that violates the schema.
    """

    @checked(ConfigError)
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
        """Do what is not done, then measure the gaps. May be interrupted and called again.

        Args:
            out: The experiment's folder.
            plan: From :meth:`plan`, if already made.
            n_workers: Processes; 0 for this one only; None for one per GPU, or without GPUs one
                per core, eight at most.
            threads: Threads per process.
            engine: ``local``, or ``ray`` for a cluster (:func:`~.cluster.run_ray`).
            watch: Receives progress.

        Returns:
            Scores and gaps of the finished runs, and the jobs that failed.

        Raises:
            StoreError: When the folder is foreign, damaged or in use.
        """
        store = Store(Path(out))
        check_usable(self.config)
        plan = plan or self.plan()
        self.config.use_own_languages()
        with store.locked():
            set_aside_if_damaged(store.root)
            _write_plan(store, plan.config, plan.jobs, plan.dropped)
            failures = _do_all(store, plan.jobs, watch, n_workers, threads, engine)
            if not failures:
                shutil.rmtree(store.shared, ignore_errors=True)
            scores, gaps = analyse(store, plan)
            draw_projections(StoredExperiment.read(store.root))
        return ExperimentResult(store.root, scores, gaps, tuple(failures))


def pretrain_encoders(
    config: PretrainConfig, out: str | Path, *, n_workers: int | None = None, threads: int = 1,
    watch: WatchJobs = _silent,
) -> tuple[dict[str, Path], list[Failure]]:  # fmt: skip
    """Pre-train the encoders of a configuration. May be interrupted and called again.

    Each has a model card, ``README.md`` beside its weights; one that is there already stays.

    Args:
        config: Representations, text and size.
        out: A folder; each encoder is in ``encoders/<name>``, in the format of ``transformers``,
            and serves as a representation's ``encoder`` in experiments.
        n_workers: As in :meth:`Experiment.run`, like `threads` and `watch`.
        threads: Threads per process.
        watch: Receives progress.

    Returns:
        Name to folder of the finished encoders, and the jobs that failed.

    Raises:
        StoreError: When the folder is foreign, damaged or in use.
    """
    store = Store(Path(out))
    check_usable(config)
    jobs = pretraining_jobs(config)
    distinct = distinct_jobs(jobs)
    with store.locked():
        _write_plan(store, config, distinct)
        failures = _do_all(store, distinct, watch, n_workers, threads, "local")
        found = {}
        for choice, job in zip(config.representations, jobs, strict=True):
            if store.is_done(job.kind, job.id):
                found[choice.title] = _link(store, choice.title, job)
                record = store.record(job.kind, job.id)
                if isinstance(record, PretrainRecord):
                    write_card(record, store.folder(job.kind, job.id), choice.title)
    return found, failures


def _link(store: Store, title: str, job: Job) -> Path:
    """Link to an encoder by its name."""
    path = store.root / "encoders" / own_name(title)
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
    """Do the jobs that are not done, or are damaged."""
    for job in jobs:
        store.set_aside_damaged(job.kind, job.id)
    todo = [job for job in jobs if not store.is_done(job.kind, job.id)]
    if not todo:
        return []
    with watch(jobs, todo) as tell:
        if engine == "ray":
            return run_ray(todo, store.root, tell, threads=threads)
        refuse_too_large(todo)
        if n_workers is None:
            n_workers = len(visible_gpus()) or min(n_cores(), MAX_WORKERS)
        if n_workers == 0:
            return run_here(todo, store.root, tell, threads=threads)
        return run_local(todo, store.root, tell, n_workers=n_workers, threads=threads)


def _write_plan(
    store: Store,
    config: ExperimentConfig | PretrainConfig,
    jobs: Sequence[Job],
    dropped: tuple[str, ...] = (),
) -> None:
    planned: dict[Kind, list[PlannedJob]] = {"pretraining": [], "trials": [], "runs": []}
    for job in jobs:
        planned[job.kind].append(job.planned)
    plan = PlanRecord(
        config=KeptConfig(**config.model_dump(mode="json")),
        **planned,
        dropped=dropped,
        versions=versions(),
        planned=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    write_json(store.root / "experiment.json", plan.model_dump(mode="json"))
