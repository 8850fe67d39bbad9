"""A measure: one pure function, and what is claimed of it as data that a test checks."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.errors import MetricError
from lingap.metrics.measures import Measure


def length_ratio(one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> float:
    """Units of the longer text per unit of the shorter one.

    Shapes: `one` and `other` are sentences of units, the same content in two languages. Range: 1
    (equally long) to infinity. Raises MetricError for a text without units.

    >>> length_ratio([["a", "b"]], [["c"], ["d", "e", "f"]])
    2.0
    """
    sizes = sorted(sum(map(len, text)) for text in (one, other))
    if not sizes[0]:
        raise MetricError("length_ratio: expected units in both texts, got none in one of them.")
    return sizes[1] / sizes[0]


LENGTH_RATIO = Measure(
    "length_ratio", length_ratio, "sentences_of_units", "1", (1, None), "lower", True, 1.0,
    invariant_to=("row_order",),
)  # fmt: skip
