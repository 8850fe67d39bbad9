"""The report as Markdown: the answer, every table, and the figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lingap.report.side_tables import all_tables
from lingap.report.summary import ReportData
from lingap.report.tables import Cell, Table
from lingap.report.verdict import answer_parts
from lingap.text.display import shown

_INLINE = re.compile(r"[\\`*_\[\]|~#$@]|:(?=\S)|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=]))")  # a list, or a heading's underline


def to_markdown(data: ReportData, *, figures: Sequence[tuple[str, str]] = ()) -> str:
    """GitHub-flavoured Markdown; `figures` are titles and file names beside it."""
    lines = [f"# {escaped(data.title)}", ""]
    for part in answer_parts(data):
        bold = f"**{escaped(part.verdict)}** " if part.verdict else ""
        lines += [f"{bold}{escaped(part.detail)}", ""]
    lines += [line for note in data.notes for line in (f"> {escaped(note)}", "")]
    lines += [line for table in all_tables(data) for line in _section(table)]
    for title, name in figures:
        lines += [f"## {escaped(title)}", "", f"![{escaped(title)}]({name})", ""]
    return "\n".join(lines)


def tables_page(title: str, tables: Iterable[Table], notes: Iterable[str] = ()) -> str:
    """A page of tables that have rows, each with its title and caption, then notes."""
    lines = [f"# {escaped(title)}", ""]
    lines += [line for table in tables if table.rows for line in _section(table)]
    return "\n".join([*lines, *(line for note in notes for line in (f"> {escaped(note)}", ""))])


def _section(table: Table) -> list[str]:
    """A table below its title, and its caption."""
    lines = [f"## {escaped(table.title)}", "", *table_lines(table), ""]
    return [*lines, escaped(table.caption), ""] if table.caption else lines


def table_lines(table: Table) -> list[str]:
    """A table as lines of Markdown."""
    heads = [escaped(column.label) for column in table.columns]
    rules = ["---:" if column.numeric else ":---" for column in table.columns]
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
    return [f"| {' | '.join(row)} |" for row in (heads, rules, *rows)]


def _cell(cell: Cell) -> str:
    text = escaped(cell.text)
    return f"{text} {escaped(cell.detail)}".strip() if cell.detail else text


def escaped(text: str) -> str:
    r"""A text escaped for Markdown and HTML, on one line: no markup, link or mathematics.

    >>> escaped("a|b <script> *x* [y](javascript:z)")
    'a\\|b &lt;script&gt; \\*x\\* \\[y\\](javascript\\:z)'
    >>> escaped("1. $x$ of https://www.example.org")
    '1\\. \\$x\\$ of https\\://www\\.example.org'
    """
    text = _BLOCK.sub(r"\1\\", _INLINE.sub(r"\\\g<0>", shown(" ".join(text.split()))))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
