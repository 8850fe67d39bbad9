"""The command line: one file per verb, read when it is asked for; heavy imports inside commands."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from lingap.cli.streams import mend_streams
from lingap.cli.telling import tell
from lingap.errors import DISK_FAULTS, LingapError, StoreError

_VERBS = (
    "demo", "phonemize", "g2p", "languages", "corpora", "run", "pretrain", "reproduce", "gap",
    "report", "explore", "doctor",
)  # fmt: skip


@cache
def _command_of(verb: str) -> Any:
    """The command of a verb: its module's function of that name, or the group called `app`."""
    module = importlib.import_module(f"lingap.cli.{verb}")
    alone = typer.Typer(rich_markup_mode=None)
    if hasattr(module, "app"):
        alone.add_typer(module.app, name=verb)
    else:
        alone.command(name=verb)(getattr(module, verb))
    return typer.main.get_group(alone).commands[verb]


class _Commands(Mapping[str, Any]):
    """Verb to command; one that is not asked for costs nothing."""

    def __getitem__(self, verb: str) -> Any:
        if verb not in _VERBS:
            raise KeyError(verb)
        return _command_of(verb)

    def __iter__(self) -> Iterator[str]:
        return iter(_VERBS)

    def __len__(self) -> int:
        return len(_VERBS)


class _Group(TyperGroup):
    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.commands = _Commands()  # type: ignore[assignment]


app = typer.Typer(
    name="lingap",
    cls=_Group,
    help="Measure and narrow the gap between languages.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if version:
        from lingap import __version__

        typer.echo(f"lingap {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from lingap.cli.questions import questions

        typer.echo(questions())


_format = warnings.formatwarning


def _warning(message: Any, category: type[Warning], *place: Any, **line: Any) -> str:
    """A warning as text; lingap's own concern the user's files, not a line of its code."""
    if category.__module__.partition(".")[0] == "lingap":
        return f"lingap: {message}\n"
    return _format(message, category, *place, **line)


def main() -> Any:
    """Run the command line; a user's error is one message on stderr and exit code 2.

    A signal that ends it (Ctrl-C, SIGTERM, SIGHUP) has it remove what is unfinished; the exit code
    is 128 and the signal's number, as in a shell: 130, 143, 129.
    """
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP; nohup has it ignored
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    warnings.formatwarning = _warning
    gc.set_threshold(20_000, 20, 20)  # a tenth of the start was spent on going through modules
    try:
        _check_surroundings()
        return app(prog_name="lingap")  # also by python -m lingap: completion needs one word
    except LingapError as error:
        from lingap.cli.advice import called, in_terms_of

        command = called(typer.main.get_command(app), sys.argv[1:])
        message = in_terms_of(command, str(error))
    except BrokenPipeError:
        _drop_output()
        sys.exit(141)
    except OSError as error:
        kept = " Finished work is kept." if error.errno in DISK_FAULTS else " Check that path."
        message = f"{error.strerror or error}: {error.filename or 'output'}.{kept}"
    except UnicodeEncodeError as error:
        message = (
            f"{error.object[error.start : error.end]!a} cannot be written as {error.encoding}; set "
            "PYTHONUTF8=1, or choose a locale with UTF-8."
        )
    except UnicodeDecodeError as error:
        message = f"A text is not {error.encoding} ({error.reason}); convert it to UTF-8."
    except RecursionError:
        message = "The input is nested too deeply to be read."
    except MemoryError:
        message = "Out of memory. Finished work is kept; give less at once, or use fewer processes."
    readable = message.encode(errors="backslashreplace").decode()  # a file's name may be no UTF-8
    tell(f"lingap: {readable}", err=True)
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
    sys.exit(2)


def _drop_output() -> None:
    """What cannot be written is not tried again by Python's end, which has its own exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(number: int, _: FrameType | None) -> None:
    """End as any exception does, so that each open block cleans up; once is enough."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _check_surroundings() -> None:
    """Refuse a working folder that is gone; make up for streams that are closed or strict."""
    mend_streams()
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise StoreError("The working folder no longer exists; change to another one.") from error
