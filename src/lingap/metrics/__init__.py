"""Formulas only: arrays in, numbers out. They know no model, no corpus and no file.

Names load their module when first used, so that a few scores need neither SciPy nor POT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.metrics.all_pairs import (
        GramMoments,
        cka_of_moments,
        gram_moments,
        pairwise_cka,
        pairwise_floor,
    )
    from lingap.metrics.all_pairs_transport import (
        PairwiseTransport,
        pairwise_sinkhorn,
        pairwise_transport,
    )
    from lingap.metrics.bootstrap import bootstrap_interval, f1_of_sums
    from lingap.metrics.cka import CkaFloor, cka_floor, linear_cka
    from lingap.metrics.cka_jackknife import jackknife_cka
    from lingap.metrics.classification import accuracy, macro_f1, micro_f1, softmax
    from lingap.metrics.correlation import (
        RankCorrelation,
        kendall_p_value,
        rank_correlation,
        spearman_p_value,
    )
    from lingap.metrics.domain import (
        HDivergence,
        h_divergence,
        hdh_divergence,
        ngram_divergence,
        performance_gap_bound,
    )
    from lingap.metrics.measures import MEASURES, Measure
    from lingap.metrics.paired import PairedTest, compare_over_seeds, compare_over_sentences, holm
    from lingap.metrics.performance import (
        absolute_gap,
        mean_rpd,
        relative_percentage_difference,
        rpd_matrix,
        score_std,
    )
    from lingap.metrics.retrieval import anisotropy, participation_ratio, retrieval_accuracy
    from lingap.metrics.spans import SpanF1, SpanScore, span_f1
    from lingap.metrics.streaming_cka import StreamingCka
    from lingap.metrics.transport import (
        SinkhornResult,
        exact_transport_cost,
        sinkhorn,
        sinkhorn_distance,
        sinkhorn_divergence,
    )
    from lingap.metrics.units import (
        compression_distance,
        inventory_overlap,
        ngram_jsd,
        token_overlap,
    )

_HOME = {
    "all_pairs": (
        "GramMoments", "cka_of_moments", "gram_moments", "pairwise_cka", "pairwise_floor",
    ),
    "all_pairs_transport": ("PairwiseTransport", "pairwise_sinkhorn", "pairwise_transport"),
    "bootstrap": ("bootstrap_interval", "f1_of_sums"),
    "cka": ("CkaFloor", "cka_floor", "linear_cka"),
    "cka_jackknife": ("jackknife_cka",),
    "classification": ("accuracy", "macro_f1", "micro_f1", "softmax"),
    "correlation": ("RankCorrelation", "kendall_p_value", "rank_correlation", "spearman_p_value"),
    "domain": (
        "HDivergence", "h_divergence", "hdh_divergence", "ngram_divergence",
        "performance_gap_bound",
    ),
    "measures": ("MEASURES", "Measure"),
    "paired": ("PairedTest", "compare_over_seeds", "compare_over_sentences", "holm"),
    "performance": (
        "absolute_gap", "mean_rpd", "relative_percentage_difference", "rpd_matrix", "score_std",
    ),
    "retrieval": ("anisotropy", "participation_ratio", "retrieval_accuracy"),
    "spans": ("SpanF1", "SpanScore", "span_f1"),
    "streaming_cka": ("StreamingCka",),
    "transport": (
        "SinkhornResult", "exact_transport_cost", "sinkhorn", "sinkhorn_distance",
        "sinkhorn_divergence",
    ),
    "units": ("compression_distance", "inventory_overlap", "ngram_jsd", "token_overlap"),
}  # fmt: skip
_MODULE_OF = {name: f"lingap.metrics.{module}" for module, names in _HOME.items() for name in names}

__all__ = [
    "MEASURES",
    "CkaFloor",
    "GramMoments",
    "HDivergence",
    "Measure",
    "PairedTest",
    "PairwiseTransport",
    "RankCorrelation",
    "SinkhornResult",
    "SpanF1",
    "SpanScore",
    "StreamingCka",
    "absolute_gap",
    "accuracy",
    "anisotropy",
    "bootstrap_interval",
    "cka_floor",
    "cka_of_moments",
    "compare_over_seeds",
    "compare_over_sentences",
    "compression_distance",
    "exact_transport_cost",
    "f1_of_sums",
    "gram_moments",
    "h_divergence",
    "hdh_divergence",
    "holm",
    "inventory_overlap",
    "jackknife_cka",
    "kendall_p_value",
    "linear_cka",
    "macro_f1",
    "mean_rpd",
    "micro_f1",
    "ngram_divergence",
    "ngram_jsd",
    "pairwise_cka",
    "pairwise_floor",
    "pairwise_sinkhorn",
    "pairwise_transport",
    "participation_ratio",
    "performance_gap_bound",
    "rank_correlation",
    "relative_percentage_difference",
    "retrieval_accuracy",
    "rpd_matrix",
    "score_std",
    "sinkhorn",
    "sinkhorn_distance",
    "sinkhorn_divergence",
    "softmax",
    "span_f1",
    "spearman_p_value",
    "token_overlap",
]


__getattr__ = lazy_names(__name__, _MODULE_OF)


def __dir__() -> list[str]:
    """Public names, loaded or not."""
    return sorted(__all__)
