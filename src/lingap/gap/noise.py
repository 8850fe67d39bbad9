"""Tests between systems that were scored once: over shared test items, or by the scores' errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lingap.gap.score_tables import Items
from lingap.metrics.arrays import Array
from lingap.metrics.paired import PairedTest, compare_estimates, compare_over_sentences
from lingap.metrics.student import standard_error
from lingap.records import Score

Known = Callable[[str, str, int], bool]
"""Whether the noise in the score of a system, a language and a seed is known."""


class Noise:
    """What is known of the noise in the scores of one seed: scores of test items, or intervals.

    Attributes:
        errors: (system, task, metric, language, seed) to the standard error over test items, of the
            scores that have an interval.
    """

    def __init__(self, rows: Sequence[Score], items: Items):
        self._items = items
        placed = {(s.system, s.task, s.metric, s.language, s.seed): s for s in rows}
        self._values = {key: s.value for key, s in placed.items()}
        self.errors = {key: standard_error(s.interval) for key, s in placed.items() if s.interval}

    def of(self, task: str, metric: str) -> Known:
        """Whether a language of a system has known noise."""
        return lambda system, language, seed: (
            (key := (system, task, metric, language, seed)) in self.errors or key in self._items
        )

    def compare(
        self, task: str, metric: str, a: str, b: str, languages: tuple[str, ...], one_seed: int,
        *, gap: str, n_draws: int, seed: int,
    ) -> PairedTest:  # fmt: skip
        """Over the items that both have, if in all languages, else by the scores' intervals."""
        keys = [[(name, task, metric, code, one_seed) for code in languages] for name in (a, b)]
        sides = [[self._items.get(key, {}) for key in own] for own in keys]
        common = [sorted(x.keys() & y.keys()) for x, y in zip(*sides, strict=True)]
        if all(common):
            counts = [
                {
                    code: np.array([(values[name], 1.0) for name in names])
                    for code, values, names in zip(languages, side, common, strict=True)
                }
                for side in sides
            ]
            return compare_over_sentences(
                counts[0], counts[1], _share_of_sums, gap=gap, n_resamples=n_draws, seed=seed
            )
        values, errors = ([[of[key] for key in own] for own in keys]
                          for of in (self._values, self.errors))  # fmt: skip
        return compare_estimates(values, errors, gap=gap, n_draws=n_draws or 500, seed=seed)


def _share_of_sums(sums: Array) -> Array:
    """Mean score from (m, 2) sums of scores and numbers of items."""
    return np.asarray(np.maximum(0.0, sums[..., 0]) / sums[..., 1])
