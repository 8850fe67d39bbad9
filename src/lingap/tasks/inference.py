"""Natural language inference: one label for two sentences, premise and hypothesis (NLI)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingap.errors import AlignmentError, CorpusError
from lingap.records import Prediction, SentencePair
from lingap.representations import Representation, UnitIds
from lingap.tasks.instance import IGNORED, Instance, Scoring
from lingap.tasks.scoring import score_pairs

PAIR_JOINT = " [SEP] "
"""Between premise and hypothesis where a pair is written as one text."""


def longest_first(first: int, second: int, room: int) -> tuple[int, int]:
    """Lengths that two sentences keep when the longer one always loses its last unit.

    Of two equally long ones the second loses.

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
    middle as the encoder was taught. The opening unit and every unit that spells a word belong to
    the item, so ``first`` pooling gives the vector of ``[CLS]``, as BERT classifies, and ``mean``
    pooling the mean of it and all spelling units; boundaries and separators belong to none.

    Args:
        labels: The label set, in any order.
    """

    name = "nli"

    def __init__(self, labels: Sequence[str]):
        self.labels = tuple(sorted(set(labels)))
        self._index = {label: i for i, label in enumerate(self.labels)}

    def _label_id(self, pair: SentencePair) -> int:
        if pair.label is None:
            return IGNORED
        if pair.label not in self._index:
            raise CorpusError(
                f"{pair.id} ({pair.first.language}): label {pair.label!r} is not among the "
                f"{len(self.labels)} labels of nli: {', '.join(self.labels)}."
            )
        return self._index[pair.label]

    def instances(
        self,
        examples: Sequence[SentencePair],
        representation: Representation,
        vocabulary: UnitIds,
        *,
        max_units: int,
    ) -> tuple[list[Instance], dict[str, int]]:
        """Encode pairs, long ones cut by the unit, the longer sentence first.

        Args:
            examples: Pairs with labels (gold) or without (to be predicted).
            representation: Spells the words of both sentences.
            vocabulary: Numbers the units.
            max_units: Units a model can read at once, the special ones included.

        Returns:
            One instance a pair, and counts: ``words``, ``words_truncated`` (any unit cut off),
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
                encoded = representation.encode(sentence)
                owners = np.fromiter(
                    (-1 if word is None else word for word in encoded.word_of_unit), dtype=np.int32
                )
                these = vocabulary.ids(encoded.units)
                spelled, unknown = owners >= 0, these == vocabulary.unknown_id
                known = np.unique(owners[spelled & ~unknown])
                counts["words"] += encoded.n_words
                counts["words_unknown"] += encoded.n_words - len(known)
                counts["units"] += int(spelled.sum())
                counts["units_unknown"] += int((spelled & unknown).sum())
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
            segment = np.zeros(len(row), dtype=np.int32)
            segment[-n_second:] = 1
            made.append(
                Instance(
                    ids=row.astype(np.int32),
                    item_of_unit=np.concatenate(
                        ([0], owned[0], np.full(len(separators), -1), owned[1], [-1])
                    ).astype(np.int32),
                    segment_of_unit=segment,
                    labels=np.array([self._label_id(pair)], dtype=np.int32),
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
        """Label indices to labels, beside the gold ones; a pair's text is its one "word".

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
