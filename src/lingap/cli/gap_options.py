"""Options that several commands of ``lingap gap`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def listed(given: list[str] | None) -> list[str] | None:
    """The values of a repeatable option, each a name or several with commas.

    >>> listed(["eng,swa", "urd"]), listed(None)
    (['eng', 'swa', 'urd'], None)
    """
    return None if given is None else [part for text in given for part in text.split(",") if part]


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with every value instead.")]
Details = Annotated[
    bool, typer.Option("--details", help="Print all tables, also where they are long.")
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "-l",
        "--language",
        callback=listed,
        help="Only these languages, any codes, with commas; repeatable.",
    ),
]
Segmenter = Annotated[
    list[str] | None,
    typer.Option(
        help="Word segmenter of a language written without spaces, as jpn=janome; repeatable. "
        "Without one, its stretches between spaces count as words."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of all random draws.", min=0)]
Outputs = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        help="Write a page (.html), the figure (.svg, .png, .pdf) or all values (.json); "
        "repeatable.",
    ),
]
Scale = Annotated[str, typer.Option(help="auto, unit (0 to 1) or percent.")]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "-l",
        "--languages",
        "--language",
        callback=listed,
        help="Only these languages, any codes, with commas; repeatable.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(help="Columns, languages or tasks not to read; repeatable."),
]
DropFailed = Annotated[
    bool, typer.Option("--drop-failed", help="Leave out runs at 0 or chance beside good ones.")
]
Prefix = Annotated[
    str, typer.Option(help="Text before each sentence that a model reads: 'query: ' for E5.")
]
TEXTS = "One text or table per language: kor.txt, kor_Hang.jsonl, ref.kor.txt."
Texts = Annotated[Path, typer.Argument(metavar="DIR", help=TEXTS)]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="One file per language, kor.npy.")]
