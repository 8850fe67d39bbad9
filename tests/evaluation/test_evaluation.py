import numpy as np
import pytest

from lingap.errors import AlignmentError, StoreError
from lingap.evaluation import best_labels, embed, item_logits, read_predictions, write_predictions
from lingap.models import EncoderConfig, ItemClassifier, build_encoder, load_encoder, save_encoder
from lingap.records import Prediction, Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import make_task
from lingap.training import Collator

TEXT = [
    Sentence("a", "eng", tuple("one two three four five six seven".split()), ("O",) * 7),
    Sentence("b", "eng", ("x",), ("B-X",)),
    Sentence("c", "eng", ("한국", "말"), ("O", "B-X")),
]
N_ITEMS = [len(s.words) for s in TEXT]


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    spell = load_representation("character")
    vocabulary = Vocabulary.of(map(spell.encode, TEXT))
    size = EncoderConfig(hidden_size=16, layers=2, heads=2, feed_forward_size=32, max_units=48)
    folder = tmp_path_factory.mktemp("encoder")
    save_encoder(build_encoder(size, vocabulary, seed=0), vocabulary, folder)
    task = make_task("ner", ["O", "B-X"])
    model = ItemClassifier(load_encoder(folder)[0], 2, seed=0)
    return spell, vocabulary, task, model, Collator(vocabulary.pad_id)


@pytest.mark.parametrize("max_units", [6, 9, 14, 48])
def test_every_word_is_predicted_once_whatever_the_window(ready, max_units):
    spell, vocabulary, task, model, collator = ready
    made, _ = task.instances(TEXT, spell, vocabulary, max_units=max_units)
    rows = best_labels(item_logits(model, made, collator, n_items=N_ITEMS, max_positions=40))
    assert [len(row) for row in rows] == N_ITEMS
    assert {label for row in rows for label in row} <= {0, 1}


def test_padding_and_order_change_no_prediction(ready):
    spell, vocabulary, task, model, collator = ready
    made, _ = task.instances(TEXT, spell, vocabulary, max_units=48)
    model.train()
    together = best_labels(item_logits(model, made, collator, n_items=N_ITEMS))
    assert model.training  # left as it was
    apart = best_labels(item_logits(model, made, collator, n_items=N_ITEMS, max_positions=1))
    assert together == apart


def test_a_word_predicted_twice_or_never_is_an_error(ready):
    spell, vocabulary, task, model, collator = ready
    made, _ = task.instances(TEXT, spell, vocabulary, max_units=48)
    with pytest.raises(AlignmentError, match="predicted twice"):
        item_logits(model, [made[0], made[0]], collator, n_items=N_ITEMS[:1])
    with pytest.raises(AlignmentError, match="never predicted"):
        item_logits(model, made[:1], collator, n_items=N_ITEMS)


def test_embeddings_are_means_over_the_units_of_words(ready):
    spell, vocabulary, task, model, collator = ready
    made, _ = task.instances(TEXT, spell, vocabulary, max_units=48)
    found = embed(model.encoder, made, collator, n_sentences=3)
    table = model.encoder.get_input_embeddings().weight.detach().numpy()
    for row, sentence in enumerate(TEXT):
        units = "".join(sentence.words)
        expected = table[vocabulary.ids(units)].mean(0)
        np.testing.assert_allclose(found["input"][row], expected, rtol=1e-4, atol=1e-6)
    alone = embed(model.encoder, [made[1]], collator, n_sentences=2)
    np.testing.assert_allclose(alone["last"][1], found["last"][1], rtol=1e-4, atol=1e-5)
    windowed, _ = task.instances(TEXT, spell, vocabulary, max_units=14)
    parts = embed(model.encoder, windowed, collator, n_sentences=3)
    np.testing.assert_allclose(parts["input"], found["input"], rtol=1e-4, atol=1e-6)


def test_predictions_survive_disk_and_score_the_same(tmp_path):
    made = [
        Prediction("a", "urd", ("کھانا", "ہے"), ("B-X", "O"), ("B-X", "B-X")),
        Prediction("a", "kor", ("말",), ("O",), ("O",)),
    ]
    path = tmp_path / "predictions.parquet"
    write_predictions(path, made)
    assert read_predictions(path) == made
    task = make_task("ner", ["O", "B-X"])
    assert task.score(read_predictions(path)) == task.score(made)
    write_predictions(path, [])
    assert read_predictions(path) == []


def test_a_damaged_prediction_file_is_named(tmp_path):
    path = tmp_path / "predictions.parquet"
    path.write_bytes(b"PAR1 nonsense")
    with pytest.raises(StoreError, match="holds no predictions"):
        read_predictions(path)
