"""``lingap gap check``: did any language lose? For continuous integration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.gap_options import Ignore, Languages, Scale
from lingap.cli.gap_output import listed, print_json
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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Languages that lost since earlier scores, as Markdown for a pull request.

    Exit code 1 if a language, or the lowest ones in the mean, lost more than is allowed, or a
    language has no score any more; 0 if not; 2 if the files could not be compared.
    """
    from lingap.gap.check import check_scores
    from lingap.gap.from_scores import read_any

    sides = [
        read_any(
            [path],
            scale=scale,  # type: ignore[arg-type]
            languages=listed(language),
            ignore=ignore or (),
            systems=system,
            tasks=listed(task),
            metrics=listed(metric),
        )
        for path in (new, against)
    ]
    checks = check_scores(sides[0], sides[1], max_loss=max_loss, worst=worst, certain=certain)
    if as_json:
        print_json(checks=checks)
    else:
        tell("\n".join(one.to_markdown() for one in checks).rstrip())
    if not all(one.passed for one in checks):
        raise typer.Exit(1)
