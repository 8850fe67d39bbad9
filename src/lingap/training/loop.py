"""One training loop, on the Trainer of ``transformers``, for pre-training and every task."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from lingap.errors import ConfigError, TrainingError
from lingap.tasks import Instance
from lingap.training.batches import Collator, EpochInstances, LengthBatches, padded_share
from lingap.training.settings import TrainingSettings

COMPLETE = "complete"
"""The file that a checkpoint gets last; one without it was cut short and is not gone on from."""

DevScore = Callable[[nn.Module], float]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training leaves beside its weights.

    Args:
        steps: Optimizer steps taken.
        history: ``{"step", "loss", "learning_rate"}`` and ``{"step", "epoch", "dev"}`` rows.
        best_dev: The dev score of the weights that were kept, or None without a dev score.
        best_epoch: Its epoch, counted from 1, or None.
        padded_share: Positions computed over units read, 1 at best.
    """

    steps: int
    history: list[dict[str, float]] = field(default_factory=list)
    best_dev: float | None = None
    best_epoch: float | None = None
    padded_share: float = 1.0


class _LengthTrainer(Trainer):  # type: ignore[misc]
    """Trainer whose batches are ours."""

    def __init__(self, *, sampler: LengthBatches, **kwargs: Any):
        super().__init__(**kwargs)
        self._sampler = sampler

    def get_train_dataloader(self) -> Any:
        loader = DataLoader(
            self.train_dataset,
            batch_sampler=self._sampler,
            collate_fn=self.data_collator,
            generator=torch.Generator().manual_seed(self.args.seed),
        )
        return self.accelerator.prepare(loader)

    def compute_loss(
        self, model: nn.Module, inputs: dict[str, Any], return_outputs: bool = False, **_: Any
    ) -> Any:
        outputs = model(**inputs)
        return (outputs["loss"], outputs) if return_outputs else outputs["loss"]


class _Watch(TrainerCallback):  # type: ignore[misc]
    """Keeps the best weights by dev score, the history, and the user informed."""

    def __init__(
        self,
        sampler: LengthBatches,
        dev_score: DevScore | None,
        patience: int | None,
        progress: Progress | None,
    ):
        self.sampler = sampler
        self.dev_score = dev_score
        self.patience = patience
        self.progress = progress
        self.best: tuple[float, float, dict[str, torch.Tensor]] | None = None
        self.since_best = 0

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.sampler.set_epoch(round(state.epoch or 0))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self.progress is not None:
            self.progress(state.global_step, state.max_steps)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        for path in folder.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        (folder / COMPLETE).touch()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if not logs or "loss" not in logs:
            return
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss is {loss} at step {state.global_step}; a smaller learning rate than "
                f"{args.learning_rate:g} may keep it finite."
            )

    def on_epoch_end(
        self, args: Any, state: Any, control: Any, model: Any = None, **_: Any
    ) -> None:
        if self.dev_score is None:
            return
        score = self.dev_score(model)
        state.log_history.append({"step": state.global_step, "epoch": state.epoch, "dev": score})
        if self.best is None or score > self.best[0]:
            weights = {k: v.detach().cpu().clone() for k, v in model.state_dict().items()}
            self.best = (score, float(state.epoch), weights)
            self.since_best = 0
        else:
            self.since_best += 1
            if self.patience is not None and self.since_best >= self.patience:
                control.should_training_stop = True


def _history(log: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """The Trainer's log, which its checkpoints carry on, without what nobody reads."""
    losses, scores = ("step", "loss", "learning_rate"), ("step", "epoch", "dev")
    return [
        {name: row[name] for name in (losses if "loss" in row else scores)}
        for row in log
        if "loss" in row or "dev" in row
    ]


def _last_checkpoint(workspace: Path) -> str | None:
    """The latest complete checkpoint; those cut short by a kill or a full disk are cleared away."""
    found = {int(p.name.rpartition("-")[2]): p for p in workspace.glob("checkpoint-*")}
    for step, path in sorted(found.items(), reverse=True):
        if (path / COMPLETE).is_file():
            return str(found[step])
        shutil.rmtree(path)
    return None


def train(
    model: nn.Module,
    instances: Sequence[Instance],
    collator: Collator,
    settings: TrainingSettings,
    *,
    seed: int,
    workspace: Path,
    dev_score: DevScore | None = None,
    checkpoint_every: int | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train `model` in place; afterwards it holds the weights of the best dev score.

    Args:
        model: Takes a collated batch by keyword and gives a mapping with ``loss``.
        instances: Training data.
        collator: Instances to tensors.
        settings: Hyperparameters.
        seed: Order of the data, dropout and masking depend on it alone.
        workspace: A folder for checkpoints; a checkpoint found there is gone on from.
        dev_score: Scores the model after each epoch, higher is better; never on test data.
        checkpoint_every: Steps between checkpoints; None writes none.
        progress: Called with (step, all steps) after each step.

    Raises:
        TrainingError: When the loss or the weights are no longer finite numbers.
        ConfigError: For no instances, or for checkpoints together with a dev score.
    """
    if checkpoint_every is not None and dev_score is not None:
        raise ConfigError("Checkpoints do not carry the best weights: give one of the two.")
    if not instances:
        raise ConfigError("There is nothing to train on: no instance was given.")
    lengths = [len(instance.ids) for instance in instances]
    sampler = LengthBatches(lengths, settings.batch_size, seed=seed)
    n_steps = settings.steps or (settings.epochs or 0) * len(sampler)
    watch = _Watch(sampler, dev_score, settings.patience, progress)
    arguments = TrainingArguments(
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
        save_strategy="no" if checkpoint_every is None else "steps",
        save_steps=checkpoint_every or 500,
        save_total_limit=2,
        logging_steps=max(1, n_steps // 50),
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to="none",
        remove_unused_columns=False,
        bf16=settings.precision == "bfloat16",
        seed=seed,
        data_seed=seed,
    )
    trainer = _LengthTrainer(
        sampler=sampler, model=model, args=arguments, train_dataset=EpochInstances(instances),
        data_collator=collator, callbacks=[watch],
    )  # fmt: skip
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=_last_checkpoint(workspace))
    if not all(bool(torch.isfinite(p).all()) for p in model.parameters()):
        raise TrainingError(
            f"The weights are no longer finite after step {trainer.state.global_step}; a smaller "
            f"learning rate than {settings.learning_rate:g} may keep them so."
        )
    if watch.best is not None:
        model.load_state_dict(watch.best[2])
    return TrainingResult(
        steps=trainer.state.global_step,
        history=_history(trainer.state.log_history),
        best_dev=watch.best[0] if watch.best else None,
        best_epoch=watch.best[1] if watch.best else None,
        padded_share=padded_share(lengths, sampler),
    )
