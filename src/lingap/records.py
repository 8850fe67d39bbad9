"""The records that pass between rooms. All are frozen and validated once, when made.

A *word* is a corpus token, the thing that carries a gold label and is scored. A *unit* is what a
model reads: a subword, a character, a phoneme. Each unit knows its word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lingap.errors import AlignmentError


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of one language, with a gold label each if there are any.

    Args:
        id: Unique in its corpus, language and split.
        language: Code as in :attr:`lingap.languages.Language.code` (ISO 639-3, ``kor``).
        words: The corpus tokens in NFC; none is empty.
        labels: One label per word, or None for text without gold labels.

    Raises:
        AlignmentError: For an empty word, or when words and labels differ in number.
    """

    id: str
    language: str
    words: tuple[str, ...]
    labels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not all(self.words):
            at = next(i for i, word in enumerate(self.words) if not word)
            raise AlignmentError(f"{self.id} ({self.language}): word {at} is empty.")
        if self.labels is not None and len(self.labels) != len(self.words):
            raise AlignmentError(
                f"{self.id} ({self.language}): {len(self.words)} words but "
                f"{len(self.labels)} labels; each word needs exactly one."
            )

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentence itself, as records of one or more sentences have it."""
        return (self,)


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with one label, such as its topic."""

    id: str
    sentence: Sentence
    label: str | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The one sentence."""
        return (self.sentence,)


@dataclass(frozen=True, slots=True)
class SentencePair:
    """Two sentences of one language with one label, as in natural language inference."""

    id: str
    first: Sentence
    second: Sentence
    label: str | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Both, in order."""
        return (self.first, self.second)


Record = Sentence | LabelledSentence | SentencePair
"""What a corpus yields."""


@dataclass(frozen=True, slots=True)
class ParallelSentences:
    """The same sentences in several languages: row i means the same in each.

    Args:
        name: Corpus and split, for messages and tables.
        sentences: Language code to its sentences, all of one length.

    Raises:
        AlignmentError: When languages differ in their number of sentences.
    """

    name: str
    sentences: Mapping[str, tuple[Sentence, ...]]

    def __post_init__(self) -> None:
        sizes = {language: len(rows) for language, rows in self.sentences.items()}
        if len(set(sizes.values())) > 1:
            raise AlignmentError(f"{self.name}: not parallel; rows per language: {sizes}.")

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes in the order given."""
        return tuple(self.sentences)

    def __len__(self) -> int:
        """Rows of each language."""
        return len(next(iter(self.sentences.values()), ()))


@dataclass(frozen=True, slots=True)
class EncodedSentence:
    """Units of one sentence, in order, and the word of each.

    Args:
        sentence_id: The sentence's id.
        units: What the model reads; length n_units.
        word_of_unit: Index of each unit's word, or None for a unit that spells no word (a
            boundary mark); length n_units, word indices never decrease.
        n_words: Words of the sentence; each owns at least one unit.

    Raises:
        AlignmentError: When lengths differ, indices decrease, or a word owns no unit.
    """

    sentence_id: str
    units: tuple[str, ...]
    word_of_unit: tuple[int | None, ...]
    n_words: int

    def __post_init__(self) -> None:
        if len(self.units) != len(self.word_of_unit):
            raise AlignmentError(
                f"{self.sentence_id}: {len(self.units)} units but {len(self.word_of_unit)} owners."
            )
        expected = 0
        for owner in self.word_of_unit:
            if owner is None or owner == expected - 1:
                continue
            if owner != expected:
                raise AlignmentError(
                    f"{self.sentence_id}: after word {expected - 1} comes a unit of word {owner}; "
                    "words must own units in order, at least one each."
                )
            expected += 1
        if expected != self.n_words:
            raise AlignmentError(
                f"{self.sentence_id}: {self.n_words} words but units for {expected} of them."
            )


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predicted and gold labels of the words of one sentence.

    Raises:
        AlignmentError: When words, gold and predicted labels differ in number.
    """

    sentence_id: str
    language: str
    words: tuple[str, ...]
    gold: tuple[str, ...]
    predicted: tuple[str, ...]

    def __post_init__(self) -> None:
        if not len(self.words) == len(self.gold) == len(self.predicted):
            raise AlignmentError(
                f"{self.sentence_id} ({self.language}): {len(self.words)} words, "
                f"{len(self.gold)} gold and {len(self.predicted)} predicted labels."
            )


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval: both ends, its level (0.95), and its method."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one system in one language, and what it is based on.

    Args:
        system: What is compared; in lingap's own runs the representation's name.
        task: ``ner``, ``pos``, ``nli``, ``topic``, or another name.
        language: Code of the language scored.
        metric: Name of the measure, such as ``span_f1``.
        value: The score, 0 to 1.
        seed: Seed of the training.
        n_words: Words scored, the same for every system.
        counts: Lossy steps behind the score, such as ``words_truncated`` or ``words_unspelled``.
        interval: Over test sentences, where computed.
        run_id: The run in the store.
    """

    system: str
    task: str
    language: str
    metric: str
    value: float
    seed: int = 0
    n_words: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    interval: Interval | None = None
    run_id: str = ""
