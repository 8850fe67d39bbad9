"""Figures for print: colour-blind-safe and legible in greyscale.

Drawn with matplotlib as SVG, PDF or PNG; the same data give the same file.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from lingap.errors import MissingExtra

# Okabe and Ito's colours; their luminances differ, and hatches and markers differ as well.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
HATCHES = ("", "//", "..", "xx", "--", "\\\\", "oo")
MARKERS = ("o", "s", "D", "P", "X", "^", "v", "*", "h", "p", "<", ">")
FONTS = [
    "Noto Sans", "DejaVu Sans", "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans Devanagari",
    "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans Ethiopic",
]  # fmt: skip
_STYLE: dict[str, Any] = {
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "lingap",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    # Names are text, whatever they hold.
    "text.parse_math": False,
    "text.usetex": False,
}


def drawn(draw: Callable[[], Any], *, kind: str) -> bytes:
    """The content of a figure's file, in the style of all figures.

    Raises:
        MissingExtra: When matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib import font_manager
    except ImportError as error:
        raise MissingExtra("report", "Drawing figures") from error
    known = {font.name for font in font_manager.fontManager.ttflist}
    families = [name for name in FONTS if name in known]
    style: Any = {**_STYLE, "font.family": families or ["sans-serif"]}
    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
    with matplotlib.rc_context(style):
        out = io.BytesIO()
        draw().savefig(out, format=kind, bbox_inches="tight", metadata=metadata)
    return out.getvalue()
