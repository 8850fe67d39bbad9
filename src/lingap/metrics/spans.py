"""Span F1 over words, and of guesses: entities in IOB2, matched exactly (type and both ends)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.classification import f1_of_counts

Sentences = Sequence[Sequence[str]]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Precision, recall and F1 of spans, each 0 to 1, and the counts behind them."""

    precision: float
    recall: float
    f1: float
    n_gold: int
    n_predicted: int
    n_right: int


@dataclass(frozen=True, slots=True, eq=False)
class SpanF1:
    """Result of :func:`span_f1`; ``float()`` of it is the micro F1.

    Args:
        micro: Over the spans of all types.
        per_type: For each type in gold or prediction, in alphabetical order.
        counts: (n_sentences, 3), true positives, false positives and false negatives of each
            sentence, so that sentences can be resampled.
        n_invalid_gold: Gold labels ``I-X`` that follow no ``B-X`` or ``I-X``; strict scoring opens
            no span there.
        n_invalid_predicted: The same of the predicted labels.
    """

    micro: SpanScore
    per_type: Mapping[str, SpanScore]
    counts: Counts
    n_invalid_gold: int
    n_invalid_predicted: int

    @property
    def f1(self) -> float:
        """Micro F1, 0 to 1."""
        return self.micro.f1

    def __float__(self) -> float:
        return self.micro.f1


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Where spans are, in words counted through all sentences."""

    start: Counts  # (n_spans,) index of the first word, counted through all sentences
    end: Counts  # (n_spans,) one past the last word
    type: Counts  # (n_spans,) code of the type
    n_invalid: int


def _parse(label: str) -> tuple[int, str]:
    prefix, _, kind = label.partition("-")
    if label == "O":
        return 0, ""
    if prefix in ("B", "I") and (kind or label == prefix):
        return ("B", "I").index(prefix) + 1, kind
    raise MetricError(f"{label!r} is not an IOB2 label; expected O, B-TYPE or I-TYPE.")


def first_words(labels: Sentences) -> NDArray[np.bool_]:
    """Mark the first word of each sentence, (n_words,); MetricError for no words."""
    lengths = np.array([len(sentence) for sentence in labels], dtype=np.int64)
    if not lengths.sum():
        raise MetricError("No words to score: the test set is empty.")
    first = np.zeros(int(lengths.sum()), dtype=bool)
    first[(lengths.cumsum() - lengths)[lengths > 0]] = True
    return first


def find_spans(labels: Sentences, first: NDArray[np.bool_], types: dict[str, int]) -> Spans:
    """Spans that open with B and continue with I of the same type, within a sentence.

    `first` (n_words,) marks the first word of each sentence; `types` grows by the types found.
    """
    codes: dict[str, tuple[int, int]] = {}
    for at, sentence in enumerate(labels):
        for label in set(sentence).difference(codes):
            try:
                prefix, kind = _parse(label)
            except MetricError as error:
                raise MetricError(f"Sentence {at} (counted from 0): {error}") from None
            codes[label] = (prefix, types.setdefault(kind, len(types)))
    flat = np.array([codes[x] for s in labels for x in s], dtype=np.int64).reshape(-1, 2)
    opens, goes_on, type_of = flat[:, 0] == 1, flat[:, 0] == 2, flat[:, 1]
    joined = ~first & goes_on
    joined[1:] &= (opens | goes_on)[:-1] & (type_of[1:] == type_of[:-1])
    start = np.flatnonzero(opens)
    # The first word after i that does not join the word before it ends the span that opens at i.
    breaks = np.append(np.flatnonzero(~joined), len(flat))
    end = breaks[np.searchsorted(breaks, start, side="right")]
    return Spans(start, end, type_of[start], int((goes_on & ~joined).sum()))


def _score(right: int, predicted: int, gold: int) -> SpanScore:
    return SpanScore(
        precision=right / predicted if predicted else 0.0,
        recall=right / gold if gold else 0.0,
        f1=f1_of_counts(right, predicted - right, gold - right),
        n_gold=gold,
        n_predicted=predicted,
        n_right=right,
    )


@checked(MetricError)
def span_f1(gold: Sentences, predicted: Sentences) -> SpanF1:
    """Strict span F1 of IOB2 labels, one label per word.

    A span opens with ``B-X`` only and continues with ``I-X``; any other ``I-X`` is counted as
    invalid and opens nothing. F1 is 0 if neither side has a span.

    Args:
        gold: Sentences of labels ``O``, ``B-TYPE``, ``I-TYPE``.
        predicted: Predicted labels of the same sentences, equally many in each.

    Raises:
        MetricError: For different lengths, no words, or a label that is not IOB2.

    Source: the strict mode of seqeval with scheme IOB2, to which it is equal.

    >>> found = span_f1([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "I-LOC"]])
    >>> found.f1, found.per_type["LOC"].recall, found.n_invalid_predicted, found.counts.tolist()
    (0.6666666666666666, 0.0, 1, [[1, 0, 1]])
    """
    if len(gold) != len(predicted):
        raise MetricError(f"{len(gold)} gold but {len(predicted)} predicted sentences.")
    lengths = np.array([len(s) for s in gold], dtype=np.int64)
    other = np.array([len(s) for s in predicted], dtype=np.int64)
    if not np.array_equal(lengths, other):
        at = int(np.flatnonzero(lengths != other)[0])
        raise MetricError(
            f"Sentence {at} (counted from 0): {lengths[at]} gold but {other[at]} predicted labels."
        )
    first = first_words(gold)
    n_words = len(first)
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    types: dict[str, int] = {}
    g, p = find_spans(gold, first, types), find_spans(predicted, first, types)

    def keys(spans: Spans) -> Counts:
        return (spans.start * (n_words + 1) + spans.end) * len(types) + spans.type

    hit = np.isin(keys(g), keys(p), assume_unique=True)

    def by(codes: Counts, size: int) -> Counts:
        return np.bincount(codes, minlength=size).astype(np.int64)

    n = len(lengths)
    right = by(sentence[g.start[hit]], n)
    counts = np.stack(
        [right, by(sentence[p.start], n) - right, by(sentence[g.start], n) - right], axis=1
    )
    k = len(types)
    rows = zip(by(g.type[hit], k), by(p.type, k), by(g.type, k), strict=True)
    scores = {t: _score(*(int(c) for c in row)) for t, row in zip(types, rows, strict=True)}
    return SpanF1(
        micro=_score(int(hit.sum()), len(p.start), len(g.start)),
        per_type={t: scores[t] for t in sorted(scores) if scores[t].n_gold + scores[t].n_predicted},
        counts=counts,
        n_invalid_gold=g.n_invalid,
        n_invalid_predicted=p.n_invalid,
    )


@checked(MetricError)
def chance_span_f1(learned: Sentences, gold: Sentences) -> float:
    """Span F1 expected of guessing, 0 to 1: each word's label drawn as often as in training.

    Drawn labels are read as :func:`~lingap.metrics.span_f1` reads any: ``I-X`` without a span to
    continue opens none. Nothing is drawn here: the expected numbers of right and of predicted spans
    are exact, and F1 is made of them.

    Args:
        learned: Sentences of labels ``O``, ``B-TYPE``, ``I-TYPE`` that were trained on.
        gold: Those of the test part.

    Raises:
        MetricError: For no words on either side, or a label that is not IOB2.

    >>> learned = [["B-PER", "O", "O", "O"]]  # a quarter of the words are names of one word
    >>> chance_span_f1(learned, [["O", "B-PER", "O", "O"]])
    0.25
    """
    find_spans(learned, first_words(learned), {})  # refuses a label of another scheme
    counts = Counter(label for sentence in learned for label in sentence)
    share = {label: n / counts.total() for label, n in counts.items()}
    types: dict[str, int] = {}
    first = first_words(gold)
    spans = find_spans(gold, first, types)
    is_last = np.append(first, True)[spans.end]  # in its sentence: no label can continue it
    right = 0.0
    for kind, code in types.items():
        begin, inside = (share.get(f"{p}-{kind}" if kind else p, 0.0) for p in ("B", "I"))
        own = spans.type == code
        n_inside = spans.end[own] - spans.start[own] - 1
        right += float((begin * inside**n_inside * np.where(is_last[own], 1, 1 - inside)).sum())
    predicted = len(first) * sum(part for label, part in share.items() if label[0] == "B")
    expected = predicted + len(spans.start)
    return 2 * right / expected if expected else 0.0
