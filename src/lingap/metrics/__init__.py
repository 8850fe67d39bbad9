"""Formulas only: arrays in, numbers out. They know no model, no corpus and no file.

Names load their module when first used, so that a few scores need neither SciPy nor POT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:  # each name of _HOME, for type checkers and editors
    from lingap.metrics.all_pairs import GramMoments as GramMoments
    from lingap.metrics.all_pairs import cka_of_moments as cka_of_moments
    from lingap.metrics.all_pairs import gram_moments as gram_moments
    from lingap.metrics.all_pairs import pairwise_cka as pairwise_cka
    from lingap.metrics.all_pairs import pairwise_floor as pairwise_floor
    from lingap.metrics.all_pairs_transport import PairwiseTransport as PairwiseTransport
    from lingap.metrics.all_pairs_transport import pairwise_sinkhorn as pairwise_sinkhorn
    from lingap.metrics.all_pairs_transport import pairwise_transport as pairwise_transport
    from lingap.metrics.baselines import chance_share as chance_share
    from lingap.metrics.baselines import is_at_baseline as is_at_baseline
    from lingap.metrics.baselines import looks_like_guessing as looks_like_guessing
    from lingap.metrics.baselines import majority_share as majority_share
    from lingap.metrics.bootstrap import bootstrap_interval as bootstrap_interval
    from lingap.metrics.bootstrap import f1_of_sums as f1_of_sums
    from lingap.metrics.cka import CkaFloor as CkaFloor
    from lingap.metrics.cka import cka_floor as cka_floor
    from lingap.metrics.cka import linear_cka as linear_cka
    from lingap.metrics.cka_jackknife import jackknife_cka as jackknife_cka
    from lingap.metrics.classification import accuracy as accuracy
    from lingap.metrics.classification import macro_f1 as macro_f1
    from lingap.metrics.classification import micro_f1 as micro_f1
    from lingap.metrics.classification import softmax as softmax
    from lingap.metrics.correlation import RankCorrelation as RankCorrelation
    from lingap.metrics.correlation import rank_correlation as rank_correlation
    from lingap.metrics.domain import HDivergence as HDivergence
    from lingap.metrics.domain import h_divergence as h_divergence
    from lingap.metrics.domain import hdh_divergence as hdh_divergence
    from lingap.metrics.domain import ngram_divergence as ngram_divergence
    from lingap.metrics.domain import performance_gap_bound as performance_gap_bound
    from lingap.metrics.levelling import GapChange as GapChange
    from lingap.metrics.levelling import gap_change as gap_change
    from lingap.metrics.measures import MEASURES as MEASURES
    from lingap.metrics.measures import Measure as Measure
    from lingap.metrics.multiple_tests import holm as holm
    from lingap.metrics.paired import PairedTest as PairedTest
    from lingap.metrics.paired import compare_over_seeds as compare_over_seeds
    from lingap.metrics.paired import compare_over_sentences as compare_over_sentences
    from lingap.metrics.performance import absolute_gap as absolute_gap
    from lingap.metrics.performance import mean_rpd as mean_rpd
    from lingap.metrics.performance import (
        relative_percentage_difference as relative_percentage_difference,
    )
    from lingap.metrics.performance import rpd_matrix as rpd_matrix
    from lingap.metrics.performance import score_std as score_std
    from lingap.metrics.rank_p_values import kendall_p_value as kendall_p_value
    from lingap.metrics.rank_p_values import spearman_p_value as spearman_p_value
    from lingap.metrics.retrieval import Alignment as Alignment
    from lingap.metrics.retrieval import alignment as alignment
    from lingap.metrics.retrieval import anisotropy as anisotropy
    from lingap.metrics.retrieval import mexa as mexa
    from lingap.metrics.retrieval import participation_ratio as participation_ratio
    from lingap.metrics.retrieval import retrieval_accuracy as retrieval_accuracy
    from lingap.metrics.seeds_and_items import Repeats as Repeats
    from lingap.metrics.seeds_and_items import ScoreTest as ScoreTest
    from lingap.metrics.seeds_and_items import compare_means as compare_means
    from lingap.metrics.seeds_and_items import score_interval as score_interval
    from lingap.metrics.spans import SpanF1 as SpanF1
    from lingap.metrics.spans import SpanScore as SpanScore
    from lingap.metrics.spans import chance_span_f1 as chance_span_f1
    from lingap.metrics.spans import span_f1 as span_f1
    from lingap.metrics.streaming_cka import StreamingCka as StreamingCka
    from lingap.metrics.transport import SinkhornResult as SinkhornResult
    from lingap.metrics.transport import exact_transport_cost as exact_transport_cost
    from lingap.metrics.transport import sinkhorn as sinkhorn
    from lingap.metrics.transport import sinkhorn_distance as sinkhorn_distance
    from lingap.metrics.transport import sinkhorn_divergence as sinkhorn_divergence
    from lingap.metrics.units import compression_distance as compression_distance
    from lingap.metrics.units import inventory_overlap as inventory_overlap
    from lingap.metrics.units import ngram_jsd as ngram_jsd
    from lingap.metrics.units import token_overlap as token_overlap

_HOME = {
    "all_pairs": "GramMoments cka_of_moments gram_moments pairwise_cka pairwise_floor",
    "all_pairs_transport": "PairwiseTransport pairwise_sinkhorn pairwise_transport",
    "baselines": "chance_share is_at_baseline looks_like_guessing majority_share",
    "bootstrap": "bootstrap_interval f1_of_sums",
    "cka": "CkaFloor cka_floor linear_cka",
    "cka_jackknife": "jackknife_cka",
    "classification": "accuracy macro_f1 micro_f1 softmax",
    "correlation": "RankCorrelation rank_correlation",
    "domain": "HDivergence h_divergence hdh_divergence ngram_divergence performance_gap_bound",
    "levelling": "GapChange gap_change",
    "measures": "MEASURES Measure",
    "multiple_tests": "holm",
    "paired": "PairedTest compare_over_seeds compare_over_sentences",
    "performance": "absolute_gap mean_rpd relative_percentage_difference rpd_matrix score_std",
    "rank_p_values": "kendall_p_value spearman_p_value",
    "retrieval": "Alignment alignment anisotropy mexa participation_ratio retrieval_accuracy",
    "seeds_and_items": "Repeats ScoreTest compare_means score_interval",
    "spans": "SpanF1 SpanScore chance_span_f1 span_f1",
    "streaming_cka": "StreamingCka",
    "transport": "SinkhornResult exact_transport_cost sinkhorn "
    "sinkhorn_distance sinkhorn_divergence",
    "units": "compression_distance inventory_overlap ngram_jsd token_overlap",
}
__all__ = sorted(" ".join(_HOME.values()).split())
__getattr__ = lazy_names(__name__, _HOME)


def __dir__() -> list[str]:
    """Public names, loaded or not."""
    return __all__
