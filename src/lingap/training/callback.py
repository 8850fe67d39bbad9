"""Progress, dev scores, the best weights and checkpoints of a running training."""

from __future__ import annotations

import json
import logging
import math
import shutil
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import TrainerCallback

from lingap.errors import TrainingError
from lingap.storage.atomic import flush, set_aside
from lingap.training.batches import RandomBatches
from lingap.training.parts import PartsTrainer
from lingap.training.ranks import from_first, rank, wait_for_all
from lingap.training.sharded import whole_weights

COMPLETE = "complete.json"
"""The file written last into a checkpoint: the checksum of every other one. A checkpoint without it
is incomplete, and one whose files differ from it is damaged; neither is resumed from."""

_log = logging.getLogger("lingap.training")

CHECKPOINT_SECONDS = 60.0
"""A shorter training leaves no checkpoint: it is quicker repeated than resumed."""

_BEST, _SEEN = "best.safetensors", "seen.json"

DevScore = Callable[[nn.Module], float]
Progress = Callable[[int, int], None]


class TrainingCallback(TrainerCallback):  # type: ignore[misc]
    """Keeps the best weights by dev score, reports progress, requests checkpoints."""

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
        self.trainer: PartsTrainer | None = None
        self.best: tuple[float, float, dict[str, Tensor]] | None = None
        self.since_best = 0

    def resume_from(self, checkpoint: Path) -> None:
        """Restore the state saved with the checkpoint."""
        seen = json.loads((checkpoint / _SEEN).read_text(encoding="utf-8"))
        self.since_best = seen["since_best"]
        assert self.trainer is not None
        self.trainer.take_up(seen["computed"])
        if seen["best"] is not None:
            score, epoch = seen["best"]
            self.best = (score, epoch, load_file(checkpoint / _BEST))

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Set the epoch of the batch order."""
        self.sampler.set_epoch(state.global_step // len(self.sampler))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Report progress, and request a checkpoint when one is due."""
        if self.progress is not None and rank() == 0:
            self.progress(state.global_step, state.max_steps)
        # The last step of an epoch is saved after the epoch has been scored.
        if state.global_step % len(self.sampler) and state.global_step < state.max_steps:
            self._ask_to_save(control)

    def _ask_to_save(self, control: Any) -> None:
        is_due = time.monotonic() - self.saved >= self.checkpoint_seconds
        control.should_save = from_first(is_due)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Save this state next to the weights; the checkpoint is then complete."""
        wait_for_all()  # each rank has written its random state
        if rank() == 0:
            self._complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        self.saved = time.monotonic()

    def _complete(self, folder: Path) -> None:
        best = None
        if self.best is not None:
            best = self.best[:2]
            save_file(self.best[2], folder / _BEST)
        assert self.trainer is not None
        computed = self.trainer.computed()
        seen = {"since_best": self.since_best, "best": best, "computed": computed}
        (folder / _SEEN).write_text(json.dumps(seen), encoding="utf-8")
        for path in folder.iterdir():
            flush(path)
        (folder / COMPLETE).write_text(json.dumps(_checksums(folder)), encoding="utf-8")

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Stop at a loss that is not finite."""
        if not logs or "loss" not in logs:
            return
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss is {loss} at step {state.global_step}; a learning rate below "
                f"{args.learning_rate:g} may keep it finite.",
                history=history(state.log_history),
            )

    def on_epoch_end(
        self, args: Any, state: Any, control: Any, model: Any = None, **_: Any
    ) -> None:
        """Score the dev data."""
        if self.dev_score is not None:
            self._score(state, control, model)
        # A training that stops here needs no checkpoint: it would only repeat the last epoch.
        if state.global_step < state.max_steps and not control.should_training_stop:
            self._ask_to_save(control)

    def _score(self, state: Any, control: Any, model: Any) -> None:
        assert self.dev_score is not None
        assert self.trainer is not None
        with self.trainer.whole_model() as whole:
            score = from_first(self.dev_score(whole))
        self.trainer.log({"dev": score})
        if self.best is None or score > self.best[0]:
            self.best = (score, float(state.epoch), whole_weights(model))
            self.since_best = 0
        else:
            self.since_best += 1
            if self.patience is not None and self.since_best >= self.patience:
                control.should_training_stop = True


def history(log: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """The finite rows of the Trainer's log, which its checkpoints contain."""
    losses, scores = ("step", "loss", "learning_rate"), ("step", "epoch", "dev")
    return [
        {name: row[name] for name in (losses if "loss" in row else scores)}
        for row in log
        if math.isfinite(row.get("loss", row.get("dev", math.nan)))
    ]


def last_checkpoint(workspace: Path) -> Path | None:
    """The latest checkpoint that is whole, so that a resumed training ends with the same weights.

    Incomplete later ones (a kill, a full disk) are deleted. Those that were damaged after they were
    written are set aside as ``damaged-checkpoint-…`` with a warning.
    """
    found = {int(p.name[11:]): p for p in workspace.glob("checkpoint-*") if p.name[11:].isdecimal()}
    for _, path in sorted(found.items(), reverse=True):
        if not (path / COMPLETE).is_file():
            shutil.rmtree(path)
        elif (damage := _damage(path)) is None:
            return path
        else:
            _log.warning(
                "%s is damaged (%s). It is set aside as %s; the training resumes from an earlier "
                "checkpoint, or starts anew.", path, damage, set_aside(path).name,
            )  # fmt: skip
    return None


def _damage(checkpoint: Path) -> str | None:
    """What is wrong with the files of a checkpoint; None if they are as they were written."""
    try:
        written = json.loads((checkpoint / COMPLETE).read_text(encoding="utf-8"))
        found = _checksums(checkpoint)
    except (OSError, ValueError, RecursionError) as error:
        return str(error)
    if not isinstance(written, dict) or not written:
        return f"{COMPLETE} lists no files"
    for name in sorted(written.keys() | found.keys()):
        if name not in found:
            return f"{name} is missing"
        if written.get(name) != found[name]:
            return f"{name} is not as it was written"
    return None


def _checksums(folder: Path) -> dict[str, int]:
    """The CRC-32 of each file of a checkpoint, apart from the one that lists them."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name != COMPLETE:
            checksum = 0
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    checksum = zlib.crc32(chunk, checksum)
            found[path.name] = checksum
    return found
