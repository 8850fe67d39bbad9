"""Masked language modelling (Devlin et al. 2019) on units."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from lingap.errors import ConfigError
from lingap.representations import SPECIAL_UNITS
from lingap.tasks import IGNORED, Instance
from lingap.training.batches import Batch, Collator


class MaskedUnits(Collator):
    """Pads a batch and hides units: of those chosen, 80 % masked, 10 % random, 10 % kept.

    What is hidden is a function of seed, epoch and the batch's first instance.

    Args:
        pad_id: Id of the padding unit.
        mask_id: Id of the mask.
        vocabulary_size: Random replacements are drawn from the units that are not special.
        share: Part of the units chosen.
        whole_words: Choose words with all their units, in place of single units.
        seed: See above.
    """

    def __init__(
        self,
        pad_id: int,
        mask_id: int,
        vocabulary_size: int,
        *,
        share: float = 0.15,
        whole_words: bool = False,
        seed: int,
    ):
        super().__init__(pad_id)
        self.mask_id = mask_id
        self.vocabulary_size = vocabulary_size
        self.share = share
        self.whole_words = whole_words
        self.seed = seed

    def _chosen(
        self, items: npt.NDArray[np.int64], random: np.random.Generator
    ) -> npt.NDArray[np.bool_]:
        spells = items >= 0
        if not self.whole_words:
            return (random.random(items.shape) < self.share) & spells
        words = random.random((len(items), int(items.max(initial=0)) + 1)) < self.share
        return np.take_along_axis(words, np.maximum(items, 0), axis=1) & spells

    def __call__(self, drawn: Sequence[tuple[int, int, Instance]]) -> Batch:
        """Padded units with some hidden; the hidden ones are the labels."""
        epoch, place, _ = drawn[0]
        random = np.random.default_rng((self.seed, epoch, place))
        batch = self.pad([instance for _, _, instance in drawn])
        ids = batch["input_ids"].numpy()
        chosen = self._chosen(batch["item_of_unit"].numpy(), random)
        if not chosen.any():  # a loss needs at least one hidden unit
            spelling = np.argwhere(batch["item_of_unit"].numpy() >= 0)
            if not len(spelling):
                raise ConfigError("A batch to be masked holds no unit that spells a word.")
            chosen[tuple(spelling[0])] = True
        labels = np.where(chosen, ids, IGNORED)
        fate = random.random(ids.shape)
        other = random.integers(len(SPECIAL_UNITS), self.vocabulary_size, ids.shape)
        hidden = np.where(fate < 0.8, self.mask_id, np.where(fate < 0.9, other, ids))
        return {
            "input_ids": torch.from_numpy(np.where(chosen, hidden, ids)),
            "attention_mask": batch["attention_mask"],
            "token_type_ids": batch["token_type_ids"],
            "labels": torch.from_numpy(labels),
        }


@torch.inference_mode()
def heldout_bits(
    model: torch.nn.Module,
    instances: Sequence[Instance],
    masker: MaskedUnits,
    *,
    n_characters: int,
    batch_size: int = 128,
) -> float:
    """Held-out loss in bits per character of the original text.

    The mean bits of a hidden unit, times units per character: representations with many or few
    units a word compare, as the text behind them is the same.

    Args:
        model: A masked language model of ``transformers``.
        instances: Held-out text.
        masker: Hides the same units at every call (epoch 0).
        n_characters: Characters of the text, without white space.
        batch_size: Sentences at once.
    """
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    nats, n_hidden = 0.0, 0
    by_length = sorted(range(len(instances)), key=lambda i: len(instances[i].ids))
    for start in range(0, len(by_length), batch_size):
        rows = by_length[start : start + batch_size]
        batch = masker([(0, i, instances[i]) for i in rows])
        hidden = int((batch["labels"] != IGNORED).sum())
        loss = model(**{k: v.to(device) for k, v in batch.items()}).loss
        nats += float(loss) * hidden
        n_hidden += hidden
    model.train(was_training)
    n_units = 0  # each once, in the window that scores it
    for instance in instances:
        low, high = instance.scored
        n_units += int(((instance.item_of_unit >= low) & (instance.item_of_unit < high)).sum())
    return nats / n_hidden / math.log(2) * n_units / n_characters
