"""Predictions per word, prediction files and embeddings of a trained model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.evaluation.embeddings import LAYERS, embed
    from lingap.evaluation.prediction import best_labels, distributions, item_logits
    from lingap.evaluation.prediction_files import read_predictions, score_file, write_predictions
    from lingap.evaluation.sentence_encoder import SentenceEncoder, SentenceVectors

__all__ = [
    "LAYERS",
    "SentenceEncoder",
    "SentenceVectors",
    "best_labels",
    "distributions",
    "embed",
    "item_logits",
    "read_predictions",
    "score_file",
    "write_predictions",
]

_HOME = {
    "embeddings": "LAYERS embed",
    "prediction": "best_labels distributions item_logits",
    "prediction_files": "read_predictions score_file write_predictions",
    "sentence_encoder": "SentenceEncoder SentenceVectors",
}

__getattr__ = lazy_names(__name__, _HOME, extra="train", purpose="Evaluating models")
