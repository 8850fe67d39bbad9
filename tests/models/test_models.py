import pytest
import torch

from lingap.errors import ConfigError, StoreError
from lingap.models import (
    EncoderConfig,
    ItemClassifier,
    build_encoder,
    load_encoder,
    n_parameters,
    pool_items,
    pool_units,
    save_encoder,
)
from lingap.representations import SPECIAL_UNITS, Vocabulary

TINY = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=16)
VOCABULARY = Vocabulary((*SPECIAL_UNITS, "▁", "a", "b", "c"))


def test_pooling_against_a_plain_loop():
    torch.manual_seed(0)
    hidden = torch.randn(2, 6, 3)
    items = torch.tensor([[-1, 0, 0, -1, 1, -1], [-1, 0, 1, 1, 1, -1]])
    mean, first = (pool_items(hidden, items, 3, how) for how in ("mean", "first"))
    for row in range(2):
        for item in range(2):
            own = hidden[row, items[row] == item]
            torch.testing.assert_close(mean[row, item], own.mean(0))
            torch.testing.assert_close(first[row, item], own[0])
        assert not mean[row, 2].any()
        torch.testing.assert_close(
            pool_units(hidden, items)[row], hidden[row, items[row] >= 0].mean(0)
        )


def test_gated_pooling_weighs_units_within_their_item():
    torch.manual_seed(0)
    hidden, gates = torch.randn(2, 6, 3), torch.randn(2, 6)
    items = torch.tensor([[-1, 0, 0, -1, 1, -1], [-1, 0, 1, 1, 1, -1]])
    found = pool_items(hidden, items, 3, "gated", gates)
    for row in range(2):
        for item in range(2):
            own = items[row] == item
            expected = gates[row, own].softmax(0) @ hidden[row, own]
            torch.testing.assert_close(found[row, item], expected)
        assert not found[row, 2].any()
    equal = pool_items(hidden, items, 3, "gated", torch.zeros(2, 6))
    torch.testing.assert_close(equal, pool_items(hidden, items, 3, "mean"))


def test_gates_are_learned_and_begin_as_the_mean(tmp_path):
    save_encoder(build_encoder(TINY, VOCABULARY, seed=0), VOCABULARY, tmp_path)
    batch = {
        "input_ids": torch.tensor([[2, 6, 7, 8, 3]]),
        "attention_mask": torch.ones(1, 5, dtype=torch.long),
        "token_type_ids": torch.zeros(1, 5, dtype=torch.long),
        "item_of_unit": torch.tensor([[-1, 0, 0, 0, -1]]),
        "labels": torch.tensor([[1]]),
    }
    made = {
        how: ItemClassifier(load_encoder(tmp_path)[0], 3, pooling=how, seed=0).eval()
        for how in ("mean", "gated")
    }
    first = {how: model(**batch)["logits"] for how, model in made.items()}
    torch.testing.assert_close(first["gated"], first["mean"])
    model = made["gated"]
    model(**batch)["loss"].backward()
    assert model.gate.weight.grad.abs().sum() > 0


def test_matched_encoders_differ_only_in_their_vocabulary():
    larger = Vocabulary((*VOCABULARY.units, "d", "e"))
    sizes = [n_parameters(build_encoder(TINY, v, seed=0)) for v in (VOCABULARY, larger)]
    assert sizes[1] - sizes[0] == 2 * (TINY.hidden_size + 1)  # an embedding and an output bias each


def test_weights_are_drawn_from_the_seed_alone():
    torch.manual_seed(1)
    first = build_encoder(TINY, VOCABULARY, seed=3).state_dict()
    torch.manual_seed(2)
    second = build_encoder(TINY, VOCABULARY, seed=3).state_dict()
    other = build_encoder(TINY, VOCABULARY, seed=4).state_dict()
    assert all(torch.equal(first[k], second[k]) for k in first)
    assert any(not torch.equal(first[k], other[k]) for k in first)


def test_an_encoder_comes_back_from_disk_and_transformers_reads_it(tmp_path):
    from transformers import AutoModelForMaskedLM

    model = build_encoder(TINY, VOCABULARY, seed=0).eval()
    save_encoder(model, VOCABULARY, tmp_path)
    encoder, vocabulary = load_encoder(tmp_path)
    assert vocabulary.units == VOCABULARY.units
    ids = torch.tensor([[2, 6, 7, 3]])
    theirs = AutoModelForMaskedLM.from_pretrained(tmp_path).eval()
    torch.testing.assert_close(theirs(ids).logits, model(ids).logits)
    expected = model(ids, output_hidden_states=True).hidden_states[-1]
    torch.testing.assert_close(encoder.eval()(ids).last_hidden_state, expected)


def test_what_is_no_encoder_is_refused(tmp_path):
    model = build_encoder(TINY, VOCABULARY, seed=0)
    save_encoder(model, Vocabulary((*VOCABULARY.units, "d")), tmp_path)
    with pytest.raises(ConfigError, match="9 embeddings, its vocabulary ids up to 9"):
        load_encoder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(StoreError, match="no readable encoder"):
        load_encoder(tmp_path)


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError, match="not a multiple"):
        EncoderConfig(hidden_size=10, heads=4)


def test_the_loss_ignores_words_of_other_windows(tmp_path):
    save_encoder(build_encoder(TINY, VOCABULARY, seed=0), VOCABULARY, tmp_path)
    encoder, _ = load_encoder(tmp_path)
    model = ItemClassifier(encoder, 3, seed=0).eval()
    batch = {
        "input_ids": torch.tensor([[2, 6, 7, 3]]),
        "attention_mask": torch.ones(1, 4, dtype=torch.long),
        "token_type_ids": torch.zeros(1, 4, dtype=torch.long),
        "item_of_unit": torch.tensor([[-1, 0, 1, -1]]),
    }
    both = model(**batch, labels=torch.tensor([[1, 2]]))
    one = model(**batch, labels=torch.tensor([[1, -100]]))
    expected = torch.nn.functional.cross_entropy(one["logits"][0, :1], torch.tensor([1]))
    torch.testing.assert_close(one["loss"], expected)
    assert both["logits"].shape == (1, 2, 3)
