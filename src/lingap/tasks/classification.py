"""One label for a text: the topic of a sentence, or how two sentences relate (inference)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingap.errors import AlignmentError
from lingap.metrics import chance_share
from lingap.records import LabelledSentence, Prediction, SentencePair
from lingap.representations import Representation, UnitIds, learn_words
from lingap.tasks.instance import IGNORED, Instance, Scoring, label_id, no_counts, spelled
from lingap.tasks.scoring import score_texts

Example = LabelledSentence | SentencePair

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


class Classification:
    """One label for each text of one or two sentences; the text is the one item, item 0.

    A sentence is read as ``[CLS] sentence [SEP]``, a pair as ``[CLS] premise [SEP] hypothesis
    [SEP]``, with as many separators in the middle as the encoder was pre-trained with. ``[CLS]``
    and every unit that spells a word belong to the item; boundaries and separators do not. So
    ``first`` pooling gives the vector of ``[CLS]``, as in BERT, and ``mean`` pooling the mean over
    it and the units of all words.

    Args:
        name: ``nli`` or ``topic``.
        labels: The label set, in any order.
        unit: What a text is called in counts: ``pairs`` or ``sentences``.
    """

    of_whole_texts = True

    def __init__(self, name: str, labels: Sequence[str], *, unit: str):
        self.name = name
        self.labels = tuple(sorted(set(labels)))
        self._unit = unit
        self._index = {label: i for i, label in enumerate(self.labels)}

    def instances(
        self,
        examples: Sequence[Example],
        representation: Representation,
        vocabulary: UnitIds,
        *,
        max_units: int,
    ) -> tuple[list[Instance], dict[str, int]]:
        """Encode texts; long ones lose single units at the end, a pair from the longer sentence.

        Args:
            examples: Texts with labels (gold) or without (to be predicted).
            representation: Spells the words of the sentences.
            vocabulary: Numbers the units.
            max_units: Units a model can read at once, including the special ones.

        Returns:
            One instance per text, and counts: ``words``, ``words_truncated`` (any unit cut off),
            ``words_unknown`` (every unit unknown to the vocabulary), ``units``,
            ``units_unknown``, ``units_truncated``, and ``pairs_truncated`` or
            ``sentences_truncated``.
        """
        learn_words(representation, (one for example in examples for one in example.sentences))
        counts = no_counts("units_truncated", f"{self._unit}_truncated")
        made = [
            self._instance(number, example, representation, vocabulary, max_units, counts)
            for number, example in enumerate(examples)
        ]
        return made, counts

    def _instance(
        self,
        number: int,
        example: Example,
        representation: Representation,
        vocabulary: UnitIds,
        max_units: int,
        counts: dict[str, int],
    ) -> Instance:
        joint = np.full(vocabulary.n_separators, vocabulary.sep_id)
        spelt = [spelled(one, representation, vocabulary, counts) for one in example.sentences]
        room = max_units - 2 - len(joint) * (len(spelt) - 1)
        lengths = [len(ids) for _, ids, _ in spelt]
        kept = longest_first(lengths[0], sum(lengths[1:]), room)
        counts[f"{self._unit}_truncated"] += sum(kept) < sum(lengths)
        row, owned, segments = [np.array([vocabulary.cls_id])], [np.array([0])], [0]
        for place, (_, ids, words) in enumerate(spelt):
            n, lost = kept[place], words[kept[place] :]
            counts["units_truncated"] += int((lost >= 0).sum())
            counts["words_truncated"] += len(np.unique(lost[lost >= 0]))
            end = np.array([vocabulary.sep_id]) if place == len(spelt) - 1 else joint
            row += [ids[:n], end]
            owned += [np.where(words[:n] >= 0, 0, -1), np.full(len(end), -1)]
            segments += [place] * (n + len(end))
        label = IGNORED
        if example.label is not None:
            where = f"{example.id} ({example.sentences[0].language})"
            label = label_id(self._index, example.label, task=self.name, example=where)
        return Instance(
            ids=np.concatenate(row).astype(np.int32),
            item_of_unit=np.concatenate(owned).astype(np.int32),
            segment_of_unit=np.array(segments, dtype=np.int32),
            labels=np.array([label], dtype=np.int32),
            sentence=number,
            first_item=0,
            scored=(0, 1),
        )

    def n_items(self, example: Example, /) -> int:
        """One: the text."""
        return 1

    def predictions(
        self, examples: Sequence[Example], predicted: Sequence[Sequence[int]]
    ) -> list[Prediction]:
        """Predicted and gold label of each text, which is its one "word".

        Raises:
            AlignmentError: For a text without a gold label.
        """
        found = []
        for one, (index,) in zip(examples, predicted, strict=True):
            if one.label is None:
                what = self._unit.removesuffix("s")
                raise AlignmentError(f"{one.id}: a {what} without a gold label cannot be scored.")
            text = PAIR_JOINT.join(" ".join(sentence.words) for sentence in one.sentences)
            language = one.sentences[0].language
            found.append(Prediction(one.id, language, (text,), (one.label,), (self.labels[index],)))
        return found

    def score(self, predictions: Sequence[Prediction]) -> Scoring:
        """Accuracy over texts."""
        return score_texts(predictions)

    def chance(self, learned: Sequence[Example], test: Sequence[Example]) -> float:
        """Accuracy of guessing among equally likely labels."""
        return chance_share(len(self.labels))
