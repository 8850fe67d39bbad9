"""Does the ranking of representations change with scale? Sizes by amounts of text, twice.

    python benchmarks/scale.py --write docs/reference/scale.md
    python benchmarks/scale.py --running ../shared/data --write docs/reference/scale.md

Matched encoders of three sizes are pre-trained on a tenth, three tenths or all of a text in Hindi,
Urdu, Gujarati and Punjabi, in a number of steps proportional to its lines, fine-tuned for named
entities of Unicode CLDR in Hindi (640 records) and scored in Hindi and, zero-shot, in the other
three, as the demo does it. Stated before the first run:

- Scores: span F1 in Hindi, and its mean over the three other languages.
- Order of work: one seed in all nine cells, then the next seed in all; a cell counts with the seeds
  that all representations have.
- The ranking changes if two representations stand in one order in one cell and in the other order
  in another cell, and in both cells Student's interval (95 %) of their difference, paired over
  seeds, is without 0. Else no change is shown.
- Fit: error = a · text^-b · parameters^-c by least squares of logarithms over all cells and seeds,
  for each representation, error being 1 − F1; parameters are those beside the embeddings. Intervals
  of b and c are Student's. With three points a side, a floor of the error cannot be told from a
  slow slope, so none is fitted.

A seed is of the fine-tuning: one encoder is pre-trained for each cell and representation. If
interrupted, it resumes; `--show` writes what is there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np

from lingap.experiments import ExperimentResult
from study import carry_out, options, put

SOURCE, TARGETS = "hin", ("urd", "guj", "pan")
REPRESENTATIONS: tuple[dict[str, Any], ...] = (
    {"name": "subword", "options": {"vocabulary_size": 4000}},
    {"name": "character"},
    {"name": "phoneme"},
)
SYSTEMS = tuple(one["name"] for one in REPRESENTATIONS)
SIDES = ("Hindi", "the other three")
HEADS = {48: 2, 96: 4, 160: 5, 256: 8}
"""Attention heads by width."""
BASE = 96
"""The width of which the learning rates are those of the demo."""


@dataclass(frozen=True)
class Grid:
    """Sizes by amounts of one text.

    Args:
        title: Of its section.
        about: What is stated of it.
        sizes: Width and layers.
        texts: Share of the lines, and steps of 32 lines.
        running: Whether the text has the sentences of FLORES-200 beside names.
        scaled: Whether learning rates fall with the width.
    """

    title: str
    about: str
    sizes: tuple[tuple[int, int], ...]
    texts: tuple[tuple[float, int], ...]
    running: bool = False
    scaled: bool = False

    @property
    def cells(self) -> list[tuple[int, int, float, int]]:
        """Width, layers, share and steps of each."""
        return [(*size, *text) for size, text in product(self.sizes, self.texts)]


NAMES = Grid(
    "Names",
    "The text is about 7,900 lines of names of Unicode CLDR (160,000 letters). Not stated before: "
    "width 48 has 2 attention heads, 96 has 4, 160 has 5. A fourth size, 4 layers of width 256 "
    "with 8 heads, was tried when all cells of the three had been run: with the learning rates of "
    "the others it does not learn (F1 0 to 19 in Hindi in all nine cells), so it is not in the "
    "tables. Run before the latest changes of phonemes.",
    ((48, 1), (96, 2), (160, 3)),
    ((0.1, 40), (0.3, 120), (1.0, 400)),
)
RUNNING = Grid(
    "Running text",
    "The text is those names and all sentences of FLORES-200 (dev and devtest) in the four "
    "languages: 16,000 lines, 1.2 million letters, seven times the first. Also stated before the "
    "first run: learning rates, of pre-training and of fine-tuning, are those of width 96 times "
    "96 over the width (after the rule for hidden weights of Yang et al. 2022, Tensor Programs V), "
    "so that the largest size has its own; scores, order of work, rule and fit are the same.",
    ((96, 2), (160, 3), (256, 4)),
    ((0.1, 80), (0.3, 240), (1.0, 800)),
    running=True,
    scaled=True,
)

Values = dict[tuple[str, int, float, int], tuple[float, float]]
"""Representation, width, share and seed to F1 in Hindi and in the others, from 0 to 1."""


def plan(
    grid: Grid, cell: tuple[int, int, float, int], seeds: int, data: Path | None
) -> dict[str, Any]:
    """The experiment of one cell; `data` has FLORES-200."""
    width, layers, share, steps = cell
    every = (SOURCE, *TARGETS)
    sizes = {"train_size": 640, "dev_size": 80, "test_size": 300, "languages": every}
    factor = BASE / width if grid.scaled else 1.0
    part = share if share < 1 else None
    text: list[dict[str, Any]] = [{"name": "cldr_text", "train_share": part}]
    if grid.running:
        assert data is not None
        path = str(data / "parallel" / "flores200")
        text += [
            {"name": "flores", "path": path, "splits": {"train": split}, "train_share": part}
            for split in ("dev", "devtest")
        ]
    return {
        "name": f"{grid.title}, width {width}, {share:.0%} of the text",
        "task": "ner",
        "corpus": {"name": "cldr", "options": sizes},
        "languages": every,
        "protocol": "zero-shot",
        "source": SOURCE,
        "representations": REPRESENTATIONS,
        "encoder": {
            "hidden_size": width, "layers": layers, "heads": HEADS[width],
            "feed_forward_size": 4 * width, "max_units": 192, "dropout": 0.0,
        },
        "pretraining": {
            "text": text,
            "training": {
                "steps": steps, "batch_size": 32, "learning_rate": 2e-3 * factor,
                "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "finetuning": {"epochs": 4, "batch_size": 16, "learning_rate": 1e-3 * factor},
        "seeds": list(range(seeds)),
    }  # fmt: skip


def folder_of(out: Path, grid: Grid, width: int, share: float) -> Path:
    """Where the runs of a cell are."""
    return (out / "running" if grid.running else out) / f"width-{width}-text-{share:.1f}"


def read(out: Path, grid: Grid) -> Values:
    """All scores of the seeds that every representation of a cell has."""
    found: Values = {}
    for width, _, share, _ in grid.cells:
        folder = folder_of(out, grid, width, share)
        if not (folder / "experiment.json").is_file():
            continue
        scores: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
        for one in ExperimentResult.read(folder).scores:
            scores[one.system, one.seed or 0][one.language] = one.value
        for seed in {seed for _, seed in scores}:
            if all(len(scores.get((name, seed), ())) == 1 + len(TARGETS) for name in SYSTEMS):
                for name in SYSTEMS:
                    own = scores[name, seed]
                    others = float(np.mean([own[code] for code in TARGETS]))
                    found[name, width, share, seed] = (own[SOURCE], others)
    return found


def seeds_of(values: Values, cell: tuple[int, float]) -> list[int]:
    """The seeds that a cell has."""
    return sorted(s for n, w, t, s in values if n == SYSTEMS[0] and (w, t) == cell)


def mean_and_half(values: np.ndarray) -> tuple[float, float]:
    """Mean and half the width of Student's interval (95 %); NaN for one value."""
    from scipy.stats import t

    n = len(values)
    if n < 2:
        return float(values.mean()), float("nan")
    return float(values.mean()), float(t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n))


def cells(values: Values, grid: Grid, side: int) -> list[str]:
    """Means over seeds of every cell, and the order of the representations."""
    rows = [
        f"| width × layers | text | seeds | {' | '.join(SYSTEMS)} | order |",
        "| :--- | ---: | ---: |" + " ---: |" * len(SYSTEMS) + " :--- |",
    ]
    for width, layers, share, _ in grid.cells:
        seeds = seeds_of(values, (width, share))
        if not seeds:
            continue
        told, means = [], {}
        for name in SYSTEMS:
            own = np.array([100 * values[name, width, share, seed][side] for seed in seeds])
            means[name], half = mean_and_half(own)
            told.append(f"{means[name]:.1f}" + ("" if np.isnan(half) else f" ± {half:.1f}"))
        order = " > ".join(sorted(means, key=lambda name: -means[name]))
        rows.append(
            f"| {width} × {layers} | {share:.0%} | {len(seeds)} | {' | '.join(told)} | {order} |"
        )
    return rows


def changes(values: Values, grid: Grid, side: int) -> list[str]:
    """For each pair, the cells with a sure difference, and whether they contradict."""
    rows = [
        "| A | B | cells | A above B | surely | B above A | surely | the ranking changes |",
        "| :--- | :--- | ---: | ---: | ---: | ---: | ---: | :--- |",
    ]
    for a, b in combinations(SYSTEMS, 2):
        up = down = sure_up = sure_down = n = 0
        for width, _, share, _ in grid.cells:
            seeds = seeds_of(values, (width, share))
            if not seeds:
                continue
            pairs = [(values[a, width, share, s][side], values[b, width, share, s][side])
                     for s in seeds]  # fmt: skip
            mean, half = mean_and_half(np.array([x - y for x, y in pairs]))
            n, up, down = n + 1, up + (mean > 0), down + (mean < 0)
            sure_up, sure_down = sure_up + (mean > half), sure_down + (mean < -half)
        told = "yes" if sure_up and sure_down else "not shown"
        rows.append(f"| {a} | {b} | {n} | {up} | {sure_up} | {down} | {sure_down} | {told} |")
    return rows


def parameters(width: int, layers: int) -> int:
    """Weights of the layers beside the embeddings, biases and norms left out."""
    return 12 * layers * width**2


def fit(
    values: Values, grid: Grid, name: str, side: int
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Exponents of text and parameters, half the width of their intervals, and R²."""
    from scipy.stats import t

    depth = dict(grid.sizes)
    rows = [(np.log(share), np.log(parameters(width, depth[width])), np.log(1 - own[side]))
            for (system, width, share, _), own in values.items() if system == name]  # fmt: skip
    table = np.array(rows)
    free = len(rows) - 3
    if free < 1:
        return None
    x = np.column_stack([np.ones(len(table)), -table[:, 0], -table[:, 1]])
    made, *_ = np.linalg.lstsq(x, table[:, 2])
    left = table[:, 2] - x @ made
    error = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * (left @ left) / free)
    spread = table[:, 2] - table[:, 2].mean()
    return made[1:], (t.ppf(0.975, free) * error)[1:], 1 - (left @ left) / (spread @ spread)


def fits(values: Values, grid: Grid) -> list[str]:
    """The exponents of every representation."""
    rows = [
        "| scored in | representation | b, of text | c, of parameters | R² |",
        "| :--- | :--- | ---: | ---: | ---: |",
    ]
    for (side, told), name in product(enumerate(SIDES), SYSTEMS):
        found = fit(values, grid, name, side)
        if found is not None:
            (b, c), (wide_b, wide_c), known = found
            rows.append(
                f"| {told} | {name} | {b:+.3f} ± {wide_b:.3f} | {c:+.3f} ± {wide_c:.3f} "
                f"| {known:.2f} |"
            )
    return rows


def section(values: Values, grid: Grid, seeds: int, picture: str) -> list[str]:
    """What is stated of a grid, and the tables of what was run."""
    planned, done = seeds * len(grid.cells), len(values) // len(SYSTEMS)
    sizes = ", ".join(f"{layers} of width {width}" for width, layers in grid.sizes)
    steps = ", ".join(f"{steps}" for _, steps in grid.texts)
    parts = [
        f"## {grid.title}",
        f"Layers: {sizes}. Steps, of 32 lines: {steps}. {grid.about}",
        f"{done} of {planned} cells and seeds are run.",
    ]
    if not values:
        return parts
    parts.append(f"![F1 by text, size and representation]({picture})")
    for side, told in enumerate(SIDES):
        parts += [
            f"### {grid.title}: scored in {told}",
            "Span F1 × 100; ± is half of Student's interval over seeds.",
            "\n".join(cells(values, grid, side)),
            "\n".join(changes(values, grid, side)),
            "*Surely*: in cells of two seeds or more, an interval of the difference without 0, not "
            "adjusted for the number of cells.",
        ]
    return [
        *parts, f"### {grid.title}: learning curves", "\n".join(fits(values, grid)),
        "A positive exponent: the error falls as text or parameters grow.",
    ]  # fmt: skip


def figure(values: Values, grid: Grid, path: Path) -> None:
    """F1 by the amount of text: a panel for each size and side."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from lingap.report.figures import COLOURS

    shape = (len(SIDES), len(grid.sizes))
    made, axes = pyplot.subplots(*shape, figsize=(9.5, 5.4), sharex=True, sharey="row")
    for (side, told), (column, (width, layers)) in product(enumerate(SIDES), enumerate(grid.sizes)):
        axis = axes[side][column]
        for colour, name in zip(COLOURS, SYSTEMS, strict=False):
            means = []
            for share, _ in grid.texts:
                own = [100 * values[name, width, share, seed][side]
                       for seed in seeds_of(values, (width, share))]  # fmt: skip
                axis.scatter([share] * len(own), own, s=9, color=colour, alpha=0.5, lw=0)
                means.append(np.mean(own) if own else np.nan)
            axis.plot([share for share, _ in grid.texts], means, color=colour, label=name)
        axis.set_xscale("log")
        axis.set_xticks(
            [share for share, _ in grid.texts], [f"{share:.0%}" for share, _ in grid.texts]
        )
        axis.minorticks_off()
        axis.spines[["top", "right"]].set_visible(False)
        if not side:
            axis.set_title(f"width {width}, {layers} layer{'s'[: layers > 1]}", fontsize=10)
        else:
            axis.set_xlabel("text of pre-training")
        if not column:
            axis.set_ylabel(f"F1 in {told}")
    handles, labels = axes[0][0].get_legend_handles_labels()
    made.legend(handles, labels, ncols=len(labels), loc="lower center", frameon=False)
    made.tight_layout(rect=(0, 0.05, 1, 1))
    made.savefig(path, dpi=120)
    pyplot.close(made)


def main() -> None:
    """Run what is not done, and write the page and the pictures beside its folder."""
    parser = options(__doc__ or "", "scale", writes="page to write, docs/reference/scale.md")
    parser.add_argument("--running", type=Path, metavar="DATA", help="run the second, not names")
    given = parser.parse_args()
    chosen = RUNNING if given.running else NAMES
    for seed, cell in product(range(0 if given.show else given.seeds), chosen.cells):
        config = plan(chosen, cell, seed + 1, given.running)
        carry_out(config, folder_of(given.out, chosen, cell[0], cell[2]), given)
    about = (__doc__ or "").split("\n\n", 2)[2].strip()
    parts = [
        "# Scale and the ranking of representations",
        f"Written by `python benchmarks/scale.py`. {about}",
        "Not run: encoders of the size of BERT-base.",
    ]
    for grid, name in ((NAMES, "scale.png"), (RUNNING, "scale-running.png")):
        values = read(given.out, grid)
        parts += section(values, grid, given.seeds, f"../images/{name}")
        if given.write and values:
            figure(values, grid, given.write.parents[1] / "images" / name)
    put("\n\n".join(parts) + "\n", given.write)


if __name__ == "__main__":
    main()
