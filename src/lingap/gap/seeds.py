"""Linguistic gaps of several seeds to their mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from lingap.errors import MetricError
from lingap.gap.linguistic import LinguisticGap
from lingap.gap.result import Matrix
from lingap.records import Interval


def mean_over_seeds(gaps: Sequence[LinguisticGap]) -> LinguisticGap:
    """Average gaps that differ only in the training seed.

    Matrices and means are averaged. The end points of intervals are averaged too: the sentences
    are the same for every seed, so their uncertainty does not shrink with more seeds.

    Raises:
        MetricError: For no gaps, or gaps of different systems, layers, corpora or languages.
    """
    if not gaps:
        raise MetricError("No linguistic gap to average.")
    first = gaps[0]
    if len(gaps) == 1:
        return first
    facts = {(g.system, g.layer, g.corpus, g.n_sentences, g.languages) for g in gaps}
    if len(facts) > 1:
        raise MetricError(f"Only gaps that differ in the seed can be averaged; got {facts}.")

    def matrix(of: Callable[[LinguisticGap], Matrix]) -> Matrix:
        matrices = [of(gap) for gap in gaps]
        if not all(matrices):
            return ()
        return tuple(tuple(float(v) for v in row) for row in np.mean(matrices, axis=0))

    def mean(of: Callable[[LinguisticGap], float | None]) -> float | None:
        values = [value for gap in gaps if (value := of(gap)) is not None]
        return float(np.mean(values)) if len(values) == len(gaps) else None

    def interval(of: Callable[[LinguisticGap], Interval | None]) -> Interval | None:
        ends = [found for gap in gaps if (found := of(gap)) is not None]
        if len(ends) < len(gaps):
            return None
        return Interval(
            low=float(np.mean([end.low for end in ends])),
            high=float(np.mean([end.high for end in ends])),
            level=ends[0].level,
            method=f"{ends[0].method}, mean of {len(gaps)} seeds",
        )

    cka, floor_high = matrix(lambda g: g.cka), matrix(lambda g: g.floor_high)
    pairs = [(i, j) for i in range(len(cka)) for j in range(i + 1, len(cka))]
    return replace(
        first,
        cka=cka,
        cka_debiased=matrix(lambda g: g.cka_debiased),
        floor_mean=matrix(lambda g: g.floor_mean),
        floor_high=floor_high,
        mean_cka=mean(lambda g: g.mean_cka),
        mean_cka_interval=interval(lambda g: g.mean_cka_interval),
        mean_cka_debiased=mean(lambda g: g.mean_cka_debiased),
        mean_cka_debiased_interval=interval(lambda g: g.mean_cka_debiased_interval),
        mean_floor=mean(lambda g: g.mean_floor),
        within_floor=tuple(
            (first.languages[i], first.languages[j])
            for i, j in pairs
            if cka[i][j] <= floor_high[i][j]
        ),
        warnings=tuple(dict.fromkeys(w for gap in gaps for w in gap.warnings)),
        cka_error=matrix(lambda g: g.cka_error),
        cka_debiased_error=matrix(lambda g: g.cka_debiased_error),
    )
