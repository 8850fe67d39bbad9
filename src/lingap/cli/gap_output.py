"""What ``lingap gap`` prints: tables, JSON, and notes in the terms of the command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from lingap.cli.advice import called, in_terms_of
from lingap.cli.telling import tell, tell_json

if TYPE_CHECKING:
    from lingap.report.tables import Table


def few(sentences: list[str], limit: int = 8) -> list[str]:
    """The first sentences, and how many more there are."""
    if len(sentences) <= limit:
        return sentences
    return [*sentences[:limit], f"… and {len(sentences) - limit} more; --json has all."]


def print_json(**parts: Iterable[Any]) -> None:
    """Every value of the results, by kind."""
    tell_json({name: [row.to_dict() for row in rows] for name, rows in parts.items()})


def tell_notes(app: typer.Typer, verb: str, notes: Iterable[str]) -> None:
    """Notes on standard error, advising options of the command `verb` of `app`."""
    command = called(typer.main.get_command(app), [verb])
    for note in notes:
        tell(f"note: {in_terms_of(command, note)}", err=True)


def show(app: typer.Typer, verb: str, tables: Iterable[Table], notes: Iterable[str]) -> None:
    """Tables that have rows, then the notes."""
    from lingap.report.terminal import print_tables

    print_tables(table for table in tables if table.rows)
    tell_notes(app, verb, notes)


def check_draws(resamples: int) -> None:
    """Refuse fewer draws than an interval needs; 0 is for none."""
    from lingap.errors import MetricError

    if 0 < resamples < 100:
        raise MetricError(f"--resamples: expected 0 or at least 100, got {resamples}.")
