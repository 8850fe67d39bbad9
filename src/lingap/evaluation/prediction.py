"""From a model to one label for each word, whatever the representation and the windows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from lingap.errors import AlignmentError
from lingap.tasks import Instance
from lingap.training import Collator


@torch.inference_mode()
def predict(
    model: nn.Module,
    instances: Sequence[Instance],
    collator: Collator,
    *,
    n_items: Sequence[int],
    batch_size: int = 128,
) -> list[list[int]]:
    """Label indices for every item of every sentence.

    Args:
        model: Gives ``logits`` of shape (batch, n_items, n_labels).
        instances: Windows of all sentences.
        collator: Pads a batch.
        n_items: Items of each sentence, for all sentences in order.
        batch_size: Windows at once; they are batched by length.

    Returns:
        One row a sentence, one label index an item.

    Raises:
        AlignmentError: When an item was predicted never or more than once.
    """
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    rows: list[list[int]] = [[-1] * n for n in n_items]
    by_length = sorted(range(len(instances)), key=lambda i: len(instances[i].ids))
    for start in range(0, len(by_length), batch_size):
        chosen = [instances[i] for i in by_length[start : start + batch_size]]
        batch = {name: tensor.to(device) for name, tensor in collator.pad(chosen).items()}
        best = model(**batch)["logits"].argmax(-1).cpu().tolist()
        for instance, labels in zip(chosen, best, strict=True):
            for item in range(*instance.scored):
                place = instance.first_item + item
                if rows[instance.sentence][place] != -1:
                    raise AlignmentError(
                        f"sentence {instance.sentence}: item {place} was predicted twice."
                    )
                rows[instance.sentence][place] = labels[item]
    model.train(was_training)
    for number, row in enumerate(rows):
        if -1 in row:
            raise AlignmentError(
                f"sentence {number}: item {row.index(-1)} of {len(row)} was never predicted."
            )
    return rows
