"""What guessed spans score: labels drawn as often as they occur in training."""

from __future__ import annotations

from collections import Counter

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.spans import Sentences, find_spans, first_words


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
