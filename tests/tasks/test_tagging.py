import numpy as np
import pytest
import seqeval.metrics
from hypothesis import given
from hypothesis import strategies as st
from seqeval.scheme import IOB2

from lingap.errors import AlignmentError, CorpusError
from lingap.records import Prediction, Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import IGNORED, make_task

LABELS = ("O", "B-LOC", "I-LOC", "B-PER")
SENTENCES = [
    Sentence("a", "eng", ("New", "York", "and", "Ann"), ("B-LOC", "I-LOC", "O", "B-PER")),
    Sentence("b", "eng", ("Ann",), ("B-PER",)),
]


@pytest.fixture
def encoded():
    spell = load_representation("character")
    vocabulary = Vocabulary.of(map(spell.encode, SENTENCES))
    return make_task("ner", LABELS), spell, vocabulary


def test_labels_sit_on_words_and_units_know_them(encoded):
    task, spell, vocabulary = encoded
    (first, second), counts = task.instances(SENTENCES, spell, vocabulary, max_units=40)
    assert task.labels == ("O", "B-LOC", "B-PER", "I-LOC")
    assert first.labels.tolist() == [1, 3, 0, 2]
    assert first.item_of_unit.tolist() == [
        -1, 0, 0, 0, -1, 1, 1, 1, 1, -1, 2, 2, 2, -1, 3, 3, 3, -1,
    ]  # fmt: skip
    assert second.ids[0] == vocabulary.cls_id
    assert second.ids[-1] == vocabulary.sep_id
    assert counts["words"] == 5
    assert counts["sentences_windowed"] == 0


@pytest.mark.parametrize("max_units", [5, 8, 12])
def test_windows_label_each_word_exactly_once(encoded, max_units):
    task, spell, vocabulary = encoded
    made, counts = task.instances(SENTENCES, spell, vocabulary, max_units=max_units)
    labelled = [
        (i.sentence, i.first_item + int(item))
        for i in made
        for item in np.flatnonzero(i.labels != IGNORED)
    ]
    assert labelled == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]
    assert all(len(i.ids) <= max_units for i in made)
    assert counts["sentences_windowed"] == 1
    assert counts["words_truncated"] == (1 if max_units == 5 else 0)  # York has four characters


def test_unknown_units_and_words_are_counted(encoded):
    task, spell, vocabulary = encoded
    odd = [Sentence("c", "eng", ("Zürich", "漢"), ("B-LOC", "O"))]
    _, counts = task.instances(odd, spell, vocabulary, max_units=40)
    assert counts["words_unknown"] == 1
    assert counts["units_unknown"] == sum(c not in vocabulary for c in "Zürich漢")


def test_a_label_outside_the_set_names_sentence_and_label(encoded):
    task, spell, vocabulary = encoded
    odd = [Sentence("c", "eng", ("x",), ("B-DATE",))]
    with pytest.raises(CorpusError, match=r"c \(eng\): label 'B-DATE' is not among the 4 labels"):
        task.instances(odd, spell, vocabulary, max_units=40)


tags = st.lists(st.sampled_from(["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]), min_size=1, max_size=9)


@given(st.lists(st.tuples(tags, tags), min_size=1, max_size=6))
def test_ner_score_is_seqevals_strict_iob2(pairs):
    pairs = [(g[: len(p)], p[: len(g)]) for g, p in pairs]
    made = [
        Prediction(str(i), "eng", ("w",) * len(g), tuple(g), tuple(p))
        for i, (g, p) in enumerate(pairs)
    ]
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # seqeval warns where nothing was predicted
        expected = seqeval.metrics.f1_score(
            [g for g, _ in pairs],
            [p for _, p in pairs],
            mode="strict",
            scheme=IOB2,
            zero_division=0,
        )
    scoring = make_task("ner", LABELS).score(made)
    assert scoring.value == pytest.approx(expected)
    low, high = scoring.interval
    assert 0 <= low <= high <= 1


def test_pos_score_is_accuracy_over_words():
    made = [Prediction("a", "eng", ("x",) * 4, tuple("NNVX"), tuple("NVVX"))]
    scoring = make_task("pos", "NVX").score(made)
    assert scoring.value == scoring.details["accuracy"] == 0.75
    assert scoring.n_items == 4


def test_predictions_must_fit_their_sentences(encoded):
    task, _, _ = encoded
    with pytest.raises(AlignmentError, match="4 words, 4 gold and 3 predicted"):
        task.predictions(SENTENCES[:1], [[0, 0, 0]])


def test_the_interval_is_the_bootstrap_over_sentences():
    random = np.random.default_rng(3)
    made = []
    for i in range(150):
        gold = random.choice(list("NVX"), random.integers(1, 12))
        predicted = np.where(random.random(len(gold)) < 0.7, gold, "N")
        made.append(Prediction(str(i), "eng", ("x",) * len(gold), tuple(gold), tuple(predicted)))
    right = np.array([sum(np.array(p.gold) == p.predicted) for p in made])
    size = np.array([len(p.gold) for p in made])
    rows = random.integers(150, size=(4000, 150))
    expected = np.quantile(right[rows].sum(1) / size[rows].sum(1), [0.025, 0.975])
    scoring = make_task("pos", "NVX").score(made)
    assert scoring.interval == pytest.approx(expected, abs=0.006)
    assert make_task("pos", "NVX").score(made[::-1]).interval == scoring.interval
