"""How much a terminal shows unasked: two screens, and what else there is in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from lingap.report.tables import Table
from lingap.report.terminal import n_lines

MOST_LINES = 72
"""Lines of tables that are all printed unasked: two screens."""
BRIEF_LINES = 48
"""Where they are more: two screens with the answer and the notes."""


@dataclass(frozen=True, slots=True)
class View:
    """Tables to print, and what others there are.

    Args:
        tables: In reading order.
        left_out: What the other tables show, in words.
    """

    tables: tuple[Table, ...]
    left_out: tuple[str, ...] = ()


def fits(*tables: Table) -> bool:
    """Whether there is room for tables where not all are shown."""
    return n_lines(tables) <= BRIEF_LINES


def that_fit(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The first of the tables, as many as there is room for."""
    lines = accumulate(n_lines([table]) for table in tables)
    return tuple(table for table, n in zip(tables, lines, strict=True) if n <= BRIEF_LINES)
