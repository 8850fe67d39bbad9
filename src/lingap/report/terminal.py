"""Tables as rich renderables, for a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.text import Text

from lingap.report.distance_tables import input_table, output_table
from lingap.report.language_tables import language_table
from lingap.report.model_tables import model_tables
from lingap.report.origins import origin_table
from lingap.report.parts import Part, listed
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import coverage_table, pretraining_table, unfinished_table
from lingap.report.summary import ReportData
from lingap.report.tables import HALF_WIDTH, Cell, Column, Table, counted
from lingap.report.token_tables import token_tables
from lingap.report.transfer_tables import pair_tables, sources_of
from lingap.report.verdict import answer_parts
from lingap.text.display import shown

WIDEST = 38
"""Maximum width of a text cell; longer text wraps."""


def terminal_table(data: ReportData) -> RenderableType:
    """Scores and gaps like Table 1 of Jung et al. (2024).

    Rows are representations; columns are languages, then Std, mean RPD and mean CKA (as in the
    paper, debiased, and its permutation floor), each with its interval below, if any. A table
    wider than the terminal continues below instead of being cut. Transfer from several languages
    has one table of its pairs.
    """
    pairs = pair_tables(data)
    found = (*pairs, *result_tables(data, without=sources_of(data) if pairs else ()))
    if not found:
        return Text("No result yet.")
    return Group(*(FittedTable(table) for table in found))


_MOST_ROWS = 40  # of a table that stands beside the main one


def terminal_report(data: ReportData) -> RenderableType:
    """The answer, the result tables, coverage, and unfinished work."""
    parts: list[RenderableType] = [_paragraph(part) for part in answer_parts(data)]
    found = (
        output_table(data), input_table(data), *token_tables(data.tokens, most=16),
        *model_tables(data.models, most=16),
    )  # fmt: skip
    beside = [table for table in found if table.rows]
    parts.append(Text())
    best, origins = language_table(data), origin_table(data)
    parts += [FittedTable(best)] if 0 < len(best.rows) <= _MOST_ROWS else []
    if result_tables(data) or not beside:
        parts.append(terminal_table(data))
    parts += [FittedTable(origins)] if 0 < len(origins.rows) <= _MOST_ROWS else []
    unfinished = [row for row in data.pretraining if row.status != "done"]
    encoders = pretraining_table(replace(data, pretraining=tuple(unfinished)))
    for table in (*beside, coverage_table(data), encoders, unfinished_table(data)):
        if table.rows:
            parts.append(FittedTable(table))
    if left := [table.title.lower() for table in (best, origins) if len(table.rows) > _MOST_ROWS]:
        parts.append(Text(f"Not shown: {listed(left)}; the page and the other formats have them."))
    parts += [Text(f"Note: {shown(note)}", style="yellow") for note in data.notes]
    return Group(*parts)


def print_tables(tables: Iterable[Table]) -> None:
    """Print tables to standard output, as wide as the terminal."""
    console = Console(highlight=False, markup=False)
    for table in tables:
        console.print(FittedTable(table))


def n_lines(tables: Iterable[Table]) -> int:
    """Lines that tables take, as wide as the terminal."""
    console = Console(highlight=False, markup=False)
    return sum(len(console.render_lines(FittedTable(table), pad=False)) for table in tables)


def _paragraph(part: Part) -> Text:
    text = Text(shown(part.verdict), style="bold")
    return text.append(shown(f"{' ' * bool(part.verdict)}{part.detail}"), style="not bold")


class FittedTable:
    """A table in as many bands of columns as the width requires.

    Rendered here rather than by rich's own table, which is too slow for thousands of cells.
    """

    def __init__(self, table: Table):
        self.table = table

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Yield one text per band; the first column is repeated in each."""
        table = self.table
        cells, widths = _measured(table, console)
        if sum(widths) + 2 * len(widths) - 2 > options.max_width:
            table = _numbered(table)
            cells, widths = _measured(table, console)
        yield Text(shown(table.title), style="bold")
        for band in _bands(table, widths, options.max_width):
            yield _band(table, band, widths, cells)
            yield Text()
        if table.needs_half_width:
            yield Text(HALF_WIDTH, style="dim")
        if table.caption:
            yield Text(shown(table.caption), style="dim")
        yield Text()


def _measured(table: Table, console: Console) -> tuple[list[list[list[Line]]], list[int]]:
    """Lines of the cells by column, and widths of the columns."""
    cells = [
        [_lines(row.cells[at], console) for row in table.rows] for at in range(len(table.columns))
    ]
    widths = [
        max(cell_len(line) for line, _ in ((shown(column.label), ""), *chain.from_iterable(own)))
        for column, own in zip(table.columns, cells, strict=True)
    ]
    return cells, widths


def _numbered(table: Table) -> Table:
    """The table with numbers of its rows where the first column does not tell them apart."""
    if len({row.cells[0].text for row in table.rows}) == len(table.rows):
        return table
    rows = tuple(
        replace(row, cells=(counted(number), *row.cells))
        for number, row in enumerate(table.rows, start=1)
    )
    return replace(table, columns=(Column("#"), *table.columns), rows=rows)


Line = tuple[str, str]  # a line of a cell and its style


def _lines(cell: Cell, console: Console) -> list[Line]:
    found = []
    for text, style in ((cell.text, ""), (cell.brief or cell.detail, "dim")):
        if cell_len(text := shown(text)) > WIDEST:
            found += [(line.plain, style) for line in Text(text).wrap(console, WIDEST)]
        elif text or not style:
            found.append((text, style))
    return found


def _band(table: Table, band: list[int], widths: list[int], cells: list[list[list[Line]]]) -> Text:
    """Columns of a table under their headings, separated by two spaces."""
    heads = [[(shown(table.columns[at].label), "bold")] for at in band]
    rule = "─" * (sum(widths[at] for at in band) + 2 * (len(band) - 1))
    text = Text(no_wrap=True, overflow="ignore", end="")
    for place, row in enumerate([heads, *zip(*(cells[at] for at in band), strict=True)]):
        for lines in zip_longest(*row, fillvalue=("", "")):
            for at, (line, style) in zip(band, lines, strict=True):
                blanks = " " * (widths[at] - cell_len(line))
                text.append("  " * (at != band[0]))
                if table.columns[at].numeric:
                    text.append(blanks)
                text.append(line, style or None)
                if not table.columns[at].numeric and at != band[-1]:
                    text.append(blanks)
            text.append("\n")
        if place == 0:
            text.append(f"{rule}\n")
    return text


def _bands(table: Table, widths: list[int], width: int) -> list[list[int]]:
    """Columns by position, split where a group starts or the width ends."""
    room = width - widths[0]
    if sum(each + 2 for each in widths[1:]) <= room:
        return [list(range(len(widths)))]
    bands: list[list[int]] = [[0]]
    used = 0
    for at in range(1, len(table.columns)):
        need = widths[at] + 2
        full = used + need > room or table.columns[at].starts_group
        if full and len(bands[-1]) > 1:
            bands.append([0])
            used = 0
        bands[-1].append(at)
        used += need
    return bands
