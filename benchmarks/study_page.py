"""The end of every study: its page, written where it was asked for, else printed."""

from __future__ import annotations

from pathlib import Path


def put(text: str, target: Path | None) -> None:
    """Write a page to `target`, or print it without one."""
    if target:
        target.write_text(text, encoding="utf-8")
    else:
        print(text)
