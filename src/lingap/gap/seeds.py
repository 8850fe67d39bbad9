"""Gaps of several seeds to their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import combinations
from typing import Any, TypeVar

import numpy as np

from lingap.errors import MetricError
from lingap.gap.linguistic import LinguisticGap
from lingap.gap.output import OutputGap
from lingap.records import Interval

Gap = TypeVar("Gap", LinguisticGap, OutputGap)

_FACTS = ("system", "layer", "corpus", "n_sentences", "languages")
_NOT_AVERAGED = {"warnings", "within_floor", "bounds"}


def mean_over_seeds(gaps: Sequence[Gap]) -> Gap:
    """Average gaps that differ only in the training seed.

    Matrices and means are averaged; what one of the gaps lacks, the mean lacks. The end points of
    intervals are averaged too: the sentences are the same for every seed, so their uncertainty
    does not shrink with more seeds.

    Raises:
        MetricError: For no gaps, or gaps of different systems, layers, corpora or languages.
    """
    if not gaps:
        raise MetricError("No gap to average.")
    first = gaps[0]
    if len(gaps) == 1:
        return first
    facts = [tuple(getattr(gap, name, None) for name in _FACTS) for gap in gaps]
    if any(one != facts[0] for one in facts):
        raise MetricError(f"Only gaps that differ in the seed can be averaged, got {facts}.")
    means: dict[str, Any] = {
        field.name: _mean([getattr(gap, field.name) for gap in gaps])
        for field in fields(first)
        if field.name not in _NOT_AVERAGED
    }
    if isinstance(first, LinguisticGap):
        means["within_floor"] = tuple(
            (one, other)
            for (i, one), (j, other) in combinations(enumerate(first.languages), 2)
            if means["cka"][i][j] <= means["floor_high"][i][j]
        )
    warnings = dict.fromkeys(warning for gap in gaps for warning in gap.warnings)
    return replace(first, **means, warnings=tuple(warnings))


def _mean(values: Sequence[Any]) -> Any:
    """The mean of numbers, matrices, intervals or mappings; equal values are kept as they are."""
    first = values[0]
    if lacking := [value for value in values if value is None or value in ((), {})]:
        return lacking[0]
    if isinstance(first, Interval):
        method = f"{first.method}, mean of {len(values)} seeds"
        low, high = (_mean([getattr(value, end) for value in values]) for end in ("low", "high"))
        return replace(first, low=low, high=high, method=method)
    if all(value == first for value in values):
        return first
    if isinstance(first, Mapping):
        return {key: _mean([value[key] for value in values]) for key in first}
    found = np.mean(values, axis=0).tolist()
    return tuple(map(tuple, found)) if isinstance(found, list) else found
