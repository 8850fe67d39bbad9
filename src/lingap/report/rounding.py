"""How numbers are formatted: scores, intervals, p-values, durations."""

from __future__ import annotations

import math

from lingap.records import Interval

NOTHING = "–"


def fixed(value: float | None, digits: int) -> str:
    """A number with `digits` decimals, a real minus sign, and a dash for none.

    >>> fixed(-0.12345, 3), fixed(None, 3), fixed(-0.0001, 2)
    ('−0.123', '–', '0.00')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    text = f"{value:.{digits}f}"
    if text.startswith("-"):
        text = text[1:] if float(text) == 0 else "−" + text[1:]
    return text


def interval(ends: Interval | None, digits: int, *, scale: float = 1.0) -> str:
    """Both ends in brackets, or "" for none.

    >>> interval(Interval(0.851, 0.889, 0.95, "bootstrap"), 1, scale=100)
    '[85.1, 88.9]'
    """
    if ends is None:
        return ""
    return f"[{fixed(ends.low * scale, digits)}, {fixed(ends.high * scale, digits)}]"


def half_width(
    ends: Interval | None,
    digits: int,
    *,
    value: float | None,
    scale: float = 1.0,
    slack: float = 0.25,
) -> str:
    """Half the width of an interval after ±, or both ends where `value` is off centre; "" for none.

    Off centre is farther from the middle than `slack` times half the width.

    >>> half_width(Interval(0.851, 0.889, 0.95, "bootstrap"), 1, value=0.87, scale=100)
    '±1.9'
    >>> half_width(Interval(0.0, 0.791, 0.95, "bootstrap"), 1, value=0.068, scale=100)
    '0.0–79.1'
    """
    if ends is None:
        return ""
    half = (ends.high - ends.low) / 2
    if value is not None and abs(value - (ends.low + half)) > half * slack:
        return f"{fixed(ends.low * scale, digits)}–{fixed(ends.high * scale, digits)}"
    return f"±{fixed(half * scale, digits)}"


def count(value: int | None) -> str:
    r"""A whole number in groups of three, separated by narrow spaces.

    >>> count(1234567).replace("\u202f", "_")
    '1_234_567'
    """
    return NOTHING if value is None else f"{value:,}".replace(",", "\u202f")


def share(part: int, whole: int) -> str:
    """A part as a percentage of a whole; tiny parts stay visible and none is 0.

    >>> share(1, 10_000), share(0, 5), share(5, 0), share(9999, 10_000)
    ('0.01 %', '0 %', '–', '99.99 %')
    """
    if whole <= 0:
        return NOTHING
    value = 100 * part / whole
    if part in (0, whole):
        return f"{value:.0f} %"
    if value < 0.01:
        return "< 0.01 %"
    if value > 99.99:
        return "> 99.99 %"
    return f"{value:.2f} %" if value < 1 or value > 99 else f"{value:.1f} %"


def p_value(value: float) -> str:
    """A p-value as the paper writes it; below what a number near 1 can differ by, that it is.

    >>> p_value(0.0000021), p_value(0.43), p_value(0.0)
    ('2.1e-06', '0.430', '< 1e-15')
    """
    if value < 1e-15:
        return "< 1e-15"
    return f"{value:.1e}" if value < 0.001 else f"{value:.3f}"


def duration(seconds: float | None) -> str:
    """A duration in the largest unit that fits.

    >>> duration(42.0), duration(330.0), duration(7300.0), duration(None)
    ('42 s', '5 min 30 s', '2 h 1 min', '–')
    """
    if seconds is None:
        return NOTHING
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    return f"{minutes // 60} h {minutes % 60} min"
