"""The picture of the transfer matrix: a heat map of each system."""

from __future__ import annotations

from typing import Any

from lingap.report.panels import canvas_grid, short_label
from lingap.report.summary import language_name
from lingap.report.transfer_tables import TransferMatrix

_CELL = 0.32  # inches
_IN_A_ROW = 3
_MOST_NUMBERS = 16  # targets; beyond, colours alone


def transfer_map(matrix: TransferMatrix) -> Any:
    """Scores × 100 by language trained on (rows) and scored (columns), one panel a system.

    All panels share the colours. A frame marks the language itself.
    """
    import numpy as np
    from matplotlib.patches import Rectangle

    systems, sources, targets = matrix.systems, matrix.sources, matrix.targets
    columns = min(_IN_A_ROW, len(systems))
    rows = -(-len(systems) // columns)
    width, height = (1.6 + _CELL * len(targets)), (1.3 + _CELL * len(sources))
    figure, panels = canvas_grid(columns * width, rows * height, rows, columns)
    values = {
        system: np.array(
            [
                [
                    np.nan if (score := matrix.score(system, source, target)) is None else score
                    for target in targets
                ]
                for source in sources
            ]
        )
        for system in systems
    }
    high = max(float(np.nanmax(found, initial=0.0)) for found in values.values())
    for panel, system in zip(panels, systems, strict=False):
        found = 100 * values[system]
        panel.imshow(found, cmap="cividis", vmin=0.0, vmax=max(100 * high, 1e-6))
        panel.set_title(short_label(system))
        panel.set_xticks(range(len(targets)), targets, rotation=90)
        panel.set_yticks(range(len(sources)), [short_label(language_name(s)) for s in sources])
        panel.tick_params(length=0)
        panel.spines[:].set_visible(False)
        for row, source in enumerate(sources):
            for column, target in enumerate(targets):
                if source == target:
                    box = (column - 0.48, row - 0.48)
                    panel.add_patch(Rectangle(box, 0.96, 0.96, fill=False, edgecolor="white"))
                if len(targets) <= _MOST_NUMBERS and not np.isnan(found[row, column]):
                    shade = "black" if found[row, column] > 50 * high else "white"
                    text = f"{found[row, column]:.0f}"
                    panel.text(column, row, text, ha="center", va="center", color=shade, fontsize=7)
    for panel in panels[len(systems) :]:
        panel.set_visible(False)
    return figure
