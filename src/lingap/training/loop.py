"""The training loop, based on the Trainer of ``transformers``."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from transformers import TrainingArguments
from transformers.trainer_callback import PrinterCallback

from lingap.errors import ConfigError, TrainingError
from lingap.tasks import Instance
from lingap.training.batches import Collator, EpochInstances, RandomBatches
from lingap.training.callback import (
    CHECKPOINT_SECONDS,
    DevScore,
    Progress,
    TrainingCallback,
    history,
    last_checkpoint,
)
from lingap.training.parts import PartsTrainer
from lingap.training.ranks import SHARDING, environment, from_first, n_ranks, rank
from lingap.training.settings import TrainingSettings

_TENSORBOARD = "TENSORBOARD_LOGGING_DIR"


class _OneDevice(TrainingArguments):  # type: ignore[misc]
    """Arguments of a training on one device; further ones are left to other jobs."""

    @property
    def n_gpu(self) -> int:
        """Number of GPUs to use: at most one."""
        return min(int(super().n_gpu), 1)


@dataclass(frozen=True, slots=True)
class Tracking:
    """Trackers of ``transformers`` that log a training; they do not affect its result.

    Args:
        trackers: Such as ``tensorboard``, ``wandb``, ``mlflow``; each must be installed.
        name: Of the run, as displayed.
        folder: Where TensorBoard writes.
    """

    trackers: tuple[str, ...]
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The outcome of a training, apart from its weights.

    Args:
        steps: Optimizer steps taken.
        history: ``{"step", "loss", "learning_rate"}`` and ``{"step", "epoch", "dev"}`` rows.
        best_dev: The dev score of the weights kept, or None without a dev score.
        best_epoch: Its epoch, counted from 1, or None.
        padded_share: Positions computed per unit read; at least 1.
        precision: Used for the arithmetic.
        notes: Departures from the settings, in words.
    """

    steps: int
    history: list[dict[str, float]] = field(default_factory=list)
    best_dev: float | None = None
    best_epoch: float | None = None
    padded_share: float = 1.0
    precision: str = "float32"
    notes: tuple[str, ...] = ()


def _close(tracking: Tracking | None) -> None:
    """End the runs of W&B and MLflow; otherwise the next training would join them."""
    if tracking is not None and "wandb" in tracking.trackers:
        import wandb

        wandb.finish()
    if tracking is not None and "mlflow" in tracking.trackers:
        import mlflow

        mlflow.end_run()


def best_device() -> torch.device:
    """The device on which the Trainer of ``transformers`` puts a model."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) if n_ranks() > 1 else 0)
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def check_trackers(names: Sequence[str]) -> None:
    """Raise ConfigError for a tracker that ``transformers`` lacks or that is not installed."""
    from transformers.integrations import get_reporting_integration_callbacks

    for name in names:
        try:
            for callback in get_reporting_integration_callbacks([name]):
                callback()
        except (ImportError, RuntimeError, ValueError) as error:
            raise ConfigError(f"The tracker {name!r} cannot be used: {error}") from error


def _precision(asked: str) -> str:
    """``auto`` is bfloat16 on a GPU that has it, else float32."""
    if asked != "auto":
        return asked
    usable = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return "bfloat16" if usable else "float32"


def train(
    model: nn.Module,
    instances: Sequence[Instance],
    collator: Collator,
    settings: TrainingSettings,
    *,
    seed: int,
    workspace: Path,
    dev_score: DevScore | None = None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    progress: Progress | None = None,
    tracking: Tracking | None = None,
) -> TrainingResult:
    """Train `model` in place, ending with the weights of the best dev score.

    Each optimizer step sees a random batch. It is computed in parts of similar length whose
    gradients add up (:func:`parts_of_like_length`), so that little is padded and memory is bounded.
    If memory still runs out, the parts become smaller and a note says so.

    Args:
        model: Takes a collated batch by keyword and returns a mapping with ``loss``, the mean over
            the labels that are not ignored.
        instances: Training data.
        collator: Instances to tensors.
        settings: Hyperparameters.
        seed: Of the order of the data and dropout.
        workspace: Folder for checkpoints; training resumes from one found there.
        dev_score: Scores the model after each epoch, higher is better; never on test data.
        checkpoint_seconds: Time between checkpoints, which also hold the best weights.
        progress: Called with (step, number of steps) after each step.
        tracking: Trackers that log the training.

    Raises:
        TrainingError: When the loss or the weights are no longer finite.
        ConfigError: Without instances.
    """
    if not instances:
        raise ConfigError("There is nothing to train on: got no instances.")
    sampler = RandomBatches(len(instances), settings.batch_size, seed=seed)
    n_steps = settings.steps or (settings.epochs or 0) * len(sampler)
    callback = TrainingCallback(sampler, dev_score, settings.patience, progress, checkpoint_seconds)
    precision = _precision(settings.precision)
    arguments = _OneDevice(
        output_dir=str(workspace),
        num_train_epochs=settings.epochs or 1,
        max_steps=settings.steps or -1,
        per_device_train_batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        lr_scheduler_type={"constant": "constant_with_warmup"}.get(
            settings.schedule, settings.schedule
        ),
        warmup_steps=math.floor(settings.warmup * n_steps),
        max_grad_norm=settings.max_gradient_norm,
        save_strategy="no",
        save_total_limit=2,
        logging_steps=max(1, n_steps // 50),
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to=list(tracking.trackers) if tracking and rank() == 0 else "none",
        run_name=tracking.name if tracking else None,
        remove_unused_columns=False,
        bf16=precision == "bfloat16",
        use_cpu=best_device().type == "cpu",  # else the Trainer requires a GPU for bfloat16
        seed=seed,
        data_seed=seed,
    )
    # The callback of TensorBoard reads its folder from the environment only.
    with environment(_TENSORBOARD, str(tracking.folder if tracking else workspace)):
        trainer = PartsTrainer(
            sampler=sampler, collator=collator, model=model, args=arguments,
            train_dataset=EpochInstances(instances), callbacks=[callback],
        )  # fmt: skip
        callback.trainer = trainer
        trainer.remove_callback(PrinterCallback)
        checkpoint = from_first(last_checkpoint(workspace) if rank() == 0 else None)
        if checkpoint is not None:
            callback.resume_from(checkpoint)
        try:
            with environment(SHARDING, None):
                trainer.train(resume_from_checkpoint=checkpoint and str(checkpoint))
        finally:
            _close(tracking)
    # Remove the wrapper for mixed precision.
    trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    trainer.gather()
    model.to(trainer.args.device)
    if not all(bool(torch.isfinite(p).all()) for p in model.parameters()):
        raise TrainingError(
            f"The weights are no longer finite after step {trainer.state.global_step}; a "
            f"learning rate below {settings.learning_rate:g} may keep them finite.",
            history=history(trainer.state.log_history),
        )
    if callback.best is not None:
        model.load_state_dict(callback.best[2])
    return TrainingResult(
        steps=trainer.state.global_step,
        history=history(trainer.state.log_history),
        best_dev=callback.best[0] if callback.best else None,
        best_epoch=callback.best[1] if callback.best else None,
        padded_share=trainer.n_positions / max(trainer.n_units, 1),
        precision=precision,
        notes=tuple(trainer.notes),
    )
