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
    n_done = 0
    with steps_bar(name, "languages") as show:

        def tell(what: str, *, done: bool = True) -> None:
            nonlocal n_done
            n_done += done
            show(what, n_done, n_languages, now=not done)

        show("", 0, n_languages)
        yield tell


@contextmanager
def steps_bar(name: str, unit: str = "steps") -> Iterator[Callable[..., None]]:
    """The same of steps: what is being done, how many are done, and how many there are."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    from lingap.text.display import shown

    console = Console(stderr=True)
    name = shown(name)
    if not console.is_terminal:
        told_at = time.monotonic()

        def tell_line(what: str, n_done: int, total: int, *, now: bool = True) -> None:
            nonlocal told_at
            if what and time.monotonic() - told_at >= _SECONDS:
                told_at = time.monotonic()
                doing = f"; {shown(what)}" if now else ""
                typer.echo(f"{name}: {n_done} of {total} {unit}{doing}", err=True)

        yield tell_line
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Left(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)

        def move(what: str, n_done: int, total: int, *, now: bool = True) -> None:
            del now  # a bar always says what was told last
            text = f"{name}, {shown(what)}" if what else name
            bar.update(task, completed=n_done, total=total, description=text)

        yield move
