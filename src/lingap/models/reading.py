"""One way to ask any encoder of ``transformers`` for vectors, whatever inputs it knows."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lingap.errors import ConfigError


def last_hidden(
    encoder: nn.Module, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> Tensor:
    """Vectors of the last layer. Shapes: (batch, n_units) each, result (batch, n_units, width).

    An encoder that knows one kind of sentence only (RoBERTa) reads the second sentence of a pair
    as the first, and one that knows none (DistilBERT) is not told.
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
        ConfigError: For an encoder whose inner layers do not see every unit, such as CANINE.
    """
    kinds = _kinds(encoder, token_type_ids)
    out = encoder(
        input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True, **kinds
    )
    hidden: tuple[Tensor, ...] = out.hidden_states
    if any(layer.shape[1] != input_ids.shape[1] for layer in hidden):
        raise ConfigError(
            f"{type(encoder).__name__} joins units between its layers: vectors of a unit come from "
            "the layers input and last alone."
        )
    return (*hidden[:-1], out.last_hidden_state)


def _kinds(encoder: nn.Module, token_type_ids: Tensor) -> dict[str, Tensor]:
    n_kinds = int(getattr(encoder.config, "type_vocab_size", 0) or 0)
    return {"token_type_ids": token_type_ids.clamp(max=n_kinds - 1)} if n_kinds else {}


_HASHED = "HashBucketCodepointEmbedder_"  # CANINE's tables, in its weights' files too


def input_vectors(encoder: nn.Module, input_ids: Tensor) -> Tensor:
    """The embedding of each unit alone, as looked up; (batch, n_units, width).

    CANINE has no table of characters: its vectors are joined from hashes of the code point.
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
"""What an encoder with relative positions alone, such as ByT5, was pre-trained to read at once."""


def max_units(encoder: nn.Module) -> int:
    """Units that the encoder can read at once, the special ones included."""
    n = int(getattr(encoder.config, "max_position_embeddings", RELATIVE_UNITS))
    for name, part in encoder.named_modules():
        if name.endswith("position_embeddings") and isinstance(part, nn.Embedding):
            if part.padding_idx is not None:  # RoBERTa counts positions from behind the padding
                return n - part.padding_idx - 1
            break
    return n


def padding_multiple(encoder: nn.Module) -> int:
    """Lengths must be a multiple of it: CANINE reads characters by fours, others one by one.

    CANINE's vectors of a text depend on how far it is padded (its strides run over the padding),
    so they repeat for the same batches, not for the same text alone.
    """
    return int(getattr(encoder.config, "downsampling_rate", 1))


@torch.no_grad()
def n_embeddings(encoder: nn.Module) -> int | None:
    """Rows of the table of units, or None where there is no table."""
    if hasattr(encoder, "char_embeddings"):
        return None
    return int(encoder.get_input_embeddings().weight.shape[0])  # type: ignore[operator]
