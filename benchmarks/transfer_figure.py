"""The picture of transfer across scripts, from the means in ``docs/reference/transfer.md``.

``python benchmarks/transfer_figure.py`` writes ``docs/images/transfer.png``: span F1, with
intervals over seeds where there are several, for some groups of pairs of languages and some
representations. The page is written by ``benchmarks/transfer.py``, which trains.
"""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

DOCS = Path(__file__).parents[1] / "docs"
GROUPS = {
    "In the language itself": "in the language\nitself",
    "Hindi, Urdu": "between Hindi\nand Urdu",
    "Serbian, Cyrillic and Latin": "between Serbian in\nCyrillic and Latin",
    "German, Yiddish": "between German\nand Yiddish",
    "Persian, Tajik": "between Persian\nand Tajik",
    "Of different families": "between languages\nof two families",
}
SHOWN = ("subword", "character", "romanized", "phoneme", "articulatory", "mixed")
COLOURS = ("#9aa5b1", "#64748b", "#b45309", "#0f766e", "#5eead4", "#7c3aed")


def means(page: Path) -> dict[str, dict[str, tuple[float, ...]]]:
    """Group to representation to its mean in the page's first table.

    And half of the mean's interval, where there are several seeds.
    """
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in page.read_text(encoding="utf-8").split("\n## ")[1].splitlines()
        if line.startswith("|")
    ]
    names = rows[0][2:]
    return {
        row[0]: {
            name: tuple(map(float, re.findall(r"[\d.]+", cell)))
            for name, cell in zip(names, row[2:], strict=True)
        }
        for row in rows[2:]
    }


def main() -> None:
    """Read the page and draw."""
    found = means(DOCS / "reference/transfer.md")
    figure, axes = plt.subplots(figsize=(9.5, 3.2), layout="constrained")
    width = 0.8 / len(SHOWN)
    for place, (name, colour) in enumerate(zip(SHOWN, COLOURS, strict=True)):
        numbers = [found[group][name] for group in GROUPS]
        values = [one[0] for one in numbers]
        errors = [one[1] for one in numbers if len(one) > 1]
        at = [group + (place - (len(SHOWN) - 1) / 2) * width for group in range(len(GROUPS))]
        axes.bar(at, values, width * 0.92, color=colour, label=name)
        if len(errors) == len(values):
            axes.errorbar(
                at, values, errors, fmt="none", ecolor="#1f2937", elinewidth=0.8, capsize=2
            )
    axes.set_xticks(range(len(GROUPS)), list(GROUPS.values()))
    axes.set_ylabel("span F1, 95 % over seeds" if errors else "span F1, one seed")
    axes.set_ylim(0, 100)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(
        ncols=len(SHOWN), frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=8
    )
    figure.savefig(DOCS / "images/transfer.png", dpi=150)


if __name__ == "__main__":
    main()
