"""Baselines by hand counts, and where a system is no better than them."""

import numpy as np
import pytest

from lingap.errors import MetricError
from lingap.metrics import (
    chance_share,
    chance_span_f1,
    is_at_baseline,
    looks_like_guessing,
    majority_share,
    span_f1,
)
from lingap.metrics.baselines import answers_one_label


def test_the_majority_is_the_best_constant_answer():
    gold = ["NOUN"] * 22 + ["VERB"] * 15 + ["ADJ"] * 63
    label, share = majority_share(gold)
    assert (label, share) == ("ADJ", 0.63)
    assert max(gold.count(other) for other in set(gold)) / len(gold) == share
    assert majority_share(["b", "a"]) == ("a", 0.5)  # equal: by name, whatever the order
    with pytest.raises(MetricError, match="No labels"):
        majority_share([])


def test_chance():
    assert chance_share(3) == pytest.approx(1 / 3)
    with pytest.raises(MetricError, match="at least 1"):
        chance_share(0)


LEARNED = [
    ["B-PER", "I-PER", "O", "O", "B-LOC"],
    ["O", "B-LOC", "O"],
    ["B-PER", "I-PER", "I-PER"],
    ["O", "O", "I-LOC", "O"],  # opens no span
    ["B-PER", "B-PER", "O"],
]


def test_chance_of_spans_is_that_of_many_draws():
    gold = [["B-PER", "I-PER", "O"], ["O", "B-LOC"], ["B-PER", "I-PER", "I-PER", "O"], ["B-LOC"]]
    rng = np.random.default_rng(0)
    labels = [label for sentence in LEARNED for label in sentence]
    counts = np.zeros(3)
    for _ in range(4000):
        guessed = [rng.choice(labels, size=len(sentence)).tolist() for sentence in gold]
        counts += span_f1(gold, guessed).counts.sum(axis=0)
    right, wrong, missed = counts
    drawn = 2 * right / (2 * right + wrong + missed)
    assert chance_span_f1(LEARNED, gold) == pytest.approx(drawn, rel=0.03)


def test_chance_of_spans_by_hand():
    # Half of the words are guessed to be names, and so is half of the names.
    assert chance_span_f1([["B-PER"], ["O"]], [["B-PER"], ["O"]]) == pytest.approx(0.5)
    assert chance_span_f1([["O"]], [["B-PER"]]) == 0  # a type that training lacks
    assert chance_span_f1([["B-PER"]], [["O"], []]) == 0  # no such name in the test part
    assert chance_span_f1([["O"]], [["O"]]) == 0
    for learned, gold in (([], [["O"]]), ([["O"]], [[]]), ([["NOUN"]], [["O"]])):
        with pytest.raises(MetricError):
            chance_span_f1(learned, gold)


@pytest.mark.parametrize(
    ("score", "baseline", "error", "expected"),
    [
        (0.0, 0.0, 0.0, True),  # no entity found
        (0.011, 0.0, 0.002, False),
        (0.002, 0.0, 0.002, True),
        (0.386, 0.386, 0.0, True),  # every word NOUN
        (0.35, 1 / 3, 0.01, True),
        (0.36, 1 / 3, 0.01, False),
        (0.30, 1 / 3, 0.0, True),  # worse than guessing
    ],
)
def test_better_than_a_baseline_by_more_than_the_test_items_allow(score, baseline, error, expected):
    assert is_at_baseline(score, baseline, error=error) is expected


@pytest.mark.parametrize("bad", [(-0.1, 0, 0), (0.1, float("nan"), 0), (0.1, 0, -1)])
def test_no_baseline_of_bad_numbers(bad):
    with pytest.raises(MetricError, match="finite"):
        is_at_baseline(bad[0], bad[1], error=bad[2])


def test_one_label_for_all():
    assert answers_one_label(["NOUN"] * 9)
    assert not answers_one_label(["NOUN", "NOUN", "VERB"])
    assert not answers_one_label(["NOUN"])  # one item can have one label only


def test_guessing_needs_every_language_near_one_share():
    assert looks_like_guessing([0.5, 0.495, 0.503]) == 2
    assert looks_like_guessing([0.25, 0.25, 0.255]) == 4
    assert looks_like_guessing([0.333, 0.334]) is None  # two languages can agree by accident
    assert looks_like_guessing([0.333, 0.36, 0.333]) is None
    assert looks_like_guessing([0.8, 0.8, 0.8]) is None
