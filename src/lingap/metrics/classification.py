"""Classification: probabilities from logits; accuracy and F1 of labels."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix


@checked(MetricError)
def softmax(logits: ArrayInput, name: str = "logits") -> Array:
    """Probabilities of labels, (n, k) to (n, k); rows lie in 0 to 1 and sum to 1.

    Raises:
        MetricError: For a wrong number of axes or a non-finite row; the message names `name`.

    >>> softmax([[0.0, 0.0], [1000.0, 0.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    rows = as_matrix(logits, name)
    rows = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _check(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> None:
    if len(gold) != len(predicted):
        raise MetricError(f"{len(gold)} gold but {len(predicted)} predicted labels.")
    if len(gold) == 0:
        raise MetricError("No labels to score: the test set is empty.")


@checked(MetricError)
def accuracy(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Share of correct labels, 0 to 1.

    Raises:
        MetricError: When the two differ in length or are empty.

    >>> accuracy(["NOUN", "VERB", "NOUN", "X"], ["NOUN", "VERB", "VERB", "X"])
    0.75
    """
    _check(gold, predicted)
    return sum(g == p for g, p in zip(gold, predicted, strict=True)) / len(gold)


def label_counts(
    gold: Sequence[Hashable], predicted: Sequence[Hashable]
) -> dict[Hashable, tuple[int, int, int]]:
    """True positives, false positives and false negatives of each label of either side."""
    _check(gold, predicted)
    index: dict[Hashable, int] = {}
    code = [index.setdefault(label, len(index)) for label in (*gold, *predicted)]
    g, p = np.array(code[: len(gold)]), np.array(code[len(gold) :])

    def count(codes: NDArray[np.int_]) -> list[int]:
        return [int(n) for n in np.bincount(codes, minlength=len(index))]

    right, in_gold, in_predicted = count(g[g == p]), count(g), count(p)
    return {
        label: (right[i], in_predicted[i] - right[i], in_gold[i] - right[i])
        for label, i in index.items()
    }


@overload
def f1_of_counts(tp: float, fp: float, fn: float) -> float: ...
@overload
def f1_of_counts(tp: Array, fp: Array, fn: Array) -> Array: ...
def f1_of_counts(tp: float | Array, fp: float | Array, fn: float | Array) -> float | Array:
    """F1 from counts, 2 tp / (2 tp + fp + fn); 0 if all three are 0.

    Shapes: three numbers, or three arrays of one shape.
    """
    right = np.multiply(tp, 2.0)
    below = np.asarray(right + fp + fn)
    f1 = np.divide(right, below, out=np.zeros_like(below), where=below > 0)
    return float(f1) if f1.ndim == 0 else f1


@checked(MetricError)
def micro_f1(
    gold: Sequence[Hashable], predicted: Sequence[Hashable], *, ignore: Sequence[Hashable] = ()
) -> float:
    """F1 from the counts of all labels but `ignore`, 0 to 1; equal to accuracy if none is ignored.

    >>> micro_f1(["O", "A", "A"], ["O", "A", "O"], ignore=["O"])
    0.6666666666666666
    """
    rows = [c for label, c in label_counts(gold, predicted).items() if label not in set(ignore)]
    tp, fp, fn = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0, 0)
    return f1_of_counts(tp, fp, fn)


@checked(MetricError)
def macro_f1(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Mean F1 of the labels that occur in gold or prediction, 0 to 1.

    >>> macro_f1(["a", "a", "b"], ["a", "b", "b"])
    0.6666666666666666
    """
    rows = label_counts(gold, predicted).values()
    return sum(f1_of_counts(*row) for row in rows) / len(rows)
