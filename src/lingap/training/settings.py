"""Hyperparameters of a training."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, model_validator

LARGEST_SEED = 2**32 - 1
"""That NumPy, and so ``transformers``, can take."""

POSITIONS_ON_GPU = 1 << 17
"""Positions (rows × longest row) of a batch computed at once on a GPU, at most."""


class TrainingSettings(BaseModel, frozen=True, extra="forbid"):
    """Hyperparameters of a training, its length given by either `epochs` or `steps`.

    The ranges are wider than any that is of use; what is outside of them is a slip of the pen.
    """

    epochs: int | None = Field(None, ge=1, le=100_000, description="Passes over the training data.")
    steps: int | None = Field(
        None, ge=1, le=100_000_000, description="Optimizer steps, instead of epochs."
    )
    batch_size: int = Field(128, ge=1, le=65_536, description="Sentences per optimizer step.")
    learning_rate: float = Field(
        5e-5, ge=1e-10, le=1, allow_inf_nan=False, description="Peak learning rate of AdamW."
    )
    weight_decay: float = Field(
        0.01, ge=0, le=1, allow_inf_nan=False, description="AdamW's decoupled weight decay."
    )
    schedule: Literal["cosine", "linear", "constant"] = Field(
        "cosine", description="Decay of the learning rate after the warm-up."
    )
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of the steps used for warm-up.")
    max_gradient_norm: float = Field(
        1.0, ge=1e-6, le=1e9, allow_inf_nan=False, description="Gradients are clipped to this norm."
    )
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "auto",
        description="Of the arithmetic: auto is bfloat16 on a GPU that supports it, else float32.",
    )
    patience: int | None = Field(
        None, ge=1, le=100_000, description="Stop after this many dev scores without improvement."
    )

    @model_validator(mode="after")
    def _one_length(self) -> TrainingSettings:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("give epochs or steps, exactly one of them")
        return self
