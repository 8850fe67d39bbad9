"""``lingap explore``: a local page over the phonemizer and an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explore(
    source: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="An experiment's folder to browse.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Where to listen; the next free one if taken.")
    ] = 8321,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Others than this machine's own are open.")
    ] = "127.0.0.1",
    browse: Annotated[bool, typer.Option("--open", help="Open it in the web browser.")] = False,
) -> None:
    """A local web page: text in several languages, its phonemes, and an experiment's gaps.

    It listens on this machine only and asks nothing of any other. Ctrl-C ends it.
    """
    from lingap.app.serving import serve

    serve(source, host=host, port=port, browse=browse)
