"""What a system scores that learned nothing, and whether another is better than that."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from statistics import NormalDist

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import ArrayInput
from lingap.metrics.performance import as_scores

_NEAR = 0.01  # of a share 1 / k, and of each other: scores of guessing
_MOST_CLASSES = 4  # of a task whose scores are recognized as guessing


@checked(MetricError)
def majority_share(gold: Sequence[Hashable]) -> tuple[Hashable, float]:
    """The most frequent label and its share, 0 to 1: the accuracy of always answering it.

    Of equally frequent ones, the first in the order of their text.

    Raises:
        MetricError: For no labels.

    >>> majority_share(["NOUN", "VERB", "NOUN", "ADJ"])
    ('NOUN', 0.5)
    """
    if not len(gold):
        raise MetricError("No labels: a majority needs at least one.")
    label, n = min(Counter(gold).items(), key=lambda item: (-item[1], str(item[0])))
    return label, n / len(gold)


@checked(MetricError)
def chance_share(n_labels: int) -> float:
    """Accuracy of guessing among equally likely labels, 1 / n_labels.

    >>> chance_share(4)
    0.25
    """
    if n_labels < 1:
        raise MetricError(f"n_labels must be at least 1; got {n_labels}.")
    return 1 / n_labels


def answers_one_label(predicted: Iterable[Hashable]) -> bool:
    """Whether all items, of which there are several, got the same label.

    >>> answers_one_label(["NOUN", "NOUN"]), answers_one_label(["NOUN"])
    (True, False)
    """
    labels = Counter(predicted)
    return len(labels) == 1 and labels.total() > 1


@checked(MetricError)
def is_at_baseline(
    score: float, baseline: float, *, error: float = 0.0, level: float = 0.95
) -> bool:
    """Whether a score is not shown to be better than a baseline: "learned nothing".

    Args:
        score: Of the system, >= 0, on the baseline's scale.
        baseline: Such as :func:`majority_share`, :func:`chance_share` or, of spans,
            :func:`~lingap.metrics.chance_span_f1`.
        error: Standard error of the score over test items; 0 where it is not known.
        level: Of confidence, two-sided.

    Raises:
        MetricError: For a negative or non-finite number.

    >>> is_at_baseline(0.34, 0.333, error=0.01), is_at_baseline(0.40, 0.333, error=0.01)
    (True, False)
    """
    if not all(math.isfinite(x) and x >= 0 for x in (score, baseline, error)):
        raise MetricError(
            f"score, baseline and error must be finite and >= 0; got {score}, {baseline}, {error}."
        )
    return score - baseline <= NormalDist().inv_cdf((1 + level) / 2) * error


@checked(MetricError)
def looks_like_guessing(scores: ArrayInput) -> int | None:
    """The number of classes k, 2 to 4, among which a system seems to guess; None if it does not.

    Its shares of right answers in three languages or more are then all within 0.01 of 1 / k: equal,
    and no better than chance. A suspicion, for tables that say nothing of their labels; where the
    labels are known, use :func:`is_at_baseline`.

    Args:
        scores: (n_languages,) accuracies, 0 to 1.

    >>> looks_like_guessing([0.333, 0.335, 0.331]), looks_like_guessing([0.62, 0.335, 0.331])
    (3, None)
    """
    values = as_scores(scores)
    if len(values) < 3:
        return None
    for k in range(2, _MOST_CLASSES + 1):
        if bool((abs(values - chance_share(k)) <= _NEAR).all()):
            return k
    return None
