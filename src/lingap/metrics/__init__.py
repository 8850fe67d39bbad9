"""Formulas only: arrays in, numbers out. They know no model, no corpus and no file.

Names load their module when first used, so that a few scores need neither SciPy nor POT.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingap.metrics.all_pairs import pairwise_cka
    from lingap.metrics.bootstrap import bootstrap_interval, f1_of_sums
    from lingap.metrics.cka import CkaFloor, cka_floor, linear_cka
    from lingap.metrics.classification import accuracy, macro_f1, micro_f1
    from lingap.metrics.performance import (
        absolute_gap,
        mean_rpd,
        relative_percentage_difference,
        rpd_matrix,
        score_std,
    )
    from lingap.metrics.spans import SpanF1, SpanScore, span_f1

_HOME = {
    "bootstrap": ("bootstrap_interval", "f1_of_sums"),
    "cka": ("CkaFloor", "cka_floor", "linear_cka"),
    "classification": ("accuracy", "macro_f1", "micro_f1"),
    "all_pairs": (
        "GramMoments",
        "cka_of_moments",
        "gram_moments",
        "pairwise_cka",
        "pairwise_floor",
    ),
    "performance": (
        "absolute_gap",
        "mean_rpd",
        "relative_percentage_difference",
        "rpd_matrix",
        "score_std",
    ),
    "spans": ("SpanF1", "SpanScore", "span_f1"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "CkaFloor",
    "SpanF1",
    "SpanScore",
    "absolute_gap",
    "accuracy",
    "bootstrap_interval",
    "cka_floor",
    "f1_of_sums",
    "linear_cka",
    "macro_f1",
    "mean_rpd",
    "micro_f1",
    "pairwise_cka",
    "relative_percentage_difference",
    "rpd_matrix",
    "score_std",
    "span_f1",
]


def __getattr__(name: str) -> Any:
    """Load a public name's module when the name is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'lingap.metrics' has no attribute {name!r}")
    # Kept, so that the next use is a plain attribute.
    value = getattr(importlib.import_module(f"lingap.metrics.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names, loaded or not."""
    return sorted(__all__)
