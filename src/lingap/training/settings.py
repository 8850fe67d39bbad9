"""Hyperparameters of a training."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, NonNegativeFloat, PositiveFloat, PositiveInt, model_validator


class TrainingSettings(BaseModel, frozen=True, extra="forbid"):
    """Hyperparameters of a training, its length given by either `epochs` or `steps`."""

    epochs: PositiveInt | None = Field(None, description="Passes over the training data.")
    steps: PositiveInt | None = Field(None, description="Optimizer steps, instead of epochs.")
    batch_size: PositiveInt = Field(128, description="Sentences per optimizer step.")
    learning_rate: PositiveFloat = Field(5e-5, description="Peak learning rate of AdamW.")
    weight_decay: NonNegativeFloat = Field(0.01, description="AdamW's decoupled weight decay.")
    schedule: Literal["cosine", "linear", "constant"] = Field(
        "cosine", description="Decay of the learning rate after the warm-up."
    )
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of the steps used for warm-up.")
    max_gradient_norm: PositiveFloat = Field(1.0, description="Gradients are clipped to this norm.")
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "auto",
        description="Of the arithmetic: auto is bfloat16 on a GPU that supports it, else float32.",
    )
    patience: PositiveInt | None = Field(
        None, description="Stop after this many dev scores without improvement."
    )

    @model_validator(mode="after")
    def _one_length(self) -> TrainingSettings:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("give epochs or steps, exactly one of them")
        return self
