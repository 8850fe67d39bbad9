"""One training loop for every task and representation: batches, seeds, checkpoints, resuming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.training.batches import (
        Batch,
        Collator,
        RandomBatches,
        computed_by_length,
        parts_of_like_length,
    )
    from lingap.training.loop import (
        Tracking,
        TrainingResult,
        best_device,
        check_trackers,
        train,
    )
    from lingap.training.masking import MaskedUnits, heldout_bits
    from lingap.training.settings import TrainingSettings

__all__ = [
    "Batch",
    "Collator",
    "MaskedUnits",
    "RandomBatches",
    "Tracking",
    "TrainingResult",
    "TrainingSettings",
    "best_device",
    "check_trackers",
    "computed_by_length",
    "heldout_bits",
    "parts_of_like_length",
    "train",
]

_HOME = {
    "batches": "Batch Collator RandomBatches computed_by_length parts_of_like_length",
    "loop": "Tracking TrainingResult best_device check_trackers train",
    "masking": "MaskedUnits heldout_bits",
    "settings": "TrainingSettings",
}

__getattr__ = lazy_names(
    __name__,
    _HOME,
    extra="train",
    purpose="Training",
)
