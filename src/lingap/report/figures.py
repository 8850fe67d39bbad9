"""Figures of a report, for print, in the style of :mod:`lingap.report.drawing`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

from lingap.gap.order import MANY_LANGUAGES, ManyLanguages
from lingap.report.charts import chart_data, in_title, layer_curves
from lingap.report.drawing import COLOURS, HATCHES, MARKERS, drawn
from lingap.report.model_tables import CURVES
from lingap.report.panels import canvas, short_label
from lingap.report.result_tables import layer_name, task_name
from lingap.report.rounding import fixed
from lingap.report.summary import ReportData, language_name
from lingap.report.token_charts import premiums
from lingap.report.token_tables import of_one_text
from lingap.report.transfer_figure import transfer_map
from lingap.report.transfer_tables import transfer_matrices
from lingap.storage.file_names import file_name

WIDEST_MAP = 24.0
"""Inches of a heat map at most; the cells of many languages are smaller."""


def figure_files(data: ReportData, *, kind: str = "svg") -> dict[str, tuple[str, bytes]]:
    """Every figure with data: file name to title and content.

    Args:
        data: What to draw.
        kind: ``svg``, ``pdf`` or ``png`` (300 dpi).

    Raises:
        MissingExtra: When matplotlib is not installed.
    """
    return {
        f"{name}.{kind}": (title, drawn(draw, kind=kind)) for name, title, draw in _figures(data)
    }


def _figures(data: ReportData) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """File name without its ending, title, and what draws it."""
    groups: dict[tuple[str, str, str, str], list[PairMatrix]] = {}
    for name, title, label, corpus, matrix in _matrices(data):
        if len(matrix.languages) > 1:
            groups.setdefault((name, title, label, corpus), []).append(matrix)
    short = _last_parts([corpus for _, _, _, corpus in groups])
    for (name, title, label, corpus), own in groups.items():
        by_name = {matrix.system: matrix for matrix in own}
        upper, lower = by_name.get("character", own[0]), by_name.get("phoneme", own[-1])
        yield (
            f"figure-{name}" + (f"-{file_name(short[corpus])}" if corpus else ""),
            f"{title}: above the diagonal {upper.system}, below {lower.system}",
            partial(heat_map, upper, lower, label),
        )
    for task in dict.fromkeys(gap.task for gap in data.performance):
        title = f"{task_name(task)}: gaps of each representation"
        yield f"figure-gaps-{file_name(task)}", title, partial(bars, data, task)
    for of in transfer_matrices(data):
        title = f"{task_name(of.kind)}: trained on one language (rows), scored in others"
        yield f"figure-transfer-{file_name(of.kind)}", title, partial(transfer_map, of)
    if data.points:
        title = "Performance gap of each pair of languages against its predictor"
        yield "figure-correlation", title, partial(scatter, data)
    if data.projections:
        yield "figure-sentences", "Parallel sentences in two dimensions", partial(clouds, data)
    if any(len(gap.layers) > 1 for gap in data.models):
        yield "figure-layers", "Languages in the model, layer by layer", partial(layers, data)
    for at, same in enumerate(of_one_text(data.tokens)):
        if len(same[0].languages) > MANY_LANGUAGES:
            name = f"figure-premiums{f'-{at + 1}' if at else ''}"
            yield name, "Token premium by script and family", partial(premiums, same)
    if any(run.history for run in data.runs):
        yield "figure-learning", "Learning curves", partial(curves, data)


def _last_parts(corpora: Sequence[str]) -> dict[str, str]:
    """The last part of each text's path, or all of it where another text has the same."""
    last = {corpus: PurePath(corpus).name or corpus for corpus in corpora}
    times = Counter(last.values())
    return {corpus: name if times[name] == 1 else corpus for corpus, name in last.items()}


@dataclass(frozen=True, slots=True)
class PairMatrix:
    """A value for each pair of languages under one system."""

    system: str
    languages: tuple[str, ...]
    values: Sequence[Sequence[float | None]]

    def among(self, codes: Sequence[str]) -> Any:
        """The values among these languages, NaN where there is none: (n, n)."""
        import numpy as np

        place = {code: at for at, code in enumerate(self.languages)}
        rows = [place[code] for code in codes]
        return np.array(self.values, dtype=float)[np.ix_(rows, rows)]


def _matrices(data: ReportData) -> Iterator[tuple[str, str, str, str, PairMatrix]]:
    """Name, title, label of the values, corpus, and the matrix; one heat map per first four."""
    for gap in data.linguistic:
        label = gap.similarity.name
        name = f"{'cka' if gap.cka_debiased else 'cka-biased'}-{file_name(gap.layer)}"
        title = f"{in_title([label])}, {layer_name(gap.layer)}"
        matrix = PairMatrix(gap.system, gap.languages, gap.similarity.values)
        yield name, title, label, gap.corpus, matrix
    for out in data.outputs:
        matrix = PairMatrix(out.system, out.languages, out.distance)
        yield "outputs", "Sinkhorn distance of outputs", "Sinkhorn distance", out.corpus, matrix
    for text in data.inputs:
        matrix = PairMatrix(text.representation, text.languages, text.jsd)
        label = "n-gram divergence, bit"
        yield "inputs", "n-gram divergence of texts", label, text.corpus, matrix


def heat_map(upper: PairMatrix, lower: PairMatrix, label: str) -> Any:
    """A value for each pair, one system in each triangle (Figure 2 of the paper)."""
    import numpy as np

    codes = [code for code in upper.languages if code in set(lower.languages)]
    if len(codes) < 2:
        codes, lower = list(upper.languages), upper
    values = np.where(np.tri(len(codes), dtype=bool), lower.among(codes), upper.among(codes))
    np.fill_diagonal(values, np.nan)
    cell = min(0.42, WIDEST_MAP / len(codes))
    size = 1.6 + cell * len(codes)
    figure, (axes,) = canvas(size + 1.0, size)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    image = axes.imshow(values, cmap="cividis", vmin=low, vmax=max(high, low + 1e-6))
    names = [short_label(language_name(code)) for code in codes]
    axes.set_xticks(range(len(codes)), names, rotation=45, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(len(codes)), names)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=min(9.0, 58 * cell))
    axes.spines[:].set_visible(False)
    if len(codes) <= 16:
        middle = (low + high) / 2
        for i, j in zip(*np.nonzero(~np.isnan(values)), strict=True):
            shade = "black" if values[i, j] > middle else "white"
            text = f"{values[i, j]:.{2 if high - low > 0.05 else 3}f}".replace("-", "−")
            axes.text(j, i, text, ha="center", va="center", color=shade, fontsize=7)
    figure.colorbar(image, ax=axes, shrink=0.7, label=label).outline.set_visible(False)
    axes.set_xlabel(f"above: {short_label(upper.system)}   below: {short_label(lower.system)}")
    return figure


def bars(data: ReportData, task: str) -> Any:
    """Performance gap, CKA and Sinkhorn, one bar per system (Figure 3 of the paper)."""
    from matplotlib.patches import Patch

    rows = [row for row in chart_data(data)["bars"] if row["task"] == task]
    panels = [
        (name, title)
        for name, title in (
            ("gap", "Performance gap (mean RPD, %)"),
            ("cka", in_title(row["ckaName"] for row in rows)),
            ("sinkhorn", "Mean Sinkhorn distance"),
        )
        if any(row[name] is not None for row in rows)
    ]
    names = [short_label(row["system"]) for row in rows]
    letters = 28 / max(1, len(names))  # below each bar of one panel
    fit = all(len(name) <= letters for name in names)
    n_panels = max(1, len(panels))
    figure, all_axes = canvas(2.6 * n_panels + (0 if fit else 2.6), 2.6, n_panels)
    looks: list[dict[str, Any]] = [
        {
            "facecolor": COLOURS[at % len(COLOURS)],
            "hatch": HATCHES[at % len(HATCHES)],
            "edgecolor": "white",
        }
        for at in range(len(rows))
    ]
    for axes, (name, title) in zip(all_axes, panels, strict=False):
        for at, row in enumerate(rows):
            value = row[name]
            if value is None:
                continue
            ends = row.get(f"{name}Ends")
            spread = [[max(0.0, value - ends[0])], [max(0.0, ends[1] - value)]] if ends else None
            bar = {"elinewidth": 0.9, "capsize": 3}
            axes.bar(at, value, 0.62, yerr=spread, error_kw=bar, **looks[at])
        axes.set_xlim(-0.6, len(rows) - 0.4)
        axes.set_xticks(range(len(rows)) if fit else [], names if fit else [])
        axes.set_title(title)
        axes.axhline(0, color="black", linewidth=0.6)
    if not fit:
        patches = [Patch(label=name, **look) for name, look in zip(names, looks, strict=True)]
        all_axes[-1].legend(
            handles=patches, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5)
        )
    return figure


def scatter(data: ReportData) -> Any:
    """Performance gap against each predictor, one point per pair of languages (Table 3's data)."""
    predictors = list(dict.fromkeys(point.predictor for point in data.points))
    figure, all_axes = canvas(3.2 * len(predictors), 3.0, len(predictors))
    systems = list(dict.fromkeys(point.system for point in data.points))
    for axes, predictor in zip(all_axes, predictors, strict=True):
        for at, system in enumerate(systems):
            own = [p for p in data.points if (p.predictor, p.system) == (predictor, system)]
            x, y = [p.value for p in own], [p.gap_percent for p in own]
            _dots(axes, at, x, y, short_label(system), size=4)
        axes.set_xlabel(short_label(predictor))
        axes.set_title(_rank_correlations(data, predictor), fontsize=6)
    all_axes[0].set_ylabel("performance gap (RPD, %)")
    all_axes[-1].legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _dots(axes: Any, at: int, x: list[float], y: list[float], label: str, *, size: int) -> None:
    axes.plot(
        x, y, MARKERS[at % len(MARKERS)], color=COLOURS[at % len(COLOURS)], markersize=size,
        alpha=0.7, markeredgewidth=0, label=label,
    )  # fmt: skip


def _rank_correlations(data: ReportData, predictor: str) -> str:
    """Spearman's R per system, one per line; no regression line is fitted."""
    lines = []
    for row in data.correlations:
        if row.predictor == predictor and row.spearman is not None:
            of = " ".join(filter(None, (row.system, row.task if len(data.tasks) > 1 else "")))
            lines.append(
                f"{short_label(of)}: R = {fixed(row.spearman, 2)} (n = {row.n_points})".lstrip(": ")
            )
    return "\n".join(lines[:6])


def clouds(data: ReportData) -> Any:
    """Parallel sentences in two dimensions, one panel per projection (Figure 2's sides)."""
    shown = data.projections[:4]
    figure, all_axes = canvas(3.2 * len(shown), 3.4, len(shown))
    for axes, projection in zip(all_axes, shown, strict=True):
        codes = list(dict.fromkeys(projection.languages))
        labels = {code: language_name(code) for code in codes}
        if ManyLanguages(codes).are_many:
            labels = ManyLanguages(codes).family_labels()
        for at, label in enumerate(dict.fromkeys(labels.values())):
            places = [k for k, own in enumerate(projection.languages) if labels[own] == label]
            x, y = [projection.x[k] for k in places], [projection.y[k] for k in places]
            _dots(axes, at, x, y, short_label(label), size=3)
        told = map(short_label, (projection.system, projection.layer, projection.method))
        axes.set_title("{}, {} ({})".format(*told))
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    all_axes[-1].legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def layers(data: ReportData) -> Any:
    """Each measure by layer: one panel per measure, one line per model."""
    names = ("mexa", "retrieval", "debiased", "cosine")
    figure, all_axes = canvas(2.6 * len(names), 2.8, len(names))
    for axes, name in zip(all_axes, names, strict=True):
        for at, curve in enumerate(layer_curves(data)):
            axes.plot(
                curve["points"]["step"],
                [float("nan") if v is None else v for v in curve["points"][name]],
                MARKERS[at % len(MARKERS)],
                linestyle="-",
                markersize=3,
                linewidth=1.0,
                color=COLOURS[at % len(COLOURS)],
                label=short_label(curve["system"]),
            )
        axes.set_title(CURVES[name][0], fontsize=8)
        axes.set_xlabel("layer")
        axes.set_ylim(top=1.02)
        axes.xaxis.get_major_locator().set_params(integer=True)
    if len(data.models) > 1:
        all_axes[-1].legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def curves(data: ReportData) -> Any:
    """Dev score (or loss) by step, one thin line per run."""
    drawn = chart_data(data)["curves"]
    tasks = list(dict.fromkeys(curve["task"] for curve in drawn))
    figure, all_axes = canvas(3.4 * len(tasks), 2.8, len(tasks))
    systems = list(dict.fromkeys(curve["system"] for curve in drawn))
    for axes, task in zip(all_axes, tasks, strict=True):
        own = [curve for curve in drawn if curve["task"] == task]
        names = dict.fromkeys(name for curve in own for name in curve["points"] if name != "step")
        measure = min(names, key=lambda name: (not name.startswith("dev"), name != "loss"))
        labelled: set[str] = set()
        for curve in own:
            values = curve["points"].get(measure, ())
            seen = [k for k, value in enumerate(values) if value is not None]
            at = systems.index(curve["system"])
            label = None if curve["system"] in labelled else short_label(curve["system"])
            labelled.add(curve["system"])
            axes.plot(
                [curve["points"]["step"][k] for k in seen], [values[k] for k in seen],
                linewidth=0.8, linestyle=("-", "--", ":", "-.")[at % 4],
                color=COLOURS[at % len(COLOURS)], alpha=0.7, label=label,
            )  # fmt: skip
        axes.set_title(short_label(task_name(task)))
        axes.set_xlabel("optimizer steps")
        axes.set_ylabel(short_label(measure.replace("_", " ")))
        axes.legend(fontsize=7)
    return figure
