"""Reports of stored results: terminal, HTML, Markdown, LaTeX, CSV, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.report.html import render_html
    from lingap.report.summary import ReportData
    from lingap.report.terminal import terminal_report, terminal_table
    from lingap.report.verdict import answer

_HOME = {
    "verdict": "answer",
    "html": "render_html",
    "summary": "ReportData",
    "terminal": "terminal_report terminal_table",
}

__all__ = ["ReportData", "answer", "render_html", "terminal_report", "terminal_table"]


__getattr__ = lazy_names(__name__, _HOME)
