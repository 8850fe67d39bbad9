"""Batches of sentences of like length, in random order, and their padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from lingap.tasks import IGNORED, Instance

Batch = dict[str, Tensor]


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


class LengthBatches:
    """A batch sampler: random order, but each batch holds sentences of like length.

    Each epoch is shuffled, cut into pools of `pool` batches, sorted by length within a pool, cut
    into batches, and the batches are shuffled. A batch holds `batch_size` instances, the last of
    an epoch maybe fewer.

    Args:
        lengths: Units of each instance.
        batch_size: Instances a batch.
        seed: Order is a function of seed and epoch alone.
        pool: Batches sorted together; 1 is plain random order.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, *, seed: int, pool: int = 32):
        self.lengths = np.asarray(lengths)
        self.batch_size = batch_size
        self.seed = seed
        self.pool = pool
        self.epoch = 0
        self.drop_last = False  # asked for by accelerate

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next iteration gives."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Batches an epoch."""
        return -(-len(self.lengths) // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        """Batches of indices for :class:`EpochInstances`."""
        random = np.random.default_rng((self.seed, self.epoch))
        order = random.permutation(len(self.lengths))
        step = self.pool * self.batch_size
        batches = []
        for start in range(0, len(order), step):
            pool = order[start : start + step]
            pool = pool[np.argsort(self.lengths[pool], kind="stable")]
            batches += [pool[i : i + self.batch_size] for i in range(0, len(pool), self.batch_size)]
        offset = self.epoch * len(self.lengths)
        for number in random.permutation(len(batches)):
            yield (batches[number] + offset).tolist()


class Collator:
    """Instances to padded tensors.

    Args:
        pad_id: Id of the padding unit.
        multiple: Lengths are padded to a multiple of it.
    """

    def __init__(self, pad_id: int, *, multiple: int = 1):
        self.pad_id = pad_id
        self.multiple = multiple

    def pad(self, instances: Sequence[Instance]) -> Batch:
        """Tensors of int64: (batch, n_units) for units, (batch, n_items) for labels."""
        size = len(instances)
        longest = max(len(i.ids) for i in instances)
        longest += -longest % self.multiple
        n_items = max(len(i.labels) for i in instances)
        ids = np.full((size, longest), self.pad_id, dtype=np.int64)
        mask = np.zeros((size, longest), dtype=np.int64)
        segments = np.zeros((size, longest), dtype=np.int64)
        items = np.full((size, longest), -1, dtype=np.int64)
        labels = np.full((size, n_items), IGNORED, dtype=np.int64)
        for row, instance in enumerate(instances):
            n = len(instance.ids)
            ids[row, :n] = instance.ids
            mask[row, :n] = 1
            segments[row, :n] = instance.segment_of_unit
            items[row, :n] = instance.item_of_unit
            labels[row, : len(instance.labels)] = instance.labels
        arrays = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": segments,
            "item_of_unit": items,
            "labels": labels,
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}

    def __call__(self, drawn: Sequence[tuple[int, int, Instance]]) -> Batch:
        """Pad what the sampler drew."""
        return self.pad([instance for _, _, instance in drawn])


def padded_share(lengths: Sequence[int], batches: LengthBatches) -> float:
    """Positions in the batches of one epoch over units in them: 1 is no padding at all."""
    sizes = np.asarray(lengths)
    padded = sum(
        len(b) * int(sizes[np.asarray(b) % len(sizes)].max()) for b in map(np.asarray, batches)
    )
    return padded / float(sizes.sum())
