"""The one loop for every task and representation: batches by length, seeds, checkpoints, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.training.batches import Batch, Collator, LengthBatches, padded_share
    from lingap.training.loop import TrainingResult, train
    from lingap.training.masking import MaskedUnits, heldout_bits
    from lingap.training.settings import TrainingSettings

__all__ = [
    "Batch",
    "Collator",
    "LengthBatches",
    "MaskedUnits",
    "TrainingResult",
    "TrainingSettings",
    "heldout_bits",
    "padded_share",
    "train",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Batch": "lingap.training.batches",
        "Collator": "lingap.training.batches",
        "LengthBatches": "lingap.training.batches",
        "padded_share": "lingap.training.batches",
        "TrainingResult": "lingap.training.loop",
        "train": "lingap.training.loop",
        "MaskedUnits": "lingap.training.masking",
        "heldout_bits": "lingap.training.masking",
        "TrainingSettings": "lingap.training.settings",
    },
    extra="train",
    purpose="Training",
)
