"""How far a command is that reads one language after another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

_SECONDS = 30.0  # between two lines where there is no terminal


@contextmanager
def languages_bar(name: str, n_languages: int) -> Iterator[Callable[..., None]]:
    """A bar of languages on a terminal; elsewhere a line every half minute, on standard error.

    Args:
        name: What is done, such as a tokenizer's name.
        n_languages: How many there are.

    Yields:
        A function that is told of each language when it is done, ``tell("kor")``; and, with
        ``done=False``, of what is being done.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    from lingap.text.display import shown

    console = Console(stderr=True)
    name = shown(name)
    if not console.is_terminal:
        n_done, told_at = 0, time.monotonic()

        def tell_line(what: str, *, done: bool = True) -> None:
            nonlocal n_done, told_at
            n_done += done
            if time.monotonic() - told_at >= _SECONDS:
                told_at = time.monotonic()
                now = "" if done else f"; {shown(what)}"
                typer.echo(f"{name}: {n_done} of {n_languages} languages{now}", err=True)

        yield tell_line
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Left(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=n_languages)

        def tell(what: str, *, done: bool = True) -> None:
            bar.update(task, advance=int(done), description=f"{name}, {shown(what)}")

        yield tell
