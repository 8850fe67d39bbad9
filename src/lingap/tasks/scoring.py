"""Predictions to scores: spans for named entities, words for parts of speech."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lingap.metrics import accuracy, macro_f1, micro_f1, span_f1
from lingap.records import Prediction
from lingap.tasks.instance import Scoring

N_RESAMPLES = 1000
LEVEL = 0.95


def _f1_interval(counts: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Percentile bootstrap over sentences of micro F1; counts (n_sentences, 3) are tp, fp, fn."""
    random = np.random.default_rng(0)
    n = len(counts)
    draws = random.multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES) @ counts
    tp, wrong = draws[:, 0], draws[:, 1] + draws[:, 2]
    values = 2 * tp / np.maximum(2 * tp + wrong, 1)
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


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
        counts={"invalid_transitions": found.n_invalid_predicted},
        interval=_f1_interval(found.counts),
    )


def score_words(predictions: Sequence[Prediction]) -> Scoring:
    """Word-level micro F1 (equal to accuracy, as each word has one label) and macro F1."""
    gold = [label for p in predictions for label in p.gold]
    predicted = [label for p in predictions for label in p.predicted]
    counts = np.array(
        [
            (right := sum(g == t for g, t in zip(p.gold, p.predicted, strict=True)),
             wrong := len(p.gold) - right, wrong)
            for p in predictions
        ]
    )  # fmt: skip
    return Scoring(
        metric="word_f1",
        value=micro_f1(gold, predicted),
        n_items=len(gold),
        details={"accuracy": accuracy(gold, predicted), "macro_f1": macro_f1(gold, predicted)},
        interval=_f1_interval(counts),
    )
