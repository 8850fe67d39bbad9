"""Random batches, their parts of similar length, and padding."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor

from lingap.representations.views import Thin
from lingap.tasks import IGNORED, Instance
from lingap.tasks.instance import Ints

Batch = dict[str, Tensor]
Result = TypeVar("Result")

_log = logging.getLogger("lingap.training")

_THINNED = 1  # tells its random numbers from those of masking

MAX_POSITIONS = 8192
"""Positions (rows × longest row) computed at once on a CPU; bounds the memory."""


class HasUnits(Protocol):
    """A row of a batch: its units' ids, (n_units,)."""

    @property
    def ids(self) -> Ints:
        """Ids of its units."""


class EpochInstances:
    """Instances under indices that contain the epoch: index + epoch × n.

    So random draws for an instance can depend on the epoch without state, and a resumed training
    draws the same as an uninterrupted one.
    """

    def __init__(self, instances: Sequence[Instance]):
        self.instances = instances

    def __len__(self) -> int:
        """Number of instances."""
        return len(self.instances)

    def __getitem__(self, index: int) -> tuple[int, int, Instance]:
        """(epoch, index in the data, instance)."""
        epoch, place = divmod(index, len(self.instances))
        return epoch, place, self.instances[place]


class RandomBatches:
    """A batch sampler: every instance once per epoch, in random order.

    Args:
        n_instances: Size of the data.
        batch_size: Instances per batch; the last of an epoch may be smaller.
        seed: The order is a function of seed and epoch alone.
    """

    def __init__(self, n_instances: int, batch_size: int, *, seed: int):
        self.n_instances = n_instances
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0
        self.drop_last = False  # read by accelerate

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch of the next iteration."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Batches per epoch."""
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
    """Split a batch into parts of similar length, so that little is padded.

    The batch stays random and its gradient is the sum over the parts. The split is optimal: it
    minimizes the sum over parts of (rows × longest row + `overhead`), by dynamic programming over
    the sorted lengths.

    Args:
        lengths: Units of each instance.
        overhead: Cost of one more part, in positions.
        max_positions: Most positions of a part; a longer row is a part of its own.

    Returns:
        Indices into `lengths`, each once; parts from long to short, so that the largest
        allocation comes first.

    >>> parts_of_like_length([3, 40, 4, 41], overhead=1, max_positions=1000)
    [[3, 1], [2, 0]]
    """
    order = np.argsort(np.negative(lengths), kind="stable")
    longest = np.asarray(lengths)[order]  # of a part that starts here
    n = len(order)
    cost = np.zeros(n + 1)  # of the cheapest split of the first k
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
    instances: Sequence[HasUnits], *, max_positions: int = MAX_POSITIONS, max_rows: int = 512
) -> Iterator[list[int]]:
    """Indices of all instances, batched by length with next to no padding; not for training.

    Args:
        instances: In any order.
        max_positions: Most rows × longest row of a batch; one instance always fits.
        max_rows: Most instances of a batch.
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
    instances: Sequence[HasUnits],
    compute: Callable[[list[int]], Result],
    *,
    max_positions: int = MAX_POSITIONS,
) -> Iterator[tuple[list[int], Result]]:
    """Batches of :func:`batches_by_length`, and the result of `compute` for each.

    When a batch does not fit into memory, it and all later ones are computed in halves.

    Args:
        instances: In any order.
        compute: From the indices of a batch to its result.
        max_positions: Most rows × longest row of a batch.
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
            "out of memory with %d instances at once; continuing with half as many", len(batches[0])
        )
        halves = ((batch[: -(-len(batch) // 2)], batch[-(-len(batch) // 2) :]) for batch in batches)
        batches = deque(half for pair in halves for half in pair if half)


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether the allocator of a GPU or the CPU ran out of memory."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def free_memory() -> None:
    """Release what the allocator of the GPU, if any, holds but does not use."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class Collator:
    """Instances to padded tensors.

    Args:
        pad_id: Id of the padding unit.
        multiple: Lengths are padded to a multiple of it.
        thin: What training hides of an instance, at random, if anything.
        seed: What it hides is a function of seed, epoch and the instance's index in the data.
    """

    def __init__(self, pad_id: int, *, multiple: int = 1, thin: Thin | None = None, seed: int = 0):
        self.pad_id = pad_id
        self.multiple = multiple
        self.thin = thin
        self.seed = seed

    def rows(self, drawn: Sequence[tuple[int, int, Instance]]) -> list[Instance]:
        """Rows of what the sampler drew: (epoch, index in the data, instance) each."""
        return [self.thinned(*one) for one in drawn]

    def thinned(self, epoch: int, place: int, instance: Instance) -> Instance:
        """The instance without what is hidden in this epoch."""
        if self.thin is None:
            return instance
        random = np.random.default_rng((self.seed, epoch, place, _THINNED))
        ids = self.thin(instance.ids, instance.item_of_unit, random)
        kept = ids >= 0
        return replace(
            instance,
            ids=ids[kept].astype(np.int32),
            item_of_unit=instance.item_of_unit[kept],
            segment_of_unit=instance.segment_of_unit[kept],
        )

    def pad(self, rows: Sequence[Instance]) -> Batch:
        """Tensors of int64: (batch, n_units) for units, (batch, n_items) for labels."""
        longest = max(len(row.ids) for row in rows)
        longest += -longest % self.multiple

        def padded(arrays: Sequence[Ints], width: int, fill: int) -> Tensor:
            found = np.full((len(arrays), width), fill, dtype=np.int64)
            for place, array in enumerate(arrays):
                found[place, : len(array)] = array
            return torch.from_numpy(found)

        return {
            "input_ids": padded([row.ids for row in rows], longest, self.pad_id),
            "attention_mask": padded([np.ones_like(row.ids) for row in rows], longest, 0),
            "token_type_ids": padded([row.segment_of_unit for row in rows], longest, 0),
            "item_of_unit": padded([row.item_of_unit for row in rows], longest, -1),
            "labels": padded(
                [row.labels for row in rows], max(len(row.labels) for row in rows), IGNORED
            ),
        }

    def batch(self, instances: Sequence[Instance]) -> Batch:
        """Pad instances as they are."""
        return self.pad(instances)
