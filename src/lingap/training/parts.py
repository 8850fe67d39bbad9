"""A Trainer of ``transformers`` that computes batches in parts of similar length."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch
from accelerate.data_loader import prepare_data_loader
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Trainer, TrainingArguments

from lingap.tasks import IGNORED, Instance
from lingap.training.batches import (
    MAX_POSITIONS,
    Collator,
    RandomBatches,
    free_memory,
    is_out_of_memory,
    parts_of_like_length,
)
from lingap.training.ranks import SHARDING, environment, is_sharding_wanted, n_ranks, rank
from lingap.training.settings import POSITIONS_ON_GPU
from lingap.training.sharded import (
    sharded_copy,
    spread_states,
    spread_weights,
    whole_weights,
)

OVERHEAD_FLOPS = {"cpu": 4e7, "cuda": 3e11}
"""Cost of one more part of a batch for a layer, in operations possible in that time."""

_MAX_POSITIONS = {"cpu": MAX_POSITIONS, "cuda": POSITIONS_ON_GPU}

_log = logging.getLogger("lingap.training")

_WEIGHTS = "model.safetensors"


class PartsTrainer(Trainer):  # type: ignore[misc]
    """A Trainer that computes a batch in parts of similar length and adds up their gradients.

    Where weights are to be spread over ranks, it trains a spread copy of the model; the model takes
    the weights when :meth:`gather` is called, by each rank.
    """

    def __init__(
        self, *, sampler: RandomBatches, collator: Collator, model: nn.Module,
        args: TrainingArguments, **kwargs: Any,
    ):  # fmt: skip
        self._whole = model
        self._is_sharded = is_sharding_wanted()
        if self._is_sharded:
            model = sharded_copy(model, args.device)
        with environment(SHARDING, None):  # Accelerate is not asked to shard
            super().__init__(
                data_collator=lambda drawn: {"rows": collator.rows(drawn)}, model=model, args=args,
                **kwargs,
            )  # fmt: skip
        if self._is_sharded:  # nothing is left for Accelerate to wrap
            self.accelerator.prepare_model = partial(
                self.accelerator.prepare_model, evaluation_mode=True
            )
        self._sampler = sampler
        self._collator = collator
        kind = self.args.device.type
        self._max_positions = _MAX_POSITIONS.get(kind, MAX_POSITIONS)
        self._overhead = _overhead_positions(self.model, kind)
        self.n_positions = self.n_units = 0
        self.notes: list[str] = []
        self._losses = torch.zeros((), dtype=torch.float64)
        self._n_losses = 0

    def computed(self) -> dict[str, Any]:
        """State of a checkpoint apart from the weights, as JSON; see :meth:`take_up`."""
        return {
            "n_positions": self.n_positions,
            "n_units": self.n_units,
            "notes": self.notes,
            "max_positions": self._max_positions,
            "losses": float(self._losses),
            "n_losses": self._n_losses,
        }

    def take_up(self, computed: dict[str, Any]) -> None:
        """Restore the state of :meth:`computed`."""
        self.n_positions, self.n_units = computed["n_positions"], computed["n_units"]
        self.notes, self._max_positions = computed["notes"], computed["max_positions"]
        self._losses = torch.tensor(computed["losses"], dtype=torch.float64)
        self._n_losses = computed["n_losses"]

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """Log the mean loss since the last log, also across a resumption."""
        if "loss" in logs and self._n_losses:
            logs["loss"] = float(self._losses) / self._n_losses
            self._losses, self._n_losses = torch.zeros((), dtype=torch.float64), 0
        super().log(logs, *args, **kwargs)

    def get_train_dataloader(self) -> Any:
        """Batches of our own sampler, each whole on every rank, which computes its share of it."""
        loader = DataLoader(
            self.train_dataset,
            batch_sampler=self._sampler,
            collate_fn=self.data_collator,
            generator=torch.Generator().manual_seed(self.args.seed),
        )
        if n_ranks() > 1:
            return prepare_data_loader(loader, num_processes=1, process_index=0)
        return self.accelerator.prepare(loader)

    # Writes tied weights once, which the Trainer does for models of its own library only.
    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Write the weights to a folder; the first rank does."""
        self.gather()
        if not self.args.should_save:
            return
        folder = Path(output_dir or self.args.output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        save_model(self._whole, str(folder / _WEIGHTS))

    def gather(self) -> None:
        """Give the model the weights of its spread copy, if there is one; each rank calls it."""
        if self._is_sharded:
            self._whole.load_state_dict(whole_weights(self.model))

    @contextmanager
    def whole_model(self) -> Iterator[nn.Module]:
        """The caller's model with the weights of now, on its device; each rank enters."""
        if not self._is_sharded:
            yield self._whole
            return
        self.gather()
        self._whole.to(self.args.device)
        try:
            yield self._whole
        finally:
            self._whole.to("cpu")

    def create_optimizer(self, *args: Any, **kwargs: Any) -> Any:
        """The optimizer, which saves and loads its states whole."""
        optimizer = super().create_optimizer(*args, **kwargs)
        if self._is_sharded:
            spread_states(optimizer)
        return optimizer

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if self._is_sharded and not self.args.should_save:
            self.optimizer.state_dict()  # the first rank, which saves it, waits for our part
        super()._save_optimizer_and_scheduler(output_dir)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        load_model(self._whole, Path(resume_from_checkpoint) / _WEIGHTS)
        if self._is_sharded:
            spread_weights(self.model, self._whole.state_dict())

    def training_step(
        self, model: nn.Module, inputs: dict[str, Any], num_items_in_batch: Any = None
    ) -> Tensor:
        """Gradients of a batch and its mean loss, in smaller parts when memory runs out."""
        model.train()
        rows: list[Instance] = inputs["rows"]
        while True:
            try:
                loss = self._accumulate(model, rows)
            except RuntimeError as error:
                longest = max(len(row.ids) for row in rows)
                if not is_out_of_memory(error) or self._max_positions <= longest or n_ranks() > 1:
                    raise  # other ranks wait for this one, and cannot begin anew
            else:
                self._losses = self._losses.to(loss.device) + loss
                self._n_losses += 1
                return loss
            self._halve(model, rows)

    def _halve(self, model: nn.Module, rows: list[Instance]) -> None:
        """After running out of memory: drop the batch's gradients, compute smaller parts."""
        model.zero_grad(set_to_none=True)
        free_memory()
        whole = sum(len(row.ids) for row in rows)
        before, self._max_positions = self._max_positions, min(self._max_positions, whole) // 2
        note = (
            f"step {self.state.global_step + 1}: out of memory with {before} positions at once; "
            f"continuing with {self._max_positions} and more accumulation"
        )
        self.notes.append(note)
        _log.warning("%s", note)

    def _accumulate(self, model: nn.Module, rows: list[Instance]) -> Tensor:
        """Add up the gradients of the batch's parts, and return its mean loss.

        Of several ranks, each computes every n-th row of each part, so that all compute as many
        parts of one length; their gradients, which the ranks average, add up to the batch's.
        """
        lengths = [len(row.ids) for row in rows]
        wanted = [int((row.labels != IGNORED).sum()) for row in rows]
        total = max(sum(wanted), 1)
        parts = parts_of_like_length(
            lengths, overhead=self._overhead, max_positions=self._max_positions * n_ranks()
        )
        parts = [part for part in parts if any(wanted[place] for place in part)]
        loss = torch.zeros((), device=self.args.device)
        n_positions = n_units = 0
        for number, part in enumerate(parts):
            own = part[rank() :: n_ranks()]
            n_wanted = sum(wanted[place] for place in own)
            if not n_wanted:  # nothing to learn for this rank, but the others wait for it
                own = [next(place for place in part if wanted[place])]
            padded = self._collator.pad([rows[place] for place in own])
            batch = {name: values.to(self.args.device) for name, values in padded.items()}
            is_last = number == len(parts) - 1
            with nullcontext() if is_last else self.accelerator.no_sync(model):
                with self.compute_loss_context_manager():
                    share = model(**batch)["loss"] * (n_wanted / total)
                self.accelerator.backward(share * n_ranks())
            loss += share.detach()
            n_positions += batch["input_ids"].numel()
            n_units += sum(lengths[place] for place in own)
        if n_ranks() > 1:
            counts = torch.tensor([n_positions, n_units], device=loss.device)
            n_positions, n_units = self.accelerator.reduce(counts, "sum").tolist()
            loss = self.accelerator.reduce(loss, "sum")
        self.n_positions += n_positions
        self.n_units += n_units
        return loss


def _overhead_positions(model: nn.Module, device: str) -> float:
    """Cost of one more part of a batch, in positions: 6 operations per weight and position."""
    tables = {id(p) for m in model.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
    weights = max(sum(p.numel() for p in model.parameters() if id(p) not in tables), 1)
    layers = sum(isinstance(m, nn.LayerNorm) for m in model.modules()) // 2 + 1
    return OVERHEAD_FLOPS.get(device, OVERHEAD_FLOPS["cpu"]) * layers / (6 * weights)
