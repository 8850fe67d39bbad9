"""Empty panels of figures, and labels in them."""

from __future__ import annotations

from typing import Any

from lingap.text.display import shown

LONGEST_LABEL = 40
"""Longer names are cut in figures, which would grow with them; tables have them in full."""


def canvas(width: float, height: float, columns: int = 1) -> tuple[Any, list[Any]]:
    """A figure of this size in inches and its panels, side by side."""
    return canvas_grid(width, height, 1, columns)


def canvas_grid(width: float, height: float, rows: int, columns: int) -> tuple[Any, list[Any]]:
    """A figure of this size in inches and its panels, row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def short_label(text: str) -> str:
    """A text as a figure has it: on one line, and not too long.

    >>> short_label("_a"), short_label("b" * 50)
    (' _a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…')
    """
    text = shown(" ".join(text.split()))
    text = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"
    return f" {text}" if text.startswith("_") else text  # such labels are left out of legends
