"""``lingap demo``: the whole pipeline, small."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Workers
from lingap.errors import ConfigError, MissingExtra


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

    First, without training: a name in each language with its phonemes, and how alike the texts
    are. Then it pre-trains matched encoders over subwords, characters, romanized characters,
    phonemes and articulatory features, fine-tunes each for named entities in one language, scores
    it in that and in related ones in other scripts, and reports both gaps. About four minutes on
    two cores. Stop it with Ctrl-C and run it again: it resumes where it stopped.
    """
    from lingap.cli.experiment_progress import run_and_report, tell_failures
    from lingap.cli.telling import tell
    from lingap.experiments import Experiment
    from lingap.experiments.demo import demo_config

    named = [code.strip() for code in languages.split(",") if code.strip()]
    if languages and not named:
        raise ConfigError(
            f"--languages: expected two or more, got {languages!r}; give codes such as eng,kor."
        )
    if find_spec("torch") is None:  # said before the first look, with all that the rest needs
        raise MissingExtra("all", "The demo")
    experiment = Experiment(demo_config(named, seeds=range(seeds) if seeds else None))
    _show_first(experiment.config.languages)
    tell("Now the encoders are trained, which takes minutes. Ctrl-C stops; again resumes.\n")
    tell_failures(run_and_report(experiment, out, workers).failures)


def _show_first(codes: Sequence[str]) -> None:
    """Print what is true before any training: names as phonemes, and their input gap."""
    from rich.console import Console

    from lingap.experiments.first_look import first_look
    from lingap.report.summary import ReportData, language_name
    from lingap.report.tables import Building, Column, words
    from lingap.report.terminal import print_tables, terminal_report

    with Console(stderr=True).status("reading the names of Unicode CLDR"):
        look = first_look(codes)
    made = Building(look.names).text("Language", language_name)
    made.column(Column("Name", numeric=False, foreign=True), lambda code: words(look.names[code]))
    made.text("Phonemes", lambda code: " ".join(look.phonemes[code]))
    console = Console(highlight=False, markup=False)
    print_tables([made.table("names", "A name in each language, as written and as it sounds")])
    console.print(terminal_report(ReportData("names", inputs=look.gaps)))
