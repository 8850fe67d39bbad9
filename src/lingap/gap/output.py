"""Output distributions of a model to the output gap between languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lingap.errors import MetricError
from lingap.gap.result import GapResult, Matrix, Row, ends, matrix_rows
from lingap.metrics.all_pairs_transport import pairwise_transport
from lingap.metrics.arrays import Array, ArrayInput, as_matrix
from lingap.metrics.student import normal_interval
from lingap.metrics.transport import Cost, exact_transport_cost
from lingap.records import Interval

_METHOD = "potentials as influences of sentences, normal"


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
        divergence: (L, L) debiased divergence; 0 for equal clouds.
        divergence_error: (L, L) its standard error over sentences.
        exact: (L, L) exact transport cost; empty if not requested.
        mean_distance: Over pairs; None for a single language, as all that follow.
        mean_divergence: Over pairs.
        mean_divergence_interval: Over sentences.
        mean_exact: Over pairs; None if not requested.
        warnings: Caveats, in sentences.
    """

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

    def summary(self) -> Row:
        """Return the means in one row; sentences are those of the language with the fewest."""
        return {
            "system": self.system, "corpus": self.corpus,
            "n_sentences": min(self.n_sentences.values()), "n_classes": self.n_classes,
            "cost": self.cost, "regularisation": self.regularisation, "epsilon": self.epsilon,
            "mean_sinkhorn": self.mean_distance, "mean_divergence": self.mean_divergence,
            **ends("mean_divergence", self.mean_divergence_interval), "mean_exact": self.mean_exact,
        }  # fmt: skip

    def to_rows(self) -> list[Row]:
        """Return a row for each pair of languages."""
        return [
            {
                "system": self.system, "corpus": self.corpus, "language": one, "other": other,
                "sinkhorn": self.distance[i][j], "divergence": self.divergence[i][j],
                "divergence_error": self.divergence_error[i][j],
                "exact": self.exact[i][j] if self.exact else None,
            }
            for (i, one), (j, other) in combinations(enumerate(self.languages), 2)
        ]  # fmt: skip


def as_distributions(values: ArrayInput, name: str) -> Array:
    """Return (n, k) rows that are >= 0 and sum to 1 (to 1e-3; then normalized).

    Raises:
        MetricError: For other rows; the message names the first.
    """
    rows = as_matrix(values, name)
    sums = rows.sum(axis=1)
    bad = (rows < 0).any(axis=1) | (np.abs(sums - 1) > 1e-3)
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise MetricError(
            f"{name}: row {at} (counted from 0) is not a distribution: smallest value "
            f"{rows[at].min():.3g}, sum {sums[at]:.3g}. Logits need a softmax first "
            "(lingap.metrics.softmax)."
        )
    return np.asarray(rows / sums[:, None])


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
    found = pairwise_transport(rows, cost=cost, regularisation=regularisation)
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
        mean_divergence_interval=None
        if mean is None
        else normal_interval(
            mean, found.mean_divergence_error, level=level, method=_METHOD, low=0.0
        ),
        mean_exact=float(emd[upper].mean()) if several and exact else None,
        warnings=tuple(warnings),
    )
