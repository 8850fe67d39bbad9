"""Scores of predictions: spans for named entities, words for parts of speech, texts otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lingap.metrics import accuracy, f1_of_sums, macro_f1, micro_f1, span_f1
from lingap.metrics.baselines import answers_one_label, majority_share
from lingap.metrics.bootstrap import percentile_interval, resampled_counts
from lingap.metrics.classification import f1_of_counts, label_counts
from lingap.records import Prediction
from lingap.tasks.instance import Scoring
from lingap.tasks.xtreme import xtreme_span_f1

N_RESAMPLES = 1000
LEVEL = 0.95


def _f1_interval(counts: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Percentile bootstrap over sentences of micro F1; counts (n_sentences, 3) are tp, fp, fn.

    Where all is right, or nothing, every draw is equal: the end is then what no error (no hit)
    among n sentences allows, as of a share (Clopper and Pearson 1934).
    """
    n = int(counts.any(axis=1).sum())
    right, wrong = int(counts[:, 0].sum()), int(counts[:, 1:].sum())
    if n and not (right and wrong):
        end = ((1 - LEVEL) / 2) ** (1 / n)
        return (end, 1.0) if right else (0.0, 1 - end)
    values = f1_of_sums(resampled_counts(counts, n_resamples=N_RESAMPLES, seed=0))
    ends = percentile_interval(values, level=LEVEL, method="bootstrap over sentences, percentile")
    return ends.low, ends.high


def score_spans(predictions: Sequence[Prediction]) -> Scoring:
    """Strict IOB2 span F1 over words, overall and per type; invalid transitions are counted."""
    found = span_f1([p.gold for p in predictions], [p.predicted for p in predictions])
    return Scoring(
        metric="span_f1",
        value=found.f1,
        n_items=sum(len(p.words) for p in predictions),
        details={
            "precision": found.micro.precision,
            "recall": found.micro.recall,
            **{f"f1_{kind}": score.f1 for kind, score in found.per_type.items()},
        },
        counts={
            "invalid_transitions": found.n_invalid_predicted,
            **({"invalid_gold": found.n_invalid_gold} if found.n_invalid_gold else {}),
        },
        interval=_f1_interval(found.counts),
        item_counts=found.counts,
        majority=("O", 0.0),  # no span: nothing is right
        one_label=answers_one_label(t for p in predictions for t in p.predicted),
    )


def right_and_wrong(predictions: Sequence[Prediction]) -> npt.NDArray[np.int64]:
    """Right labels, and wrong ones twice (as false positives and negatives), per sentence."""
    right = [sum(g == t for g, t in zip(p.gold, p.predicted, strict=True)) for p in predictions]
    wrong = [len(p.gold) - n for p, n in zip(predictions, right, strict=True)]
    return np.array([right, wrong, wrong], dtype=np.int64).T


def _all_labels(predictions: Sequence[Prediction]) -> tuple[list[str], list[str]]:
    return [g for p in predictions for g in p.gold], [t for p in predictions for t in p.predicted]


def _majority(gold: Sequence[str]) -> tuple[str, float]:
    label, share = majority_share(gold)
    return str(label), share


def score_words(predictions: Sequence[Prediction]) -> Scoring:
    """Word-level micro F1 (equal to accuracy, as each word has one label) and macro F1.

    ``xtreme_span_f1`` is XTREME's figure for the same predictions, for comparison only.
    """
    gold, predicted = _all_labels(predictions)
    counts = right_and_wrong(predictions)
    return Scoring(
        metric="word_f1",
        value=micro_f1(gold, predicted),
        n_items=len(gold),
        details={
            "accuracy": accuracy(gold, predicted),
            "macro_f1": macro_f1(gold, predicted),
            "xtreme_span_f1": xtreme_span_f1(
                [p.gold for p in predictions], [p.predicted for p in predictions]
            ),
        },
        interval=_f1_interval(counts),
        item_counts=counts,
        majority=_majority(gold),
        one_label=answers_one_label(predicted),
    )


def score_texts(predictions: Sequence[Prediction]) -> Scoring:
    """Accuracy over texts or pairs; macro F1, and F1 and recall of each class that occurs."""
    gold, predicted = _all_labels(predictions)
    by_class = {}
    for label, (tp, fp, fn) in sorted(label_counts(gold, predicted).items(), key=str):
        by_class[f"f1_{label}"] = f1_of_counts(tp, fp, fn)
        by_class[f"recall_{label}"] = tp / (tp + fn) if tp else 0.0
    counts = right_and_wrong(predictions)
    return Scoring(
        metric="accuracy",
        value=accuracy(gold, predicted),
        n_items=len(gold),
        details={"macro_f1": macro_f1(gold, predicted), **by_class},
        interval=_f1_interval(counts),
        item_counts=counts,
        majority=_majority(gold),
        one_label=answers_one_label(predicted),
    )
