"""A table before it has a format: what the terminal, HTML, Markdown and LaTeX all write out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lingap.records import Interval
from lingap.report import rounding

HALF_WIDTH = "± is half the width of the interval."
"""Goes with every table that shows :attr:`Cell.brief`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        label: Heading.
        numeric: Whether cells are numbers, set flush right.
        hint: What the heading means, for a tooltip.
        starts_group: Whether columns of another kind begin here.
        foreign: Whether cells are words of any script, left out where there is no font for them.
    """

    label: str
    numeric: bool = True
    hint: str = ""
    starts_group: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Args:
        text: What is read, rounded already.
        sort: What is sorted by; None sorts last.
        detail: A second line in smaller type, such as an interval.
        hint: Further words for a tooltip.
        brief: A shorter `detail` for where room is scarce, or "".
        pairs: Where the cell lists text of the row's language: each piece and what is said of
            it, so that a renderer can set the piece in its own direction; `text` says the same.
    """

    text: str
    sort: float | str | None = None
    detail: str = ""
    hint: str = ""
    brief: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns, and the language whose text they hold, or ""."""

    cells: tuple[Cell, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: `name` is fit for a file, `title` and `caption` are sentences."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""

    @property
    def needs_half_width(self) -> bool:
        """Whether the short forms of cells need :data:`HALF_WIDTH` beside the caption."""
        if HALF_WIDTH in self.caption:
            return False
        return any(cell.brief.startswith("±") for row in self.rows for cell in row.cells)


def words(text: str) -> Cell:
    """A cell of plain text, sorted without regard to case."""
    return Cell(text, text.casefold())


def measured(value: float | None, ends: Interval | None, digits: int) -> Cell:
    """A cell of a number with its interval, where there is one."""
    return Cell(
        rounding.fixed(value, digits),
        value,
        detail=rounding.interval(ends, digits),
        brief=rounding.half_width(ends, digits, value=value),
    )


def methods(intervals: Iterable[Interval | None]) -> str:
    """A sentence that says how intervals were made; nothing where there are none."""
    found = sorted({f"{one.level:.0%} by {one.method}" for one in intervals if one})
    return f"Intervals: {'; '.join(found)}." if found else ""


def number(text: str, value: float | None, detail: str = "", hint: str = "") -> Cell:
    """A cell of a number: its rounded text and the value to sort by."""
    return Cell(text, value, detail, hint)
