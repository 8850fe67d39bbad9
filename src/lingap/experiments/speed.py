"""How fast this machine trains an encoder of some size, measured in a second or two."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SECONDS = 0.5
"""Time to measure each size of batch, at most; one pass is made in any case."""

_FEW, _MANY = 32, 2048  # positions of the two batches measured


@dataclass(frozen=True, slots=True)
class Speed:
    """What passes through an encoder cost, forward and backward, and a step.

    Args:
        part: Seconds of a part of a batch, whatever its size.
        position: Seconds of a position (a unit, or padding).
        step: Seconds of an optimizer step.
    """

    part: float
    position: float
    step: float

    def training_step(self, lengths: Sequence[int]) -> float:
        """Seconds of a step over sentences of these lengths in units."""
        from lingap.training.batches import MAX_POSITIONS, parts_of_like_length

        parts = parts_of_like_length(
            lengths, overhead=self.part / max(self.position, 1e-12), max_positions=MAX_POSITIONS
        )
        positions = sum(len(part) * max(lengths[i] for i in part) for part in parts)
        return self.step + len(parts) * self.part + positions * self.position

    def reading(self, n_units: float) -> float:
        """Seconds to read units without learning: a third of a pass forward and backward."""
        return n_units * self.position / 3


def measured_speed(width: int, layers: int, inner: int, *, seconds: float = SECONDS) -> Speed:
    """Train a random encoder of that size for a moment, with one thread.

    On a CPU, processor time is taken, so that other work on the machine does not count.

    Args:
        width: Of its layers.
        layers: Their number.
        inner: Width of the feed-forward layers.
        seconds: As :data:`SECONDS`.
    """
    import torch
    from transformers import RoFormerConfig, RoFormerModel

    from lingap.training import best_device

    device = best_device()
    heads = max(n for n in (1, 2, 4, 8, 12, 16) if width % (2 * n) == 0 or n == 1)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            model = RoFormerModel(
                RoFormerConfig(
                    vocab_size=64, embedding_size=width, hidden_size=width,
                    num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner,
                    max_position_embeddings=_FEW,
                )
            ).to(device)  # fmt: skip
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)
        clock = time.process_time if device.type == "cpu" else time.perf_counter

        def one_pass(positions: int) -> None:
            ids = torch.zeros((positions // _FEW, _FEW), dtype=torch.int64, device=device)
            loss = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state.sum()
            loss.backward()
            loss.item()  # waits for a GPU

        one_pass(_FEW)  # not counted
        few = _mean_seconds(lambda: one_pass(_FEW), clock, seconds)
        step = _mean_seconds(optimizer.step, clock, seconds)
        if few > seconds:  # a large encoder, whose time is that of its products
            return Speed(0.0, few / _FEW, step)
        many = _mean_seconds(lambda: one_pass(_MANY), clock, seconds)
    finally:
        torch.set_num_threads(before)
    position = (many - few) / (_MANY - _FEW)
    return Speed(max(few - position * _FEW, 0.0), max(position, 1e-12), step)


def _mean_seconds(do: Callable[[], object], clock: Callable[[], float], seconds: float) -> float:
    n, started = 0, clock()
    while (spent := clock() - started) < seconds or not n:
        do()
        n += 1
    return spent / n
