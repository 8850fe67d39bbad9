"""A table before it has a format: what the terminal, HTML, Markdown and LaTeX all print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Self, TypeVar

from lingap.languages import language_name
from lingap.records import Interval
from lingap.report import rounding

HALF_WIDTH = "± is half the width of the interval."
"""Printed with every table that shows :attr:`Cell.brief`."""

Item = TypeVar("Item")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        label: Heading.
        numeric: Whether cells are numbers, aligned right.
        hint: What the heading means, for a tooltip.
        starts_group: Whether columns of another kind start here.
        foreign: Whether cells are words in any script, left out where no font has them.
        detail: Second line in smaller type where there is room, such as a language's name.
    """

    label: str
    numeric: bool = True
    hint: str = ""
    starts_group: bool = False
    foreign: bool = False
    detail: str = ""


def language_column(code: str, *, starts_group: bool = False) -> Column:
    """A column of one language, headed by its code with its name below."""
    name = language_name(code)
    named = name if name != code else ""
    return Column(code, hint=named, starts_group=starts_group, detail=named)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Args:
        text: The text shown; numbers are rounded.
        sort: Sort key; None sorts last.
        detail: Second line in smaller type, such as an interval.
        hint: Tooltip.
        brief: A shorter `detail` for where space is scarce, or "".
        pairs: Pieces of text in the row's language, each with its gloss, so that a renderer can
            set each in its own direction; `text` says the same.
    """

    text: str
    sort: float | str | None = None
    detail: str = ""
    hint: str = ""
    brief: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns, and the language of their text, or ""."""

    cells: tuple[Cell, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `name` is fit for files, ids and labels, `title` and `caption` are for readers."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""

    @property
    def needs_half_width(self) -> bool:
        """Whether the short forms of cells need :data:`HALF_WIDTH` next to the caption."""
        if HALF_WIDTH in self.caption:
            return False
        return any(cell.brief.startswith("±") for row in self.rows for cell in row.cells)


class Building(Generic[Item]):
    """A table built column by column; each column takes its cell from every item.

    >>> table = Building(["kor"]).text("Code", str).table("codes", "Codes")
    >>> table.columns[0].label, table.rows[0].cells[0].text
    ('Code', 'kor')
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = tuple(items)
        self._columns: list[tuple[Column, list[Cell]]] = []

    def column(self, column: Column, cell: Callable[[Item], Cell]) -> Self:
        """Add a column of any cells."""
        self._columns.append((column, [cell(item) for item in self.items]))
        return self

    def columns(
        self,
        keys: Iterable[Key],
        column: Callable[[Key], Column],
        cell: Callable[[Key, Item], Cell],
    ) -> Self:
        """Add a column for each of several things, such as languages or systems."""
        for key in keys:
            self.column(column(key), partial(cell, key))
        return self

    def group(self, columns: Sequence[Column], cells: Callable[[Item], Sequence[Cell]]) -> Self:
        """Add columns whose cells are made together."""
        made = [cells(item) for item in self.items]
        self._columns += [(column, [own[at] for own in made]) for at, column in enumerate(columns)]
        return self

    def text(self, label: str, of: Callable[[Item], str]) -> Self:
        """Add a column of plain text."""
        return self.column(Column(label, numeric=False), lambda item: words(of(item)))

    def count(self, label: str, of: Callable[[Item], int | None], hint: str = "") -> Self:
        """Add a column of whole numbers."""
        return self.column(Column(label, hint=hint), lambda item: counted(of(item)))

    def value(
        self,
        label: str,
        of: Callable[[Item], float | None],
        digits: int,
        hint: str = "",
        ends: Callable[[Item], Interval | None] = lambda _: None,
    ) -> Self:
        """Add a column of numbers with `digits` decimals, and their intervals if any."""
        return self.column(
            Column(label, hint=hint), lambda item: measured(of(item), ends(item), digits)
        )

    def p(self, label: str, of: Callable[[Item], float | None], hint: str = "") -> Self:
        """Add a column of p-values."""
        return self.column(Column(label, hint=hint), lambda item: _p_cell(of(item)))

    def table(
        self,
        name: str,
        title: str,
        caption: str = "",
        language: Callable[[Item], str] = lambda _: "",
    ) -> Table:
        """Return the table; `language` gives the language of each row's text."""
        rows = zip(*(cells for _, cells in self._columns), strict=True)
        return Table(
            name,
            title,
            tuple(column for column, _ in self._columns),
            tuple(Row(row, language(item)) for item, row in zip(self.items, rows, strict=True)),
            caption.strip(),
        )


def words(text: str) -> Cell:
    """A cell of plain text, sorted without regard to case."""
    return Cell(text, text.casefold())


def counted(value: int | None) -> Cell:
    """A cell of a whole number."""
    return Cell(rounding.count(value), value)


def measured(value: float | None, ends: Interval | None, digits: int) -> Cell:
    """A cell of a number, with its interval if any."""
    return Cell(
        rounding.fixed(value, digits),
        value,
        detail=rounding.interval(ends, digits),
        brief=rounding.half_width(ends, digits, value=value, slack=0.1),
    )


def points(value: float | None, ends: Interval | None = None) -> Cell:
    """A cell of a share in points of 100, with its interval if any."""
    return Cell(
        rounding.fixed(None if value is None else 100 * value, 1),
        value,
        detail=rounding.interval(ends, 1, scale=100),
        brief=rounding.half_width(ends, 1, value=value, scale=100, slack=0.1),
    )


def _p_cell(value: float | None) -> Cell:
    """A cell of a p-value, or of none."""
    return Cell(rounding.NOTHING if value is None else rounding.p_value(value), value)


def methods(intervals: Iterable[Interval | None]) -> str:
    """A sentence on how the intervals were computed, or ""."""
    found = sorted({f"{one.level:.0%} by {one.method}" for one in intervals if one})
    return f"Intervals: {'; '.join(found)}." if found else ""
