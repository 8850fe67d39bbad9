"""Both sides of theorem 4.1: the gap in error, and its bound from the divergence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from lingap.errors import MetricError
from lingap.gap.result import GapResult, Row, columns
from lingap.metrics.arrays import ArrayInput, to_numpy
from lingap.metrics.domain import Family, h_divergence, performance_gap_bound
from lingap.records import Interval


@dataclass(frozen=True, slots=True)
class DivergencePair(GapResult):
    """H-divergence of two languages' embeddings, and the bound on the gap in error.

    Args:
        first: One language.
        second: The other.
        family: Classifiers; ``product`` for the H delta H divergence of linear ones.
        divergence: Estimate, 0 to 2.
        divergence_interval: Over held-out sentences.
        error: Held-out error of the classifier.
        n: Sentences of each language.
        dimension: Pseudo-dimension d in the bound.
        delta: Probability that the bound fails.
        left: |error in one language - error in the other|, 0 to 1; None without scores.
        right: The bound.
        holds: Whether left <= right; None if left is unknown.
        vacuous: Whether the bound is 1 or more, which holds for any two errors.
    """

    first: str
    second: str
    family: str
    divergence: float
    divergence_interval: Interval
    error: float
    n: int
    dimension: int
    delta: float
    left: float | None
    right: float
    holds: bool | None
    vacuous: bool

    def to_rows(self) -> list[Row]:
        """Return the pair's row."""
        return [
            {
                "language": self.first, "other": self.second, **columns(
                    self, "family divergence divergence_interval n dimension delta left right "
                    "holds vacuous"),
            }
        ]  # fmt: skip


def divergence_pairs(
    embeddings: Mapping[str, ArrayInput],
    *,
    scores: Mapping[str, float] | None = None,
    family: Family = "product",
    dimension: int | None = None,
    delta: float = 0.05,
    n_folds: int = 5,
    seed: int = 0,
) -> list[DivergencePair]:
    """Estimate the divergence of every pair of languages and the resulting bound.

    Args:
        embeddings: Language -> (n, d) in one space.
        scores: Language -> score as a share, 0 to 1; error is 1 minus the score.
        family: As in :func:`lingap.metrics.h_divergence`; ``product`` for the theorem's H delta H.
        dimension: Pseudo-dimension of the task's classifiers; d + 1, that of linear ones, if None.
        delta: Probability that the bound fails.
        n_folds: Of the cross-fitting.
        seed: Of folds, training and draws.

    Raises:
        MetricError: For fewer than two languages, bad embeddings, or scores outside 0 to 1.
    """
    if len(embeddings) < 2:
        raise MetricError(f"A divergence needs two languages; got {len(embeddings)}.")
    for language, score in (scores or {}).items():
        if not 0 <= score <= 1:
            raise MetricError(f"Score {score} of {language} is not between 0 and 1.")
    result = []
    for a, b in combinations(embeddings, 2):
        x, y = to_numpy(embeddings[a], a), to_numpy(embeddings[b], b)
        try:
            found = h_divergence(x, y, family=family, n_folds=n_folds, seed=seed)
        except MetricError as error:
            raise MetricError(f"{a}-{b}: {error}") from None
        d = x.shape[1] + 1 if dimension is None else dimension
        right = performance_gap_bound(found.estimate, n=found.n, dimension=d, delta=delta)
        left = None
        if scores is not None and a in scores and b in scores:
            left = abs(scores[a] - scores[b])
        result.append(
            DivergencePair(
                first=a,
                second=b,
                family=family,
                divergence=found.estimate,
                divergence_interval=found.interval,
                error=found.error,
                n=found.n,
                dimension=d,
                delta=float(delta),
                left=left,
                right=right,
                holds=None if left is None else left <= right,
                vacuous=right >= 1,
            )
        )
    return result
