"""Score rows to performance gaps, embeddings to linguistic gaps, and what joins the two."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingap.gap.bound import DivergencePair, divergence_pairs
    from lingap.gap.compare import GapComparison, compare_gaps
    from lingap.gap.correlation import GapCorrelation, correlate_gaps
    from lingap.gap.linguistic import LinguisticGap, linguistic_gap, with_checks
    from lingap.gap.output import OutputGap, output_gap
    from lingap.gap.performance import PerformanceGap, performance_gaps
    from lingap.gap.score_files import ScoreFile, read_scores
    from lingap.gap.seeds import mean_over_seeds
    from lingap.gap.text import TextGap, text_gap

_HOME = {
    "bound": (
        "DivergencePair",
        "divergence_pairs",
    ),
    "compare": (
        "GapComparison",
        "compare_gaps",
    ),
    "correlation": (
        "GapCorrelation",
        "correlate_gaps",
    ),
    "linguistic": (
        "LinguisticGap",
        "linguistic_gap",
        "with_checks",
    ),
    "output": (
        "OutputGap",
        "output_gap",
    ),
    "performance": (
        "PerformanceGap",
        "performance_gaps",
    ),
    "score_files": (
        "ScoreFile",
        "read_scores",
    ),
    "seeds": ("mean_over_seeds",),
    "text": (
        "TextGap",
        "text_gap",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "DivergencePair",
    "GapComparison",
    "GapCorrelation",
    "LinguisticGap",
    "OutputGap",
    "PerformanceGap",
    "ScoreFile",
    "TextGap",
    "compare_gaps",
    "correlate_gaps",
    "divergence_pairs",
    "linguistic_gap",
    "mean_over_seeds",
    "output_gap",
    "performance_gaps",
    "read_scores",
    "text_gap",
    "with_checks",
]


def __getattr__(name: str) -> Any:
    """Load a public name's module when the name is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'lingap.gap' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"lingap.gap.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
