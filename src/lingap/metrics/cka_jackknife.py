"""Standard errors of CKA over sentences, by an exact jackknife.

A bootstrap would draw sentences twice, and a sentence paired with its own copy is a perfect match
that raises CKA, so its percentiles can miss the estimate altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.all_pairs import GramMoments, Precision, cka_of_moments, prepared
from lingap.metrics.arrays import Array
from lingap.metrics.cka import debias
from lingap.metrics.threads import in_threads, n_cores


@dataclass(frozen=True, slots=True, eq=False)
class CkaErrors:
    """Standard errors of one estimator: of every pair (L, L), and of the mean over pairs."""

    pairs: Array
    mean: float


class _Spread:
    """Sums of leave-one-out values, kept as differences from the full estimate."""

    def __init__(self, full: Array):
        self.full, self.upper = full, np.triu_indices(len(full), 1)
        self.sums = np.zeros((2, *full.shape))
        self.mean_sums = np.zeros(2)

    def add(self, hsic: Array) -> None:
        own = np.diagonal(hsic, axis1=1, axis2=2)
        if (own <= 1e-12).any():
            raise MetricError("Too few sentences for a standard error of debiased CKA.")
        scale = np.sqrt(own)
        off = hsic / (scale[:, :, None] * scale[:, None, :]) - self.full
        means = off[:, self.upper[0], self.upper[1]].mean(axis=1)
        for power in (1, 2):
            self.sums[power - 1] += (off**power).sum(axis=0)
            self.mean_sums[power - 1] += (means**power).sum()

    def errors(self, n: int) -> CkaErrors:
        def standard_error(first: Any, second: Any) -> Any:
            return np.sqrt(np.maximum(second - first**2 / n, 0) * (n - 1) / n)

        pairs = standard_error(*self.sums)
        pairs = np.maximum(pairs, pairs.T)  # equal but for rounding
        np.fill_diagonal(pairs, 0.0)
        return CkaErrors(pairs, float(standard_error(*self.mean_sums)))


@checked(MetricError)
def jackknife_cka(
    embeddings: Any,
    moments: GramMoments,
    *,
    precision: Precision = "auto",
    memory_bytes: int = 1 << 28,
) -> tuple[CkaErrors, CkaErrors]:
    """Standard errors of biased and of debiased CKA over sentences.

    Args:
        embeddings: At least two languages, as for :func:`lingap.metrics.pairwise_cka`.
        moments: Of the same embeddings, from ``gram_moments``.
        precision: Of the products, as there.
        memory_bytes: Allowed for rows of Gram matrices, besides a centred copy of the embeddings.

    Raises:
        MetricError: For fewer than 6 sentences or two languages.
    """
    hsic, norms = moments.hsic, moments.norms
    n_languages, n = norms.shape
    if n < 6 or n_languages < 2:
        raise MetricError(
            f"A standard error needs 6 sentences and 2 languages; got {n} and {n_languages}."
        )
    biased, debiased = (
        _Spread(cka_of_moments(moments, estimator=e)) for e in ("biased", "debiased")
    )
    rows = prepared(embeddings, precision)
    m = n - 1
    total = norms.sum(axis=1)
    shared = norms @ norms.T
    weights = norms.astype(rows[0].dtype)
    values = n * rows[0].itemsize + 100 * n_languages  # bytes per language and sentence left out
    step = max(1, min(64, memory_bytes // (n_cores() * n_languages * values)))

    def leave_out(at: int) -> tuple[Array, Array]:
        """Inner products without each sentence from `at` on, both (b, L, L)."""
        gram = np.stack([x[at : at + step] @ x.T for x in rows], axis=1)  # (b, L, n)
        meet = np.matmul(gram, gram.transpose(0, 2, 1)).astype(np.float64)  # (b, L, L)
        cross = np.matmul(gram, weights.T).astype(np.float64)
        own = norms[:, at : at + step].T  # (b, L), the Gram matrices' diagonal
        both = own[:, :, None] * own[:, None, :]
        # Inner products of the Gram matrices without sentence k, centred anew.
        left = hsic - 2 * meet + both - 2 / m * (meet - both) + both / m**2
        # The same for the squared norms of rows, then the formula of the unbiased estimator.
        one = own[:, None, :] * (total[:, None] - own[:, :, None] * (1 + 2 / m)) / m**2
        rest = (
            shared
            - both
            + 2 / m * (cross + cross.transpose(0, 2, 1) - 2 * both)
            + 4 / m**2 * (meet - both)
            + one
            + one.transpose(0, 2, 1)
            + both / m**3
        )
        trace = total - own * n / m
        product = trace[:, :, None] * trace[:, None, :]
        return left, debias(left, rest, product, m)

    for left, unbiased in in_threads(leave_out, range(0, n, step)):
        biased.add(left)
        debiased.add(unbiased)
    return biased.errors(n), debiased.errors(n)
