"""The one loop for every task and representation: batches, seeds, checkpoints, resume."""

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

__getattr__ = lazy_names(
    __name__,
    {
        "Batch": "lingap.training.batches",
        "Collator": "lingap.training.batches",
        "RandomBatches": "lingap.training.batches",
        "computed_by_length": "lingap.training.batches",
        "parts_of_like_length": "lingap.training.batches",
        "Tracking": "lingap.training.loop",
        "TrainingResult": "lingap.training.loop",
        "best_device": "lingap.training.loop",
        "check_trackers": "lingap.training.loop",
        "train": "lingap.training.loop",
        "MaskedUnits": "lingap.training.masking",
        "heldout_bits": "lingap.training.masking",
        "TrainingSettings": "lingap.training.settings",
    },
    extra="train",
    purpose="Training",
)
