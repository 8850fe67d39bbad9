"""Tables next to the results: gaps of outputs and texts, bounds, and checks of embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lingap.gap.order import PairsOfLanguages
from lingap.gap.result import GapResult
from lingap.gap.results_file import kind_of
from lingap.report import rounding
from lingap.report.result_tables import layer_name, task_name
from lingap.report.summary import ReportData, language_name
from lingap.report.tables import (
    Building,
    Cell,
    Column,
    Table,
    language_column,
    measured,
    methods,
    words,
)
from lingap.text.display import MOST_LANGUAGES

if TYPE_CHECKING:
    from lingap.gap import TextGap

INPUT_MEASURES = {
    "inventory_overlap": ("Units in common", "Jaccard index of the units used; higher is closer"),
    "token_overlap": ("Running units shared", "share that the other language also uses; higher"),
    "jsd": ("n-gram divergence, bit", "Jensen–Shannon divergence of n-grams; lower is closer"),
    "compression": ("Compression distance", "near 1 for most pairs: compare ranks; lower"),
    "classifier": ("n-gram classifier", "H-divergence, 0 to 2; lower is closer"),
}
"""Measure of :class:`lingap.gap.TextGap` to its heading and what it means."""

_MATRICES = {
    "linguistic": ("CKA, debiased above the diagonal, biased below", "cka_debiased", "cka", 3),
    "outputs": (
        "Sinkhorn distance above the diagonal, debiased divergence below",
        "distance", "divergence", 4,
    ),
    "text": (
        "{n}-gram divergence above the diagonal, units in common below",
        "jsd", "inventory_overlap", 3,
    ),
}  # fmt: skip
"""Kind of a gap to the title of its matrix, what is above the diagonal and below, and digits."""
_GROUPS_SHOWN = 12
FEWEST = "of the language with the fewest"


def output_table(data: ReportData) -> Table:
    """Mean Sinkhorn distance and divergence of output distributions, one row per system."""
    made = (
        Building(data.outputs)
        .text("System", lambda gap: gap.system)
        .text("Corpus", lambda gap: gap.corpus)
        .count("Sentences", lambda gap: min(gap.n_sentences.values()), FEWEST)
        .count("Classes", lambda gap: gap.n_classes)
        .value(
            "Sinkhorn distance", lambda gap: gap.mean_distance, 4,
            "cost of the entropic plan, as in the paper",
        )
        .value(
            "Debiased divergence", lambda gap: gap.mean_divergence, 4, "0 for equal clouds",
            lambda gap: (  # which belongs to the corrected one where that was stored
                gap.mean_divergence_interval if gap.mean_divergence_corrected is None else None
            ),
        )
    )  # fmt: skip
    if any(gap.mean_divergence_corrected is not None for gap in data.outputs):
        made.value(
            "Divergence corrected", lambda gap: gap.mean_divergence_corrected, 4,
            "without the part that comes of having samples: 0 where equal languages show as much",
            lambda gap: gap.mean_divergence_interval,
        )  # fmt: skip
    if any(gap.mean_exact is not None for gap in data.outputs):
        hint = "transport without entropy, as a check"
        made.value("Exact cost", lambda gap: gap.mean_exact, 4, hint)
    epsilon = Column("Epsilon", hint="regularization in the cost's unit")
    made.column(epsilon, lambda gap: Cell(f"{gap.epsilon:.3g}", gap.epsilon))
    made.text("Cost", lambda gap: gap.cost.replace("_", " "))
    return made.table(
        "output-gap",
        "Output gap: distance between the languages' output distributions",
        "Means over all pairs of languages; lower is closer. The Sinkhorn distance is above 0 even "
        "for equal clouds. The divergence is not, but it is for two samples of one distribution; "
        "the corrected one is free of that. "
        + methods(gap.mean_divergence_interval for gap in data.outputs),
    )


def input_table(data: ReportData) -> Table:
    """Similarity of texts without any model, one row per representation."""
    measures = [key for key in INPUT_MEASURES if any(key in gap.means for gap in data.inputs)]
    sizes = sorted({gap.ngram for gap in data.inputs})
    return (
        Building(data.inputs)
        .text("Representation", lambda gap: gap.representation)
        .text("Corpus", lambda gap: gap.corpus)
        .count("Sentences", lambda gap: min(gap.n_sentences.values()), FEWEST)
        .columns(
            measures,
            lambda key: Column(INPUT_MEASURES[key][0], hint=INPUT_MEASURES[key][1]),
            lambda key, gap: measured(gap.means.get(key), gap.intervals.get(key), 3),
        )
        .table(
            "input-gap",
            "Input gap: similarity of texts before any training",
            f"Means over all pairs of languages; n-grams of {' or '.join(map(str, sizes))} units. "
            + methods(one for gap in data.inputs for one in gap.intervals.values()),
        )
    )


def group_tables(gap: TextGap) -> list[Table]:
    """n-gram divergence of many languages: by family, by script, and of the extreme pairs."""
    title = f"{gap.representation}: {gap.ngram}-gram divergence"
    divergence = PairsOfLanguages(gap.languages, gap.jsd)
    tables = []
    for kind, by_script in (("family", False), ("script", True)):
        groups = divergence.groups(by_script=by_script)
        shown = groups[:_GROUPS_SHOWN]
        made = (
            Building(shown)
            .text(kind.capitalize(), lambda group: group.name)
            .count("Languages", lambda group: group.n_languages)
            .value("Within", lambda group: group.within, 3, "mean over its pairs; lower is closer")
            .value("To others", lambda group: group.outside, 3, "mean over pairs with the others")
        )
        rest = sum(group.n_languages for group in groups[_GROUPS_SHOWN:])
        more = f"{len(groups) - len(shown)} more with {rest} languages: --json. " if rest else ""
        tables.append(made.table(f"texts-{kind}", f"{title} by {kind}", more))
    closest, furthest = divergence.extremes()
    pairs = [("closest", *one) for one in closest] + [("furthest", *one) for one in furthest]
    of_pairs = (
        Building(pairs)
        .text("", lambda pair: pair[0])
        .text("Pair", lambda pair: f"{language_name(pair[1])} – {language_name(pair[2])}")
        .value("Divergence", lambda pair: pair[3], 3)
    )
    n_pairs = len(gap.languages) * (len(gap.languages) - 1) // 2
    caption = f"Of {n_pairs:,} pairs; --json has all, and `lingap report` draws them."
    return [*tables, of_pairs.table("texts-pairs", f"{title} of pairs", caption)]


def pair_matrix(gap: GapResult) -> list[Table]:
    """Two measures of every pair of languages; none where there is one language, or too many.

    Args:
        gap: Of embeddings, outputs or texts.
    """
    kind = kind_of(gap) or ""
    title, above, below, digits = _MATRICES[kind]
    languages: Sequence[str] = gap.languages  # type: ignore[attr-defined]
    upper, lower = getattr(gap, above), getattr(gap, below)
    if not 1 < len(languages) <= MOST_LANGUAGES or not upper:
        return []
    representation, layer, task = (
        getattr(gap, name, "") for name in ("representation", "layer", "task")
    )
    whose = representation or getattr(gap, "system", "")
    whose += f", {layer_name(layer)}" if layer else ""
    whose += f" ({task_name(task)})" if task else ""
    at = {code: place for place, code in enumerate(languages)}

    def cell(column: str, row: str) -> Cell:
        i, j = at[row], at[column]
        return words("") if i == j else measured((upper if j > i else lower)[i][j], None, digits)

    made = Building(languages).column(
        Column("", numeric=False), lambda code: Cell(code, code, hint=language_name(code))
    )
    stated = title.format(n=getattr(gap, "ngram", "n"))
    return [made.columns(languages, language_column, cell).table(kind, f"{whose}: {stated}")]


def bound_table(data: ReportData) -> Table:
    """Both sides of theorem 4.1, one row per system and pair of languages."""
    pairs = [(gap.system, one) for gap in data.linguistic for one in gap.bounds]
    stated = dict.fromkeys(
        f"{one.family} classifiers, d = {one.dimension:,}, n = {one.n:,}, δ = {one.delta:g}"
        for _, one in pairs
    )
    caveat = "vacuous: any two errors satisfy it"
    return (
        Building(pairs)
        .text("System", lambda pair: pair[0])
        .text("Languages", lambda pair: f"{pair[1].first}–{pair[1].second}")
        .value(
            "Divergence", lambda pair: pair[1].divergence, 3,
            "HΔH divergence, estimated from held-out errors",
            lambda pair: pair[1].divergence_interval,
        )
        .value("Gap in error", lambda pair: pair[1].left, 4, "left-hand side of theorem 4.1")
        .value("Bound", lambda pair: pair[1].right, 3, "right-hand side of theorem 4.1")
        .text("Caveat", lambda pair: caveat if pair[1].vacuous else rounding.NOTHING)
        .table(
            "bound",
            "Theorem 4.1: divergence and bound of each pair",
            f"With {'; '.join(stated)}. A trained classifier reaches the supremum at most, so the "
            "divergence is a lower estimate.",
        )
    )  # fmt: skip


def space_table(data: ReportData) -> Table:
    """Retrieval and spread of each system's space: what tells high CKA from a collapsed space."""
    checked = [gap for gap in data.linguistic if gap.retrieval and len(gap.languages) > 1]
    return (
        Building(checked)
        .text("System", lambda gap: gap.system)
        .text("Layer", lambda gap: gap.layer)
        .value(
            "Retrieval", lambda gap: gap.mean_retrieval, 4,
            "how often sentence i retrieves its translation; 1 is always",
        )
        .value("Retrieval by chance", lambda gap: gap.chance_retrieval, 4)
        .value(
            "Mean cosine", lambda gap: gap.mean_anisotropy, 3,
            "of different sentences, mean over languages; near 1: collapsed",
        )
        .value(
            "Directions used", lambda gap: gap.mean_directions, 1,
            "participation ratio, mean over languages",
        )
        .table(
            "spaces",
            "Checks of the embedding spaces",
            "High CKA with low retrieval and a mean cosine near 1 indicates a collapsed space, not "
            "a shared one.",
        )
    )  # fmt: skip
