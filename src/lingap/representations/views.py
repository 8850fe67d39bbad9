"""Hiding one view of a sentence in training, so that an encoder learns to read either alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]

OneView = Callable[[Ints, Ints], Ints]
"""Ids and items of units, (n_units,) each, to the ids of one view; -1 leaves a unit out."""

Thin = Callable[[Ints, Ints, np.random.Generator], Ints]
"""As :data:`OneView`, at random."""


def one_view_at_random(views: Sequence[OneView], share: float) -> Thin:
    """What keeps one of the views, each as often as any other, in a share of the sentences.

    An item that has no unit in the view keeps those that it has.

    Args:
        views: One function for each.
        share: 0 to 1.
    """

    def thin(units: Ints, items: Ints, random: np.random.Generator) -> Ints:
        if random.random() >= share:
            return units
        found = views[int(random.integers(len(views)))](units, items)
        lost = np.setdiff1d(items, items[found >= 0])
        return np.where(np.isin(items, lost), units, found)

    return thin


def thinning(representation: Any, ids: Any) -> Thin | None:
    """What a representation hides in training, by its method of this name; None if nothing."""
    made = getattr(representation, "thinning", None)
    found: Thin | None = None if made is None else made(ids)
    return found
