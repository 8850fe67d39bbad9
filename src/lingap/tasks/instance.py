"""What a model reads of one sentence, and what a task is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lingap.errors import CorpusError
from lingap.records import EncodedSentence, Prediction, Sentence
from lingap.representations import Representation, UnitIds

IGNORED = -100
"""The label of an item that is neither trained on nor scored in this instance."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Instance:
    """One window of one sentence (or pair), in numbers.

    An *item* is what carries a label: a word in tagging, else the text.

    Args:
        ids: Unit ids, including the special ones; shape (n_units,).
        item_of_unit: Index of the item that each unit spells, -1 for none; shape (n_units,).
        segment_of_unit: 0, or 1 in the second sentence of a pair; shape (n_units,).
        labels: Label index of each item, :data:`IGNORED` where another window scores it or no
            gold is known; shape (n_items,).
        sentence: Index of the sentence in its data set.
        first_item: Index in the sentence of this window's item 0.
        scored: Items of this window (first, one past last) whose prediction counts.
    """

    ids: Ints
    item_of_unit: Ints
    segment_of_unit: Ints
    labels: Ints
    sentence: int
    first_item: int
    scored: tuple[int, int]


def no_counts(*lost: str) -> dict[str, int]:
    """Counts of what :func:`spelled` and truncation tell of words and units, and of `lost`."""
    return dict.fromkeys(
        ("words", "words_truncated", "words_unknown", "units", "units_unknown", *lost), 0
    )


def spelled(
    sentence: Sentence, representation: Representation, vocabulary: UnitIds, counts: dict[str, int]
) -> tuple[EncodedSentence, Ints, Ints]:
    """Spell a sentence and add to the counts of words and units, and of unknown ones.

    Returns:
        The encoded sentence; ids and words (-1 for none) of its units, shape (n_units,) each.
    """
    encoded = representation.encode(sentence)
    ids = vocabulary.ids(encoded.units)
    owners = np.fromiter(
        (-1 if word is None else word for word in encoded.word_of_unit), dtype=np.int32
    )
    spells, unknown = owners >= 0, ids == vocabulary.unknown_id
    counts["words"] += encoded.n_words
    known = np.zeros(encoded.n_words, dtype=bool)
    known[owners[spells & ~unknown]] = True
    counts["words_unknown"] += int((~known).sum())
    counts["units"] += int(spells.sum())
    counts["units_unknown"] += int((spells & unknown).sum())
    return encoded, ids, owners


def label_id(ids: Mapping[str, int], label: str, *, task: str, example: str) -> int:
    """The number of a gold label; CorpusError, naming the example, for one that has none."""
    if label not in ids:
        raise CorpusError(
            f"{example}: label {label!r} is not among the {len(ids)} labels of {task}: "
            f"{', '.join(ids)}."
        )
    return ids[label]


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores of predictions.

    Args:
        metric: Name of the headline metric.
        value: The headline score, 0 to 1.
        details: Further scores by name.
        n_items: Items scored: words, or texts.
        counts: Irregularities by name.
        interval: Low and high end of the headline's 95 % bootstrap interval over sentences.
        item_counts: (n_sentences, 3) true positives, false positives and false negatives behind
            the headline score, in the order of the predictions; None where it has none.
        majority: Label whose constant answer is the baseline, and the score of that.
        one_label: Whether all items, of several, got the same label.
    """

    metric: str
    value: float
    n_items: int
    details: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    interval: tuple[float, float] | None = None
    item_counts: npt.NDArray[np.int64] | None = field(default=None, compare=False, repr=False)
    majority: tuple[str, float] = ("", 0.0)
    one_label: bool = False


class Task(Protocol):
    """A labelling task; the same object serves every representation."""

    name: str
    labels: tuple[str, ...]
    of_whole_texts: bool  # whether an item is a text, not a word: its outputs are kept

    def instances(
        self,
        examples: Sequence[Any],
        representation: Representation,
        vocabulary: UnitIds,
        *,
        max_units: int,
    ) -> tuple[list[Instance], dict[str, int]]:
        """Encode examples; the dictionary counts every lossy step."""  # fmt: skip

    def n_items(self, example: Any, /) -> int:
        """Number of items: the words of a sentence, or 1 for a text."""

    def predictions(
        self, examples: Sequence[Any], predicted: Sequence[Sequence[int]]
    ) -> list[Prediction]:
        """Predictions from label indices, one per item, and the gold labels of the examples."""

    def score(self, predictions: Sequence[Prediction]) -> Scoring:
        """Score predictions over all items, whatever the representation."""

    def chance(self, learned: Sequence[Any], test: Sequence[Any]) -> float:
        """The headline score expected of guessing, 0 to 1, with what training's labels tell."""
