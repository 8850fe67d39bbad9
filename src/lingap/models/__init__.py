"""Encoders, matched or published, and the head and pooling on top."""

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
    from lingap.models.pooling import pool_items, pool_units
    from lingap.models.published import load_encoder, load_published
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
    "max_units",
    "n_parameters",
    "padding_multiple",
    "pool_items",
    "pool_units",
    "save_encoder",
]

__getattr__ = lazy_names(
    __name__,
    {
        "EncoderConfig": "lingap.models.encoder",
        "build_encoder": "lingap.models.encoder",
        "load_encoder": "lingap.models.published",
        "n_parameters": "lingap.models.encoder",
        "save_encoder": "lingap.models.encoder",
        "ItemClassifier": "lingap.models.heads",
        "MaskedLanguageModel": "lingap.models.heads",
        "load_published": "lingap.models.published",
        "all_hidden": "lingap.models.reading",
        "input_vectors": "lingap.models.reading",
        "last_hidden": "lingap.models.reading",
        "max_units": "lingap.models.reading",
        "padding_multiple": "lingap.models.reading",
        "pool_items": "lingap.models.pooling",
        "pool_units": "lingap.models.pooling",
    },
    extra="train",
    purpose="Building encoders",
)
