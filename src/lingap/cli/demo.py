"""``lingap demo``: the whole pipeline, small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Workers


def demo(
    out: Annotated[Path, typer.Option(help="Folder of the experiment.")] = Path("demo"),
    languages: Annotated[
        str, typer.Option(help="Codes split by commas; any that CLDR and a G2P back end share.")
    ] = "",
    seeds: Annotated[int, typer.Option(min=1, max=10_000, help="Fine-tunings of each kind.")] = 1,
    workers: Workers = None,
) -> None:
    """Run the whole pipeline offline on names from Unicode CLDR: text, phonemes, scores, gaps.

    Pre-trains matched encoders over subwords, characters and phonemes, fine-tunes each for named
    entities in each language, and reports both gaps. A few minutes on two cores. Stop it with
    Ctrl-C and run it again: it resumes where it stopped.
    """
    from lingap.cli.experiment_progress import run_and_report, tell_failures
    from lingap.experiments import Experiment
    from lingap.experiments.demo import DEMO_LANGUAGES, demo_config

    named = [code.strip() for code in languages.split(",") if code.strip()]
    codes = named if languages else DEMO_LANGUAGES
    experiment = Experiment(demo_config(codes, seeds=range(seeds)))
    tell_failures(run_and_report(experiment, out, workers).failures)
