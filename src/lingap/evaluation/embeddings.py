"""Vectors of parallel sentences, from the input embeddings or any layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from lingap.models import input_vectors, last_hidden, pool_units
from lingap.tasks import Instance
from lingap.training import Collator, batches_by_length

Layer = Literal["input", "last"]
LAYERS: tuple[Layer, ...] = ("input", "last")
"""``input``: the embedding of each unit alone, as looked up; ``last``: the last hidden layer."""


def own_items(item_of_unit: Tensor, instances: Sequence[Instance]) -> Tensor:
    """Items of the units that count in their window; -1 for those that another window counts.

    Shapes: item_of_unit and result (batch, n_units).
    """
    ends = torch.tensor([i.scored for i in instances], device=item_of_unit.device)
    counts = (item_of_unit >= ends[:, :1]) & (item_of_unit < ends[:, 1:])
    return item_of_unit.where(counts, -1)


@torch.inference_mode()
def embed(
    encoder: nn.Module,
    instances: Sequence[Instance],
    collator: Collator,
    *,
    n_sentences: int,
) -> dict[Layer, npt.NDArray[np.float32]]:
    """Sentence vectors: the mean over the units that spell words.

    Args:
        encoder: A ``transformers`` encoder.
        instances: Windows of all sentences; a sentence of several windows is the mean of them,
            weighted by their units.
        collator: Pads a batch.
        n_sentences: Rows of the result.

    Returns:
        Layer to an array of shape (n_sentences, width of the layer).
    """
    was_training = encoder.training
    encoder.eval()
    device = next(encoder.parameters()).device
    sums: dict[Layer, npt.NDArray[np.float64]] = {}
    weights = np.zeros(n_sentences)
    for places in batches_by_length(instances):
        chosen = [instances[place] for place in places]
        batch = {name: tensor.to(device) for name, tensor in collator.batch(chosen).items()}
        items = own_items(batch["item_of_unit"], chosen)
        hidden = last_hidden(
            encoder, batch["input_ids"], batch["attention_mask"], batch["token_type_ids"]
        )
        pooled: dict[Layer, Tensor] = {
            "input": pool_units(input_vectors(encoder, batch["input_ids"]), items),
            "last": pool_units(hidden, items),
        }
        n_units = (items >= 0).sum(1).cpu().numpy()
        rows = [instance.sentence for instance in chosen]
        np.add.at(weights, rows, n_units)
        for layer in LAYERS:
            vectors = pooled[layer].float().cpu().numpy().astype(np.float64)
            if layer not in sums:
                sums[layer] = np.zeros((n_sentences, vectors.shape[1]))
            np.add.at(sums[layer], rows, vectors * n_units[:, None])
    encoder.train(was_training)
    return {
        layer: (total / np.maximum(weights, 1)[:, None]).astype(np.float32)
        for layer, total in sums.items()
    }
