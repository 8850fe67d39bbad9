"""A trained model and a test set become predictions per word, scores, and embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.evaluation.embeddings import LAYERS, embed
    from lingap.evaluation.prediction import best_labels, distributions, item_logits, predict
    from lingap.evaluation.prediction_files import read_predictions, score_file, write_predictions

__all__ = [
    "LAYERS",
    "best_labels",
    "distributions",
    "embed",
    "item_logits",
    "predict",
    "read_predictions",
    "score_file",
    "write_predictions",
]

__getattr__ = lazy_names(
    __name__,
    {
        "LAYERS": "lingap.evaluation.embeddings",
        "embed": "lingap.evaluation.embeddings",
        "best_labels": "lingap.evaluation.prediction",
        "distributions": "lingap.evaluation.prediction",
        "item_logits": "lingap.evaluation.prediction",
        "predict": "lingap.evaluation.prediction",
        "score_file": "lingap.evaluation.prediction_files",
        "read_predictions": "lingap.evaluation.prediction_files",
        "write_predictions": "lingap.evaluation.prediction_files",
    },
    extra="train",
    purpose="Evaluating models",
)
