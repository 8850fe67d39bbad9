"""Which jobs are ready, and what became of the others; the same for every engine."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingap.engines.protocol import ParentGone
from lingap.errors import DISK_FAULTS, LingapError, TrainingError
from lingap.experiments.plan import Job
from lingap.experiments.records import FailedRecord, PlannedJob, TrialRecord
from lingap.experiments.store import Store

Event = Callable[[Job, str, int], None]
"""Called with a job, ``started``, ``step``, ``done`` or ``failed``, and the steps so far."""

_log = logging.getLogger("lingap")

LEAST_FREE_BYTES = 1 << 20
"""Below this, a failure is attributed to lack of disk space."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended, in a form that crosses processes.

    Args:
        reason: One line; empty if the job succeeded.
        details: The traceback.
        history: Losses and dev scores of a training that failed.
        disk_fault: The errno of a fault of the disk, which is not the job's fault; else None.
        blocked: Whether it never started, since a job that it needs failed.
        staged: Where its result is staged, if it succeeded.
    """

    reason: str = ""
    details: str = ""
    history: tuple[Mapping[str, float], ...] = ()
    disk_fault: int | None = None
    blocked: bool = False
    staged: Path | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Failure:
    """A job that failed: the job as planned, the reason in one line, the traceback if any."""

    job: PlannedJob
    reason: str
    details: str = ""

    def __str__(self) -> str:
        return f"{self.job.title}: {self.reason}"

    def __repr__(self) -> str:
        return f"Failure({str(self)!r})"


def outcome_of(work: Callable[[], Path], root: Path) -> Outcome:
    """Do the work of a job and say how it ended; raises :class:`ParentGone` only."""
    try:
        staged = work()
    except ParentGone:
        raise
    except Exception as error:
        history = error.history if isinstance(error, TrainingError) else ()
        return Outcome(_one_line(error), traceback.format_exc(), history, disk_fault(error, root))
    return Outcome(staged=staged)


def _one_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text if isinstance(error, LingapError) else f"{type(error).__name__}: {text}"


def disk_fault(error: BaseException, root: Path) -> int | None:
    """The errno of a fault of the disk behind an error, or None.

    Libraries in other languages report it in words only (``os error 28``), or not at all.
    """
    cause: BaseException | None = error
    while cause is not None:
        said = re.search(r"os error (\d+)", str(cause))
        number = cause.errno if isinstance(cause, OSError) else said and int(said[1])
        if number in (errno.EACCES, errno.EPERM) and not _under(cause, root):
            return None  # some other file that may not be read, such as a corpus
        if number in DISK_FAULTS:
            return number
        cause = cause.__cause__ or cause.__context__
    return errno.ENOSPC if shutil.disk_usage(root).free < LEAST_FREE_BYTES else None


def _under(error: BaseException, root: Path) -> bool:
    name = getattr(error, "filename", None)
    return isinstance(name, str | os.PathLike) and Path(name).resolve().is_relative_to(
        root.resolve()
    )


class Schedule:
    """Jobs in the order of their plan, each ready when what it needs has ended.

    Args:
        jobs: In an order in which they can be done.
        root: The experiment's folder; failures are recorded in it as they happen.
        tell: Called with events.
    """

    def __init__(self, jobs: Iterable[Job], root: Path, tell: Event):
        self._waiting = list(jobs)
        self._outstanding = {job.id for job in self._waiting}
        self._broken: dict[str, Job] = {}
        self._store = Store(root)
        self._tell = tell
        self.failures: list[Failure] = []

    def __len__(self) -> int:
        """Jobs that have not been taken."""
        return len(self._waiting)

    def ready(self) -> Iterator[Job]:
        """Take the jobs that are ready, one after the other.

        A job that needs a failed one fails too, except that a run only needs its trials to end.
        """
        for job in list(self._waiting):
            broken = [self._broken[need] for need in job.needs if need in self._broken]
            if blocked := [need for need in broken if need.kind != "trials"]:
                self._waiting.remove(job)
                self.end(job, Outcome(f"{blocked[0].title} failed before it", blocked=True))
            elif not self._outstanding.intersection(job.needs):
                self._waiting.remove(job)
                yield job

    def again(self, job: Job) -> None:
        """Put back a job whose process died."""
        self._waiting.insert(0, job)

    def heard(self, job: Job, event: str, value: Any) -> None:
        """Tell of a start, a step, or a line that a worker logged."""
        if event == "log":
            _log.warning("%s: %s", job.title, value)
        else:
            self._tell(job, event, value if event == "step" else 0)

    def lost(self, job: Job, reason: str) -> None:
        """Record that a job's process died too often."""
        self.end(job, Outcome(reason))

    def end(self, job: Job, outcome: Outcome) -> None:
        """Put a job's result into the store, or record why there is none.

        Raises:
            OSError: For a fault of the disk, which ends everything.
        """
        if (fault := outcome.disk_fault) is not None:
            raise OSError(fault, os.strerror(fault), str(self._store.root))
        self._outstanding.discard(job.id)
        if outcome.reason:
            self.failures.append(Failure(job.planned, outcome.reason, outcome.details))
            # A failed trial is final: else the seeds of one training could choose differently.
            final = job.kind == "trials" and not outcome.blocked
            kind: type[TrialRecord | FailedRecord] = TrialRecord if final else FailedRecord
            record = kind(
                run_id=job.id, config=job.spec, reason=outcome.reason, details=outcome.details,
                history=outcome.history,
            )  # fmt: skip
            self._store.commit(job.kind, job.id, lambda _: record)
            self._broken[job.id] = job
            self._tell(job, "failed", 0)
        else:
            if outcome.staged is not None:
                self._store.adopt(job.kind, job.id, outcome.staged)
            self._tell(job, "done", job.n_steps)
