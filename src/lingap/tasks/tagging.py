"""Tagging, one label per word: named entities (NER) and parts of speech (POS)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from lingap.errors import MetricError
from lingap.metrics import chance_share
from lingap.records import Prediction, Sentence
from lingap.representations import Representation, UnitIds, Window, learn_words, windows
from lingap.tasks.instance import IGNORED, Instance, Ints, Scoring, label_id, no_counts, spelled

Scorer = Callable[[Sequence[Prediction]], Scoring]
Labels = Sequence[Sequence[str]]


class Tagging:
    """One label for each word.

    Args:
        name: ``ner`` or ``pos``.
        labels: The label set; sorted, with ``O`` first where there is one.
        scorer: Predictions to scores.
        chance: Labels of the sentences of training and of test to the score expected of guessing;
            without it, that among equally likely labels.
    """

    of_whole_texts = False

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        scorer: Scorer,
        chance: Callable[[Labels, Labels], float] | None = None,
    ):
        self.name = name
        self.labels = tuple(sorted(set(labels), key=lambda label: (label != "O", label)))
        self._index = {label: i for i, label in enumerate(self.labels)}
        self._scorer = scorer
        self._chance = chance

    def instances(
        self,
        examples: Sequence[Sentence],
        representation: Representation,
        vocabulary: UnitIds,
        *,
        max_units: int,
    ) -> tuple[list[Instance], dict[str, int]]:
        """Encode sentences, long ones in overlapping windows.

        Args:
            examples: Sentences with labels (gold) or without (to be predicted).
            representation: Spells the words.
            vocabulary: Numbers the units.
            max_units: Units a model can read at once, including the two special ones.

        Returns:
            Instances in the order of the sentences, and counts: ``words``, ``words_truncated``,
            ``words_unknown`` (every unit unknown to the vocabulary), ``units``,
            ``units_unknown``, ``sentences_windowed``.
        """
        made: list[Instance] = []
        learn_words(representation, examples)
        counts = no_counts("sentences_windowed")
        for number, sentence in enumerate(examples):
            encoded, ids, owners = spelled(sentence, representation, vocabulary, counts)
            labels = np.full(encoded.n_words, IGNORED, dtype=np.int32)
            if sentence.labels is not None:
                where = f"{sentence.id} ({sentence.language})"
                labels[:] = [
                    label_id(self._index, label, task=self.name, example=where)
                    for label in sentence.labels
                ]
            parts = windows(encoded.word_of_unit, encoded.n_words, max_units=max_units - 2)
            counts["sentences_windowed"] += len(parts) > 1
            for part in parts:
                counts["words_truncated"] += part.truncated_word is not None
                made.append(_cut(ids, owners, labels, part, number, vocabulary))
        return made, counts

    def n_items(self, example: Sentence, /) -> int:
        """Words of the sentence."""
        return len(example.words)

    def predictions(
        self, examples: Sequence[Sentence], predicted: Sequence[Sequence[int]]
    ) -> list[Prediction]:
        """Predicted and gold labels of each sentence."""
        return [
            Prediction(
                s.id, s.language, s.words, s.labels or (), tuple(self.labels[i] for i in row)
            )
            for s, row in zip(examples, predicted, strict=True)
        ]

    def score(self, predictions: Sequence[Prediction]) -> Scoring:
        """Score all words."""
        return self._scorer(predictions)

    def chance(self, learned: Sequence[Sentence], test: Sequence[Sentence]) -> float:
        """The score expected of guessing."""
        if self._chance is None:
            return chance_share(len(self.labels))
        return self._chance([s.labels or () for s in learned], [s.labels or () for s in test])


def text_instances(
    sentences: Sequence[Sentence],
    representation: Representation,
    vocabulary: UnitIds,
    *,
    max_units: int,
) -> tuple[list[Instance], dict[str, int]]:
    """Encode sentences without labels, for pre-training and embeddings; items are words."""
    unlabelled = [replace(s, labels=None) if s.labels is not None else s for s in sentences]
    return Tagging("text", (), _no_score).instances(
        unlabelled, representation, vocabulary, max_units=max_units
    )


def _no_score(predictions: Sequence[Prediction]) -> Scoring:
    raise MetricError("Text without labels has no score.")


def _cut(
    ids: Ints, owners: Ints, labels: Ints, part: Window, sentence: int, vocabulary: UnitIds
) -> Instance:
    """Cut one window out of an encoded sentence and frame it with the special units."""
    inside = owners[part.start : part.stop]
    words = inside[inside >= 0]
    first = int(words[0]) if len(words) else 0
    n_items = int(words[-1]) - first + 1 if len(words) else 0
    framed = np.concatenate(([vocabulary.cls_id], ids[part.start : part.stop], [vocabulary.sep_id]))
    items = np.concatenate(([-1], np.where(inside >= 0, inside - first, -1), [-1]))
    low, high = part.scored[0] - first, part.scored[1] - first
    here = np.full(n_items, IGNORED, dtype=np.int32)
    here[low:high] = labels[slice(*part.scored)]
    return Instance(
        ids=framed.astype(np.int32),
        item_of_unit=items.astype(np.int32),
        segment_of_unit=np.zeros(len(framed), dtype=np.int32),
        labels=here,
        sentence=sentence,
        first_item=first,
        scored=(low, high),
    )
