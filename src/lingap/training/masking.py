"""Masked language modelling (Devlin et al. 2019) on units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from lingap.errors import ConfigError
from lingap.representations import UnitIds
from lingap.representations.views import Thin
from lingap.tasks import IGNORED, Instance
from lingap.tasks.instance import Ints
from lingap.training.batches import Batch, Collator, computed_by_length


class MaskedUnits(Collator):
    """Hides units: of those chosen, 80 % are masked, 10 % random, 10 % kept.

    The choice in an instance is a function of seed, epoch and its index in the data, and so does
    not depend on the batches.

    Args:
        vocabulary: Ids of the units; random ones are drawn from those that are not special.
        share: Share of the units chosen.
        whole_words: Choose whole words instead of single units.
        seed: See above.
        thin: As of :class:`Collator`; held-out text is read whole.

    Raises:
        ConfigError: For a vocabulary without a mask unit.
    """

    def __init__(
        self,
        vocabulary: UnitIds,
        *,
        share: float = 0.15,
        whole_words: bool = False,
        seed: int,
        thin: Thin | None = None,
    ):
        super().__init__(vocabulary.pad_id, thin=thin, seed=seed)
        if vocabulary.mask_id is None:
            raise ConfigError(
                "The vocabulary has no mask unit, so masked language modelling is impossible."
            )
        self.mask_id = vocabulary.mask_id
        special = (
            vocabulary.pad_id, vocabulary.unknown_id, vocabulary.cls_id, vocabulary.sep_id,
            vocabulary.mask_id,
        )  # fmt: skip
        self.others = np.setdiff1d(np.arange(len(vocabulary), dtype=np.int32), special)
        self.share = share
        self.whole_words = whole_words

    def _chosen(self, items: Ints, random: np.random.Generator) -> npt.NDArray[np.bool_]:
        spells = items >= 0
        if not self.whole_words:
            return np.asarray((random.random(len(items)) < self.share) & spells)
        words = random.random(int(items.max(initial=0)) + 1) < self.share
        return np.asarray(words[np.maximum(items, 0)] & spells)

    def rows(self, drawn: Sequence[tuple[int, int, Instance]]) -> list[Instance]:
        """Instances with some units hidden; their labels are the hidden units."""
        found = [
            self._hidden(epoch, place, self.thinned(epoch, place, instance))
            for epoch, place, instance in drawn
        ]
        if not any((row.labels != IGNORED).any() for row in found):
            found[0] = self._one_hidden(drawn[0][2])  # a loss needs at least one hidden unit
        return found

    def _hidden(self, epoch: int, place: int, instance: Instance) -> Instance:
        random = np.random.default_rng((self.seed, epoch, place))
        ids, items = instance.ids, instance.item_of_unit
        chosen = self._chosen(items, random)
        fate = random.random(len(ids))
        other = self.others[random.integers(len(self.others), size=len(ids))]
        hidden = np.where(fate < 0.8, self.mask_id, np.where(fate < 0.9, other, ids))
        return replace(
            instance,
            ids=np.where(chosen, hidden, ids).astype(np.int32),
            labels=np.where(chosen, ids, IGNORED).astype(np.int32),
        )

    def _one_hidden(self, instance: Instance) -> Instance:
        spelling = np.flatnonzero(instance.item_of_unit >= 0)
        if not len(spelling):
            raise ConfigError("A batch to be masked has no unit that spells a word.")
        ids, labels = instance.ids.copy(), np.full(len(instance.ids), IGNORED, dtype=np.int32)
        labels[spelling[0]], ids[spelling[0]] = ids[spelling[0]], self.mask_id
        return replace(instance, ids=ids, labels=labels)

    def pad(self, rows: Sequence[Instance]) -> Batch:
        """Tensors (batch, n_units), the input of a masked language model."""
        batch = super().pad(rows)
        del batch["item_of_unit"]
        return batch


@torch.inference_mode()
def heldout_bits(
    model: torch.nn.Module,
    instances: Sequence[Instance],
    masker: MaskedUnits,
    *,
    n_characters: int,
) -> float:
    """Held-out loss in bits per character of the original text.

    The mean bits of a hidden unit times units per character, so that representations with many or
    few units per word are comparable.

    Args:
        model: A :class:`lingap.models.MaskedLanguageModel`.
        instances: Held-out text.
        masker: Hides the same units at every call, those of epoch 0.
        n_characters: Characters of the text, without white space.

    Raises:
        ConfigError: When no unit of the text was hidden.
    """
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device

    def nats(places: list[int]) -> tuple[float, int]:
        """Summed loss of the hidden units of a batch, in nats, and their number."""
        rows = [masker._hidden(0, place, instances[place]) for place in places]
        batch = {k: v.to(device) for k, v in masker.pad(rows).items()}
        hidden = int((batch["labels"] != IGNORED).sum())
        return (float(model(**batch)["loss"]) * hidden, hidden) if hidden else (0.0, 0)

    found = [batch for _, batch in computed_by_length(instances, nats)]
    all_nats, n_hidden = sum(n for n, _ in found), sum(n for _, n in found)
    model.train(was_training)
    if not n_hidden:
        raise ConfigError("The held-out text is too short: none of its units was hidden.")
    n_units = 0  # each once, in the window that scores it
    for instance in instances:
        low, high = instance.scored
        n_units += int(((instance.item_of_unit >= low) & (instance.item_of_unit < high)).sum())
    return all_nats / n_hidden / math.log(2) * n_units / n_characters
