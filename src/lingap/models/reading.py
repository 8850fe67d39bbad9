"""A common interface to the hidden states of every encoder of ``transformers``."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lingap.errors import ConfigError


def last_hidden(
    encoder: nn.Module, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> Tensor:
    """Vectors of the last layer. Shapes: (batch, n_units) each, result (batch, n_units, width).

    Encoders with one token type (RoBERTa) or none (DistilBERT) do not distinguish the sentences of
    a pair by it.
    """
    kinds = _kinds(encoder, token_type_ids)
    hidden: Tensor = encoder(
        input_ids=input_ids, attention_mask=attention_mask, **kinds
    ).last_hidden_state
    return hidden


def all_hidden(
    encoder: nn.Module, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> tuple[Tensor, ...]:
    """Vectors after the embeddings (with positions) and after each layer, the last one last.

    Shapes: (batch, n_units) each, every result (batch, n_units, width).

    Raises:
        ConfigError: For an encoder whose inner layers are shorter than the input, such as CANINE.
    """
    kinds = _kinds(encoder, token_type_ids)
    out = encoder(
        input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True, **kinds
    )
    hidden: tuple[Tensor, ...] = out.hidden_states
    if any(layer.shape[1] != input_ids.shape[1] for layer in hidden):
        raise ConfigError(
            f"{type(encoder).__name__} joins units between its layers; only the layers input and "
            "last have vectors of units."
        )
    return (*hidden[:-1], out.last_hidden_state)


def _kinds(encoder: nn.Module, token_type_ids: Tensor) -> dict[str, Tensor]:
    n_kinds = int(getattr(encoder.config, "type_vocab_size", 0) or 0)
    return {"token_type_ids": token_type_ids.clamp(max=n_kinds - 1)} if n_kinds else {}


_HASHED = "HashBucketCodepointEmbedder_"  # CANINE's tables, also in its weight files


def input_vectors(encoder: nn.Module, input_ids: Tensor) -> Tensor:
    """The embedding of each unit before positions; (batch, n_units, width).

    CANINE has no embedding table of characters: it joins embeddings of hashes of the code point.
    """
    hashed = getattr(encoder, "char_embeddings", None)
    if hashed is None:
        vectors: Tensor = encoder.get_input_embeddings()(input_ids)  # type: ignore[operator]
        return vectors
    looked_up: list[Tensor] = []
    tables = [part for name, part in hashed.named_children() if name.startswith(_HASHED)]
    hooks = [
        table.register_forward_hook(lambda _, __, out: looked_up.append(out)) for table in tables
    ]
    try:
        hashed(input_ids)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(looked_up, dim=-1)


RELATIVE_UNITS = 1024
"""Length in pre-training of encoders with relative positions only, such as ByT5."""


def max_units(encoder: nn.Module) -> int:
    """Units that the encoder can read at once, including the special ones."""
    n = int(getattr(encoder.config, "max_position_embeddings", RELATIVE_UNITS))
    for name, part in encoder.named_modules():
        if name.endswith("position_embeddings") and isinstance(part, nn.Embedding):
            if part.padding_idx is not None:  # RoBERTa counts positions from after the padding
                return n - part.padding_idx - 1
            break
    return n


def padding_multiple(encoder: nn.Module) -> int:
    """Input lengths must be a multiple of this: 4 for CANINE, 1 for others.

    CANINE's vectors depend on the padding, over which its strides run, so they are the same for the
    same batches, not for the same text alone.
    """
    return int(getattr(encoder.config, "downsampling_rate", 1))


@torch.no_grad()
def n_embeddings(encoder: nn.Module) -> int | None:
    """Rows of the embedding table, or None for CANINE, which has none."""
    if hasattr(encoder, "char_embeddings"):
        return None
    return int(encoder.get_input_embeddings().weight.shape[0])  # type: ignore[operator]
