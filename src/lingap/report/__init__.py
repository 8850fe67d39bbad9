"""Stored rows to what people look at: terminal, HTML, Markdown, LaTeX, CSV, figures."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingap.report.html import render_html
    from lingap.report.summary import ReportData
    from lingap.report.terminal import terminal_report, terminal_table
    from lingap.report.verdict import answer

_HOME = {
    "verdict": ("answer",),
    "html": ("render_html",),
    "summary": ("ReportData",),
    "terminal": ("terminal_report", "terminal_table"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = ["ReportData", "answer", "render_html", "terminal_report", "terminal_table"]


def __getattr__(name: str) -> Any:
    """Load a public name's module when the name is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'lingap.report' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"lingap.report.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
