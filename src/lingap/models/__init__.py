"""Matched and published encoders, heads and pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.models.encoder import (
        EncoderConfig,
        build_encoder,
        n_parameters,
        save_encoder,
    )
    from lingap.models.heads import ItemClassifier, MaskedLanguageModel
    from lingap.models.pooling import pool_items, pool_units, sentence_weights
    from lingap.models.published import load_encoder, load_published, load_text_model
    from lingap.models.reading import (
        all_hidden,
        input_vectors,
        last_hidden,
        max_units,
        padding_multiple,
    )

__all__ = [
    "EncoderConfig",
    "ItemClassifier",
    "MaskedLanguageModel",
    "all_hidden",
    "build_encoder",
    "input_vectors",
    "last_hidden",
    "load_encoder",
    "load_published",
    "load_text_model",
    "max_units",
    "n_parameters",
    "padding_multiple",
    "pool_items",
    "pool_units",
    "save_encoder",
    "sentence_weights",
]

_HOME = {
    "encoder": "EncoderConfig build_encoder n_parameters save_encoder",
    "heads": "ItemClassifier MaskedLanguageModel",
    "pooling": "pool_items pool_units sentence_weights",
    "published": "load_encoder load_published load_text_model",
    "reading": "all_hidden input_vectors last_hidden max_units padding_multiple",
}

__getattr__ = lazy_names(
    __name__,
    _HOME,
    extra="train",
    purpose="Building encoders",
)
