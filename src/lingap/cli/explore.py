"""``lingap explore``: a local page over the phonemizer and an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.gap_options import Prefix


def explore(
    source: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="An experiment's folder to browse.")
    ] = None,
    tokenizer: Annotated[
        list[str] | None,
        typer.Option(
            "-t",
            "--tokenizer",
            help="Show its tokens of typed text, as `lingap gap tokens -t` takes it; repeatable.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "-m",
            "--model",
            help="Compare typed text in its layers, as `lingap gap model` takes it; repeatable.",
        ),
    ] = None,
    prefix: Prefix = "",
    pooling: Annotated[
        str | None,
        typer.Option(help="How a model's units make a sentence, as `lingap gap model` takes it."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port; the next free one if taken.")
    ] = 8321,
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; any but this machine's own is open to others."),
    ] = "127.0.0.1",
    browse: Annotated[bool, typer.Option("--open", help="Open it in the web browser.")] = False,
) -> None:
    """A local web page: text in several languages, its phonemes, and an experiment's gaps.

    By default it listens on this machine only; it sends nothing to others. Ctrl-C ends it.
    """
    from lingap.app.serving import serve

    serve(
        source,
        host=host,
        port=port,
        browse=browse,
        tokenizers=tokenizer or (),
        models=model or (),
        prefix=prefix,
        pooling=pooling,
    )
