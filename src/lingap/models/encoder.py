"""Matched encoders: one configuration and one class for every representation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, model_validator

from lingap.errors import MissingExtra
from lingap.representations import Vocabulary
from lingap.representations.vocabulary import Numbered, Reads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch


class EncoderConfig(BaseModel, frozen=True, extra="forbid"):
    """Size of a matched encoder, the same for every representation."""

    hidden_size: int = Field(128, ge=1, le=65_536, description="Width of every layer.")
    layers: int = Field(2, ge=1, le=1000, description="Transformer layers.")
    heads: int = Field(4, ge=1, le=4096, description="Attention heads per layer.")
    feed_forward_size: int = Field(
        512, ge=1, le=262_144, description="Width of the feed-forward layers."
    )
    max_units: int = Field(
        256, ge=8, le=65_536, description="Units read at once, including two special ones."
    )
    dropout: float = Field(0.1, ge=0, le=0.99, description="Dropout in all layers.")
    initializer_std: float = Field(
        0.05,
        ge=1e-6,
        le=1,
        allow_inf_nan=False,
        description="Standard deviation of the initial weights.",
    )

    @model_validator(mode="after")
    def _heads_divide_width(self) -> EncoderConfig:
        if self.hidden_size % self.heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} is not a multiple of heads {self.heads}"
            )
        return self


def transformers_library() -> Any:
    """``transformers``, silent and without telemetry; MissingExtra if it is not installed."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("USE_HUB_KERNELS", "NO")  # native code from the hub
    try:
        import torch  # noqa: F401
        import transformers
    except ImportError as error:
        raise MissingExtra("train", "Training and embedding") from error
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return transformers


def build_encoder(
    config: EncoderConfig,
    vocabulary: Vocabulary,
    *,
    seed: int,
    features: npt.NDArray[np.float32] | None = None,
) -> torch.nn.Module:
    """A new masked language model, a ``RoFormerForMaskedLM``.

    RoFormer (Su et al. 2021) is BERT with rotary positions. Unlike BERT with learned positions, it
    gets beyond unit frequencies on little text. Matched encoders differ only in the number of their
    embedding and output rows.

    Args:
        config: The size.
        vocabulary: The units.
        seed: Of the weights.
        features: Of each unit, (n_units, n_features), for embeddings composed of them.
    """
    transformers = transformers_library()
    import torch

    from lingap.models.articulatory import compose_embeddings, first_weights

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: torch.nn.Module = transformers.RoFormerForMaskedLM(
            transformers.RoFormerConfig(
                vocab_size=len(vocabulary),
                embedding_size=config.hidden_size,
                hidden_size=config.hidden_size,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                intermediate_size=config.feed_forward_size,
                max_position_embeddings=config.max_units,
                hidden_dropout_prob=config.dropout,
                attention_probs_dropout_prob=config.dropout,
                initializer_range=config.initializer_std,
                pad_token_id=vocabulary.pad_id,
            )
        )
        if features is not None:
            weights = first_weights(features, config.hidden_size, std=config.initializer_std)
            compose_embeddings(model, torch.from_numpy(features), weights)
    return model


def save_encoder(
    model: torch.nn.Module,
    vocabulary: Vocabulary,
    folder: Path,
    *,
    reads: Reads = "units",
    numbered: Numbered | None = None,
) -> None:
    """Write a folder for ``AutoModelForMaskedLM`` and ``AutoTokenizer``.

    Args:
        model: A masked language model.
        vocabulary: Its units.
        folder: Where to write.
        reads: Input of the tokenizer; see
            :func:`lingap.representations.vocabulary.save_units`.
        numbered: Makes the tokenizer of an encoder that reads pieces of words.
    """
    from lingap.models.articulatory import save_composed

    save_composed(model, folder).save_pretrained(folder)
    room = int(model.config.max_position_embeddings)  # type: ignore[union-attr,arg-type]
    vocabulary.save(folder, reads=reads, max_units=room, numbered=numbered)


def n_parameters(model: torch.nn.Module) -> int:
    """Number of weights, shared ones counted once."""
    return sum(parameter.numel() for parameter in model.parameters())
