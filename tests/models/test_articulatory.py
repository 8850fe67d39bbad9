"""Embeddings composed of articulatory features."""

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoModelForMaskedLM

from lingap.errors import ConfigError, StoreError
from lingap.g2p.ipa.articulation import features_of
from lingap.models import (
    EncoderConfig,
    MaskedLanguageModel,
    build_encoder,
    load_encoder,
    load_published,
    n_parameters,
    save_encoder,
)
from lingap.models.articulatory import COMPOSED, composed
from lingap.representations import Vocabulary, load_representation
from lingap.representations.published import published_representation
from lingap.representations.vocabulary import SPECIAL_UNITS

SIZE = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=32)
UNITS = ["▁", "a", "b", "p", "t", "t͡ʃ", "ŋ", "!", "aː", "ɡ"]


@pytest.fixture
def made():
    vocabulary = Vocabulary([*SPECIAL_UNITS, *UNITS])
    features = load_representation("articulatory").unit_features(vocabulary.units)
    return vocabulary, features, build_encoder(SIZE, vocabulary, seed=0, features=features)


def test_every_unit_is_its_own_and_segments_carry_their_features(made):
    vocabulary, features, _ = made
    assert len(np.unique(features, axis=0)) == len(vocabulary)
    for unit in ("a", "b", "t͡ʃ"):
        signs = features_of(unit)
        assert features[vocabulary.ids([unit])[0], : len(signs)].tolist() == signs.tolist()
    b, p, a = (features[vocabulary.ids([unit])[0]] for unit in "bpa")
    assert np.abs(b - p).sum() < np.abs(b - a).sum()


def test_the_table_is_the_product_and_both_ends_share_it(made):
    vocabulary, features, model = made
    kept, weights = composed(model)
    table = model.get_input_embeddings().weight
    torch.testing.assert_close(table, kept @ weights)
    assert torch.equal(model.get_output_embeddings().weight, table)
    assert 0.02 < float(table.detach().std()) < 0.08
    ids = torch.arange(len(vocabulary))[None]
    batch = {
        "input_ids": ids, "attention_mask": torch.ones_like(ids),
        "token_type_ids": torch.zeros_like(ids), "labels": ids,
    }  # fmt: skip
    before = table.detach().clone()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    MaskedLanguageModel(model)(**batch)["loss"].backward()
    optimizer.step()
    after = model.get_input_embeddings().weight
    assert not torch.equal(after, before)
    torch.testing.assert_close(after, torch.from_numpy(features) @ composed(model)[1])
    plain = build_encoder(SIZE, vocabulary, seed=0)
    n_saved = (len(vocabulary) - features.shape[1]) * SIZE.hidden_size
    assert n_parameters(plain) - n_parameters(model) == n_saved


def test_plain_phonemes_are_not_taken_for_composed_ones(tmp_path, made):
    vocabulary, _, _ = made
    save_encoder(build_encoder(SIZE, vocabulary, seed=0), vocabulary, tmp_path)
    with pytest.raises(ConfigError, match="not composed of articulatory"):
        published_representation("articulatory", tmp_path, {})


def test_another_part_costs_as_much_as_for_plain_phonemes(made):
    from lingap.training.parts import _overhead_positions

    vocabulary, _, model = made
    plain = build_encoder(SIZE, vocabulary, seed=0)
    ours, theirs = (_overhead_positions(m, "cpu") for m in (model, plain))
    assert ours == pytest.approx(theirs, rel=0.05)


def test_it_is_saved_as_transformers_reads_it_and_read_again_composed(made, tmp_path):
    vocabulary, _, model = made
    save_encoder(model, vocabulary, tmp_path)
    assert composed(model) is not None  # saving leaves the model as it was
    table = model.get_input_embeddings().weight
    for kind in (AutoModel, AutoModelForMaskedLM):
        read = kind.from_pretrained(tmp_path)
        torch.testing.assert_close(read.get_input_embeddings().weight, table)
    for again in (load_encoder(tmp_path)[0], load_published(tmp_path, vocabulary)):
        torch.testing.assert_close(again.get_input_embeddings().weight, table)
        assert composed(again) is not None
    (tmp_path / COMPOSED).write_bytes(b"half")
    with pytest.raises(StoreError, match="no composed embeddings"):
        load_encoder(tmp_path)
