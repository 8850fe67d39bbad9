"""A trained model and a test set become predictions per word, scores, and embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.evaluation.embeddings import LAYERS, embed
    from lingap.evaluation.prediction import predict
    from lingap.evaluation.prediction_files import read_predictions, write_predictions

__all__ = ["LAYERS", "embed", "predict", "read_predictions", "write_predictions"]

__getattr__ = lazy_names(
    {
        "LAYERS": "lingap.evaluation.embeddings",
        "embed": "lingap.evaluation.embeddings",
        "predict": "lingap.evaluation.prediction",
        "read_predictions": "lingap.evaluation.prediction_files",
        "write_predictions": "lingap.evaluation.prediction_files",
    },
    extra="train",
    purpose="Evaluating models",
)
