"""Numbers as people write them in files: ASCII digits, no underscores, finite."""

from __future__ import annotations

import math
import re

_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"([0-9]{1,19})(\.0+)?")


def decimal(text: str) -> float:
    """A finite number; Python's ``float`` also takes ``0.8_5``, ``٣`` and ``infinity``.

    Raises:
        ValueError: For other text, and for a number too large (``1e400``).

    >>> decimal("-1.5e2")
    -150.0
    """
    if _DECIMAL.fullmatch(text) is None or not math.isfinite(value := float(text)):
        raise ValueError(f"{text!r} is not a finite number in digits")
    return value


def whole(text: str) -> int:
    """A whole number from 0, of 19 digits at most; ``3.0`` too, as tables with empty cells have.

    Raises:
        ValueError: For other text.

    >>> whole("3.0")
    3
    """
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r:.40} is not a whole number from 0")
    return int(match[1])
