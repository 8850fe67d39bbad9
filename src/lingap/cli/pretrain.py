"""``lingap pretrain``: matched encoders, and continued pre-training of published ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import DryRun, Schema, Threads, Workers


def pretrain(
    config: Annotated[
        Path | None, typer.Argument(metavar="CONFIG.yaml", help="The encoders to make.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the encoders. [default: the file's name]")
    ] = None,
    workers: Workers = None,
    threads: Threads = 1,
    dry_run: DryRun = False,
    schema: Schema = False,
) -> None:
    """Masked language modelling: same text, size, objective and steps per encoder.

    Each encoder is written in transformers' format under OUT/encoders/NAME and serves as the
    `encoder` of a representation in an experiment. A representation that names a published
    encoder continues its pre-training. An interrupted run resumes where it stopped.
    """
    from lingap.cli.experiment_progress import pretrain_and_tell
    from lingap.cli.options import needed, print_schema
    from lingap.cli.plans import print_jobs
    from lingap.cli.telling import tell
    from lingap.experiments import PretrainConfig
    from lingap.experiments.checks import check_usable, notes_on
    from lingap.experiments.engine import follow_first_rank, is_follower
    from lingap.experiments.plan import pretraining_jobs

    if schema:
        print_schema(PretrainConfig)
        return
    path = needed(config)
    folder = out or Path(path.stem)
    settings = PretrainConfig.read(path)
    if is_follower():
        follow_first_rank(folder, threads=threads)
        return
    check_usable(settings)
    if dry_run:
        print_jobs(pretraining_jobs(settings), folder, workers)
        for line in notes_on(settings):
            tell(line)
        return
    pretrain_and_tell(settings, folder, workers, threads)
