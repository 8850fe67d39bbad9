"""Embeddings of sentences, from the input embeddings or any layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from lingap.errors import ConfigError
from lingap.models import all_hidden, input_vectors, last_hidden, pool_units
from lingap.tasks import Instance
from lingap.training import Collator, computed_by_length

Layer = str
Doubles = npt.NDArray[np.float64]
LAYERS: tuple[Layer, ...] = ("input", "last")
"""``input``: the embedding of each unit alone, as looked up; ``last``: the last hidden layer. A
number counts layers: 0 is the input of the first."""


@torch.inference_mode()
def embed(
    encoder: nn.Module,
    instances: Sequence[Instance],
    collator: Collator,
    *,
    n_sentences: int,
    layers: Sequence[Layer] = LAYERS,
) -> dict[Layer, npt.NDArray[np.float32]]:
    """Sentence embeddings: the mean over the units that spell words.

    Args:
        encoder: A ``transformers`` encoder.
        instances: Windows of all sentences; several windows of a sentence are averaged, weighted
            by their units.
        collator: Pads a batch.
        n_sentences: Rows of the result.
        layers: Any of :data:`LAYERS`, or layer numbers.

    Returns:
        Layer to an array of shape (n_sentences, width of the layer).

    Raises:
        ConfigError: For a layer that the encoder does not have.
    """
    was_training = encoder.training
    encoder.eval()
    device = next(encoder.parameters()).device

    def vectors(places: list[int]) -> tuple[dict[Layer, Doubles], Doubles]:
        chosen = [instances[place] for place in places]
        batch = {name: tensor.to(device) for name, tensor in collator.batch(chosen).items()}
        items = batch["item_of_unit"]
        ends = torch.tensor([instance.scored for instance in chosen], device=device)
        here = (items >= ends[:, :1]) & (items < ends[:, 1:])  # other units count in other windows
        items = items.where(here, -1)
        found = _layers(encoder, batch, layers)
        pooled = {
            layer: pool_units(hidden, items).float().cpu().numpy().astype(np.float64)
            for layer, hidden in found.items()
        }
        return pooled, (items >= 0).sum(1).cpu().numpy().astype(np.float64)

    sums: dict[Layer, Doubles] = {}
    weights = np.zeros(n_sentences)
    for places, (pooled, n_units) in computed_by_length(instances, vectors):
        rows = [instances[place].sentence for place in places]
        np.add.at(weights, rows, n_units)
        for layer, array in pooled.items():
            total = sums.setdefault(layer, np.zeros((n_sentences, array.shape[1])))
            np.add.at(total, rows, array * n_units[:, None])
    encoder.train(was_training)
    return {
        layer: (total / np.maximum(weights, 1)[:, None]).astype(np.float32)
        for layer, total in sums.items()
    }


def _layers(
    encoder: nn.Module, batch: Mapping[str, Tensor], layers: Sequence[Layer]
) -> dict[Layer, Tensor]:
    """Unit vectors of each requested layer, (batch, n_units, width of the layer)."""
    read = batch["input_ids"], batch["attention_mask"], batch["token_type_ids"]
    found: dict[Layer, Tensor] = {}
    numbers = [layer for layer in layers if layer not in LAYERS]
    hidden = all_hidden(encoder, *read) if numbers else ()
    for layer in numbers:
        if not layer.isdecimal() or int(layer) >= len(hidden):
            raise ConfigError(
                f"The encoder has no layer {layer!r}; expected input, last, or a number up to "
                f"{len(hidden) - 1}."
            )
        found[layer] = hidden[int(layer)]
    if "input" in layers:
        found["input"] = input_vectors(encoder, batch["input_ids"])
    if "last" in layers:
        found["last"] = hidden[-1] if hidden else last_hidden(encoder, *read)
    return found
