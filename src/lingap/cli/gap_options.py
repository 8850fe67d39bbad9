"""The commands of ``lingap gap``, and the options that several of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MOST_LANGUAGES = 16
"""With more, columns and rows per language are not printed: --json and the report have them."""

app = typer.Typer(
    help="Measure gaps between languages in scores, embeddings, models, outputs, texts or tokens "
    "from any source.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with every value instead.")]
Only = Annotated[
    list[str] | None,
    typer.Option("-l", "--language", help="Only this language, any code; repeatable."),
]
Segmenter = Annotated[
    list[str] | None,
    typer.Option(
        help="Word segmenter of a language written without spaces, as jpn=janome; repeatable. "
        "Without one, its stretches between spaces count as words."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of all random draws.", min=0)]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="One file per language, kor.npy.")]


def check_draws(resamples: int) -> None:
    """Refuse so few draws that an interval would hang on them."""
    from lingap.errors import MetricError

    if 0 < resamples < 100:
        raise MetricError(f"--resamples: expected 0 or at least 100, got {resamples}.")
