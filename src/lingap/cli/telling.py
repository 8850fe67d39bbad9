"""What commands print: messages, and JSON; no name in them steers the terminal."""

from __future__ import annotations

import json
from typing import Any

import typer


def tell(text: str, *, err: bool = False) -> None:
    """Print a message to standard output or error."""
    from lingap.text.display import shown_lines

    typer.echo(shown_lines(text), err=err)


def tell_json(content: Any) -> None:
    """Print JSON to standard output; what is no JSON, such as a path, as its text."""
    from lingap.text.display import shown_json

    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    typer.echo(shown_json(text))
