"""Charts of scores as SVG text: mean against gap, one language after another, and a map of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lingap.report.summary import language_name
from lingap.report.svg import (
    WIDTH,
    Chart,
    axes,
    cut,
    labels,
    padded,
    room_for,
    spread,
    svg,
    ticks,
)

Point = tuple[str, str, float, float, bool, bool]
"""Short name, name, mean score, mean RPD, on the front, near chance."""

_ROW = 13
_NAMED = 16  # languages of a slope chart that are named at least, if there are as many
_SHADES = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369",
    "#e1cc55", "#fee838",
)  # fmt: skip
"""Of cividis (Nuñez, Anderton and Renslow 2018), dark to light."""


def scatter(points: Sequence[Point], *, chance: float | None) -> Chart:
    """Mean score across, mean RPD upwards; the Pareto front and those near chance are named."""
    if not points:
        return Chart("", "No gap.")
    height, left, low = 460, 48, 34
    xs, ys = [p[2] for p in points], [p[3] for p in points]
    x0, x1 = padded(min(xs), max(xs))
    y0, y1 = 0.0, max(ys) * 1.08 or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + (x - x0) / (x1 - x0) * (WIDTH - left - 20),
            height - low - (y - y0) / (y1 - y0) * (height - low - 12),
        )

    parts = axes(at, (x0, x1), (y0, y1), "mean score over languages × 100", "mean RPD, %")
    if chance is not None and x0 < chance < x1:
        x, top = at(chance, y1)
        parts.append(f'<path class="chance" d="M{x:.0f} {top:.0f}V{height - low}"/>')
        parts.append(f'<text x="{x + 4:.0f}" y="{top + 28:.0f}" class="muted">chance</text>')
    front = sorted((p[2], p[3]) for p in points if p[4])
    if len(front) > 1:
        line = "L".join("{:.1f} {:.1f}".format(*at(*p)) for p in front)
        parts.append(f'<path class="front" d="M{line}"/>')
    for _, name, x, y, on_front, near in sorted(points, key=lambda p: p[4]):
        kind = "on" if on_front else "near" if near else "other"
        px, py = at(x, y)
        parts.append(
            f'<circle class="{kind}" cx="{px:.1f}" cy="{py:.1f}" r="4"><title>{escape(name)}: mean '
            f"{100 * x:.1f}, RPD {y:.2f} %</title></circle>"
        )
    named = [(p[0], *at(p[2], p[3])) for p in points if p[4] or p[5] or len(points) <= 12]
    parts += labels(named, height, [at(p[2], p[3]) for p in points])
    caption = (
        "Right and low is good: a high mean and a small gap. The line is the Pareto front; orange "
        "is near chance, where a small gap says nothing. Point at a dot for its system."
    )
    return Chart(svg(parts, height), caption)


def slopes(pairs: Sequence[tuple[str, float, float]], first: str, second: str) -> Chart:
    """Each language's score under two systems, joined by a line."""
    height = max(240, min(900, 12 * len(pairs) + 60))
    values = [v for _, a, b in pairs for v in (a, b)]
    low, high = padded(min(values), max(values))
    a, b = 260, WIDTH - 260

    def y(value: float) -> float:
        return 30 + (high - value) / (high - low) * (height - 45)

    parts = [
        f'<text x="{a}" y="14" text-anchor="middle">{escape(cut(first))}</text>',
        f'<text x="{b}" y="14" text-anchor="middle">{escape(cut(second))}</text>',
    ]
    for code, one, other in pairs:
        kind = "down" if other < one else "up"
        parts.append(
            f'<path class="{kind}" d="M{a} {y(one):.1f}L{b} {y(other):.1f}"><title>'
            f"{escape(language_name(code))}: {100 * one:.1f} → {100 * other:.1f}</title></path>"
        )
    n_named = max(_NAMED, int(height / 24))  # in a full column, no name is near its line
    named = sorted(pairs, key=lambda p: -abs(p[2] - p[1]))[:n_named]
    for side, x, way, anchor in ((0, a, -1, "end"), (1, b, 1, "start")):
        texts = sorted(
            (y(p[1:][side]), f"{language_name(p[0])} {100 * p[1:][side]:.1f}") for p in named
        )
        placed = spread(texts, 30, height - 10)
        parts += [
            f'<path class="to-name" d="M{x + 2 * way} {own:.1f}L{x + 22 * way} {py:.1f}"/>'
            f'<text x="{x + 26 * way}" y="{py + 4:.1f}" text-anchor="{anchor}">{escape(text)}'
            "</text>"
            for (own, _), (py, text) in zip(texts, placed, strict=True)
        ]
    caption = f"From {first} to {second}. Orange lines fall. Named are those that change most."
    return Chart(svg(parts, height), caption)


def dots(rows: Mapping[str, Sequence[tuple[str, float]]]) -> Chart:
    """A row per language, the lowest mean last, with a dot per system and a bar at the median."""
    ordered = sorted(rows.items(), key=lambda r: -sum(v for _, v in r[1]) / len(r[1]))
    left = room_for(language_name(code) for code, _ in ordered)
    values = [value for _, own in ordered for _, value in own]
    low, high = padded(min(values), max(values))
    height = _ROW * len(ordered) + 40

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (WIDTH - left - 20)

    parts = []
    for tick in ticks(low, high):
        parts.append(f'<path class="grid" d="M{x(tick):.0f} 0V{height - 34}"/>')
        parts.append(
            f'<text x="{x(tick):.0f}" y="{height - 18}" text-anchor="middle" class="muted">'
            f"{100 * tick:g}</text>"
        )
    few = len(values) <= 2500
    for at, (code, own) in enumerate(ordered):
        y = _ROW * at + 8
        parts.append(
            f'<text x="{left - 10:.0f}" y="{y + 4}" text-anchor="end">'
            f"{escape(cut(language_name(code)))}</text>"
        )
        if few:
            parts += [
                f'<circle class="dot" cx="{x(v):.1f}" cy="{y}" r="2.6"><title>{escape(name)}: '
                f"{100 * v:.1f}</title></circle>"
                for name, v in own
            ]
        else:  # as one path: a title for each would be most of the page
            marks = "".join(f"M{x(v):.0f} {y}h0" for _, v in own)
            parts.append(f'<path class="dots" d="{marks}"/>')
        middle = sorted(v for _, v in own)[len(own) // 2]
        parts.append(f'<path class="median" d="M{x(middle):.1f} {y - 5}v10"/>')
    caption = "Languages in the order of their mean; the bar is the median of the systems."
    return Chart(svg(parts, height), caption)


def heat_map(
    rows: Sequence[tuple[str, str, Sequence[float | None]]],
    languages: Sequence[str],
    *,
    left_out: int = 0,
) -> Chart:
    """A row per system, the highest mean first, a column per language, the highest mean first."""
    means = []
    for k in range(len(languages)):
        own = [v for _, _, values in rows if (v := values[k]) is not None]
        means.append(sum(own) / len(own) if own else -1.0)
    order = sorted(range(len(languages)), key=lambda k: -means[k])
    left = room_for(name for name, _, _ in rows)
    names = [language_name(code) for code in languages]
    right = room_for(names) / 2  # they lean over the last column
    cell = min(26.0, (WIDTH - left - right) / max(1, len(languages)))
    size = 13 if len(rows) > 12 else 20
    top = room_for(names)  # they lean upwards
    known = [v for _, _, values in rows for v in values if v is not None]
    low, high = min(known), max(known)
    step = (high - low) / len(_SHADES) or 1.0
    paths: dict[int, list[str]] = {}
    for at, (_, _, values) in enumerate(rows):
        for column, k in enumerate(order):
            value = values[k]
            if value is not None:
                shade = min(len(_SHADES) - 1, int((value - low) / step))
                x, y = left + column * cell, top + at * size
                paths.setdefault(shade, []).append(f"M{x:.1f} {y}h{cell:.1f}v{size}h-{cell:.1f}z")
    parts = [
        f'<path fill="{_SHADES[shade]}" d="{"".join(found)}"/>'
        for shade, found in sorted(paths.items())
    ]
    parts += [
        f'<text x="{left - 6:.0f}" y="{top + at * size + size / 2 + 4:.0f}" text-anchor="end">'
        f"<title>{escape(full)}</title>{escape(cut(name))}</text>"
        for at, (name, full, _) in enumerate(rows)
    ]
    every = max(1, int(11 / cell) + 1) if cell < 11 else 1
    parts += [
        f'<text transform="translate({left + column * cell + cell / 2 + 3:.1f} {top - 6}) '
        f'rotate(-60)"><title>{escape(languages[k])}</title>{escape(cut(names[k]))}</text>'
        for column, k in enumerate(order)
        if column % every == 0
    ]
    height = top + size * len(rows) + 44
    for shade, colour in enumerate(_SHADES):
        x = left + 40 * shade
        parts.append(
            f'<rect x="{x:.0f}" y="{height - 30}" width="40" height="10" fill="{colour}"/>'
        )
        start = f"{100 * (low + shade * step):.0f}"
        parts.append(f'<text x="{x:.0f}" y="{height - 8}" class="muted">{start}</text>')
    caption = "Systems and languages in the order of their mean, the highest first."
    if left_out:
        caption += f" {left_out} systems with a lower mean are in the table only."
    return Chart(svg(parts, height), caption)
