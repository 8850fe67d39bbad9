"""Score rows to performance gaps, embeddings to linguistic gaps, and what joins the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:  # each name of _HOME, for type checkers and editors
    from lingap.gap.baselines import Baseline as Baseline
    from lingap.gap.baselines import mark_at_baseline as mark_at_baseline
    from lingap.gap.bound import DivergencePair as DivergencePair
    from lingap.gap.bound import divergence_pairs as divergence_pairs
    from lingap.gap.by_language import ScoreComparison as ScoreComparison
    from lingap.gap.by_language import compare_by_language as compare_by_language
    from lingap.gap.changes import GapOrigin as GapOrigin
    from lingap.gap.changes import gap_origins as gap_origins
    from lingap.gap.compare import GapComparison as GapComparison
    from lingap.gap.compare import compare_gaps as compare_gaps
    from lingap.gap.correlation import GapCorrelation as GapCorrelation
    from lingap.gap.correlation import PairPoint as PairPoint
    from lingap.gap.correlation import correlate_gaps as correlate_gaps
    from lingap.gap.correlation import correlate_pairs as correlate_pairs
    from lingap.gap.correlation import pair_points as pair_points
    from lingap.gap.from_scores import gaps_of_scores as gaps_of_scores
    from lingap.gap.from_scores import load_gaps as load_gaps
    from lingap.gap.from_scores import score_gaps as score_gaps
    from lingap.gap.layers import LayerGap as LayerGap
    from lingap.gap.layers import ModelGap as ModelGap
    from lingap.gap.layers import ModelResult as ModelResult
    from lingap.gap.levels import ScoreLevel as ScoreLevel
    from lingap.gap.levels import score_levels as score_levels
    from lingap.gap.linguistic import LinguisticGap as LinguisticGap
    from lingap.gap.linguistic import linguistic_gap as linguistic_gap
    from lingap.gap.linguistic import with_checks as with_checks
    from lingap.gap.model import model_gap as model_gap
    from lingap.gap.output import OutputGap as OutputGap
    from lingap.gap.output import output_gap as output_gap
    from lingap.gap.performance import PerformanceGap as PerformanceGap
    from lingap.gap.performance import performance_gaps as performance_gaps
    from lingap.gap.result import to_dataset as to_dataset
    from lingap.gap.result import to_pandas as to_pandas
    from lingap.gap.results.reading import read_results as read_results
    from lingap.gap.results_file import GapResults as GapResults
    from lingap.gap.results_file import read_gaps as read_gaps
    from lingap.gap.rows import score_rows as score_rows
    from lingap.gap.score_tables import ScoreFile as ScoreFile
    from lingap.gap.score_tables import read_scores as read_scores
    from lingap.gap.seeds import mean_over_seeds as mean_over_seeds
    from lingap.gap.text import TextGap as TextGap
    from lingap.gap.text import text_gap as text_gap
    from lingap.gap.text_folders import parallel_lines as parallel_lines
    from lingap.gap.tokenizers import Tokenizer as Tokenizer
    from lingap.gap.tokenizers import load_tokenizer as load_tokenizer
    from lingap.gap.tokens import ParallelText as ParallelText
    from lingap.gap.tokens import TokenGap as TokenGap
    from lingap.gap.tokens import read_parallel_text as read_parallel_text
    from lingap.gap.tokens import token_gap as token_gap

_HOME = {
    "baselines": "Baseline mark_at_baseline",
    "bound": "DivergencePair divergence_pairs",
    "by_language": "ScoreComparison compare_by_language",
    "changes": "GapOrigin gap_origins",
    "compare": "GapComparison compare_gaps",
    "correlation": "GapCorrelation PairPoint correlate_gaps correlate_pairs pair_points",
    "from_scores": "gaps_of_scores load_gaps score_gaps",
    "levels": "ScoreLevel score_levels",
    "layers": "LayerGap ModelGap ModelResult",
    "linguistic": "LinguisticGap linguistic_gap with_checks",
    "model": "model_gap",
    "output": "OutputGap output_gap",
    "performance": "PerformanceGap performance_gaps",
    "result": "to_dataset to_pandas",
    "results.reading": "read_results",
    "results_file": "GapResults read_gaps",
    "rows": "score_rows",
    "score_tables": "ScoreFile read_scores",
    "seeds": "mean_over_seeds",
    "text": "TextGap text_gap",
    "text_folders": "parallel_lines",
    "tokenizers": "Tokenizer load_tokenizer",
    "tokens": "ParallelText TokenGap read_parallel_text token_gap",
}
__all__ = sorted(" ".join(_HOME.values()).split())
__getattr__ = lazy_names(__name__, _HOME)


def __dir__() -> list[str]:
    """Public names, loaded or not."""
    return __all__
