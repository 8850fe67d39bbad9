"""Doing the jobs of a plan: in this process, or in several on this machine."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from lingap.errors import DISK_FAULTS, LingapError, TrainingError
from lingap.experiments.jobs import run_job
from lingap.experiments.plan import Job

Event = Callable[[Job, str, int], None]
"""Told of each job: ``started``, ``step`` (and the steps so far), ``done``, ``failed``."""

LEAST_FREE_BYTES = 1 << 20
"""Below this a job that failed is taken to have failed for want of space."""

MAX_TRIES = 2  # a worker that dies (out of memory, say) takes its job with it; once more, then no


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that did not end well.

    Args:
        job: Which.
        reason: One line for people.
        details: The traceback, for the store.
        history: Losses and dev scores of a training that could not go on.
    """

    job: Job
    reason: str
    details: str
    history: tuple[Mapping[str, float], ...] = ()


def run_here(jobs: Iterable[Job], root: Path, tell: Event, *, threads: int = 1) -> list[Failure]:
    """Do the jobs one after the other in this process, with `threads` threads of arithmetic."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return _one_by_one(jobs, root, tell)
    finally:
        torch.set_num_threads(before)


def _one_by_one(jobs: Iterable[Job], root: Path, tell: Event) -> list[Failure]:
    failures: list[Failure] = []
    broken: dict[str, Job] = {}
    for job in jobs:
        if blocked := [broken[need] for need in job.needs if need in broken]:
            failures.append(Failure(job, f"{blocked[0].title} failed before it", ""))
            broken[job.id] = job
            tell(job, "failed", 0)
            continue
        tell(job, "started", 0)
        try:
            run_job(job, root, lambda step, _, job=job: tell(job, "step", step))  # type: ignore[misc]
        except Exception as error:
            if (fault := _disk_fault(error, root)) is not None:
                raise OSError(fault, os.strerror(fault), str(root)) from error
            failures.append(Failure(job, _one_line(error), traceback.format_exc(), _history(error)))
            broken[job.id] = job
            tell(job, "failed", 0)
        else:
            tell(job, "done", job.n_steps)
    return failures


def _history(error: BaseException) -> tuple[Mapping[str, float], ...]:
    return error.history if isinstance(error, TrainingError) else ()


def _one_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text if isinstance(error, LingapError) else f"{type(error).__name__}: {text}"


def _disk_fault(error: BaseException, root: Path) -> int | None:
    """The errno of a fault of the disk behind an error, or None.

    Libraries in other languages tell it in words only (``os error 28``), or not at all.
    """
    cause: BaseException | None = error
    while cause is not None:
        told = re.search(r"os error (\d+)", str(cause))
        number = cause.errno if isinstance(cause, OSError) else told and int(told[1])
        if number in DISK_FAULTS:
            return number
        cause = cause.__cause__ or cause.__context__
    return errno.ENOSPC if shutil.disk_usage(root).free < LEAST_FREE_BYTES else None


def _worker(connection: Connection, root: str, threads: int) -> None:
    """Take jobs from the connection until it closes; the parent alone answers to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch

    torch.set_num_threads(threads)
    try:
        while True:
            job = connection.recv()
            try:
                run_job(job, Path(root), lambda step, _: connection.send(("step", step, "")))
                connection.send(("done", 0, ""))
            except (BrokenPipeError, ConnectionError):
                raise
            except Exception as error:
                if (fault := _disk_fault(error, Path(root))) is not None:
                    connection.send(("disk", fault, root))
                    continue
                told = _one_line(error), traceback.format_exc(), _history(error)
                connection.send(("failed", 0, told))
    except (EOFError, BrokenPipeError, ConnectionError):
        sys.exit(0)  # the parent is gone, and with it the reason to go on


class _Pool:
    """Worker processes, each with a connection and at most one job."""

    def __init__(self, n: int, root: Path, threads: int):
        self._context = get_context("spawn")
        self._root, self._threads = str(root), threads
        self.idle: list[tuple[BaseProcess, Connection]] = [self._start() for _ in range(n)]
        self.busy: dict[Connection, tuple[BaseProcess, Job]] = {}

    def _start(self) -> tuple[BaseProcess, Connection]:
        here, there = self._context.Pipe()
        process = self._context.Process(
            target=_worker, args=(there, self._root, self._threads), daemon=True
        )
        process.start()
        there.close()
        return process, here

    def give(self, job: Job) -> None:
        process, connection = self.idle.pop()
        self.busy[connection] = (process, job)
        # Where it died idle, reading from it will say so, and the job is tried again.
        with suppress(BrokenPipeError, ConnectionError):
            connection.send(job)

    def free(self, connection: Connection) -> None:
        process, _ = self.busy.pop(connection)
        self.idle.append((process, connection))

    def replace(self, connection: Connection) -> None:
        process, _ = self.busy.pop(connection)
        process.join()
        connection.close()
        self.idle.append(self._start())

    def stop(self) -> None:
        processes = [p for p, _ in self.idle] + [p for p, _ in self.busy.values()]
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def run_local(
    jobs: Iterable[Job], root: Path, tell: Event, *, n_workers: int, threads: int = 1
) -> list[Failure]:
    """Do the jobs in `n_workers` processes, each with `threads` threads of arithmetic.

    One thread each is fastest for small encoders, and keeps every score the same to the bit
    whatever the number of workers. A worker that dies is replaced, and its job tried once more.
    """
    waiting = list(jobs)
    outstanding = {job.id for job in waiting}
    tries: dict[str, int] = {}
    failures: list[Failure] = []
    broken: dict[str, Job] = {}
    pool = _Pool(min(n_workers, len(waiting)), root, threads)

    def fail(
        job: Job, reason: str, details: str = "", history: tuple[Mapping[str, float], ...] = ()
    ) -> None:
        failures.append(Failure(job, reason, details, history))
        broken[job.id] = job
        outstanding.discard(job.id)
        tell(job, "failed", 0)

    try:
        while waiting or pool.busy:
            for job in list(waiting):
                if blocked := [broken[need] for need in job.needs if need in broken]:
                    waiting.remove(job)
                    fail(job, f"{blocked[0].title} failed before it")
            ready = [job for job in waiting if not outstanding.intersection(job.needs)]
            for job in ready[: len(pool.idle)]:
                waiting.remove(job)
                tries[job.id] = tries.get(job.id, 0) + 1
                pool.give(job)
                tell(job, "started", 0)
            for connection in wait(list(pool.busy)) if pool.busy else ():
                assert isinstance(connection, Connection)
                job = pool.busy[connection][1]
                try:
                    event, number, told = connection.recv()
                except (EOFError, ConnectionError):
                    process = pool.busy[connection][0]
                    pool.replace(connection)
                    if tries[job.id] < MAX_TRIES:
                        waiting.insert(0, job)
                    else:
                        fail(job, f"its process died twice (exit code {process.exitcode})")
                    continue
                if event == "step":
                    tell(job, "step", number)
                    continue
                pool.free(connection)
                if event == "done":
                    outstanding.discard(job.id)
                    tell(job, "done", job.n_steps)
                elif event == "disk":
                    raise OSError(number, os.strerror(number), told)
                else:
                    fail(job, *told)
    finally:
        pool.stop()
    return failures
