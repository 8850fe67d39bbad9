"""Output distributions of a model to the output gap between languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.result import GapResult, Matrix, Row, columns, ends, matrix_rows
from lingap.metrics.all_pairs_transport import pairwise_transport
from lingap.metrics.arrays import Array, ArrayInput, as_matrix
from lingap.metrics.divergence_interval import DivergenceEstimate, divergence_estimate
from lingap.metrics.transport import Cost, exact_transport_cost
from lingap.records import Interval


@dataclass(frozen=True, slots=True)
class OutputGap(GapResult):
    """How far one system's clouds of output distributions differ between languages.

    Args:
        system: What made the outputs.
        corpus: The sentences.
        languages: In the order given.
        n_sentences: Rows of each language.
        n_classes: Columns.
        cost: Between two distributions.
        regularisation: Epsilon as a share of the mean cost.
        epsilon: In the cost's unit.
        distance: (L, L) Sinkhorn distance, as in the paper; above 0 even on the diagonal.
        divergence: (L, L) debiased divergence; 0 for equal clouds, but above 0 for two samples of
            one distribution, the more so the fewer the sentences.
        divergence_error: (L, L) its standard error over sentences, from their influences; too small
            near 0, so take the ends in :meth:`to_rows` instead of a multiple of it.
        exact: (L, L) exact transport cost; empty if not requested.
        mean_distance: Over pairs; None for a single language, as all that follow.
        mean_divergence: Over pairs.
        mean_divergence_interval: Over sentences, of the divergence without the part that sampling
            adds: it lies around `mean_divergence_corrected` and need not contain `mean_divergence`.
            None for fewer than 8 sentences, or where halves of them did not converge.
        mean_exact: Over pairs; None if not requested.
        warnings: Caveats, in sentences.
        divergence_bias: (L, L) how much sampling adds to `divergence` on average; empty where not
            computed.
        mean_divergence_corrected: Median-unbiased: the mean divergence under which the observed one
            is the median outcome; 0 where equal languages would show as much.
    """

    _of_each_language: ClassVar[tuple[str, ...]] = ("n_sentences",)

    system: str
    corpus: str
    languages: tuple[str, ...]
    n_sentences: Mapping[str, int]
    n_classes: int
    cost: str
    regularisation: float
    epsilon: float
    distance: Matrix
    divergence: Matrix
    divergence_error: Matrix
    exact: Matrix
    mean_distance: float | None
    mean_divergence: float | None
    mean_divergence_interval: Interval | None
    mean_exact: float | None
    warnings: tuple[str, ...] = ()
    divergence_bias: Matrix = ()
    mean_divergence_corrected: float | None = None

    def summary(self) -> Row:
        """Return the means in one row; sentences are those of the language with the fewest."""
        return {
            **columns(self, "system corpus"), "n_sentences": min(self.n_sentences.values()),
            **columns(self, "n_classes cost regularisation epsilon"),
            "mean_sinkhorn": self.mean_distance,
            **columns(self, "mean_divergence mean_divergence_corrected mean_divergence_interval"),
            "mean_exact": self.mean_exact,
        }  # fmt: skip

    def to_rows(self) -> list[Row]:
        """Return a row for each pair of languages."""
        rows = []
        for (i, one), (j, other) in combinations(enumerate(self.languages), 2):
            found = self._estimate(i, j)
            rows.append(
                {
                    "system": self.system, "corpus": self.corpus, "language": one, "other": other,
                    "sinkhorn": self.distance[i][j], "divergence": self.divergence[i][j],
                    "divergence_error": self.divergence_error[i][j],
                    "divergence_corrected": None if found is None else found.corrected,
                    **ends("divergence", None if found is None else found.interval),
                    "exact": self.exact[i][j] if self.exact else None,
                }
            )  # fmt: skip
        return rows

    def _estimate(self, i: int, j: int) -> DivergenceEstimate | None:
        """Corrected divergence of a pair with its interval, at the level of the mean's."""
        if not self.divergence_bias or self.mean_divergence_interval is None:
            return None
        return divergence_estimate(
            self.divergence[i][j], self.divergence_error[i][j], self.divergence_bias[i][j],
            level=self.mean_divergence_interval.level,
        )  # fmt: skip


_TOLERANCE = 0.001  # of a row's sum, as of probabilities written with few digits


def as_distributions(values: ArrayInput, name: str) -> Array:
    """Return (n, k) rows that are >= 0 and sum to 1 (to within 0.001; then normalized).

    Raises:
        MetricError: For other rows; the message names the first.
    """
    rows = as_matrix(values, name)
    sums = rows.sum(axis=1)
    bad = (rows < 0).any(axis=1) | (np.abs(sums - 1) > _TOLERANCE)
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        low, high = rows[at].min(), rows[at].max()
        if low < 0 or high > 1 + _TOLERANCE:
            advice = "Logits need a softmax first (lingap.metrics.softmax)."
        else:
            advice = "Divide each row by its sum, or write its values with more digits."
        raise MetricError(
            f"{name}: row {at} (counted from 0) is not a distribution: expected values from 0 with "
            f"the sum 1, to within {_TOLERANCE}; got {low:.3g} to {high:.3g}, sum {sums[at]:.8g}. "
            f"{advice}"
        )
    return np.asarray(rows / sums[:, None])


@checked(MetricError)
def output_gap(
    outputs: Mapping[str, ArrayInput],
    *,
    system: str,
    corpus: str = "",
    cost: Cost = "squared_euclidean",
    regularisation: float = 0.05,
    exact: bool = False,
    level: float = 0.95,
) -> OutputGap:
    """Compare clouds of output distributions between languages.

    Args:
        outputs: Language -> (n, k) distributions; if n is equal, row i is the same sentence.
        system: What made them.
        corpus: The sentences.
        cost: Between two distributions.
        regularisation: Epsilon as a share of the mean cost.
        exact: Solve exact transport too, as a check (minutes beyond 5,000 rows).
        level: Of confidence.

    Raises:
        MetricError: For rows that are not distributions, or different numbers of classes.
    """
    rows = {name: as_distributions(x, name) for name, x in outputs.items()}
    names = tuple(rows)
    if not names:
        raise MetricError("At least one language is needed; got no outputs.")
    found = pairwise_transport(rows, cost=cost, regularisation=regularisation, bias=True)
    upper = np.triu_indices(len(names), 1)
    several = len(names) > 1
    warnings = [] if several else [f"Only one language ({names[0]}): no gap can be computed."]
    if len({len(x) for x in rows.values()}) > 1:
        warnings.append("Languages differ in their number of rows; they are treated as unpaired.")
    emd = np.zeros((0, 0))
    if exact:
        emd = np.zeros((len(names), len(names)))
        for i, j in zip(*upper, strict=True):
            emd[i, j] = emd[j, i] = exact_transport_cost(rows[names[i]], rows[names[j]], cost=cost)
    mean = float(found.divergence[upper].mean()) if several else None
    estimate = None
    if mean is not None and found.divergence_bias is not None:
        bias = float(found.divergence_bias[upper].mean())
        estimate = divergence_estimate(mean, found.mean_divergence_error, bias, level=level)
    elif several:
        few = min(map(len, rows.values()))
        why = (
            f"{few} sentences are too few (8 are needed)" if few < 8
            else "Sinkhorn did not converge on halves of the sentences; raise the regularisation"
        )  # fmt: skip
        warnings.append(f"The divergence has no interval: {why}.")
    return OutputGap(
        system=system,
        corpus=corpus,
        languages=names,
        n_sentences={name: len(x) for name, x in rows.items()},
        n_classes=next(iter(rows.values())).shape[1],
        cost=cost,
        regularisation=float(regularisation),
        epsilon=found.epsilon,
        distance=matrix_rows(found.distance),
        divergence=matrix_rows(found.divergence),
        divergence_error=matrix_rows(found.divergence_error),
        exact=matrix_rows(emd),
        mean_distance=float(found.distance[upper].mean()) if several else None,
        mean_divergence=mean,
        mean_divergence_interval=None if estimate is None else estimate.interval,
        mean_exact=float(emd[upper].mean()) if several and exact else None,
        warnings=tuple(warnings),
        divergence_bias=() if found.divergence_bias is None else matrix_rows(found.divergence_bias),
        mean_divergence_corrected=None if estimate is None else estimate.corrected,
    )
