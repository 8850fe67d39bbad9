"""Logits, labels and label probabilities of each item."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from lingap.errors import AlignmentError
from lingap.metrics.classification import softmax
from lingap.tasks import Instance
from lingap.training import Collator, computed_by_length
from lingap.training.batches import MAX_POSITIONS

Logits = npt.NDArray[np.float32]


@torch.inference_mode()
def item_logits(
    model: nn.Module,
    instances: Sequence[Instance],
    collator: Collator,
    *,
    n_items: Sequence[int],
    max_positions: int = MAX_POSITIONS,
) -> list[Logits]:
    """Logits for every item of every sentence, whatever the representation and the windows.

    Args:
        model: Gives ``logits`` of shape (batch, n_items, n_labels).
        instances: Windows of all sentences.
        collator: Pads a batch.
        n_items: Items of each sentence, for all sentences in order.
        max_positions: Rows × longest row computed at once.

    Returns:
        For each sentence an array (n_items, n_labels).

    Raises:
        AlignmentError: When an item was not predicted exactly once.
    """
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    times = [np.zeros(n, dtype=np.int32) for n in n_items]
    found: dict[int, Logits] = {}

    def logits(places: list[int]) -> Logits:
        batch = collator.batch([instances[place] for place in places])
        said = model(**{name: tensor.to(device) for name, tensor in batch.items()})
        return np.asarray(said["logits"].float().cpu().numpy())

    for places, said in computed_by_length(instances, logits, max_positions=max_positions):
        for instance, items in zip((instances[place] for place in places), said, strict=True):
            number, (low, high) = instance.sentence, instance.scored
            place = slice(instance.first_item + low, instance.first_item + high)
            if number not in found:
                found[number] = np.empty((n_items[number], said.shape[-1]), dtype=np.float32)
            found[number][place] = items[low:high]
            times[number][place] += 1
    model.train(was_training)
    for number, predicted in enumerate(times):
        for item in np.flatnonzero(predicted != 1):
            how = "never predicted" if predicted[item] == 0 else "predicted twice"
            raise AlignmentError(f"sentence {number}: item {item} of {len(predicted)} was {how}.")
    return [found.get(number, np.empty((0, 0), np.float32)) for number in range(len(n_items))]


def best_labels(logits: Sequence[Logits]) -> list[list[int]]:
    """Index of the most likely label of each item, one row per sentence."""
    return [[int(i) for i in items.argmax(-1)] if len(items) else [] for items in logits]


def distributions(logits: Sequence[Logits]) -> npt.NDArray[np.float32]:
    """Softmax over labels of all items in order, (n_items, n_labels); rows sum to 1."""
    return softmax(np.concatenate([items for items in logits if len(items)])).astype(np.float32)
