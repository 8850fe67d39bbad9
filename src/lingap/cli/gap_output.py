"""What ``lingap gap`` prints: tables, JSON, and notes in the terms of the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lingap.cli.advice import called, in_terms_of
from lingap.cli.telling import tell, tell_json

if TYPE_CHECKING:
    from lingap.report.tables import Table
    from lingap.report.terminal import View


app = typer.Typer(
    help="Measure gaps between languages in scores, embeddings, models, outputs, texts or tokens "
    "from any source.",
    no_args_is_help=True,
)


def check_draws(resamples: int | None) -> None:
    """Refuse a number of draws that is too small for an interval."""
    from lingap.errors import MetricError

    if resamples is not None and 0 < resamples < 100:
        raise MetricError(f"--resamples: expected 0 or at least 100, got {resamples}.")


def few(sentences: list[str], limit: int = 8) -> list[str]:
    """The first sentences, and how many more there are."""
    if len(sentences) <= limit:
        return sentences
    return [*sentences[:limit], f"… and {len(sentences) - limit} more; --json has all."]


def as_dicts(**parts: Iterable[Any]) -> dict[str, list[Any]]:
    """Every value of the results, by kind."""
    return {name: [row.to_dict() for row in rows] for name, rows in parts.items()}


def print_json(**parts: Iterable[Any]) -> None:
    """Print every value of the results, by kind."""
    tell_json(as_dicts(**parts))


def tell_notes(verb: str, notes: Iterable[str]) -> None:
    """Notes on standard error, advising options of the command `verb`."""
    command = called(typer.main.get_command(app), [verb])
    for note in notes:
        tell(f"note: {in_terms_of(command, note)}", err=True)


def show(verb: str, tables: Iterable[Table], notes: Iterable[str]) -> None:
    """Tables that have rows, then the notes."""
    from lingap.report.terminal import print_tables

    print_tables(table for table in tables if table.rows)
    tell_notes(verb, notes)


def tell_left_out(view: View) -> None:
    """Name what a view leaves out, and where it is found."""
    if view.left_out:
        tell(
            f"Not shown: {', '.join(view.left_out)}. --details prints them, --out gaps.html is a "
            "page to search, --json has every number.",
            err=True,
        )


def check_endings(targets: Sequence[Path] | None, endings: Sequence[str]) -> None:
    """Refuse files of ``--out`` of another kind, or one that is named twice, before any work."""
    from lingap.errors import ConfigError

    *most, last = endings
    for at, target in enumerate(targets or ()):
        if target.suffix.lower() not in endings:
            raise ConfigError(f"--out {target}: expected a name with {', '.join(most)} or {last}.")
        if target in (targets or ())[:at]:
            raise ConfigError(f"--out {target} is given twice.")


def write_outputs(
    targets: Sequence[Path] | None,
    values: Mapping[str, Iterable[Any]],
    make: Callable[[str], str | bytes],
    *,
    made_by: str,
    inputs: Iterable[Path],
    overwrite: bool,
) -> None:
    """Write the files of ``--out``, all from one result, and name them.

    Args:
        targets: The files.
        values: Results by kind, for JSON.
        make: Makes any other content from the ending without its dot, ``html``.
        made_by: What is remembered of them, see :func:`~lingap.storage.outputs.output`.
        inputs: Files that were read, which are not written to.
        overwrite: Whether files that this did not write may be replaced.
    """
    from lingap.storage.json_file import as_json
    from lingap.storage.outputs import output, refuse_same

    read = [path for path in inputs if str(path) != "-"]
    for target in targets or ():
        kind = target.suffix.lower().removeprefix(".")
        content = as_json(as_dicts(**values)) if kind == "json" else make(kind)
        refuse_same(target, read)
        with output(target, made_by, overwrite=overwrite) as aside:
            aside.write_bytes(content.encode() if isinstance(content, str) else content)
        tell(f"Written: {target}", err=True)
