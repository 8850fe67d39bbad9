"""How far an experiment is: a bar with the time that remains, or a log line per job."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lingap.cli.telling import tell

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from lingap.experiments import Experiment, ExperimentResult, PretrainConfig
    from lingap.experiments.engine import EngineName
    from lingap.experiments.forecast import Forecast
    from lingap.experiments.plan import Job
    from lingap.experiments.schedule import Event, Failure


@contextmanager
def watch_jobs(every: Sequence[Job], jobs: list[Job]) -> Iterator[Event]:
    """Show the events of an experiment's jobs on stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    kept = len(every) - len(jobs)
    if kept:
        console.print(f"{kept} of {len(every)} jobs are already done; running the rest.")
    forecast = _forecast(every, jobs)
    show = _bars(console, jobs, forecast) if console.is_terminal else _lines(jobs, forecast)
    yield from show


def _forecast(every: Sequence[Job], jobs: list[Job]) -> Forecast:
    """What is left, by the operations of each job and the fixed costs of steps and sentences."""
    from lingap.experiments.cost import Lengths, operations, read_besides, reading_operations
    from lingap.experiments.forecast import Forecast

    encoders = {job.id: job for job in every if job.kind == "pretraining"}
    lengths = Lengths()
    steps, rest = {}, {}
    for job in jobs:
        steps[job.id] = operations(job, encoders, lengths) + OPERATIONS_A_STEP * job.n_steps
        n_read, _ = read_besides(job, lengths)
        rest[job.id] = reading_operations(job, encoders, lengths)
        rest[job.id] += OPERATIONS_A_STEP * 100 + OPERATIONS_A_SENTENCE * n_read
    return Forecast(jobs, steps, rest)


OPERATIONS_A_STEP = 5e7
"""What a step costs a core beside its operations, and a job a hundred of them, roughly."""

OPERATIONS_A_SENTENCE = 5e6
"""What it costs a core to read, encode and score a sentence beside its operations, roughly."""


def _lines(jobs: list[Job], forecast: Forecast) -> Iterator[Event]:
    from lingap.text.display import shown

    n_done = 0

    def tell(job: Job, event: str, step: int) -> None:
        nonlocal n_done
        forecast.hear(job, event, step)
        if event in ("done", "failed"):
            n_done += 1
            seconds = forecast.seconds_left()
            left = "" if seconds is None else f"; about {seconds:.0f} s left"
            line = f"{n_done}/{len(jobs)} {shown(job.title)}: {event}{left}"
            print(line, file=sys.stderr, flush=True)

    yield tell


def _bars(console: Console, jobs: list[Job], forecast: Forecast) -> Iterator[Event]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    from lingap.cli.plans import about
    from lingap.text.display import shown

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TextColumn("steps"), TimeElapsedColumn(), TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, speed_estimate_period=60) as progress:
        whole = progress.add_task("all runs", total=sum(job.n_steps for job in jobs), left="")
        bars: dict[str, TaskID] = {}
        reached: dict[str, int] = {}

        def tell(job: Job, event: str, step: int) -> None:
            forecast.hear(job, event, step)
            seconds = None if event == "step" and step % 50 else forecast.seconds_left()
            if seconds is not None:
                progress.update(whole, left=f"about {about(seconds)} left")
            if event == "started":
                if job.id in bars:  # tried again after its process died
                    progress.remove_task(bars[job.id])
                bars[job.id] = progress.add_task(shown(job.title), total=job.n_steps, left="")
                return
            to = step if event == "step" else job.n_steps
            progress.update(whole, advance=to - reached.get(job.id, 0))
            reached[job.id] = to
            if event == "step":
                progress.update(bars[job.id], completed=step)
            elif job.id in bars:
                progress.remove_task(bars.pop(job.id))

        yield tell


@contextmanager
def _report_interruption() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):  # Ctrl-C; SIGTERM and SIGHUP, by lingap.cli.main
        print("\nInterrupted. Finished work is kept; run it again to resume.", file=sys.stderr)
        raise


def pretrain_and_tell(
    config: PretrainConfig, out: Path, n_workers: int | None, threads: int
) -> None:
    """Make encoders and print a row for each; exit code 1 if one failed."""
    from rich.console import Console
    from rich.table import Table

    from lingap.experiments import pretrain_encoders
    from lingap.experiments.records import PretrainRecord, read_record
    from lingap.text.display import shown

    started = time.monotonic()
    with _report_interruption():
        folders, failures = pretrain_encoders(
            config, out, n_workers=n_workers, threads=threads, watch=watch_jobs
        )
    table = Table("Encoder", box=None, header_style="")
    for heading in ("Units", "Added", "Parameters", "Units per character", "Bits before", "After"):
        table.add_column(heading, justify="right")
    unknown = []
    for name, folder in folders.items():
        record = read_record(folder / "run.json")
        assert isinstance(record, PretrainRecord)
        bits, counts = record.heldout_bits_per_character, record.heldout_counts
        table.add_row(
            shown(name), f"{record.vocabulary_size:,}", f"{len(record.units_added):,}",
            f"{record.n_parameters:,}", f"{counts['units'] / record.heldout_characters:.3f}",
            f"{bits.before:.3f}", f"{bits.after:.3f}",
        )  # fmt: skip
        unknown.append(f"{name} {counts['units_unknown']:,}")
    Console(highlight=False, markup=False).print(table)
    if unknown:
        told = ", ".join(unknown)
        tell(f"Units of the held-out text that the encoder does not know: {told}.")
    tell("Bits: loss on held-out text, per character of the text as written.")
    tell(f"Written: {out / 'encoders'} ({time.monotonic() - started:.0f} s)")
    tell_failures(failures)


def tell_failures(failures: Sequence[Failure]) -> None:
    """Report failed jobs and exit with code 1 if there are any."""
    for failure in failures:
        tell(f"Failed: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


def run_and_report(
    experiment: Experiment,
    out: Path,
    n_workers: int | None,
    threads: int = 1,
    engine: EngineName = "local",
    gpu_share: float | None = None,
) -> ExperimentResult:
    """Run an experiment, print its table, write its report."""
    from rich.console import Console

    from lingap.report.export import write_report
    from lingap.report.folder import read_folder
    from lingap.report.terminal import terminal_report

    started = time.monotonic()
    console = Console(stderr=True)
    with _report_interruption():
        with console.status("planning: reading the corpora"):
            plan = experiment.plan()
        result = experiment.run(
            out, plan=plan, n_workers=n_workers, threads=threads, engine=engine,
            gpu_share=gpu_share, watch=watch_jobs,
        )  # fmt: skip
        with console.status("drawing the report"):
            data = read_folder(out)
            page = write_report(data, out, kind="html", overwrite=True)[0]
    Console(highlight=False, markup=False).print(terminal_report(data, brief=True))
    tell(f"Written: {page} ({time.monotonic() - started:.0f} s)")
    return result
