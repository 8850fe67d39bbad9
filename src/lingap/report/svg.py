"""Parts of charts as SVG text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 1000
LETTER = 6.1  # of 11 px, on average
LONGEST = 44
_LINE = 12.0  # px from one text to the next


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG element and what it shows."""

    svg: str
    caption: str


def svg(parts: Sequence[str], height: float) -> str:
    """An SVG element of these parts, as wide as the page."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )


def axes(
    at: Callable[[float, float], tuple[float, float]],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    x_title: str,
    y_title: str,
    *,
    y_scale: float = 1,
) -> list[str]:
    """Grid, numbers and titles.

    Args:
        at: Values to a place.
        x_range: Lowest and highest value; numbers are 100 times it.
        y_range: The same; numbers are `y_scale` times it.
        x_title: Below the right end.
        y_title: At the top.
        y_scale: 100 for scores.
    """
    parts = []
    (x0, x1), (y0, y1) = x_range, y_range
    left, bottom = at(x0, y0)
    right, top = at(x1, y1)
    for tick in ticks(x0, x1):
        x, _ = at(tick, y0)
        parts.append(f'<path class="grid" d="M{x:.0f} {top:.0f}V{bottom:.0f}"/>')
        parts.append(
            f'<text x="{x:.0f}" y="{bottom + 14:.0f}" text-anchor="middle" class="muted">'
            f"{100 * tick:g}</text>"
        )
    for tick in ticks(y0, y1):
        _, y = at(x0, tick)
        parts.append(f'<path class="grid" d="M{left:.0f} {y:.0f}H{right:.0f}"/>')
        parts.append(
            f'<text x="{left - 6:.0f}" y="{y + 4:.0f}" text-anchor="end" class="muted">'
            f"{y_scale * tick:g}</text>"
        )
    parts.append(
        f'<text x="{right:.0f}" y="{bottom + 30:.0f}" text-anchor="end">{escape(x_title)}</text>'
    )
    parts.append(f'<text x="{left + 6:.0f}" y="{top + 10:.0f}">{escape(y_title)}</text>')
    return parts


def labels(
    points: Sequence[tuple[str, float, float]],
    height: float,
    dots: Sequence[tuple[float, float]] = (),
) -> list[str]:
    """Names beside their points, moved up or down until none covers another, or one of `dots`."""
    taken = [(x - 5, x + 5, y) for x, y in dots]  # left, right, middle
    parts = []
    for name, x, y in sorted(points, key=lambda p: p[2]):
        text = cut(name)
        width = LETTER * len(text) + 4
        right = x + 8 + width > WIDTH
        start = x - 8 - width if right else x + 8
        place, offset = y, 0
        while (
            any(start < b and start + width > a and abs(place - m) < _LINE for a, b, m in taken)
            and offset < 80
        ):
            offset += 1
            place = y + (offset + 1) // 2 * 6 * (1 if offset % 2 else -1)
            place = min(max(place, 8), height - 40)
        taken.append((start, start + width, place))
        if abs(place - y) > 6:
            parts.append(
                f'<path class="to-name" d="M{x:.0f} {y:.0f}L{x - 6 if right else x + 6:.0f} '
                f'{place:.0f}"/>'
            )
        anchor, at = ("end", x - 8) if right else ("start", x + 8)
        parts.append(
            f'<text x="{at:.0f}" y="{place + 4:.0f}" text-anchor="{anchor}">{escape(text)}</text>'
        )
    return parts


def spread(
    places: Sequence[tuple[float, str]], top: float, bottom: float
) -> list[tuple[float, str]]:
    """Texts at 12 px from each other at least, from `top` to `bottom`, as near as can be.

    Texts that would cover each other share the mean of their places (pool adjacent violators).
    """
    ordered = sorted(places)
    blocks: list[tuple[float, int]] = []  # place of the first of n texts, as if it were at the top
    for at, (y, _) in enumerate(ordered):
        blocks.append((y - _LINE * at, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, n), (other, m) = blocks[-2:]
            blocks[-2:] = [((one * n + other * m) / (n + m), n + m)]
    lowest = max(top, bottom - _LINE * (len(ordered) - 1))
    starts = [min(max(start, top), lowest) for start, n in blocks for _ in range(n)]
    return [
        (start + _LINE * at, text)
        for at, (start, (_, text)) in enumerate(zip(starts, ordered, strict=True))
    ]


def room_for(names: Iterable[str]) -> float:
    """Width that names take at the left of a chart."""
    return 20 + LETTER * max((min(len(name), LONGEST) for name in names), default=0)


def cut(text: str) -> str:
    """A name that is not too long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def padded(low: float, high: float) -> tuple[float, float]:
    """A range with some room at both ends."""
    room = (high - low) * 0.04 or 0.01
    return low - room, high + room


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two numbers, five or so."""
    rough = (high - low) / 5
    power = (
        10.0 ** (len(str(int(1 / rough))) * -1) if rough < 1 else 10.0 ** (len(str(int(rough))) - 1)
    )
    step = min((power * m for m in (1, 2, 5, 10, 20, 50)), key=lambda s: abs(s - rough))
    first = -(-low // step)
    return [round(k * step, 10) for k in range(int(first), int(high // step) + 1)]
