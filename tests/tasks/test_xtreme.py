import warnings

import pytest
import seqeval.metrics
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.records import Prediction
from lingap.tasks import make_task
from lingap.tasks.xtreme import xtreme_span_f1

UPOS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
tags = st.lists(st.sampled_from(UPOS), min_size=1, max_size=12)


@given(st.lists(st.tuples(tags, tags), min_size=1, max_size=8))
def test_it_is_seqevals_figure_on_bare_tags(pairs):
    gold = [g[: len(p)] for g, p in pairs]
    predicted = [p[: len(g)] for g, p in pairs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # seqeval sees no NE tags here, and says so
        expected = seqeval.metrics.f1_score(gold, predicted, zero_division=0)
    assert xtreme_span_f1(gold, predicted) == pytest.approx(expected)


def test_neighbours_of_one_tag_are_one_span():
    gold = [["NOUN", "NOUN", "VERB"]]
    assert xtreme_span_f1(gold, gold) == 1.0
    made = [Prediction("a", "eng", ("x",) * 3, tuple(gold[0]), ("NOUN", "VERB", "VERB"))]
    scoring = make_task("pos", UPOS).score(made)
    assert scoring.value == pytest.approx(2 / 3)  # words
    assert scoring.details["xtreme_span_f1"] == 0.0  # neither span is right


def test_unlike_lengths_are_refused():
    with pytest.raises(MetricError, match="differ in number"):
        xtreme_span_f1([["X"]], [["X", "X"]])
