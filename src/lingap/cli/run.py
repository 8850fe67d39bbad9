"""``lingap run``: an experiment from its configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    config: Annotated[
        Path, typer.Argument(metavar="CONFIG.yaml", help="The experiment's configuration.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the experiment. [default: the file's name]")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes; 0 works in this one. [default: cores]")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and leave.")] = False,
) -> None:
    """An experiment: plan, train, score, gaps, report; goes on where it stopped."""
    from lingap.cli.experiment_progress import print_plan, run_and_report
    from lingap.experiments import Experiment

    experiment = Experiment.from_yaml(config)
    if dry_run:
        print_plan(experiment.plan())
        return
    run_and_report(experiment, out or Path(config.stem), workers)
