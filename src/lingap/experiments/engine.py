"""Engines that do the jobs of a plan on this machine, in one process or several."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from lingap.experiments.jobs import run_job
from lingap.experiments.plan import Job
from lingap.experiments.schedule import Event, Failure, Outcome, ParentGone, Schedule, outcome_of

MAX_TRIES = 2  # of a job whose worker dies, such as for lack of memory


def run_here(jobs: Iterable[Job], root: Path, tell: Event, *, threads: int = 1) -> list[Failure]:
    """Do the jobs one after the other in this process, with so many threads."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    schedule = Schedule(jobs, root, tell)
    try:
        while len(schedule):
            for job in schedule.ready():
                tell(job, "started", 0)
                work = lambda job=job: run_job(job, root, lambda step, _: tell(job, "step", step))  # noqa: E731
                schedule.end(job, outcome_of(work, root))
    finally:
        torch.set_num_threads(before)
    return schedule.failures


def visible_gpus() -> tuple[str, ...]:
    """Names of the GPUs that CUDA may use, as in ``CUDA_VISIBLE_DEVICES``."""
    import torch

    listed = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = listed.split(",") if listed else [str(i) for i in range(torch.cuda.device_count())]
    return tuple(name for name in names if name)[: torch.cuda.device_count()]


def _worker(connection: Connection, root: str, threads: int, gpu: str | None) -> None:
    """Do jobs from the connection until it closes; Ctrl-C is left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    import torch

    torch.set_num_threads(threads)
    try:
        while True:
            job = connection.recv()

            def work(job: Job = job) -> None:
                run_job(job, Path(root), lambda step, _: _tell_step(connection, step))

            connection.send(("end", outcome_of(work, Path(root))))
    except (EOFError, ConnectionError, ParentGone):
        sys.exit(0)  # the parent is gone


def _tell_step(connection: Connection, step: int) -> None:
    try:
        connection.send(("step", step))
    except ConnectionError as error:
        raise ParentGone from error


def _end_with_parent() -> None:
    """End the worker when its parent dies: the folder's lock is gone with it."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


class _Pool:
    """Worker processes, each with a connection and at most one job; GPUs are assigned in turn."""

    def __init__(self, n: int, root: Path, threads: int, gpus: Sequence[str]):
        self._context = get_context("spawn")
        self._root, self._threads = str(root), threads
        self._gpu_of: dict[Connection, str | None] = {}
        dealt = [gpus[i % len(gpus)] if gpus else None for i in range(n)]
        self.idle: list[tuple[BaseProcess, Connection]] = [self._start(gpu) for gpu in dealt]
        self.busy: dict[Connection, tuple[BaseProcess, Job]] = {}

    def _start(self, gpu: str | None) -> tuple[BaseProcess, Connection]:
        here, there = self._context.Pipe()
        process = self._context.Process(
            target=_worker, args=(there, self._root, self._threads, gpu), daemon=True
        )
        process.start()
        there.close()
        self._gpu_of[here] = gpu
        return process, here

    def give(self, job: Job) -> None:
        process, connection = self.idle.pop()
        self.busy[connection] = (process, job)
        # If it died idle, the next read fails, and the job is tried again.
        with suppress(ConnectionError):
            connection.send(job)

    def free(self, connection: Connection) -> None:
        process, _ = self.busy.pop(connection)
        self.idle.append((process, connection))

    def replace(self, connection: Connection) -> None:
        process, _ = self.busy.pop(connection)
        process.join()
        connection.close()
        self.idle.append(self._start(self._gpu_of.pop(connection)))

    def stop(self) -> None:
        processes = [p for p, _ in self.idle] + [p for p, _ in self.busy.values()]
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def run_local(
    jobs: Sequence[Job], root: Path, tell: Event, *, n_workers: int, threads: int = 1
) -> list[Failure]:
    """Do the jobs in `n_workers` processes of `threads` threads each, with one GPU each if any.

    One thread each is fastest for small encoders, and scores are then bitwise equal for any number
    of workers. A worker that dies is replaced, and its job tried once more.
    """
    schedule = Schedule(jobs, root, tell)
    tries: dict[str, int] = {}
    gpus = visible_gpus()
    pool = _Pool(min(n_workers, len(schedule)), root, threads, gpus)
    try:
        while len(schedule) or pool.busy:
            if pool.idle:
                for job in schedule.ready():
                    tries[job.id] = tries.get(job.id, 0) + 1
                    pool.give(job)
                    tell(job, "started", 0)
                    if not pool.idle:
                        break
            for connection in wait(list(pool.busy)) if pool.busy else ():
                assert isinstance(connection, Connection)
                process, job = pool.busy[connection]
                try:
                    event, told = connection.recv()
                except (EOFError, ConnectionError):
                    pool.replace(connection)
                    if tries[job.id] < MAX_TRIES:
                        schedule.again(job)
                    else:
                        died = f"its process died twice (exit code {process.exitcode})"
                        schedule.end(job, Outcome(died))
                    continue
                if event == "step":
                    tell(job, "step", told)
                    continue
                pool.free(connection)
                schedule.end(job, told)
    finally:
        pool.stop()
    return schedule.failures
