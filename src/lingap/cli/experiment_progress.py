"""How far an experiment is: a bar with the time that remains, or a line a job in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lingap.experiments import Experiment, Plan
    from lingap.experiments.engine import Event
    from lingap.experiments.plan import Job


@contextmanager
def watch_jobs(plan: Plan, jobs: list[Job]) -> Iterator[Event]:
    """Show the events of an experiment's jobs on stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    kept = len(plan.jobs) - len(jobs)
    if kept:
        console.print(f"{kept} of {len(plan.jobs)} jobs were done before; going on with the rest.")
    yield from _bars(console, jobs) if console.is_terminal else _lines(jobs)


def _lines(jobs: list[Job]) -> Iterator[Event]:
    n_done = 0

    def tell(job: Job, event: str, step: int) -> None:
        nonlocal n_done
        if event in ("done", "failed"):
            n_done += 1
            print(f"{n_done}/{len(jobs)} {job.title}: {event}", file=sys.stderr, flush=True)

    yield tell


def _bars(console: Console, jobs: list[Job]) -> Iterator[Event]:  # type: ignore[name-defined]  # noqa: F821
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("steps"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(elapsed_when_finished=False),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, speed_estimate_period=60) as progress:
        whole = progress.add_task("all runs", total=sum(job.n_steps for job in jobs))
        bars: dict[str, int] = {}
        reached: dict[str, int] = {}

        def tell(job: Job, event: str, step: int) -> None:
            if event == "started":
                bars[job.id] = progress.add_task(job.title, total=job.n_steps)
                reached[job.id] = 0
                return
            to = step if event == "step" else job.n_steps
            progress.update(whole, advance=to - reached.get(job.id, 0))
            reached[job.id] = to
            if event == "step":
                progress.update(bars[job.id], completed=step)  # type: ignore[arg-type]
            elif job.id in bars:
                progress.remove_task(bars.pop(job.id))  # type: ignore[arg-type]

        yield tell


def print_plan(plan: Plan) -> None:
    """Every job with its steps, and what they come to."""
    for job in plan.jobs:
        typer.echo(f"{job.id}  {job.n_steps:>7} steps  {job.title}")
    typer.echo(f"{len(plan.jobs)} jobs, {sum(job.n_steps for job in plan.jobs)} optimizer steps")


def run_and_report(experiment: Experiment, out: Path, n_workers: int | None) -> None:
    """Run an experiment, print its table, write its report; exit code 1 when a run failed."""
    from rich.console import Console

    from lingap.report.export import write_report
    from lingap.report.folder import read_folder
    from lingap.report.terminal import terminal_report

    started = time.monotonic()
    failures = experiment.run(out, n_workers=n_workers, watch=watch_jobs)
    data = read_folder(out)
    Console(highlight=False, markup=False).print(terminal_report(data))
    page = write_report(data, out, kind="html")[0]
    typer.echo(f"Written: {page} ({time.monotonic() - started:.0f} s)")
    for failure in failures:
        typer.echo(f"Failed: {failure.job.title}: {failure.reason}", err=True)
    if failures:
        raise typer.Exit(1)
