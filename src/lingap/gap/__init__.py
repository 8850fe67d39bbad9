"""Score rows to performance gaps, embeddings to linguistic gaps, and what joins the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.gap.bound import DivergencePair, divergence_pairs
    from lingap.gap.compare import GapComparison, compare_gaps
    from lingap.gap.correlation import (
        GapCorrelation,
        PairPoint,
        correlate_gaps,
        correlate_pairs,
        pair_points,
    )
    from lingap.gap.linguistic import LinguisticGap, linguistic_gap, with_checks
    from lingap.gap.output import OutputGap, output_gap
    from lingap.gap.performance import PerformanceGap, performance_gaps
    from lingap.gap.result import to_pandas
    from lingap.gap.results_file import GapResults, load_gaps, read_gaps, score_gaps
    from lingap.gap.score_tables import ScoreFile, read_scores
    from lingap.gap.seeds import mean_over_seeds
    from lingap.gap.text import TextGap, text_gap

_HOME = {
    "bound": ("DivergencePair", "divergence_pairs"),
    "compare": ("GapComparison", "compare_gaps"),
    "correlation": (
        "GapCorrelation",
        "PairPoint",
        "correlate_gaps",
        "correlate_pairs",
        "pair_points",
    ),
    "linguistic": ("LinguisticGap", "linguistic_gap", "with_checks"),
    "output": ("OutputGap", "output_gap"),
    "performance": ("PerformanceGap", "performance_gaps"),
    "result": ("to_pandas",),
    "results_file": ("GapResults", "load_gaps", "read_gaps", "score_gaps"),
    "score_tables": ("ScoreFile", "read_scores"),
    "seeds": ("mean_over_seeds",),
    "text": ("TextGap", "text_gap"),
}
_MODULE_OF = {name: f"lingap.gap.{module}" for module, names in _HOME.items() for name in names}

__all__ = [
    "DivergencePair",
    "GapComparison",
    "GapCorrelation",
    "GapResults",
    "LinguisticGap",
    "OutputGap",
    "PairPoint",
    "PerformanceGap",
    "ScoreFile",
    "TextGap",
    "compare_gaps",
    "correlate_gaps",
    "correlate_pairs",
    "divergence_pairs",
    "linguistic_gap",
    "load_gaps",
    "mean_over_seeds",
    "output_gap",
    "pair_points",
    "performance_gaps",
    "read_gaps",
    "read_scores",
    "score_gaps",
    "text_gap",
    "to_pandas",
    "with_checks",
]


__getattr__ = lazy_names(__name__, _MODULE_OF)
