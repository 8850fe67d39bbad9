"""Every number in long form, unrounded, as CSV files."""

from __future__ import annotations

import csv
import io
from typing import Any

from lingap.report.long_form import Row, long_form
from lingap.report.summary import ReportData
from lingap.text.display import shown_lines

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # spreadsheets take the wide ones for them


def to_csv(data: ReportData) -> dict[str, str]:
    """File name to its text, comma-separated with a header; empty files are left out."""
    return {f"{name}.csv": _text(rows) for name, rows in long_form(data).items()}


def _text(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_plain(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _plain(value: Any) -> str:
    """A value as text; text that a spreadsheet would run as a formula gets an apostrophe.

    >>> _plain(None), _plain(0.5), _plain("=1+1"), _plain(-2.0)
    ('', '0.5', "'=1+1", '-2.0')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = shown_lines(value)
        return f"'{text}" if value.lstrip()[:1] in _FORMULA else text
    return repr(value) if isinstance(value, float) else str(value)
