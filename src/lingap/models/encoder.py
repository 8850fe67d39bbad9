"""Matched encoders: one configuration, one class, whatever the representation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, PositiveInt, model_validator

from lingap.errors import MissingExtra
from lingap.representations import Vocabulary
from lingap.representations.vocabulary import Reads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch


class EncoderConfig(BaseModel, frozen=True, extra="forbid"):
    """Size of a matched encoder; everything but the vocabulary is equal over representations."""

    hidden_size: PositiveInt = Field(128, description="Width of every layer's vectors.")
    layers: PositiveInt = Field(2, description="Transformer layers.")
    heads: PositiveInt = Field(4, description="Attention heads a layer.")
    feed_forward_size: PositiveInt = Field(512, description="Width inside a layer.")
    max_units: int = Field(256, ge=8, description="Units read at once, two special ones included.")
    dropout: float = Field(0.1, ge=0, lt=1, description="Dropout everywhere.")
    initializer_std: float = Field(0.05, gt=0, description="Spread of the first weights.")

    @model_validator(mode="after")
    def _heads_divide_width(self) -> EncoderConfig:
        if self.hidden_size % self.heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} is not a multiple of heads {self.heads}"
            )
        return self


def transformers_library() -> Any:
    """``transformers``, silent and without telemetry; MissingExtra where it is not installed."""
    # Nothing here asks a hub; say so before the library looks for one.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
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
    """A new masked language model, a ``RoFormerForMaskedLM``, with weights drawn from `seed`.

    RoFormer (Su et al. 2021) is BERT with rotary positions: it learns from little text, where
    BERT's learned positions leave it at the frequencies of single characters or phonemes. Only
    the embedding and output rows depend on the vocabulary; their number is what differs between
    matched encoders.

    Args:
        config: The size.
        vocabulary: The units.
        seed: Of the weights.
        features: Of each unit, (n_units, n_features), for embeddings that are composed of them.
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
    model: torch.nn.Module, vocabulary: Vocabulary, folder: Path, *, reads: Reads = "units"
) -> None:
    """Write a folder that ``AutoModelForMaskedLM`` and ``AutoTokenizer`` read.

    Args:
        model: A masked language model.
        vocabulary: Its units.
        folder: Where to.
        reads: What the tokenizer is given: ``units`` with spaces between them, or plain text that
            it cuts into ``characters`` or ``subwords``.
    """
    from lingap.models.articulatory import composed, save_composed

    plain = model if composed(model) is None else save_composed(model, folder)
    plain.save_pretrained(folder)  # type: ignore[operator]
    room = int(model.config.max_position_embeddings)  # type: ignore[union-attr,arg-type]
    vocabulary.save(folder, reads=reads, max_units=room)


def n_parameters(model: torch.nn.Module) -> int:
    """Weights of a model, shared ones counted once."""
    return sum(parameter.numel() for parameter in model.parameters())
