"""``lingap gap check``: did any language lose? For continuous integration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.gap_options import DropFailed, Ignore, Languages, Scale
from lingap.cli.gap_output import few, print_json, tell_notes
from lingap.cli.telling import tell

Names = Annotated[
    list[str] | None, typer.Option(help="Only these, by name; repeatable.", show_default=False)
]


def check(
    new: Annotated[Path, typer.Argument(help="Scores after a change; as for gap scores.")],
    against: Annotated[Path, typer.Option("--against", help="Scores before it.")],
    max_loss: Annotated[
        float, typer.Option(help="Points of 100 that a language may lose.", min=0, max=100)
    ] = 2.0,
    worst: Annotated[
        float,
        typer.Option(help="Percent of languages whose mean, of the lowest, is checked.", max=100),
    ] = 10.0,
    certain: Annotated[
        bool,
        typer.Option("--certain", help="A loss counts only where its interval is all above it."),
    ] = False,
    system: Names = None,
    task: Names = None,
    metric: Names = None,
    scale: Scale = "auto",
    language: Languages = None,
    ignore: Ignore = None,
    chance: Annotated[
        list[str] | None,
        typer.Option(help="Score of guessing, as 0.25 or TASK=1/3; repeatable. [default: known]"),
    ] = None,
    drop_failed: DropFailed = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Languages that lost since earlier scores, as Markdown for a pull request.

    Exit code 1 if a language, or the lowest ones in the mean, lost more than is allowed, or a
    language has no score any more; 0 if not; 2 if the files could not be compared.
    """
    from lingap.gap.chance import read_chance
    from lingap.gap.check import check_scores, not_compared
    from lingap.gap.from_scores import read_any
    from lingap.gap.hygiene import without_failed

    sides = [
        read_any(
            [path],
            scale=scale,  # type: ignore[arg-type]
            languages=language,
            ignore=ignore or (),
            systems=system,
            tasks=task,
            metrics=metric,
        )
        for path in (new, against)
    ]
    notes = []
    for at, path in enumerate((new, against)):
        kept, failed = without_failed(sides[at].scores, drop=drop_failed)
        notes += [f"{path}: {note}" for note in (*sides[at].notes, *failed)]
        sides[at] = replace(sides[at], scores=kept)
    checks = check_scores(
        sides[0], sides[1], max_loss=max_loss, worst=worst, certain=certain,
        chance=read_chance(chance or ()),
    )  # fmt: skip
    tell_notes("check", [*few(notes), *not_compared(*sides)])
    if as_json:
        print_json(checks=checks)
    else:
        tell("\n".join(one.to_markdown() for one in checks).rstrip())
    if not all(one.passed for one in checks):
        raise typer.Exit(1)
