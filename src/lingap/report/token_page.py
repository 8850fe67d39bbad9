"""Token premiums of many languages as one small page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from lingap.report.static_page import figure_html, static_page, tables_html
from lingap.report.token_charts import premium_chart
from lingap.report.token_tables import of_one_text, token_tables
from lingap.report.token_view import token_answers

if TYPE_CHECKING:
    from lingap.gap import TokenGap


def token_page(gaps: Sequence[TokenGap], title: str, notes: Sequence[str] = ()) -> str:
    """One self-contained page: premiums by script and family, and of every language."""
    body = ""
    for own in of_one_text(gaps):
        charts = "".join(
            figure_html(f"Token premium by {kind}", premium_chart(own, by_script=kind == "script"))
            for kind in ("script", "family")
        )
        body += f"<section><h2>{escape(own[0].corpus)}</h2>{charts}{tables_html(token_tables(own))}"
        body += "</section>"
    counts = {
        "tokenizer": len({gap.tokenizer for gap in gaps}),
        "language": len({code for gap in gaps for code in gap.languages}),
    }
    return static_page(
        title, body, kicker="Tokens for the same content", counts=counts, notes=notes,
        answers=token_answers(gaps),
        footer="Premium: tokens over those of the reference language for the same sentences "
        "(Petrov et al. 2023).",
    )  # fmt: skip
