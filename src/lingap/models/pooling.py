"""Pooling of unit vectors into vectors of words, pairs and sentences."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Pooling = Literal["mean", "first", "gated"]
SentencePooling = Literal["mean", "cls", "last", "weighted"]


def pool_items(
    hidden: Tensor,
    item_of_unit: Tensor,
    n_items: int,
    how: Pooling,
    gates: Tensor | None = None,
) -> Tensor:
    """Pool the units of each item.

    Shapes: hidden (batch, n_units, width); item_of_unit (batch, n_units), -1 for units of no item;
    gates (batch, n_units); result (batch, n_items, width), zeros for items that a shorter row
    lacks.

    Args:
        hidden: Unit vectors.
        item_of_unit: The item of each unit; units of an item are consecutive.
        n_items: Largest number of items of a row.
        how: ``mean`` over the item's units, its ``first`` unit, or ``gated``: a weighted mean, the
            weights of an item's units being the softmax of their `gates`.
        gates: Needed for ``gated``; equal ones give the mean.
    """
    items = torch.arange(n_items, device=hidden.device)
    owns = item_of_unit.unsqueeze(1) == items[None, :, None]  # (batch, n_items, n_units)
    if how == "first":
        owns = owns & (owns.cumsum(-1) == 1)
    weights = owns.to(hidden.dtype)
    if how == "gated":
        assert gates is not None
        lowest = torch.finfo(gates.dtype).min
        weights = weights * gates.unsqueeze(1).masked_fill(~owns, lowest).softmax(-1)
    else:
        weights = weights / weights.sum(-1, keepdim=True).clamp_min(1)
    return weights @ hidden


def pool_units(hidden: Tensor, item_of_unit: Tensor) -> Tensor:
    """Mean over all units that spell a word: one vector per sentence.

    Shapes: hidden (batch, n_units, width); item_of_unit (batch, n_units); result (batch, width).
    Boundaries, special units and padding (item -1) do not count.
    """
    spells = (item_of_unit >= 0).to(hidden.dtype).unsqueeze(-1)
    return (hidden * spells).sum(1) / spells.sum(1).clamp_min(1)


def sentence_weights(attention_mask: Tensor, how: SentencePooling) -> Tensor:
    """What each unit counts in the vector of its sentence; sums to 1 over each row.

    Shapes: attention_mask (batch, n_units), 1 for units and 0 for padding, which follows them;
    result the same, float32.

    Args:
        attention_mask: Special units count like others.
        how: ``mean`` of all units; ``cls``, the first; ``last``, the last; ``weighted``, the mean
            with unit k counting k times (Muennighoff 2022), for models that read from left to
            right, whose first units know nothing of the rest.

    >>> sentence_weights(torch.tensor([[1, 1, 1, 0]]), "weighted").tolist()
    [[0.1666666716337204, 0.3333333432674408, 0.5, 0.0]]
    """
    place = attention_mask.cumsum(1) * attention_mask
    if how == "cls":
        weights = place == 1
    elif how == "last":
        weights = place == attention_mask.sum(1, keepdim=True)
    else:
        weights = place if how == "weighted" else attention_mask
    weights = weights.float()
    return weights / weights.sum(1, keepdim=True)
