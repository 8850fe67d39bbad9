"""Gaps as tables for a terminal. Values are rounded here and nowhere before."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingap.records import Interval

if TYPE_CHECKING:
    from lingap.gap.compare import GapComparison
    from lingap.gap.linguistic import LinguisticGap
    from lingap.gap.output import OutputGap
    from lingap.gap.performance import PerformanceGap
    from lingap.gap.text import TextGap

COMPARISONS_SHOWN = 40
_MATRIX_LIMIT = 16  # languages; beyond, a matrix is for --json
_WORST_LIMIT = 10  # languages for which a table has a column each


def number(value: float | None, digits: int, interval: Interval | None = None) -> str:
    """Write a number and, where there is one, its interval.

    >>> number(4.0166, 2), number(None, 2), number(0.5, 2, Interval(0.41, 0.62, 0.95, "x"))
    ('4.02', '–', '0.50 [0.41, 0.62]')
    """
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    if interval is not None:
        text += f" [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"
    return text


def p_text(value: float) -> str:
    """Write a p-value.

    >>> p_text(0.0312), p_text(0.00002)
    ('0.031', '2.0e-05')
    """
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1e}"


@dataclass(frozen=True, slots=True)
class Table:
    """A title, column heads and rows of text, aligned in columns by ``str()``.

    The first column is flush left, all others are flush right. Written by hand because a table of
    thousands of cells must not take longer than the numbers in it.

    >>> print(Table("T", ("system", "x"), (("a", "1.5"), ("bcd", "10.25"))))
    T
    system      x
    a         1.5
    bcd     10.25
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        lines = (self.columns, *self.rows)
        widths = [max(map(_width, cells)) for cells in zip(*lines, strict=True)]
        text = [self.title]
        for first, *others in lines:
            cells = [first + " " * (widths[0] - _width(first))]
            cells += [
                " " * (width - _width(cell)) + cell
                for cell, width in zip(others, widths[1:], strict=True)
            ]
            text.append("  ".join(cells).rstrip())
        return "\n".join(text)


def _width(text: str) -> int:
    """Columns that text takes in a terminal: wide letters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    return Table(title, tuple(columns), tuple(tuple(row) for row in rows))


def performance_tables(
    gaps: Sequence[PerformanceGap], *, source: str | None = None, percent: bool = False
) -> list[Table]:
    """One table a task: a row a system with mean RPD, Std and the lowest score.

    Args:
        gaps: Of any tasks.
        source: Language whose gap to every other is shown too, relative / absolute x 100.
        percent: Show scores x 100.
    """
    scale, digits = (100, 2) if percent else (1, 4)
    tables = []
    for task, metric in dict.fromkeys((g.task, g.metric) for g in gaps):
        mine = [g for g in gaps if (g.task, g.metric) == (task, metric)]
        languages = list(dict.fromkeys(k for g in mine for k in g.languages))
        rows = [
            (
                g.system,
                number(g.mean_rpd, 2, g.mean_rpd_interval),
                number(g.std, 4, g.std_interval),
                f"{g.worst_score * scale:.{digits}f} ({g.worst_language})",
                f"{len(g.languages)}",
                f"{g.n_seeds}",
            )
            for g in mine
        ]
        columns = ("system", "mean RPD %", "Std", "lowest", "languages", "seeds")
        tables.append(_table(f"{task} ({metric}): performance gap", columns, rows))
        if len(languages) <= _WORST_LIMIT:
            cells = [
                (
                    g.system,
                    *(
                        number(g.scores[k] * scale, digits, _scaled(g.score_intervals[k], scale))
                        if k in g.scores
                        else "–"
                        for k in languages
                    ),
                )
                for g in mine
            ]
            tables.append(_table(f"{task} ({metric}): scores", ("system", *languages), cells))
        if source is not None:
            tables.append(_gap_table(task, mine, languages, source))
    return tables


def _scaled(interval: Interval | None, scale: float) -> Interval | None:
    if interval is None:
        return None
    return Interval(interval.low * scale, interval.high * scale, interval.level, interval.method)


def _gap_table(
    task: str, gaps: Sequence[PerformanceGap], languages: Sequence[str], source: str
) -> Table:
    others = [k for k in languages if k != source]
    rows = []
    for g in gaps:
        to = g.gap_to(source)
        rows.append(
            (
                g.system,
                *(
                    f"{number(to[k][0], 2)} / {to[k][1] * 100:.2f}" if k in to else "–"
                    for k in others
                ),
            )
        )
    title = f"{task}: gap to {source}, relative % / absolute x 100"
    return _table(title, ("system", *others), rows)


def comparison_table(rows: Sequence[GapComparison]) -> Table:
    """Differences between systems' gaps and their p-values, the first 40 comparisons."""
    return _table(
        "Is A's mean RPD smaller than B's? (difference A - B)",
        ("task", "A", "B", "difference", "p", "p (Holm)", "seeds"),
        [
            (
                row.task,
                row.first,
                row.second,
                number(row.difference, 2, row.interval),
                p_text(row.p_value),
                p_text(row.p_holm),
                f"{row.n_seeds}",
            )
            for row in rows[:COMPARISONS_SHOWN]
        ],
    )


def matrix_table(
    title: str,
    languages: Sequence[str],
    matrix: Sequence[Sequence[float | None]],
    *,
    digits: int = 3,
    below: Sequence[Sequence[float]] | None = None,
) -> Table:
    """A matrix by languages; `below`, if given, fills the half below the diagonal."""
    rows = []
    for i, language in enumerate(languages):
        cells = [
            "" if i == j and below is not None else number(
                below[i][j] if below is not None and j < i else matrix[i][j], digits
            )
            for j in range(len(languages))
        ]  # fmt: skip
        rows.append((language, *cells))
    return _table(title, ("", *languages), rows)


def linguistic_tables(gap: LinguisticGap) -> list[Table]:
    """Means with intervals and floor, checks by language, and the matrix of CKA."""
    means = [
        ("CKA, biased as in the paper", number(gap.mean_cka, 4, gap.mean_cka_interval)),
        ("its floor (rows shuffled)", number(gap.mean_floor, 4)),
        ("CKA, debiased", number(gap.mean_cka_debiased, 4, gap.mean_cka_debiased_interval)),
    ]
    if gap.retrieval:
        k = range(len(gap.languages))
        found = [gap.retrieval[i][j] for i in k for j in k if i != j]
        if found:
            means.append(("retrieval accuracy", number(sum(found) / len(found), 4)))
    title = f"{gap.system} ({gap.layer}), {gap.n_sentences:,} sentences: mean over pairs"
    tables = [_table(title, ("", "mean"), means)]
    if gap.anisotropy:
        rows = [
            (k, number(gap.anisotropy[k], 3), number(gap.directions[k], 1)) for k in gap.languages
        ]
        tables.append(_table("Spaces", ("", "mean cosine", "directions used"), rows))
    if 1 < len(gap.languages) <= _MATRIX_LIMIT and gap.cka_debiased:
        tables.append(
            matrix_table(
                "CKA: biased above the diagonal, debiased below",
                gap.languages,
                gap.cka,
                below=gap.cka_debiased,
            )
        )
    if gap.bounds:
        sides = [
            (
                f"{b.first}-{b.second}",
                number(b.divergence, 3, b.divergence_interval),
                number(b.left, 4),
                number(b.right, 3) + (" (vacuous)" if b.vacuous else ""),
            )
            for b in gap.bounds
        ]
        one = gap.bounds[0]
        title = (
            f"Theorem 4.1, {one.family} classifiers, d = {one.dimension:,}, n = {one.n:,}, "
            f"delta = {one.delta:g}"
        )
        tables.append(_table(title, ("", "divergence", "gap in error", "bound"), sides))
    return tables


def output_tables(gap: OutputGap) -> list[Table]:
    """Means and matrices of the output gap."""
    means = [
        ("Sinkhorn distance", number(gap.mean_distance, 5)),
        ("debiased divergence", number(gap.mean_divergence, 5, gap.mean_divergence_interval)),
    ]
    if gap.mean_exact is not None:
        means.append(("exact transport cost", number(gap.mean_exact, 5)))
    title = (
        f"{gap.system}: {gap.cost.replace('_', ' ')} cost, epsilon {gap.epsilon:.4g} "
        f"({gap.regularisation:g} of the mean cost): mean over pairs"
    )
    tables = [_table(title, ("", "mean"), means)]
    if 1 < len(gap.languages) <= _MATRIX_LIMIT:
        tables.append(
            matrix_table(
                "Sinkhorn distance above the diagonal, debiased divergence below",
                gap.languages,
                gap.distance,
                digits=4,
                below=gap.divergence,
            )
        )
    return tables


_TEXT_ROWS: Mapping[str, str] = {
    "inventory_overlap": "inventory overlap (higher is closer)",
    "token_overlap": "running units shared (higher)",
    "jsd": "n-gram divergence, bit (lower)",
    "compression": "compression distance (lower)",
    "classifier": "n-gram classifier, 0 to 2 (lower)",
}


def text_tables(gaps: Sequence[TextGap]) -> list[Table]:
    """Means by representation side by side, then a matrix of n-gram divergence each."""
    first = gaps[0]
    rows = [
        (label, *(number(g.means[key], 3, g.intervals[key]) for g in gaps))
        for key, label in _TEXT_ROWS.items()
        if all(key in g.means for g in gaps)
    ]
    title = f"{first.corpus}: mean over pairs of {len(first.languages)} languages"
    tables = [_table(title, ("", *(g.representation for g in gaps)), rows)]
    if len(first.languages) <= _MATRIX_LIMIT:
        tables += [
            matrix_table(
                f"{g.representation}: {g.ngram}-gram divergence above the diagonal, "
                "inventory overlap below",
                g.languages,
                g.jsd,
                below=g.inventory_overlap,
            )
            for g in gaps
        ]
    return tables
