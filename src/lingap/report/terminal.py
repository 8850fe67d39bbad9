"""Tables as rich renderables, for a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, zip_longest

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
    return Group(*_fitted(_score_tables(data)))


_MOST_ROWS = 40  # of a table that stands beside the main one
_MOST_NOTES = 3  # in brief
MOST_LINES = 72
"""Lines that are all printed unasked: two screens."""
BRIEF_LINES = 48
"""Of the tables where there are more: two screens with the answer and the notes."""


def terminal_report(data: ReportData, *, brief: bool = False) -> RenderableType:
    """The answer, the result tables, coverage, and unfinished work.

    Args:
        data: What to show.
        brief: Of more than two screens, show the statements without their figures, what is
            unfinished, the first table of scores, as many other tables as there is room for, and
            the names of the rest.
    """
    scores, failed = _score_tables(data), _unfinished(data)
    beside, long = _beside(data)
    parts = answer_parts(data)
    rest = _not_shown(map(_what, long), "the page and the other formats have them")
    notes = [Text(f"Note: {shown(note)}", style="yellow") for note in data.notes]
    tables = _fitted([*scores, *beside, *failed])
    whole = Group(*map(_paragraph, parts), Text(), *tables, *rest, *notes)
    if not brief or _n_lines(whole) <= MOST_LINES:
        return whole
    said = [
        Text(shown(part.verdict or part.detail))
        for part in parts
        if part.verdict or part.is_caution
    ]
    chosen, left = list(failed), []
    if scores and not fits(*scores):  # the gaps, and of the scores their mean and the lowest
        scores = _score_tables(data, max_languages=0)
        left.append("scores of each language")
    for table in (*scores, *beside):
        if table in scores[:1] or fits(*chosen, table):
            chosen.append(table)
        else:
            left.append(_what(table))
    where = "the page has them, and `lingap report --format terminal` prints them"
    if len(notes) > _MOST_NOTES:
        left.append(f"{len(notes) - _MOST_NOTES} more notes")
    told = _not_shown(left, where)
    return Group(*said, Text(), *_fitted(chosen), *rest, *notes[:_MOST_NOTES], *told)


@dataclass(frozen=True, slots=True)
class View:
    """Tables to print in reading order, and what the others show, in words."""

    tables: tuple[Table, ...]
    left_out: tuple[str, ...] = ()


def fits(*tables: Table) -> bool:
    """Whether there is room for tables where not all are shown."""
    return n_lines(tables) <= BRIEF_LINES


def that_fit(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The first of the tables, as many as there is room for."""
    lines = accumulate(n_lines([table]) for table in tables)
    return tuple(table for table, n in zip(tables, lines, strict=True) if n <= BRIEF_LINES)


def _score_tables(data: ReportData, **settings: int) -> list[Table]:
    pairs = pair_tables(data)
    return [*pairs, *result_tables(data, without=sources_of(data) if pairs else (), **settings)]


def _beside(data: ReportData) -> tuple[list[Table], list[Table]]:
    """Tables beside the scores, in reading order, and those that are too long for it."""
    by_language = language_table(data), origin_table(data)
    long = [table for table in by_language if len(table.rows) > _MOST_ROWS]
    found = (
        *(table for table in by_language if table not in long),
        output_table(data), input_table(data), *token_tables(data.tokens, most=16),
        *model_tables(data.models, most=16), coverage_table(data),
    )  # fmt: skip
    return [table for table in found if table.rows], long


def _unfinished(data: ReportData) -> list[Table]:
    rows = [row for row in data.pretraining if row.status != "done"]
    found = pretraining_table(replace(data, pretraining=tuple(rows))), unfinished_table(data)
    return [table for table in found if table.rows]


def _fitted(tables: Sequence[Table]) -> list[RenderableType]:
    return [*map(FittedTable, tables)] or [Text("No result yet.")]


def _what(table: Table) -> str:
    what = table.title.partition(":")[0]
    return f"scores: {what}" if table.name.startswith("scores-") else what.lower()


def _not_shown(titles: Iterable[str], where: str) -> list[RenderableType]:
    names = listed([*dict.fromkeys(titles)])
    return [Text(f"Not shown: {shown(names)}; {where}.")] if names else []


def print_tables(tables: Iterable[Table]) -> None:
    """Print tables to standard output, as wide as the terminal."""
    console = Console(highlight=False, markup=False)
    for table in tables:
        console.print(FittedTable(table))


def n_lines(tables: Iterable[Table]) -> int:
    """Lines that tables take, as wide as the terminal."""
    return sum(_n_lines(FittedTable(table)) for table in tables)


def _n_lines(what: RenderableType) -> int:
    return len(Console(highlight=False, markup=False).render_lines(what, pad=False))


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
