"""``lingap run``: an experiment from its configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import DryRun, EngineChoice, GpuShare, Schema, Threads, Workers


def run(
    config: Annotated[
        Path | None, typer.Argument(metavar="CONFIG.yaml", help="The experiment's configuration.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the experiment. [default: the file's name]")
    ] = None,
    workers: Workers = None,
    threads: Threads = 1,
    engine: EngineChoice = "local",
    gpu_share: GpuShare = None,
    dry_run: DryRun = False,
    schema: Schema = False,
) -> None:
    """Run an experiment: plan, train, score, gaps, report; resumes where it stopped."""
    from lingap.cli.experiment_progress import run_and_report, tell_failures
    from lingap.cli.options import needed, print_schema
    from lingap.cli.plans import print_jobs
    from lingap.cli.telling import tell
    from lingap.experiments import Experiment, ExperimentConfig
    from lingap.experiments.checks import check_usable, notes_on
    from lingap.experiments.engine import follow_first_rank, is_follower

    if schema:
        print_schema(ExperimentConfig)
        return
    path = needed(config)
    folder = out or Path(path.stem)
    experiment = Experiment.from_yaml(path)
    if is_follower():
        follow_first_rank(folder, threads=threads)
        return
    check_usable(experiment.config)
    if dry_run:
        plan = experiment.plan()
        print_jobs(plan.jobs, folder, workers)
        for line in (*plan.dropped, *notes_on(plan.config)):
            tell(line)
        return
    result = run_and_report(experiment, folder, workers, threads, engine, gpu_share)
    tell_failures(result.failures)
