"""Span F1 equals seqeval's strict IOB2 mode."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.metrics import f1_of_sums, span_f1

LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
label = st.sampled_from(LABELS)
sentences = st.lists(st.integers(1, 9), min_size=1, max_size=6).flatmap(
    lambda sizes: st.tuples(*(st.lists(label, min_size=n, max_size=n) for n in sizes))
)


def oracle(gold, predicted):
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            f(gold, predicted, mode="strict", scheme=IOB2, zero_division=0)
            for f in (precision_score, recall_score, f1_score)
        ]


@settings(deadline=None, max_examples=200)
@given(data=st.data(), gold=sentences)
def test_micro_scores_equal_seqeval_strict(data, gold):
    gold = list(gold)
    predicted = [data.draw(st.lists(label, min_size=len(s), max_size=len(s))) for s in gold]
    found = span_f1(gold, predicted).micro
    assert [found.precision, found.recall, found.f1] == pytest.approx(oracle(gold, predicted))


def test_per_type_scores_equal_seqeval_strict():
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    rng = np.random.default_rng(3)
    gold = [list(rng.choice(LABELS, size=12)) for _ in range(50)]
    predicted = [[str(rng.choice(LABELS)) if rng.random() < 0.3 else x for x in s] for s in gold]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = classification_report(
            gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
        )
    found = span_f1(gold, predicted).per_type
    for name in ("PER", "LOC", "ORG"):
        assert found[name].f1 == pytest.approx(report[name]["f1-score"])
        assert found[name].n_gold == report[name]["support"]


def test_a_hand_counted_case():
    gold = [["B-PER", "I-PER", "O"], ["B-LOC", "B-LOC"], ["O", "I-ORG", "I-ORG"]]
    said = [["B-PER", "I-PER", "I-PER"], ["B-LOC", "I-LOC"], ["O", "B-ORG", "I-ORG"]]
    found = span_f1(gold, said)
    # Gold: PER 0-2, LOC 0-1, LOC 1-2 (an I without B opens nothing); said: PER 0-3, LOC 0-2, ORG.
    assert found.counts.tolist() == [[0, 1, 1], [0, 1, 2], [0, 1, 0]]
    assert found.f1 == 0.0
    assert (found.n_invalid_gold, found.n_invalid_predicted) == (1, 0)


def test_a_span_never_crosses_sentences():
    found = span_f1([["B-PER"], ["I-PER"]], [["B-PER"], ["O"]])
    assert found.f1 == 1.0
    assert found.n_invalid_gold == 1


def test_sentence_counts_sum_to_the_whole():
    gold = [["B-PER", "O"], ["B-LOC", "I-LOC"]]
    said = [["B-PER", "O"], ["B-LOC", "O"]]
    found = span_f1(gold, said)
    assert f1_of_sums(found.counts.sum(axis=0, keepdims=True))[0] == found.f1 == float(found)


@pytest.mark.parametrize("bad", ["PER", "B-", "E-PER", "", "b-PER"])
def test_a_label_that_is_not_iob2_is_refused_with_its_sentence(bad):
    with pytest.raises(MetricError, match=r"Sentence 1 .*IOB2"):
        span_f1([["O"], [bad]], [["O"], ["O"]])


def test_unlike_lengths_name_the_sentence():
    with pytest.raises(MetricError, match=r"Sentence 1 .*2 gold but 1 predicted"):
        span_f1([["O"], ["O", "O"]], [["O"], ["O"]])
    with pytest.raises(MetricError, match="empty"):
        span_f1([[]], [[]])
