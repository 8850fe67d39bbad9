"""Gaps of outputs and of texts, and the checks and bounds of vectors: tables beside the results."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.report import rounding
from lingap.report.summary import ReportData
from lingap.report.tables import Column, Row, Table, measured, methods, number, words

INPUT_MEASURES = {
    "inventory_overlap": ("Units in common", "Jaccard index of the units in use; higher is closer"),
    "token_overlap": ("Running units shared", "share that the other language uses too; higher"),
    "jsd": ("n-gram divergence, bit", "Jensen–Shannon divergence of n-grams; lower is closer"),
    "compression": ("Compression distance", "near 1 for most pairs: read the order; lower"),
    "classifier": ("n-gram classifier", "H-divergence, 0 to 2; lower is closer"),
}
"""Measures of :class:`lingap.gap.TextGap` with their heading and what it means."""


def output_table(data: ReportData) -> Table:
    """Mean Sinkhorn distance and divergence of output distributions, a row a system."""
    exact = any(gap.mean_exact is not None for gap in data.outputs)
    columns = (
        Column("System", numeric=False),
        Column("Corpus", numeric=False),
        Column("Sentences", hint="of the language that has the fewest"),
        Column("Classes"),
        Column("Sinkhorn distance", hint="cost of the entropic plan, as in the paper"),
        Column("Debiased divergence", hint="0 for equal clouds"),
        *([Column("Exact cost", hint="transport without entropy, as a check")] if exact else []),
        Column("Epsilon", hint="regularisation in the cost's unit"),
        Column("Cost", numeric=False),
    )
    rows = []
    for gap in data.outputs:
        n = min(gap.n_sentences.values())
        cells = [
            words(gap.system),
            words(gap.corpus),
            number(rounding.count(n), n),
            number(rounding.count(gap.n_classes), gap.n_classes),
            number(rounding.fixed(gap.mean_distance, 4), gap.mean_distance),
            measured(gap.mean_divergence, gap.mean_divergence_interval, 4),
        ]
        if exact:
            cells.append(number(rounding.fixed(gap.mean_exact, 4), gap.mean_exact))
        cells += [number(f"{gap.epsilon:.3g}", gap.epsilon), words(gap.cost.replace("_", " "))]
        rows.append(Row(tuple(cells)))
    return Table(
        name="output-gap",
        title="Output gap: how far the languages' output distributions lie apart",
        columns=columns,
        rows=tuple(rows),
        caption="Means over all pairs of languages; lower is closer. The Sinkhorn distance is "
        "above 0 even for equal clouds; the divergence is not. "
        f"{methods(gap.mean_divergence_interval for gap in data.outputs)}".strip(),
    )


def input_table(data: ReportData) -> Table:
    """How alike texts are without any model, a row a representation."""
    shown = {
        key: head
        for key, head in INPUT_MEASURES.items()
        if any(key in gap.means for gap in data.inputs)
    }
    columns = (
        Column("Representation", numeric=False),
        Column("Corpus", numeric=False),
        Column("Sentences", hint="of the language that has the fewest"),
        *(Column(label, hint=hint) for label, hint in shown.values()),
    )
    rows = []
    for gap in data.inputs:
        n = min(gap.n_sentences.values())
        cells = [
            words(gap.representation), words(gap.corpus), number(rounding.count(n), n),
            *(measured(gap.means.get(key), gap.intervals.get(key), 3) for key in shown),
        ]  # fmt: skip
        rows.append(Row(tuple(cells)))
    sizes = sorted({gap.ngram for gap in data.inputs})
    return Table(
        name="input-gap",
        title="Input gap: how alike texts are before any training",
        columns=columns,
        rows=tuple(rows),
        caption=f"Means over all pairs of languages; n-grams of {' or '.join(map(str, sizes))} "
        "units. "
        f"{methods(one for gap in data.inputs for one in gap.intervals.values())}".strip(),
    )


def matrix_table(
    name: str,
    title: str,
    languages: Sequence[str],
    upper: Sequence[Sequence[float | None]],
    lower: Sequence[Sequence[float | None]],
    *,
    digits: int,
) -> Table:
    """A value of each pair of languages: `upper` above the diagonal, `lower` below it."""
    rows = []
    for i, code in enumerate(languages):
        values = [(lower if j < i else upper)[i][j] for j in range(len(languages))]
        cells = [
            words("") if i == j else number(rounding.fixed(value, digits), value)
            for j, value in enumerate(values)
        ]
        rows.append(Row((words(code), *cells)))
    columns = (Column("", numeric=False), *(Column(code) for code in languages))
    return Table(name=name, title=title, columns=columns, rows=tuple(rows))


def bound_table(data: ReportData) -> Table:
    """Both sides of theorem 4.1, a row a system and pair of languages."""
    columns = (
        Column("System", numeric=False),
        Column("Languages", numeric=False),
        Column("Divergence", hint="HΔH divergence, estimated from held-out errors"),
        Column("Gap in error", hint="left-hand side of theorem 4.1"),
        Column("Bound", hint="right-hand side of theorem 4.1"),
        Column("To mind", numeric=False),
    )
    rows = tuple(
        Row(
            (
                words(gap.system),
                words(f"{one.first}–{one.second}"),
                measured(one.divergence, one.divergence_interval, 3),
                number(rounding.fixed(one.left, 4), one.left),
                number(rounding.fixed(one.right, 3), one.right),
                words("vacuous: any two errors meet it" if one.vacuous else rounding.NOTHING),
            )
        )
        for gap in data.linguistic
        for one in gap.bounds
    )
    stated = dict.fromkeys(
        f"{one.family} classifiers, d = {one.dimension:,}, n = {one.n:,}, δ = {one.delta:g}"
        for gap in data.linguistic
        for one in gap.bounds
    )
    return Table(
        name="bound",
        title="Theorem 4.1: divergence and bound of each pair",
        columns=columns,
        rows=rows,
        caption=f"With {'; '.join(stated)}. A trained classifier reaches the supremum at most, so "
        "the divergence is a lower estimate.",
    )


def space_table(data: ReportData) -> Table:
    """Retrieval and spread of each system's space: what tells high CKA from a collapsed space."""
    columns = (
        Column("System", numeric=False),
        Column("Layer", numeric=False),
        Column("Retrieval", hint="how often sentence i finds its translation; 1 is always"),
        Column("Retrieval by chance"),
        Column(
            "Mean cosine", hint="of different sentences, mean over languages; near 1: collapsed"
        ),
        Column("Directions used", hint="participation ratio, mean over languages"),
    )
    rows = []
    for gap in data.linguistic:
        places = range(len(gap.languages))
        found = [gap.retrieval[i][j] for i in places for j in places if i != j and gap.retrieval]
        if not found:
            continue
        hit, chance = sum(found) / len(found), 1 / gap.n_sentences
        cosine, used = (
            sum(values.values()) / len(values) if values else None
            for values in (gap.anisotropy, gap.directions)
        )
        rows.append(
            Row(
                (
                    words(gap.system),
                    words(gap.layer),
                    number(rounding.fixed(hit, 4), hit),
                    number(rounding.fixed(chance, 4), chance),
                    number(rounding.fixed(cosine, 3), cosine),
                    number(rounding.fixed(used, 1), used),
                )
            )
        )
    return Table(
        name="spaces",
        title="Checks of the spaces",
        columns=columns,
        rows=tuple(rows),
        caption="A high CKA with low retrieval and a mean cosine near 1 is a collapsed space, not "
        "a shared one.",
    )
