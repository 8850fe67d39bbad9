"""A small page of charts and tables.

It needs neither network nor script to be read: its charts are SVG in the file, whose parts say what
they are when pointed at; a short script sorts and searches the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from lingap.report.markup import asset, page_style, script_hash, table_html
from lingap.report.tables import Table
from lingap.storage.digests import digest_of
from lingap.text.display import counted, shown, shown_lines

if TYPE_CHECKING:
    from lingap.report.svg import Chart

MOST_NOTES = 12


def static_page(
    title: str,
    body: str,
    *,
    kicker: str,
    counts: Mapping[str, int],
    answers: Sequence[str] = (),
    notes: Sequence[str] = (),
    footer: str = "",
) -> str:
    """One self-contained page.

    Args:
        title: Heading.
        body: HTML, every text in it escaped.
        kicker: The kind of page, above the heading.
        counts: What it shows: noun to number.
        answers: Paragraphs that say first what was found.
        notes: Sentences on how it was made; the first twelve are shown.
        footer: Its last sentences.
    """
    title = shown(title)
    script = asset("tables.js")
    nonce = digest_of(title, 24)
    policy = (
        f"default-src 'none'; script-src {script_hash(script)}; style-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'none'"
    )
    facts = "".join(f"<span>{counted(n, noun)}</span>" for noun, n in counts.items())
    lead = "".join(f"<p>{escape(answer)}</p>" for answer in answers)
    header = (
        f'<p class="kicker">{escape(kicker)}</p><h1>{escape(title)}</h1>'
        f'<p class="meta">{facts}</p><div class="lead">{lead}</div>{_listed(notes)}'
    )
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f'<style nonce="{nonce}">{page_style()}</style>',
            f'</head><body><header class="top wrap">{shown_lines(header)}</header>',
            f'<main class="wrap">{shown_lines(body)}</main>',
            f'<footer class="wrap"><p>Made by lingap. {escape(footer)}</p></footer>',
            f"<script>{script}</script></body></html>\n",
        )
    )


def figure_html(title: str, chart: Chart) -> str:
    """A chart below its title, with its caption."""
    return (
        f'<h3>{escape(title)}</h3><figure class="scores"><div class="pan">{chart.svg}</div>'
        f'<figcaption class="caption">{escape(chart.caption)}</figcaption></figure>'
    )


def tables_html(tables: Iterable[Table]) -> str:
    """Tables that have rows, each below its title."""
    return "".join(
        f"<h3>{escape(table.title)}</h3>{table_html(table)}" for table in tables if table.rows
    )


def _listed(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    items = [f"<li>{escape(note)}</li>" for note in notes[:MOST_NOTES]]
    if len(notes) > MOST_NOTES:
        items.append(f"<li>… and {len(notes) - MOST_NOTES} more.</li>")
    return f"<details><summary>How it was read</summary><ul>{''.join(items)}</ul></details>"
