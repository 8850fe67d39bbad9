"""lingap: measure and narrow the gap between languages.

It turns text into phonemes, each with its word, trains encoders that differ only in the
representation, and measures its effect on scores (performance gap) and embeddings (linguistic
gap). After Jung et al. (2024), *Mitigating the Linguistic Gap with Phonemic
Representations for Robust Cross-lingual Transfer*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap import metrics
    from lingap.corpora import load_corpus, load_parallel
    from lingap.errors import LingapError
    from lingap.experiments import Experiment, ExperimentResult
    from lingap.g2p import G2PCoverage, Phonemizer, Policies, PronouncedText, Pronunciation
    from lingap.gap import (
        GapResults,
        LinguisticGap,
        OutputGap,
        PerformanceGap,
        ScoreFile,
        TextGap,
        compare_gaps,
        correlate_gaps,
        linguistic_gap,
        output_gap,
        performance_gaps,
        read_scores,
        text_gap,
        to_dataset,
        to_pandas,
    )
    from lingap.languages import Language, get_language
    from lingap.records import (
        EncodedSentence,
        Interval,
        LabelledSentence,
        ParallelSentences,
        Prediction,
        Score,
        Sentence,
        SentencePair,
    )
    from lingap.representations import load_representation

__version__ = "0.1.0"

_HOME = {
    "corpora": "load_corpus load_parallel",
    "errors": "LingapError",
    "experiments": "Experiment ExperimentResult",
    "g2p": "G2PCoverage Phonemizer Policies PronouncedText Pronunciation",
    "gap": "GapResults LinguisticGap OutputGap PerformanceGap ScoreFile TextGap compare_gaps "
    "correlate_gaps linguistic_gap output_gap performance_gaps read_scores text_gap to_dataset "
    "to_pandas",
    "languages": "Language get_language",
    "metrics": "metrics",
    "records": "EncodedSentence Interval LabelledSentence ParallelSentences Prediction Score "
    "Sentence SentencePair",
    "representations": "load_representation",
}

__all__ = [
    "EncodedSentence",
    "Experiment",
    "ExperimentResult",
    "G2PCoverage",
    "GapResults",
    "Interval",
    "LabelledSentence",
    "Language",
    "LingapError",
    "LinguisticGap",
    "OutputGap",
    "ParallelSentences",
    "PerformanceGap",
    "Phonemizer",
    "Policies",
    "Prediction",
    "PronouncedText",
    "Pronunciation",
    "Score",
    "ScoreFile",
    "Sentence",
    "SentencePair",
    "TextGap",
    "compare_gaps",
    "correlate_gaps",
    "get_language",
    "linguistic_gap",
    "load_corpus",
    "load_parallel",
    "load_representation",
    "metrics",
    "output_gap",
    "performance_gaps",
    "read_scores",
    "text_gap",
    "to_dataset",
    "to_pandas",
]


__getattr__ = lazy_names(__name__, _HOME)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
