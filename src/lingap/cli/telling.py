"""What commands print: messages, and JSON; no name in them steers the terminal."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from typing import Any

import typer


def tell(text: str, *, err: bool = False) -> None:
    """Print a message to standard output or error."""
    from lingap.text.display import shown_lines

    typer.echo(shown_lines(text), err=err)


def aligned(rows: Sequence[Sequence[str]], *, right: Container[int] = ()) -> list[str]:
    """Rows of cells as lines, with two spaces between columns; numbers stand to the right.

    >>> aligned([("a", "10", "x"), ("bc", "2", "yz")], right=[1])
    ['a   10  x', 'bc   2  yz']
    """
    *others, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    widths = [*others, 0]
    return [
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def tell_json(content: Any) -> None:
    """Print JSON to standard output; what is no JSON, such as a path, as its text."""
    from lingap.text.display import shown_json

    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    typer.echo(shown_json(text))
