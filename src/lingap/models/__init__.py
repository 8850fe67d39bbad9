"""Encoders: matched ones built from one configuration, and the heads and pooling on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.models.encoder import (
        EncoderConfig,
        build_encoder,
        load_encoder,
        n_parameters,
        save_encoder,
    )
    from lingap.models.heads import ItemClassifier
    from lingap.models.pooling import pool_items, pool_units

__all__ = [
    "EncoderConfig",
    "ItemClassifier",
    "build_encoder",
    "load_encoder",
    "n_parameters",
    "pool_items",
    "pool_units",
    "save_encoder",
]

__getattr__ = lazy_names(
    {
        "EncoderConfig": "lingap.models.encoder",
        "build_encoder": "lingap.models.encoder",
        "load_encoder": "lingap.models.encoder",
        "n_parameters": "lingap.models.encoder",
        "save_encoder": "lingap.models.encoder",
        "ItemClassifier": "lingap.models.heads",
        "pool_items": "lingap.models.pooling",
        "pool_units": "lingap.models.pooling",
    },
    extra="train",
    purpose="Building encoders",
)
