"""Encoders of further families and layouts, and masked heads that a checkpoint lacks."""

import json
import shutil

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, GPT2Config, GPT2Model, T5EncoderModel

import checkpoints as make
from lingap.errors import ConfigError, MissingExtra, StoreError
from lingap.models import MaskedLanguageModel, load_published
from lingap.models.continued import load_masked_model
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.representations.checkpoint import (
    checkpoint_facts,
    find_checkpoint,
    find_config,
    find_model,
)
from lingap.representations.published import published_representation
from lingap.representations.subword import fast_tokenizer

WORDS = ("New", "york", "unable", ",")
TEXT = Sentence("s", "eng", WORDS)


def test_t5_reads_its_own_pieces_between_ends_of_sentence_with_its_encoder_alone(tmp_path):
    make.mt5(tmp_path)
    spell, ids = published_representation("subword", tmp_path, {})
    units = ids.ids(spell.encode(TEXT).units)
    theirs = AutoTokenizer.from_pretrained(tmp_path)(list(WORDS), is_split_into_words=True)
    assert [*units, ids.sep_id] == theirs["input_ids"]
    assert (ids.cls_id, ids.sep_id, ids.pad_id, ids.n_separators) == (1, 1, 0, 1)
    model = load_published(tmp_path, ids).eval()
    assert isinstance(model, T5EncoderModel)
    framed = torch.tensor([[ids.cls_id, *units, ids.sep_id]])
    reference = T5EncoderModel.from_pretrained(tmp_path).eval()
    with torch.no_grad():
        ours, expected = (one(framed).last_hidden_state for one in (model, reference))
    assert torch.equal(ours, expected)


@pytest.mark.parametrize("split", [False, True])
def test_every_word_of_a_byte_level_encoder_follows_a_space(tmp_path, split):
    make.modernbert(tmp_path, split=split)
    spell, ids = published_representation("subword", tmp_path, {})
    encoded = spell.encode(Sentence("s", "eng", ("new", "york", "new", "xyz!")))
    theirs = AutoTokenizer.from_pretrained(tmp_path)(" new york new xyz!")["input_ids"]
    assert [ids.cls_id, *ids.ids(encoded.units), ids.sep_id] == theirs
    starts = [encoded.word_of_unit.index(word) for word in range(4)]
    assert all(encoded.units[at].startswith("Ġ") for at in starts)


def test_a_decoder_is_named_as_causal(tmp_path):
    GPT2Model(GPT2Config(vocab_size=99, n_embd=16, n_layer=1, n_head=2)).save_pretrained(tmp_path)
    ids = Vocabulary.of([load_representation("character").encode(TEXT)])
    with pytest.raises(ConfigError, match=r"\(gpt2\) is a decoder: its attention is causal"):
        load_published(tmp_path, ids)
    for kind in ("gpt2", "llama"):
        (tmp_path / kind).mkdir()
        getattr(make, kind)(tmp_path / kind)
        with pytest.raises(ConfigError, match=rf"\({kind}\) is a decoder"):
            published_representation("subword", tmp_path / kind, {})


def test_a_folder_without_a_whole_model_is_refused_before_any_work(tmp_path):
    make.bert(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "tf_model.h5")
    for find in (find_checkpoint, find_model, checkpoint_facts):
        with pytest.raises(
            ConfigError, match=r"safetensors or .*found tf_model\.h5, which is not read"
        ):
            find(str(tmp_path))
    assert find_checkpoint(tmp_path, weights=False) == tmp_path  # for its tokenizer
    assert find_config(tmp_path)["model_type"] == "bert"
    (tmp_path / "tf_model.h5").unlink()
    with pytest.raises(ConfigError, match="found none"):
        checkpoint_facts(tmp_path)
    (tmp_path / "config.json").rename(tmp_path / "adapter_config.json")
    with pytest.raises(ConfigError, match="an adapter without its base model; merge the two"):
        find_checkpoint(tmp_path)


def test_the_older_layout_of_sentence_transformers_is_read(tmp_path):
    inner = tmp_path / "0_Transformer"
    inner.mkdir()
    make.bert(inner)
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "modules.json").write_text("[]")
    assert find_checkpoint(tmp_path) == inner
    assert checkpoint_facts(tmp_path) == checkpoint_facts(inner)


def test_a_headless_encoder_gets_a_new_head_and_half_a_head_is_refused(tmp_path):
    headless, whole = tmp_path / "headless", tmp_path / "whole"
    for folder in (headless, whole):
        folder.mkdir()
    make.roberta(headless)
    (one, is_new), (again, _), (other, _) = (
        load_masked_model(headless, seed=seed) for seed in (1, 1, 2)
    )
    assert is_new
    assert torch.equal(one.lm_head.dense.weight, again.lm_head.dense.weight)
    assert not torch.equal(one.lm_head.dense.weight, other.lm_head.dense.weight)
    ours, theirs = one.roberta.state_dict(), load_file(headless / "model.safetensors")
    assert all(torch.equal(ours[name], theirs[name]) for name in ours if name in theirs)
    make.xphonebert(whole)
    assert load_masked_model(whole)[1] is False
    weights = load_file(whole / "model.safetensors")
    weights.pop("lm_head.dense.weight")
    save_file(weights, whole / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(StoreError, match="1 of .* weights of the head .* lm_head.dense.weight"):
        load_masked_model(whole)
    weights = load_file(headless / "model.safetensors")
    weights.pop(next(name for name in weights if "layer.1.output.dense.weight" in name))
    save_file(weights, headless / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(StoreError, match="1 weights are not in the file"):
        load_masked_model(headless)


@pytest.mark.parametrize(
    "kind", ["Bert", "Roberta", "Albert", "DistilBert", "Electra", "ModernBert", "DebertaV2"]
)
def test_the_loss_of_hidden_units_is_that_of_the_real_class(kind):
    sizes = (
        {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 32}
        if kind == "DistilBert"
        else make.SIZE | {"num_hidden_layers": 1}
    )
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=50, max_position_embeddings=32, pad_token_id=0, **sizes
    )
    model = getattr(transformers, f"{kind}ForMaskedLM")(config).eval()
    ids = torch.randint(3, 50, (2, 7), generator=torch.Generator().manual_seed(0))
    labels = torch.where(torch.arange(14).view(2, 7) % 3 == 0, ids, -100)
    with torch.no_grad():
        theirs = model(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss
        ours = MaskedLanguageModel(model)(ids, torch.ones_like(ids), torch.zeros_like(ids), labels)
    torch.testing.assert_close(ours["loss"], theirs)


def test_a_masked_model_of_an_unknown_head_is_named():
    config = transformers.XLMConfig(n_words=50, emb_dim=16, n_layers=1, n_heads=2)
    with pytest.raises(ConfigError, match="XLMWithLMHeadModel has no known head"):
        MaskedLanguageModel(transformers.XLMWithLMHeadModel(config))


def test_a_sentencepiece_vocabulary_names_its_extra(tmp_path, monkeypatch):
    make.mt5(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "spiece.model").write_bytes(b"")
    monkeypatch.setattr("lingap.representations.subword.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"lingap\[sentencepiece\]"):
        fast_tokenizer(tmp_path)


def test_a_sentencepiece_vocabulary_is_read(tmp_path):
    sentencepiece = pytest.importorskip("sentencepiece")
    pytest.importorskip("google.protobuf")
    make.mt5(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    lines = tmp_path / "text.txt"
    lines.write_text("new york and the unable\nyork unable the new and\n" * 50)
    sentencepiece.SentencePieceTrainer.train(
        input=str(lines), model_prefix=str(tmp_path / "spiece"), vocab_size=34, pad_id=0, eos_id=1,
        unk_id=2, bos_id=-1, hard_vocab_limit=False,
    )  # fmt: skip
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "T5Tokenizer"}))
    (tmp_path / "special_tokens_map.json").unlink(missing_ok=True)
    spell, ids = published_representation("subword", tmp_path, {})
    pieces = sentencepiece.SentencePieceProcessor(str(tmp_path / "spiece.model"))
    for word in ("york", "unable", "they"):
        theirs = pieces.encode(word)
        assert ids.ids(spell.encode(Sentence("s", "eng", (word,))).units).tolist() == theirs


def test_a_byte_encoder_knows_every_byte_and_its_tokenizer_reads_text(tmp_path):
    spell = load_representation("byte")
    text = Sentence("s", "eng", ("naïve", "<0f>", "세계", "a▁b", "x"))
    vocabulary = Vocabulary.of([spell.encode(TEXT)], known=spell.units)
    assert len(vocabulary) == 5 + 256 + 1
    units = spell.encode(text).units
    vocabulary.save(tmp_path, reads="bytes")
    assert Vocabulary.load(tmp_path).units == vocabulary.units
    theirs = AutoTokenizer.from_pretrained(tmp_path)(" ".join(text.words))["input_ids"]
    assert theirs == [vocabulary.cls_id, *vocabulary.ids(units), vocabulary.sep_id]
    assert vocabulary.unknown_id not in theirs
    shutil.rmtree(tmp_path)
