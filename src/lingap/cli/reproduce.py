"""``lingap reproduce``: the paper's tables and figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingap.cli.options import DryRun, Workers, pairs
from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.experiments.schedule import Failure


def reproduce(
    what: Annotated[str, typer.Argument(help="table1, table2, table3, figure2 or figure3.")],
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with ud-treebanks, ner/<language>, xnli/XNLI-1.0 and parallel/<name> in "
            "the layouts of their releases. [default: the hub]"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the experiments. [default: the preset's name]")
    ] = None,
    languages: Annotated[
        str, typer.Option(help="Codes with commas, in place of the paper's.")
    ] = "",
    seeds: Annotated[
        int | None,
        typer.Option(
            min=1, max=10_000, help="Fine-tunings of each kind, in place of the preset's."
        ),
    ] = None,
    published: Annotated[
        bool, typer.Option("--published", help="The paper's encoders, from the hub or its cache.")
    ] = False,
    encoder: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REPRESENTATION=SOURCE[@REVISION]",
            help="An encoder of that representation: a folder or hub id; repeat for others.",
        ),
    ] = None,
    grid: Annotated[
        bool, typer.Option("--grid", help="With encoders: search the paper's grid on dev data.")
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            help="Steps of each pre-training and fine-tuning of small encoders: a quick trial of "
            "the whole. [default: 1200, and 4 epochs]",
        ),
    ] = None,
    workers: Workers = None,
    dry_run: DryRun = False,
) -> None:
    """The paper's tables and figures, as presets over `lingap run`.

    Without the published checkpoints they run small, with matched encoders, and say so; with
    --published or --encoder they run as the paper did, with the values of its Table 5. Each
    task is an experiment in its own folder; what is missing or differs from the paper is reported
    before anything runs. An interrupted run resumes where it stopped.
    """
    from lingap.cli.experiment_progress import run_and_report, tell_failures
    from lingap.cli.plans import print_jobs
    from lingap.experiments import Experiment
    from lingap.experiments.presets import plan_preset

    codes = [code.strip() for code in languages.split(",") if code.strip()]
    plans = plan_preset(
        what, data=data, languages=codes, n_seeds=seeds, encoders=_encoders(published, encoder),
        grid=grid, steps=steps,
    )  # fmt: skip
    for plan in plans:
        tell(plan.config.name)
        for note in plan.notes:
            tell(f"  {note}")
        if dry_run:
            print_jobs(Experiment(plan.config).plan().jobs, (out or Path(what)) / plan.task)
    failures: list[Failure] = []
    for plan in [] if dry_run else plans:
        folder = (out or Path(what)) / plan.task
        failures += run_and_report(Experiment(plan.config), folder, workers).failures
    tell_failures(failures)


_PUBLISHED = {"subword": "mbert", "character": "canine", "phoneme": "xphonebert"}


def _encoders(published: bool, named: list[str] | None) -> dict[str, dict[str, str]] | None:
    """Representation to encoder, from the two options; None where neither is given."""
    from lingap.errors import ConfigError

    if not published and not named:
        return None
    found = {name: {"encoder": source} for name, source in _PUBLISHED.items() if published}
    for name, source in pairs("--encoder", named).items():
        place, _, revision = source.partition("@")
        if not place:
            raise ConfigError(f"--encoder {name}: expected SOURCE[@REVISION], got {source!r}.")
        found[name] = {"encoder": place, **({"revision": revision} if revision else {})}
    return found
