"""Random batches, their parts of like length, and padding."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lingap.tasks import IGNORED, Instance

Batch = dict[str, Tensor]
Ints = npt.NDArray[np.int32]
Result = TypeVar("Result")

_log = logging.getLogger("lingap.training")

MAX_POSITIONS = 8192
"""Positions (rows × longest row) computed at once on a CPU; memory grows with it."""


class EpochInstances:
    """Instances under indices that also tell the epoch: index + epoch × n.

    So what is drawn at random for an instance can depend on the epoch without any state, and a
    resumed training draws what an undisturbed one would have drawn.
    """

    def __init__(self, instances: Sequence[Instance]):
        self.instances = instances

    def __len__(self) -> int:
        """Number of instances, whatever the epoch."""
        return len(self.instances)

    def __getitem__(self, index: int) -> tuple[int, int, Instance]:
        """Epoch, index in the data, instance."""
        epoch, place = divmod(index, len(self.instances))
        return epoch, place, self.instances[place]


class RandomBatches:
    """A batch sampler: every instance once an epoch, in an order that depends on nothing else.

    Args:
        n_instances: Size of the data.
        batch_size: Instances a batch, the last of an epoch maybe fewer.
        seed: Order is a function of seed and epoch alone.
    """

    def __init__(self, n_instances: int, batch_size: int, *, seed: int):
        self.n_instances = n_instances
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0
        self.drop_last = False  # asked for by accelerate

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next iteration gives."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Batches an epoch."""
        return -(-self.n_instances // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        """Batches of indices for :class:`EpochInstances`."""
        order = np.random.default_rng((self.seed, self.epoch)).permutation(self.n_instances)
        offset = self.epoch * self.n_instances
        for start in range(0, self.n_instances, self.batch_size):
            yield (order[start : start + self.batch_size] + offset).tolist()


def parts_of_like_length(
    lengths: Sequence[int], *, overhead: float, max_positions: int
) -> list[list[int]]:
    """Cut a batch into parts that pad little: the gradient is that of the whole batch.

    The batch stays as random as it was drawn; only within it are sentences of like length put
    side by side, and the parts' gradients added up. The cut is the cheapest there is: it minimises
    the sum over parts of (rows × longest row + `overhead`), by dynamic programming over the
    sorted lengths.

    Args:
        lengths: Units of each instance.
        overhead: What one more part costs, in positions.
        max_positions: Positions of a part at most; a row longer than that is a part of its own.

    Returns:
        Places in `lengths`, each once; parts from long to short, so that memory is asked for first
        where most is needed.

    >>> parts_of_like_length([3, 40, 4, 41], overhead=1, max_positions=1000)
    [[3, 1], [2, 0]]
    """
    order = np.argsort(np.negative(lengths), kind="stable")
    longest = np.asarray(lengths)[order]  # of a part that begins here
    n = len(order)
    cost = np.zeros(n + 1)  # the cheapest cut of the first k
    begin = np.zeros(n + 1, dtype=np.int64)
    for stop in range(1, n + 1):
        positions = longest[:stop] * np.arange(stop, 0, -1)
        whole = cost[:stop] + positions + overhead
        whole[:-1][positions[:-1] > max_positions] = np.inf
        begin[stop] = int(np.argmin(whole))
        cost[stop] = whole[begin[stop]]
    parts: list[list[int]] = []
    stop = n
    while stop:
        parts.append(order[begin[stop] : stop].tolist())
        stop = int(begin[stop])
    return parts[::-1]


def batches_by_length(
    instances: Sequence[Instance], *, max_positions: int = MAX_POSITIONS, max_rows: int = 512
) -> Iterator[list[int]]:
    """Places of all instances, batched by length, next to no padding: for reading, not learning.

    Args:
        instances: In any order.
        max_positions: Rows × longest row of a batch at most; one instance always fits.
        max_rows: Instances of a batch at most.
    """
    order = sorted(range(len(instances)), key=lambda place: len(instances[place].ids))
    batch: list[int] = []
    for place in order:
        full = (len(batch) + 1) * len(instances[place].ids) > max_positions
        if batch and (full or len(batch) == max_rows):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def computed_by_length(
    instances: Sequence[Instance],
    compute: Callable[[list[int]], Result],
    *,
    max_positions: int = MAX_POSITIONS,
) -> Iterator[tuple[list[int], Result]]:
    """Batches of :func:`batches_by_length`, and what `compute` makes of each.

    Where the memory is not enough for a batch, it and all after it are computed in halves.

    Args:
        instances: In any order.
        compute: From the places of a batch to its result.
        max_positions: Rows × longest row of a batch at most.
    """
    batches = deque(batches_by_length(instances, max_positions=max_positions))
    while batches:
        try:
            result = compute(batches[0])
        except RuntimeError as error:
            if not is_out_of_memory(error) or len(batches[0]) == 1:
                raise
        else:
            yield batches.popleft(), result
            continue
        free_memory()
        _log.warning(
            "out of memory with %d instances at once; going on with half as many", len(batches[0])
        )
        halves = ((batch[: -(-len(batch) // 2)], batch[-(-len(batch) // 2) :]) for batch in batches)
        batches = deque(half for pair in halves for half in pair if half)


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether an allocator, that of a GPU or of the CPU, had no more to give."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def free_memory() -> None:
    """Give back what the allocator of the GPU, if there is one, holds and does not use."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a batch before padding.

    Args:
        ids: Unit ids, shape (n_units,).
        segments: 0, or 1 in the second sentence of a pair; shape (n_units,).
        items: The item of each unit, -1 for none; shape (n_units,).
        labels: One an item, or in pre-training one a unit; what is ignored is -100.
    """

    ids: Ints
    segments: Ints
    items: Ints
    labels: Ints


class Collator:
    """Instances to padded tensors.

    Args:
        pad_id: Id of the padding unit.
        multiple: Lengths are padded to a multiple of it.
    """

    def __init__(self, pad_id: int, *, multiple: int = 1):
        self.pad_id = pad_id
        self.multiple = multiple

    def rows(self, drawn: Sequence[tuple[int, int, Instance]]) -> list[Row]:
        """Make rows of what the sampler drew: (epoch, index in the data, instance) each."""
        return [
            Row(i.ids, i.segment_of_unit, i.item_of_unit, i.labels)
            for _, _, i in drawn
        ]  # fmt: skip

    def pad(self, rows: Sequence[Row]) -> Batch:
        """Tensors of int64: (batch, n_units) for units, (batch, n_items) for labels."""
        size = len(rows)
        longest = max(len(row.ids) for row in rows)
        longest += -longest % self.multiple
        n_labels = max(len(row.labels) for row in rows)
        ids = np.full((size, longest), self.pad_id, dtype=np.int64)
        mask = np.zeros((size, longest), dtype=np.int64)
        segments = np.zeros((size, longest), dtype=np.int64)
        items = np.full((size, longest), -1, dtype=np.int64)
        labels = np.full((size, n_labels), IGNORED, dtype=np.int64)
        for place, row in enumerate(rows):
            n = len(row.ids)
            ids[place, :n] = row.ids
            mask[place, :n] = 1
            segments[place, :n] = row.segments
            items[place, :n] = row.items
            labels[place, : len(row.labels)] = row.labels
        arrays = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": segments,
            "item_of_unit": items,
            "labels": labels,
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}

    def batch(self, instances: Sequence[Instance]) -> Batch:
        """Pad instances as they are."""
        return self.pad(Collator.rows(self, [(0, 0, instance) for instance in instances]))
