"""Tables of a result as HTML for notebooks: neither script nor anything fetched."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from html import escape
from typing import Any

from lingap.errors import ConfigError
from lingap.gap.result import GapResult
from lingap.gap.results_file import GapResults, kind_of
from lingap.report.distance_tables import input_table, output_table, pair_matrix
from lingap.report.folder import of_gaps
from lingap.report.language_tables import language_table
from lingap.report.markup import folded, table_html
from lingap.report.model_tables import model_tables
from lingap.report.origins import origin_table
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import comparison_table, correlation_table
from lingap.report.summary import ReportData
from lingap.report.tables import Building, Cell, Column, Table, measured, words
from lingap.report.token_tables import token_tables
from lingap.report.verdict import FoldedAnswer
from lingap.text.display import shown_lines

_OPEN = 3  # tables of a result; the further ones are folded
_STYLE = (
    "<style>.lingap .scroll{overflow-x:auto}.lingap th,.lingap td{text-align:left;"
    "vertical-align:top}.lingap .num{text-align:right;white-space:nowrap}"
    ".lingap .detail,.lingap .name{display:block;font-size:85%;opacity:.75;white-space:nowrap}"
    "</style>"
)


def tables_html(result: Any) -> str:
    """A gap, several of them or an experiment's result as tables, after its answer if it has one.

    Raises:
        ConfigError: For anything else.
    """
    if isinstance(result, GapResult):
        kind = kind_of(result)
        alone: dict[str, Any] = {} if kind is None else {kind: (result,)}
        said, found = "", list(_tables(GapResults(**alone))) if alone else [_plain(result)]
    else:
        gaps = result if isinstance(result, GapResults) else getattr(result, "gaps", None)
        if not isinstance(gaps, GapResults):
            raise ConfigError(f"Expected a result of lingap, got {type(result).__name__}.")
        said, found = _answer(ReportData(title="", **of_gaps(gaps))), list(_tables(gaps))
    filled = [table for table in found if table.rows]
    shown = "".join(
        f"<h4>{escape(table.title)}</h4>{table_html(table, sortable=False)}"
        for table in filled[:_OPEN]
    )
    shown += "".join(
        folded(f"{table.title} ({len(table.rows)})", table_html(table, sortable=False))
        for table in filled[_OPEN:]
    )
    return shown_lines(f'<div class="lingap">{_STYLE}{said}{shown}</div>')


def _answer(data: ReportData) -> str:
    told = FoldedAnswer.of(data)
    lead, rest, cautions = (
        "".join(f"<p><b>{escape(part.verdict)}</b> {escape(part.detail)}</p>" for part in parts)
        for parts in (told.lead, told.rest, told.cautions)
    )
    if rest:
        rest = folded(told.rest_title, rest)
    return lead + rest + cautions


def _tables(gaps: GapResults) -> Iterator[Table]:
    data = ReportData(title="", **of_gaps(gaps))
    yield from result_tables(data)
    yield from (language_table(data), comparison_table(data), origin_table(data))
    yield from (output_table(data), input_table(data), *token_tables(data.tokens))
    yield from (*model_tables(data.models), correlation_table(data))
    for gap in (*gaps.linguistic, *gaps.outputs, *gaps.text):
        yield from pair_matrix(gap)
    for kind in ("levels", "baselines"):
        for gap in getattr(gaps, kind):
            yield _plain(gap)


def _plain(result: GapResult) -> Table:
    """The rows of a result as they are, for kinds that have no table of their own."""
    rows = result.to_rows()
    names = dict.fromkeys(name for row in rows for name in row)

    def column(name: str) -> Column:
        numeric = all(isinstance(row.get(name), int | float | None) for row in rows)
        return Column(name.replace("_", " "), numeric)

    made = Building(rows).columns(names, column, lambda name, row: _cell(row.get(name)))
    return made.table(type(result).__name__.lower(), type(result).__name__)


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        return measured(value, None, 4)
    if dataclasses.is_dataclass(value) or isinstance(value, dict):
        return words(repr(value))
    return words("" if value is None else str(value))
