"""An experiment from its configuration to its gaps."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lingap.engines.loop import work_through
from lingap.engines.processes import refuse_in_import
from lingap.errors import ConfigError
from lingap.experiments.analysis import analyse
from lingap.experiments.checks import check_usable
from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.cost import refuse_too_large
from lingap.experiments.engine import EngineName, pool_for
from lingap.experiments.jobs import versions
from lingap.experiments.model_card import write_card
from lingap.experiments.plan import Job, Plan, distinct_jobs, make_plan, pretraining_jobs
from lingap.experiments.projecting import draw_projections, set_aside_if_damaged
from lingap.experiments.records import KeptConfig, PlannedJob, PlanRecord, PretrainRecord
from lingap.experiments.result import ExperimentResult
from lingap.experiments.schedule import Event, Failure, Schedule
from lingap.experiments.specs import Kind
from lingap.experiments.store import Store
from lingap.experiments.stored import StoredExperiment
from lingap.storage.atomic import whole_file
from lingap.storage.file_names import own_name
from lingap.storage.json_file import write_json

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

    def __init__(self, config: ExperimentConfig | Mapping[str, Any]):
        _refuse_others(config)
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
        threads: int = 1, engine: EngineName = "local", gpu_share: float | None = None,
        watch: WatchJobs = _silent,
    ) -> ExperimentResult:  # fmt: skip
        """Do what is not done, then measure the gaps. May be interrupted and called again.

        Args:
            out: The experiment's folder.
            plan: From :meth:`plan`, if already made.
            n_workers: Processes; 0 for this one only; None for one per GPU, or without GPUs one
                per core, eight at most.
            threads: Threads per process.
            engine: ``local``, or ``ray`` for the Ray cluster of ``RAY_ADDRESS``, without which Ray
                is started on this machine. The folder, corpora and encoders must be on disks that
                all machines share.
            gpu_share: Part of a GPU that a job of ``ray`` takes, above 0 to 1: with 0.25, four
                small encoders train on one GPU at a time. None for as much as its memory needs.
            watch: Receives progress.

        Returns:
            Scores and gaps of the finished runs, and the jobs that failed.

        Raises:
            StoreError: When the folder is foreign, damaged or in use.
            ConfigError: For a cluster that cannot be reached or cannot do the jobs, and where
                worker processes cannot import the calling script.
        """
        refuse_in_import()
        if gpu_share is not None and not 0 < gpu_share <= 1:
            raise ConfigError(f"gpu_share: expected a number above 0 to 1, got {gpu_share}.")
        store = Store(Path(out))
        check_usable(self.config)
        plan = plan or self.plan()
        self.config.use_own_languages()
        with store.locked():
            set_aside_if_damaged(store.root)
            _write_plan(store, plan.config, plan.jobs, plan.dropped)
            failures = _do_all(store, plan.jobs, watch, n_workers, threads, engine, gpu_share)
            if not failures:
                shutil.rmtree(store.shared, ignore_errors=True)
            scores, gaps = analyse(store, plan)
            draw_projections(StoredExperiment.read(store.root))
        return ExperimentResult(store.root, scores, gaps, tuple(failures))


def _refuse_others(config: object) -> None:
    if not isinstance(config, ExperimentConfig | Mapping):
        of_file = f"; of a file, Experiment.from_yaml({str(config)!r})"
        raise ConfigError(
            f"config: expected ExperimentConfig or a mapping, got {config!r:.80} "
            f"({type(config).__name__}){of_file if isinstance(config, str | Path) else ''}."
        )


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
    refuse_in_import()
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
    gpu_share: float | None = None,
) -> list[Failure]:
    """Do the jobs that are not done, or are damaged."""
    for job in jobs:
        store.set_aside_damaged(job.kind, job.id)
    todo = [job for job in jobs if not store.is_done(job.kind, job.id)]
    if not todo:
        return []
    if engine == "local":
        refuse_too_large(todo)
    with watch(jobs, todo) as tell:
        schedule = Schedule(todo, store.root, tell)
        pool = pool_for(
            engine, jobs, len(todo), store.root, n_workers=n_workers, threads=threads,
            gpu_share=gpu_share,
        )  # fmt: skip
        work_through(schedule, pool)
    return schedule.failures


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
