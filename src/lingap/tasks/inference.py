"""Natural language inference: one label for two sentences, premise and hypothesis (NLI)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingap.errors import AlignmentError
from lingap.records import Prediction, SentencePair
from lingap.representations import Representation, UnitIds
from lingap.tasks.instance import IGNORED, Instance, Scoring, label_id, spelled
from lingap.tasks.scoring import score_pairs

PAIR_JOINT = " [SEP] "
"""Between premise and hypothesis where a pair is written as one text."""


def longest_first(first: int, second: int, room: int) -> tuple[int, int]:
    """Lengths that two sentences keep when the longer one always loses its last unit.

    If both are equally long, the second loses.

    >>> longest_first(9, 4, 20), longest_first(9, 4, 10), longest_first(9, 7, 10)
    ((9, 4), (6, 4), (5, 5))
    """
    if first + second <= room:
        return first, second
    half = room // 2
    if min(first, second) <= half:
        return (first, room - first) if first <= second else (room - second, second)
    return room - half, half


class Inference:
    """One label for each pair of sentences; the pair is the one item, item 0.

    The pair is read as ``[CLS] premise [SEP] hypothesis [SEP]``, with as many separators in the
    middle as the encoder was pre-trained with. ``[CLS]`` and every unit that spells a word belong
    to the item; boundaries and separators do not. So ``first`` pooling gives the vector of
    ``[CLS]``, as in BERT, and ``mean`` pooling the mean over it and the units of all words.

    Args:
        labels: The label set, in any order.
    """

    name = "nli"

    def __init__(self, labels: Sequence[str]):
        self.labels = tuple(sorted(set(labels)))
        self._index = {label: i for i, label in enumerate(self.labels)}

    def instances(
        self,
        examples: Sequence[SentencePair],
        representation: Representation,
        vocabulary: UnitIds,
        *,
        max_units: int,
    ) -> tuple[list[Instance], dict[str, int]]:
        """Encode pairs; long ones lose single units, from the longer sentence first.

        Args:
            examples: Pairs with labels (gold) or without (to be predicted).
            representation: Spells the words of both sentences.
            vocabulary: Numbers the units.
            max_units: Units a model can read at once, including the special ones.

        Returns:
            One instance per pair, and counts: ``words``, ``words_truncated`` (any unit cut off),
            ``words_unknown`` (every unit unknown to the vocabulary), ``units``,
            ``units_unknown``, ``units_truncated``, ``pairs_truncated``.
        """
        made: list[Instance] = []
        counts = dict.fromkeys(
            ("words", "words_truncated", "words_unknown", "units", "units_unknown",
             "units_truncated", "pairs_truncated"), 0,
        )  # fmt: skip
        opening, closing = np.array([vocabulary.cls_id]), np.array([vocabulary.sep_id])
        separators = np.full(vocabulary.n_separators, vocabulary.sep_id)
        room = max_units - 2 - len(separators)
        for number, pair in enumerate(examples):
            ids, items = [], []
            for sentence in (pair.first, pair.second):
                _, these, owners = spelled(sentence, representation, vocabulary, counts)
                ids.append(these)
                items.append(owners)
            kept = longest_first(len(ids[0]), len(ids[1]), room)
            for place, n in enumerate(kept):
                lost = items[place][n:]
                counts["units_truncated"] += int((lost >= 0).sum())
                counts["words_truncated"] += len(np.unique(lost[lost >= 0]))
            counts["pairs_truncated"] += kept != (len(ids[0]), len(ids[1]))
            (premise, hypothesis), n_second = (ids[0][: kept[0]], ids[1][: kept[1]]), kept[1] + 1
            row = np.concatenate((opening, premise, separators, hypothesis, closing))
            owned = [np.where(items[place][:n] >= 0, 0, -1) for place, n in enumerate(kept)]
            label = IGNORED
            if pair.label is not None:
                where = f"{pair.id} ({pair.first.language})"
                label = label_id(self._index, pair.label, task=self.name, example=where)
            segment = np.zeros(len(row), dtype=np.int32)
            segment[-n_second:] = 1
            made.append(
                Instance(
                    ids=row.astype(np.int32),
                    item_of_unit=np.concatenate(
                        ([0], owned[0], np.full(len(separators), -1), owned[1], [-1])
                    ).astype(np.int32),
                    segment_of_unit=segment,
                    labels=np.array([label], dtype=np.int32),
                    sentence=number,
                    first_item=0,
                    scored=(0, 1),
                )
            )
        return made, counts

    def n_items(self, example: SentencePair, /) -> int:
        """One: the pair."""
        return 1

    def predictions(
        self, examples: Sequence[SentencePair], predicted: Sequence[Sequence[int]]
    ) -> list[Prediction]:
        """Predicted and gold label of each pair, whose text is its one "word".

        Raises:
            AlignmentError: For a pair without a gold label.
        """
        found = []
        for pair, (index,) in zip(examples, predicted, strict=True):
            if pair.label is None:
                raise AlignmentError(f"{pair.id}: a pair without a gold label cannot be scored.")
            text = PAIR_JOINT.join(" ".join(s.words) for s in (pair.first, pair.second))
            found.append(
                Prediction(
                    pair.id, pair.first.language, (text,), (pair.label,), (self.labels[index],)
                )
            )
        return found

    def score(self, predictions: Sequence[Prediction]) -> Scoring:
        """Accuracy over pairs."""
        return score_pairs(predictions)
