import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import classification_report

from lingap.errors import AlignmentError, CorpusError
from lingap.records import LabelledSentence, Prediction, Sentence, SentencePair
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import IGNORED, make_task, of_whole_texts
from lingap.tasks.classification import longest_first

LABELS = ("neutral", "entailment", "contradiction")


def pair(first, second, label="neutral", name="p1"):
    return SentencePair(
        name,
        Sentence(f"{name}/premise", "eng", tuple(first.split())),
        Sentence(f"{name}/hypothesis", "eng", tuple(second.split())),
        label,
    )


PAIRS = [pair("ab c", "d"), pair("a", "b c d", "entailment", "p2")]


@pytest.fixture
def ready():
    spell = load_representation("character")
    text = [s for p in PAIRS for s in (p.first, p.second)]
    return make_task("nli", LABELS), spell, Vocabulary.of(map(spell.encode, text))


def test_a_pair_is_one_item_joined_by_the_separator(ready):
    task, spell, vocabulary = ready
    (first, second), counts = task.instances(PAIRS, spell, vocabulary, max_units=30)
    cls, sep = vocabulary.cls_id, vocabulary.sep_id
    units = vocabulary.ids(["a", "b", "▁", "c"])
    assert first.ids.tolist() == [cls, *units, sep, *vocabulary.ids(["d"]), sep]
    assert first.item_of_unit.tolist() == [0, 0, 0, -1, 0, -1, 0, -1]
    assert first.segment_of_unit.tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    assert task.labels == ("contradiction", "entailment", "neutral")
    assert (first.labels.tolist(), second.labels.tolist()) == ([2], [1])
    assert (first.scored, first.first_item, second.sentence) == ((0, 1), 0, 1)
    assert counts["words"] == 7
    assert counts["pairs_truncated"] == counts["units_unknown"] == 0


def test_an_encoder_with_two_separators_gets_two(ready):
    task, spell, vocabulary = ready
    vocabulary.n_separators = 2
    (first, _), _ = task.instances(PAIRS, spell, vocabulary, max_units=30)
    assert (first.ids == vocabulary.sep_id).sum() == 3
    assert first.item_of_unit.tolist() == [0, 0, 0, -1, 0, -1, -1, 0, -1]
    assert first.segment_of_unit.tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 1]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 50))
def test_the_longer_sentence_loses_its_last_unit_first(first, second, room):
    a, b = first, second
    while a + b > room:
        a, b = (a - 1, b) if a > b else (a, b - 1)
    assert longest_first(first, second, room) == (a, b)


def test_truncation_is_counted_and_the_pair_is_scored_all_the_same(ready):
    task, spell, vocabulary = ready
    long = pair("aaaa bbbb cccc", "dd d")
    (made,), counts = task.instances([long], spell, vocabulary, max_units=11)
    assert len(made.ids) == 11
    assert made.ids.tolist().count(vocabulary.sep_id) == 2
    assert counts["pairs_truncated"] == 1
    assert counts["units_truncated"] == 8  # premise: aaaa of aaaa▁bbbb▁cccc
    assert counts["words_truncated"] == 2
    assert counts["words"] == 5
    assert (made.ids[1:5] == vocabulary.ids("aaaa")).all()


def test_a_pair_without_gold_is_read_but_not_scored(ready):
    task, spell, vocabulary = ready
    bare = pair("a", "b", None)
    (made,), _ = task.instances([bare], spell, vocabulary, max_units=30)
    assert made.labels.tolist() == [IGNORED]
    with pytest.raises(AlignmentError, match="p1: a pair without a gold label"):
        task.predictions([bare], [[0]])


def test_a_label_outside_the_set_names_the_pair(ready):
    task, spell, vocabulary = ready
    with pytest.raises(CorpusError, match=r"p1 \(eng\): label 'maybe' is not among the 3"):
        task.instances([pair("a", "b", "maybe")], spell, vocabulary, max_units=30)


def test_predictions_of_pairs(ready):
    task, _, _ = ready
    found = task.predictions(PAIRS, [[2], [0]])
    assert found[0] == Prediction("p1", "eng", ("ab c [SEP] d",), ("neutral",), ("neutral",))
    assert found[1].predicted == ("contradiction",)
    assert [task.n_items(p) for p in PAIRS] == [1, 1]


@pytest.mark.parametrize("n", [60, 300])
def test_accuracy_and_classes_are_sklearns(ready, n):
    task, _, _ = ready
    random = np.random.default_rng(n)
    gold, predicted = random.choice(LABELS, (2, n))
    made = [
        Prediction(str(i), "eng", ("x",), (str(g),), (str(p),))
        for i, (g, p) in enumerate(zip(gold, predicted, strict=True))
    ]
    scoring = task.score(made)
    report = classification_report(gold, predicted, output_dict=True)
    assert scoring.metric == "accuracy"
    assert scoring.value == pytest.approx(report["accuracy"])
    assert scoring.details["macro_f1"] == pytest.approx(report["macro avg"]["f1-score"])
    for label in LABELS:
        assert scoring.details[f"f1_{label}"] == pytest.approx(report[label]["f1-score"])
        assert scoring.details[f"recall_{label}"] == pytest.approx(report[label]["recall"])
    low, high = scoring.interval
    half = 1.96 * (scoring.value * (1 - scoring.value) / n) ** 0.5  # the binomial's normal width
    assert low < scoring.value < high
    assert high - low == pytest.approx(2 * half, rel=0.25)


def topic(text, label="travel", name="7"):
    return LabelledSentence(name, Sentence(name, "eng", tuple(text.split())), label)


def test_a_sentence_with_a_topic_is_one_item():
    spell = load_representation("character")
    examples = [topic("ab c"), topic("a", "health", "8"), topic("abcabcabc", "travel", "9")]
    vocabulary = Vocabulary.of(spell.encode(one.sentence) for one in examples)
    task = make_task("topic", ("travel", "health"))
    (first, second, long), counts = task.instances(examples, spell, vocabulary, max_units=8)
    cls, sep = vocabulary.cls_id, vocabulary.sep_id
    assert first.ids.tolist() == [cls, *vocabulary.ids(["a", "b", "▁", "c"]), sep]
    assert first.item_of_unit.tolist() == [0, 0, 0, -1, 0, -1]
    assert not first.segment_of_unit.any()
    assert len(long.ids) == 8
    assert (counts["sentences_truncated"], counts["units_truncated"]) == (1, 3)
    assert (first.labels.tolist(), second.labels.tolist()) == ([1], [0])
    made = task.predictions(examples, [[1], [1], [0]])
    assert made[0].words == ("ab c",)
    scoring = task.score(made)
    assert (scoring.metric, scoring.value, scoring.n_items) == ("accuracy", 1 / 3, 3)
    assert scoring.details["macro_f1"] == pytest.approx((0.5 + 0) / 2)
    assert of_whole_texts("topic")
    assert not of_whole_texts("ner")
    assert not of_whole_texts("Topics of mine")
