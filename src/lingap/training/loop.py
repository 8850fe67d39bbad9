"""One training loop, on the Trainer of ``transformers``, for pre-training and every task."""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from lingap.errors import ConfigError, TrainingError
from lingap.tasks import IGNORED, Instance
from lingap.training.batches import (
    MAX_POSITIONS,
    Collator,
    EpochInstances,
    RandomBatches,
    Row,
    parts_of_like_length,
)
from lingap.training.settings import TrainingSettings

COMPLETE = "complete"
"""The file that a checkpoint gets last; one without it was cut short and is not gone on from."""

CHECKPOINT_SECONDS = 60.0
"""A training that takes less leaves no checkpoint: it is sooner done again than gone on with."""

_WEIGHTS, _BEST, _SEEN = "model.safetensors", "best.safetensors", "seen.json"

OVERHEAD_FLOPS = {"cpu": 4e7, "cuda": 3e11}
"""What one more part of a batch costs a layer, in arithmetic that could be done in that time."""

_MAX_POSITIONS = {"cpu": MAX_POSITIONS, "cuda": 1 << 17}

DevScore = Callable[[nn.Module], float]
Progress = Callable[[int, int], None]

_log = logging.getLogger("lingap.training")


@dataclass(frozen=True, slots=True)
class Tracking:
    """Trackers of ``transformers`` that are told of a training; they change no number.

    Args:
        trackers: Such as ``tensorboard``, ``wandb``, ``mlflow``; each must be installed.
        name: Of the run, as they show it.
        folder: Where TensorBoard writes.
    """

    trackers: tuple[str, ...]
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training leaves beside its weights.

    Args:
        steps: Optimizer steps taken.
        history: ``{"step", "loss", "learning_rate"}`` and ``{"step", "epoch", "dev"}`` rows.
        best_dev: The dev score of the weights that were kept, or None without a dev score.
        best_epoch: Its epoch, counted from 1, or None.
        padded_share: Positions computed over units read, 1 at best.
        precision: Of the arithmetic, as it was.
        notes: What was done otherwise than asked for, in words.
    """

    steps: int
    history: list[dict[str, float]] = field(default_factory=list)
    best_dev: float | None = None
    best_epoch: float | None = None
    padded_share: float = 1.0
    precision: str = "float32"
    notes: tuple[str, ...] = ()


class _PartsTrainer(Trainer):  # type: ignore[misc]
    """Trainer that computes a batch in parts of like length and adds up their gradients."""

    def __init__(self, *, sampler: RandomBatches, collator: Collator, **kwargs: Any):
        super().__init__(data_collator=lambda drawn: {"rows": collator.rows(drawn)}, **kwargs)
        self._sampler = sampler
        self._collator = collator
        kind = self.args.device.type
        self._max_positions = _MAX_POSITIONS.get(kind, MAX_POSITIONS)
        self._overhead = _overhead_positions(self.model, kind)
        self.n_positions = self.n_units = 0
        self.notes: list[str] = []

    def get_train_dataloader(self) -> Any:
        loader = DataLoader(
            self.train_dataset,
            batch_sampler=self._sampler,
            collate_fn=self.data_collator,
            generator=torch.Generator().manual_seed(self.args.seed),
        )
        return self.accelerator.prepare(loader)

    # Weights that stand in two places (tied ones) are written once, which the Trainer does for
    # models of its own library only.
    def _save(self, output_dir: str, state_dict: Any = None) -> None:
        Path(output_dir).mkdir(parents=True, exist_ok=True)
        save_model(self.model, str(Path(output_dir) / _WEIGHTS))
        torch.save(self.args, Path(output_dir) / "training_args.bin")

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        load_model(self.model if model is None else model, Path(resume_from_checkpoint) / _WEIGHTS)

    def training_step(
        self, model: nn.Module, inputs: dict[str, Any], num_items_in_batch: Any = None
    ) -> Tensor:
        model.train()
        rows: list[Row] = inputs["rows"]
        while True:
            try:
                return self._accumulate(model, rows)
            except torch.OutOfMemoryError:
                longest = max(len(row.ids) for row in rows)
                if self._max_positions <= longest:
                    raise
            self._halve(model, rows)

    def _halve(self, model: nn.Module, rows: list[Row]) -> None:
        """After the memory was not enough: forget the batch's gradients, compute less at once."""
        model.zero_grad(set_to_none=True)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        whole = sum(len(row.ids) for row in rows)
        before, self._max_positions = self._max_positions, min(self._max_positions, whole) // 2
        note = (
            f"step {self.state.global_step + 1}: out of memory with {before} positions at once; "
            f"going on with {self._max_positions} and more accumulation"
        )
        self.notes.append(note)
        _log.warning("%s", note)

    def _accumulate(self, model: nn.Module, rows: list[Row]) -> Tensor:
        lengths = [len(row.ids) for row in rows]
        wanted = [int((row.labels != IGNORED).sum()) for row in rows]
        total = max(sum(wanted), 1)
        loss = torch.zeros((), device=self.args.device)
        for part in parts_of_like_length(
            lengths, overhead=self._overhead, max_positions=self._max_positions
        ):
            n_wanted = sum(wanted[place] for place in part)
            if not n_wanted:
                continue
            batch = self._prepare_inputs(self._collator.pad([rows[place] for place in part]))
            with self.compute_loss_context_manager():
                share = model(**batch)["loss"] * (n_wanted / total)
            self.accelerator.backward(share)
            loss += share.detach()
            self.n_positions += batch["input_ids"].numel()
            self.n_units += sum(lengths[place] for place in part)
        return loss


def _overhead_positions(model: nn.Module, device: str) -> float:
    """What one more part of a batch costs, in positions: 6 operations a weight and position."""
    table = sum(m.weight.numel() for m in model.modules() if isinstance(m, nn.Embedding))
    weights = max(sum(p.numel() for p in model.parameters()) - table, 1)
    layers = sum(isinstance(m, nn.LayerNorm) for m in model.modules()) // 2 + 1
    return OVERHEAD_FLOPS.get(device, OVERHEAD_FLOPS["cpu"]) * layers / (6 * weights)


class _Watch(TrainerCallback):  # type: ignore[misc]
    """Keeps the best weights by dev score, and the user informed; asks for checkpoints."""

    def __init__(
        self,
        sampler: RandomBatches,
        dev_score: DevScore | None,
        patience: int | None,
        progress: Progress | None,
        checkpoint_seconds: float,
    ):
        self.sampler = sampler
        self.dev_score = dev_score
        self.patience = patience
        self.progress = progress
        self.checkpoint_seconds = checkpoint_seconds
        self.saved = time.monotonic()
        self.trainer: Trainer | None = None
        self.best: tuple[float, float, dict[str, Tensor]] | None = None
        self.since_best = 0

    def go_on_from(self, checkpoint: Path) -> None:
        """Take up what was seen before the checkpoint."""
        seen = json.loads((checkpoint / _SEEN).read_text(encoding="utf-8"))
        self.since_best = seen["since_best"]
        if seen["best"] is not None:
            score, epoch = seen["best"]
            self.best = (score, epoch, load_file(checkpoint / _BEST))

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.sampler.set_epoch(state.global_step // len(self.sampler))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self.progress is not None:
            self.progress(state.global_step, state.max_steps)
        # The last step of an epoch is saved when the epoch has been scored, not before.
        if state.global_step % len(self.sampler) and state.global_step < state.max_steps:
            self._ask_to_save(control)

    def _ask_to_save(self, control: Any) -> None:
        control.should_save = time.monotonic() - self.saved >= self.checkpoint_seconds

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        best = None
        if self.best is not None:
            best = self.best[:2]
            save_file(self.best[2], folder / _BEST)
        seen = {"since_best": self.since_best, "best": best}
        (folder / _SEEN).write_text(json.dumps(seen), encoding="utf-8")
        for path in folder.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        (folder / COMPLETE).touch()
        self.saved = time.monotonic()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if not logs or "loss" not in logs:
            return
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss is {loss} at step {state.global_step}; a smaller learning rate than "
                f"{args.learning_rate:g} may keep it finite.",
                history=_history(state.log_history),
            )

    def on_epoch_end(
        self, args: Any, state: Any, control: Any, model: Any = None, **_: Any
    ) -> None:
        if self.dev_score is not None:
            self._score(state, control, model)
        if state.global_step < state.max_steps:
            self._ask_to_save(control)

    def _score(self, state: Any, control: Any, model: Any) -> None:
        assert self.dev_score is not None
        assert self.trainer is not None
        score = self.dev_score(model)
        self.trainer.log({"dev": score})
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


def _last_checkpoint(workspace: Path) -> Path | None:
    """The latest complete checkpoint; those cut short by a kill or a full disk are cleared away."""
    found = {int(p.name.rpartition("-")[2]): p for p in workspace.glob("checkpoint-*")}
    for _, path in sorted(found.items(), reverse=True):
        if (path / COMPLETE).is_file():
            return path
        shutil.rmtree(path)
    return None


@contextmanager
def _tensorboard_writes_to(folder: Path) -> Iterator[None]:
    """The one way that its callback can be told."""
    name, before = "TENSORBOARD_LOGGING_DIR", os.environ.get("TENSORBOARD_LOGGING_DIR")
    os.environ[name] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


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
    """Train `model` in place; afterwards it holds the weights of the best dev score.

    Each optimizer step sees a batch drawn at random, whole; the batch is computed in parts of like
    length whose gradients add up to its own (:func:`parts_of_like_length`), so that little is
    padded and memory is bounded. Where memory is short all the same, less is computed at once and
    a note says so.

    Args:
        model: Takes a collated batch by keyword and gives a mapping with ``loss``, the mean over
            the labels that are not ignored.
        instances: Training data.
        collator: Instances to tensors.
        settings: Hyperparameters.
        seed: Order of the data, dropout and masking depend on it alone.
        workspace: A folder for checkpoints; a checkpoint found there is gone on from.
        dev_score: Scores the model after each epoch, higher is better; never on test data.
        checkpoint_seconds: Time between checkpoints, which carry the best weights too.
        progress: Called with (step, all steps) after each step.
        tracking: Trackers to tell.

    Raises:
        TrainingError: When the loss or the weights are no longer finite numbers.
        ConfigError: For no instances, or a tracker that is not installed.
    """
    if not instances:
        raise ConfigError("There is nothing to train on: no instance was given.")
    sampler = RandomBatches(len(instances), settings.batch_size, seed=seed)
    n_steps = settings.steps or (settings.epochs or 0) * len(sampler)
    watch = _Watch(sampler, dev_score, settings.patience, progress, checkpoint_seconds)
    precision = _precision(settings.precision)
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
        save_strategy="no",
        save_total_limit=2,
        logging_steps=max(1, n_steps // 50),
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to=list(tracking.trackers) if tracking else "none",
        run_name=tracking.name if tracking else None,
        remove_unused_columns=False,
        bf16=precision == "bfloat16",
        seed=seed,
        data_seed=seed,
    )
    with _tensorboard_writes_to(tracking.folder if tracking else workspace):
        try:
            trainer = _PartsTrainer(
                sampler=sampler, collator=collator, model=model, args=arguments,
                train_dataset=EpochInstances(instances), callbacks=[watch],
            )  # fmt: skip
        except RuntimeError as error:
            if tracking is None or "requires" not in str(error):
                raise
            raise ConfigError(f"A tracker cannot be used: {error}") from error
        watch.trainer = trainer
        trainer.remove_callback(PrinterCallback)
        checkpoint = _last_checkpoint(workspace)
        if checkpoint is not None:
            watch.go_on_from(checkpoint)
        trainer.train(resume_from_checkpoint=checkpoint and str(checkpoint))
    if not all(bool(torch.isfinite(p).all()) for p in model.parameters()):
        raise TrainingError(
            f"The weights are no longer finite after step {trainer.state.global_step}; a smaller "
            f"learning rate than {settings.learning_rate:g} may keep them so.",
            history=_history(trainer.state.log_history),
        )
    if watch.best is not None:
        model.load_state_dict(watch.best[2])
    return TrainingResult(
        steps=trainer.state.global_step,
        history=_history(trainer.state.log_history),
        best_dev=watch.best[0] if watch.best else None,
        best_epoch=watch.best[1] if watch.best else None,
        padded_share=trainer.n_positions / max(trainer.n_units, 1),
        precision=precision,
        notes=tuple(trainer.notes),
    )
