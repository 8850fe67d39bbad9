"""The tables as rich renderables, for a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from lingap.report.distance_tables import input_table, output_table
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import coverage_table, pretraining_table, unfinished_table
from lingap.report.summary import ReportData
from lingap.report.tables import HALF_WIDTH, Cell, Row, Table
from lingap.report.verdict import Part, answer_parts


def terminal_table(data: ReportData) -> RenderableType:
    """Scores and gaps like Table 1 of Jung et al. (2024).

    Rows are representations; columns are languages, then Std, mean RPD and mean CKA (as in the
    paper, debiased, and its permutation floor), each with its interval below where there is one.
    A table that is wider than the terminal goes on below instead of being cut.
    """
    found = result_tables(data)
    if not found:
        return Text("No result yet.")
    return Group(*(FittedTable(table) for table in found))


def terminal_report(data: ReportData) -> RenderableType:
    """The answer, the result tables, coverage, and what is missing."""
    parts: list[RenderableType] = [_paragraph(part) for part in answer_parts(data)]
    beside = [table for table in (output_table(data), input_table(data)) if table.rows]
    parts.append(Text())
    if result_tables(data) or not beside:
        parts.append(terminal_table(data))
    unfinished = [row for row in data.pretraining if row.status != "done"]
    encoders = pretraining_table(replace(data, pretraining=tuple(unfinished)))
    for table in (*beside, coverage_table(data), encoders, unfinished_table(data)):
        if table.rows:
            parts.append(FittedTable(table))
    parts += [Text(f"Note: {printable(note)}", style="yellow") for note in data.notes]
    return Group(*parts)


def _paragraph(part: Part) -> Text:
    text = Text(printable(part.verdict), style="bold")
    return text.append(printable(f"{' ' * bool(part.verdict)}{part.detail}"), style="not bold")


class FittedTable:
    """A table that rich prints in as many bands of columns as the width asks for."""

    def __init__(self, table: Table):
        self.table = table

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Yield one rich table a band; the first column is repeated in each."""
        yield Text(printable(self.table.title), style="bold")
        for band in _bands(self.table, options.max_width):
            yield _rich_table(self.table, band)
            yield Text()
        if self.table.needs_half_width:
            yield Text(HALF_WIDTH, style="dim")
        if self.table.caption:
            yield Text(printable(self.table.caption), style="dim")
        yield Text()


def _rich_table(table: Table, band: list[int]) -> RichTable:
    rich = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for at in band:
        column = table.columns[at]
        rich.add_column(
            Text(printable(column.label)),
            justify="right" if column.numeric else "left",
            no_wrap=column.numeric,
            overflow="fold",
        )
    for row in table.rows:
        rich.add_row(*(_text(row.cells[at]) for at in band))
    return rich


def _text(cell: Cell) -> Text:
    text = Text(printable(cell.text))
    if second := cell.brief or cell.detail:
        text.append("\n" + printable(second), style="dim")
    return text


def printable(text: str) -> str:
    """A text whose control characters, which could steer a terminal, are shown as U+FFFD."""
    return "".join(c if c.isprintable() or c == "\u202f" else "\ufffd" for c in text)


def _bands(table: Table, width: int) -> list[list[int]]:
    """Columns by place, cut where a group starts or else where the width ends."""
    widths = [_width(table.columns[at].label, table.rows, at) for at in range(len(table.columns))]
    room = width - widths[0] - 1
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


def _lines(cell: Cell) -> tuple[str, str]:
    return cell.text, cell.brief or cell.detail


def _width(label: str, rows: tuple[Row, ...], at: int) -> int:
    texts = [text for row in rows for text in _lines(row.cells[at])]
    return min(40, max(cell_len(text) for text in (label, *texts)))
