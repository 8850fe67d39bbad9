"""Messages in the terminal; data go through ``typer.echo`` as they are."""

from __future__ import annotations

import typer

from lingap.text.display import shown_lines


def tell(text: str, *, err: bool = False) -> None:
    """Print a message to standard output or error; no name in it steers the terminal."""
    typer.echo(shown_lines(text), err=err)
