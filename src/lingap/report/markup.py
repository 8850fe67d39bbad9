"""HTML from untrusted data: every text is escaped, every script is hashed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from html import escape
from importlib import resources
from itertools import repeat
from typing import Any

from lingap.report.summary import known_language
from lingap.report.tables import Cell, Column, Table


def script_hash(code: str) -> str:
    """Source expression of an inline script, for a content-security policy."""
    digest = hashlib.sha256(code.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def json_text(value: Any) -> str:
    """JSON without blanks; what is not finite raises ValueError.

    >>> json_text({"é": [1.5, None]})
    '{"é":[1.5,null]}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def packed(name: str, text: str) -> str:
    """A text for the page's script, compressed: an element that nothing in the text can end."""
    content = base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")
    return f'<script type="application/gzip" id="{name}">{content}</script>'


def folded(summary: str, inner: str) -> str:
    """HTML that opens on a click on its summary, which is escaped here.

    >>> folded("a < b", "<p>more</p>")
    '<details><summary>a &lt; b</summary><p>more</p></details>'
    """
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"


def language_attributes(code: str) -> str:
    """The ``lang`` attribute for a language; direction comes from the text itself.

    >>> language_attributes("urd")
    ' lang="ur" dir="auto"'
    """
    language = known_language(code)
    lang = f' lang="{escape(language.iso1 or language.iso3)}"' if language else ""
    return f'{lang} dir="auto"'


def table_html(table: Table, *, sortable: bool = True) -> str:
    """A table, wrapped so that narrow screens can scroll it; headings may be buttons that sort."""
    head = "".join(_heading(column, sortable) for column in table.columns)
    body = "".join(
        f"<tr>{''.join(map(_cell, table.columns, row.cells, repeat(row.language)))}</tr>"
        for row in table.rows
    )
    caption = f'<p class="caption">{escape(table.caption)}</p>' if table.caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(table.title)}">'
        f'<table id="table-{escape(table.name)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{caption}"
    )


def _classes(column: Column, *more: str) -> str:
    own = ("num" * column.numeric, "gap-start" * column.starts_group, *more)
    names = " ".join(filter(None, own))
    return f' class="{names}"' if names else ""


def _heading(column: Column, sortable: bool) -> str:
    hint = f' title="{escape(column.hint)}"' if column.hint else ""
    label = escape(column.label)
    if sortable:
        label = f'<button type="button">{label}</button>'
    if column.detail:
        label += f' <span class="name">{escape(column.detail)}</span>'
    return f'<th scope="col" aria-sort="none"{_classes(column)}{hint}>{label}</th>'


def _cell(column: Column, cell: Cell, language: str) -> str:
    sort = "" if cell.sort is None else f' data-sort="{escape(str(cell.sort))}"'
    hint = f' title="{escape(cell.hint)}"' if cell.hint else ""
    kind = "short" if len(cell.text) <= 24 and not cell.pairs else "text"
    classes = _classes(column, "" if column.numeric else kind)
    inner = escape(cell.text)
    if cell.pairs:
        attributes = language_attributes(language)
        inner = "".join(
            f'<span class="pair"><bdi{attributes}>{escape(text)}</bdi> '
            f'<bdi class="gloss" dir="ltr">{escape(gloss)}</bdi></span> '
            for text, gloss in cell.pairs
        )
    if cell.detail:
        inner += f'<span class="detail">{escape(cell.detail)}</span>'
    return f"<td{classes}{sort}{hint}>{inner}</td>"


def asset(name: str) -> str:
    """The text of a file of this room: a style or a script."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def page_style() -> str:
    """The style of the pages of reports and gaps."""
    return "".join(map(asset, ("common.css", "page.css", "charts.css")))
