"""Scores of several trainings on one test set: what differs by training, and what by test item.

A mean over seeds varies for two reasons: another training would score otherwise, and so would
another test set. Both variances are estimated and added; Student's t has the degrees of freedom of
their sum (Welch 1947, Satterthwaite 1946). What training and items do together is in both
estimates, so the sum is rather too large than too small. Two seeds that happen to be equal leave
the variance over test items, and never an interval of no width.

Two systems are compared on the same test items, so their difference is taken item by item; their
trainings count as independent. How often intervals hold the truth: ``benchmarks/coverage.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, to_numpy
from lingap.metrics.classification import f1_of_counts
from lingap.metrics.student import t_quantile, two_sided_p
from lingap.records import Interval

SEEDS, ITEMS = "seeds", "test items"
Part = tuple[float, float]
"""A variance and its degrees of freedom."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Scores of one system in one language, by seed.

    Args:
        scores: (n_seeds,), shares of 0 to 1.
        errors: (n_seeds,) their standard errors over test items; None where they are not known.
        influences: (n_items, n_seeds) of :func:`f1_influences`, the items in one order for all
            systems; None where they are not known.
    """

    scores: Array
    errors: Array | None = None
    influences: Array | None = None

    @property
    def mean(self) -> float:
        """Over seeds."""
        return float(self.scores.mean())

    @property
    def is_known(self) -> bool:
        """Whether anything says how far chance moved the mean: a second seed, or items."""
        return len(self.scores) > 1 or self.errors is not None

    @property
    def over_seeds(self) -> list[Part]:
        """The part of the mean's variance that trainings cause; none from a single one."""
        n = len(self.scores)
        return [(float(self.scores.var(ddof=1)) / n, n - 1.0)] if n > 1 else []

    @property
    def over_items(self) -> list[Part]:
        """The part that test items cause, as if they moved all seeds alike; none if unknown."""
        if self.errors is None:
            return []
        return [(float((self.errors**2).mean()), math.inf)]


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """Mean score of A minus that of B, and the evidence against no difference.

    Args:
        difference: -1 to 1.
        interval: Of the true difference, cut at -1 and 1.
        p_value: Two-sided, of Student's t.
        df: Its degrees of freedom.
    """

    difference: float
    interval: Interval
    p_value: float
    df: float


def f1_influences(counts: ArrayInput) -> Array:
    """What each test item adds to a micro F1: its variance is that of their mean.

    Args:
        counts: (n_items, 3) true positives, false positives and false negatives of each item, such
            as a sentence; for a share of right answers (right, wrong, wrong).

    Returns:
        (n_items,), of mean 0: n times the derivative of F1 in the item's weight.

    Raises:
        MetricError: For another shape or a non-finite count.

    Source: the infinitesimal jackknife (Jaeckel 1972).

    >>> f1_influences([[1, 0, 0], [0, 1, 1]])
    array([ 0.5, -0.5])
    """
    rows = as_matrix(counts, "counts")
    if rows.shape[1] != 3:
        raise MetricError(f"counts must be (n_items, 3); got shape {rows.shape}.")
    tp, fp, fn = rows.sum(axis=0)
    below = 2 * tp + fp + fn
    if below == 0:
        return np.zeros(len(rows))
    f1 = float(f1_of_counts(float(tp), float(fp), float(fn)))
    added = 2 * (1 - f1) * rows[:, 0] - f1 * (rows[:, 1] + rows[:, 2])
    return np.asarray(added * len(rows) / below, dtype=np.float64)


@checked(MetricError)
def score_interval(repeats: Repeats, *, level: float = 0.95) -> Interval | None:
    """Interval of a mean score over seeds and test items together, within 0 to 1.

    Wilson's interval (1927) with the effective number of items that the variance amounts to (Kott
    and Carr 1997) and Student's t. Where every seed scores 0, or 1, there is no variance, and it is
    as far as the error of a single seed allows.

    Args:
        repeats: Of two seeds or more.
        level: Of confidence.

    Returns:
        None where neither seeds nor items vary.

    >>> equal = Repeats(np.array([0.546, 0.546]), errors=np.array([0.012, 0.012]))
    >>> ends = score_interval(equal)
    >>> round(ends.low, 3), round(ends.high, 3), ends.method
    (0.522, 0.569, "Student's t over seeds and test items")
    """
    found = _total([*repeats.over_seeds, *repeats.over_items])
    if found is None:
        return None
    variance, df = found
    t, p = t_quantile(level, df), repeats.mean
    spread = p * (1 - p)
    if spread > 0:
        share = t * t * variance / spread  # t² / n of Wilson's interval
        middle = (p + share / 2) / (1 + share)
        half = t * math.sqrt(variance + share * share / (4 * t * t)) / (1 + share)
    else:
        middle, half = p, 2 * t * math.sqrt(variance)  # errors of 0 and 1 reach to one side only
    ends = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(*ends, level, _method([repeats], items=bool(repeats.over_items)))


@checked(MetricError)
def compare_means(first: Repeats, second: Repeats, *, level: float = 0.95) -> ScoreTest | None:
    """Compare the mean scores of two systems in one language, over seeds and test items together.

    Args:
        first: Of system A.
        second: Of system B, on the same test items. Where both have influences of as many items,
            the items are paired; else their errors count as independent, which is wider.
        level: Of confidence.

    Returns:
        None where nothing varies, or nothing is known of one of them, so that nothing can be said
        of chance. Errors over test items count if both have them: one alone would be too small.

    >>> a, b = Repeats(np.array([0.39, 0.40])), Repeats(np.array([0.010, 0.012]))
    >>> test = compare_means(a, b)
    >>> round(test.difference, 3), test.p_value < 0.05
    (0.384, True)
    """
    items = _paired_items(first, second)
    if items is None:
        items = [*first.over_items, *second.over_items]
        items = items if len(items) == 2 else []
    found = _total([*first.over_seeds, *second.over_seeds, *items])
    if found is None or not (items or (first.over_seeds and second.over_seeds)):
        return None
    variance, df = found
    error = math.sqrt(variance)
    half = t_quantile(level, df) * error
    here = first.mean - second.mean
    ends = max(-1.0, here - half), min(1.0, here + half)
    return ScoreTest(
        difference=here,
        interval=Interval(*ends, level, _method([first, second], items=bool(items))),
        p_value=two_sided_p(here / error, df),
        df=df,
    )


def is_paired(first: Repeats, second: Repeats) -> bool:
    """Whether two systems were scored item by item on as many items."""
    a, b = first.influences, second.influences
    return a is not None and b is not None and len(a) == len(b) > 1


def standard_error_of_mean(repeats: Repeats) -> Part:
    """Standard error of the mean over seeds and items, and its degrees of freedom.

    0 with infinitely many where nothing varies.
    """
    found = _total([*repeats.over_seeds, *repeats.over_items])
    return (0.0, math.inf) if found is None else (math.sqrt(found[0]), found[1])


def _paired_items(first: Repeats, second: Repeats) -> list[Part] | None:
    a, b = first.influences, second.influences
    if a is None or b is None or not is_paired(first, second):
        return None
    off = a.mean(axis=1) - b.mean(axis=1)
    parts = [(float(off.var(ddof=1)) / len(off), len(off) - 1.0)]
    for one in (first, second):  # 0 or 1 in every seed: no item has an influence
        if not np.any(one.influences):
            parts += one.over_items
    return parts


def _total(parts: Sequence[Part]) -> Part | None:
    """Sum of independent variances and its degrees of freedom; None where it is 0."""
    total = sum(variance for variance, _ in parts)
    if not total > 0:
        return None
    below = sum(variance**2 / df for variance, df in parts)
    return total, total**2 / below if below > 0 else math.inf


def _method(systems: Sequence[Repeats], *, items: bool) -> str:
    over = [SEEDS] * any(len(one.scores) > 1 for one in systems) + [ITEMS] * items
    return f"Student's t over {' and '.join(over)}"


def repeats_of(
    scores: ArrayInput, item_errors: Sequence[float | None], counts: Sequence[ArrayInput] = ()
) -> Repeats:
    """Scores of each seed with what is known of their items: an error of each, counts of each.

    Args:
        scores: (n_seeds,).
        item_errors: Standard error of each over test items; None where it is not known, and
            then none of them counts.
        counts: (n_items, 3) of each seed, or nothing.
    """
    errors = [error for error in item_errors if error is not None]
    values = to_numpy(scores, "scores").astype(np.float64)
    influences = [f1_influences(one) for one in counts]
    same = len({len(one) for one in influences}) == 1 and len(influences) == len(values)
    return Repeats(
        values,
        np.array(errors) if len(errors) == len(values) else None,
        np.stack(influences, axis=1) if same else None,
    )
