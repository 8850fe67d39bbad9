"""``lingap demo``: the whole pipeline, small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Workers
from lingap.errors import ConfigError


def demo(
    out: Annotated[Path, typer.Option(help="Folder of the experiment.")] = Path("demo"),
    languages: Annotated[
        str,
        typer.Option(
            help="Codes split by commas, any that CLDR and a G2P back end share: train and score "
            "each in itself, in place of transfer across scripts."
        ),
    ] = "",
    seeds: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10_000,
            help="Fine-tunings of each kind; three, or one of languages of your own.",
        ),
    ] = None,
    workers: Workers = None,
) -> None:
    """Run the whole pipeline offline on names from Unicode CLDR: text, phonemes, scores, gaps.

    Pre-trains matched encoders over subwords, characters, romanized characters, phonemes and
    articulatory features, fine-tunes each for named entities in one language, scores it in that and
    in related ones in other scripts, and reports both gaps. Up to four minutes on two cores. Stop
    it with Ctrl-C and run it again: it resumes where it stopped.
    """
    from lingap.cli.experiment_progress import run_and_report, tell_failures
    from lingap.experiments import Experiment
    from lingap.experiments.demo import demo_config

    named = [code.strip() for code in languages.split(",") if code.strip()]
    if languages and not named:
        raise ConfigError(f"--languages: expected codes such as eng,kor, got {languages!r}.")
    experiment = Experiment(demo_config(named, seeds=range(seeds) if seeds else None))
    tell_failures(run_and_report(experiment, out, workers).failures)
