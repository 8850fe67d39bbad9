"""Nothing in a checkpoint chooses code: not its attention, its arithmetic, its files or its class."""

import json

import pytest

pytest.importorskip("transformers", reason="needs the extra train")

import torch

import checkpoints as make
from lingap.errors import ConfigError, G2PError, StoreError
from lingap.evaluation import SentenceEncoder
from lingap.g2p.backends.charsiu import CHARSIU, MODEL, REVISION
from lingap.languages import get_language
from lingap.models.continued import load_masked_model
from lingap.models.published import load_published, load_text_model
from lingap.representations.published import published_representation
from lingap.representations.subword import Subwords
from lingap.storage.model_config import read_model_config, without_choices

KERNEL = "kernels-community/flash-attn2"
CHOICES = {
    "attn_implementation": KERNEL,
    "_attn_implementation": KERNEL,
    "_attn_implementation_internal": KERNEL,
    "_flash_attn_2_enabled": True,
    "attn_implementation_of_parts": {"attn_implementation": {"": KERNEL, "text_config": KERNEL}},
    "experts_implementation": "a/b",
    "_experts_implementation": "a/b",
    "torch_dtype": "load",
    "dtype": "no_such_type",
    "auto_map": {"AutoModel": "evil.Model", "AutoConfig": "evil.Config"},
    "custom_pipelines": {"a": {"impl": "evil.P"}},
    "kernel_config": {"RMSNorm": "a/b:c"},
    "use_kernels": True,
    "use_mamba_kernels": True,
    "reference_compile": True,
    "backbone": "hf-hub:evil/repo",
    "backbone_kwargs": {"a": "b"},
    "use_timm_backbone": True,
    "use_pretrained_backbone": True,
    "allow_all_kernels": True,
    "transformers_weights": "../elsewhere.bin",
    "fusion_config": {"a": "b"},
    "distributed_config": {"tp_size": 2},
    "sub_configs": {"text_config": "evil"},
    "sub_configs_defaults": {"text_config": "evil"},
    "base_model_tp_plan": {"layers.*": "evil"},
    "extra_files": ["evil.py"],
    "device_map": "auto",
    "trust_remote_code": True,
    "_name_or_path": "evil/repo",
    "_commit_hash": "main",
    "_auto_class": "AutoModel",
}


def rewrite(folder, **more):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


@pytest.mark.parametrize("key", CHOICES)
def test_a_choice_of_code_is_dropped(tmp_path, key):
    make.bert(tmp_path)
    ids = published_representation("subword", tmp_path, {})[1]
    before = load_published(tmp_path, ids)
    rewrite(tmp_path, **{key: CHOICES[key]})
    ids = published_representation("subword", tmp_path, {})[1]  # the tokenizer reads it as well
    model = load_published(tmp_path, ids)
    assert model.config._attn_implementation in ("sdpa", "eager")
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert all(
        torch.equal(a, b) for a, b in zip(before.parameters(), model.parameters(), strict=True)
    )


def test_a_choice_of_code_is_dropped_for_further_pre_training(tmp_path):
    make.xphonebert(tmp_path)
    rewrite(tmp_path, **CHOICES)
    model, _ = load_masked_model(tmp_path)
    assert model.config._attn_implementation in ("sdpa", "eager")


def test_choices_are_dropped_at_any_depth():
    nested = {"parts": [{"text_config": {"hidden_size": 8, "attn_implementation": KERNEL}}]}
    assert without_choices(nested) == {"parts": [{"text_config": {"hidden_size": 8}}]}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"quantization_config": {"quant_method": "bitsandbytes"}}, "quantized"),
        ({"compression_config": {"quant_method": "x"}}, "quantized"),
        ({"model_type": "mra"}, "fetches native code"),
        ({"model_type": "yoso"}, "fetches native code"),
        ({"model_type": "evil", "auto_map": {"AutoModel": "evil.M"}}, "custom code"),
        ({"hidden_size": "wide"}, "damaged|no readable encoder"),
        ({"hidden_act": "os.system"}, "no readable encoder|damaged"),
    ],
)
def test_what_needs_other_code_is_refused(tmp_path, more, said):
    make.bert(tmp_path)
    ids = published_representation("subword", tmp_path, {})[1]
    rewrite(tmp_path, **more)
    with pytest.raises(StoreError, match=said):
        load_published(tmp_path, ids)


def test_an_adapter_beside_the_weights_is_refused(tmp_path):
    make.bert(tmp_path)
    ids = published_representation("subword", tmp_path, {})[1]
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "evil/repo"}')
    with pytest.raises(StoreError, match="merge it"):
        load_published(tmp_path, ids)


@pytest.mark.parametrize("where", ["tokenizer_config.json", "config.json"])
@pytest.mark.parametrize(
    "name", ["AutoModel", "AutoModelForCausalLM", "BertModel", "pipeline", "Trainer", "AutoConfig",
             "BertJapaneseTokenizer", "CTRLTokenizer", 3, ["AutoModel"]],
)  # fmt: skip
def test_a_tokenizer_is_nothing_but_a_fast_tokenizer(tmp_path, monkeypatch, where, name):
    """AutoModel would be built as the folder says, with the kernel that it names."""
    import transformers

    def never(*given, **named):
        raise AssertionError("another class was asked to read the folder")

    monkeypatch.setattr(transformers.AutoModel, "from_pretrained", never)
    make.bert(tmp_path)
    (tmp_path / "tokenizer_config.json").unlink()
    rewrite(tmp_path, attn_implementation=KERNEL)
    content = json.loads((tmp_path / "config.json").read_text()) if where == "config.json" else {}
    (tmp_path / where).write_text(json.dumps(content | {"tokenizer_class": name}))
    with pytest.raises(ConfigError, match="is not a fast tokenizer"):
        published_representation("subword", tmp_path, {})
    with pytest.raises(ConfigError, match="is not a fast tokenizer"):
        SentenceEncoder(tmp_path)


@pytest.mark.parametrize(
    "more",
    [
        {"model_type": "encoder-decoder", "encoder": {"model_type": "yoso"}, "decoder": {"model_type": "bert"}},
        {"text_config": {"model_type": "rwkv"}},
        {"parts": [{"vision_config": {"model_type": "timm_wrapper", "architecture": "hf-hub:evil/repo"}}]},
    ],
)  # fmt: skip
def test_a_part_that_fetches_code_or_models_is_refused(tmp_path, more):
    make.bert(tmp_path)
    rewrite(tmp_path, **more)
    for load in (load_text_model, SentenceEncoder):
        with pytest.raises(
            (StoreError, ConfigError), match="fetches native code|no encoder or dec"
        ):
            load(tmp_path)


@pytest.mark.parametrize("kind", ["detr", "vit", "wav2vec2", "timm_backbone", "layoutlmv2", "clip"])
def test_a_model_of_images_or_sound_is_refused_before_it_is_built(tmp_path, monkeypatch, kind):
    import transformers

    make.bert(tmp_path)
    rewrite(tmp_path, model_type=kind, backbone="hf-hub:evil/repo", use_pretrained_backbone=True)
    monkeypatch.setattr(transformers.AutoModel, "from_pretrained", None)
    with pytest.raises(ConfigError, match="no encoder or decoder of text"):
        load_text_model(tmp_path)


@pytest.mark.parametrize(
    "content", ["[]", '{"model": 3}', '{"model": []}', '{"model": {"type": "WordLevel"}}', "null",
                '{"model": {"type": "WordLevel", "vocab": {"a": "x"}}}', "[" * 50_000,
                '{"model": {"type": "WordLevel", "vocab": {}}, "added_tokens": [3]}'],
)  # fmt: skip
def test_a_tokenizer_of_a_wrong_shape_is_named(tmp_path, content):
    make.bert(tmp_path)
    (tmp_path / "tokenizer.json").write_text(content)
    for name in ("phoneme", "character", "subword"):
        with pytest.raises(ConfigError, match="tokenizer"):
            published_representation(name, tmp_path, {})


@pytest.fixture
def charsiu(tmp_path):
    import transformers

    torch.manual_seed(0)
    config = transformers.T5Config(
        vocab_size=384, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_decoder_layers=1,
        num_heads=2, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    transformers.T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    return tmp_path


def load(model, **options):
    return CHARSIU.load(get_language("fra"), {"model": str(model)} | options)


def test_the_folder_of_charsiu_chooses_neither_code_nor_how_it_is_read(charsiu, monkeypatch):
    monkeypatch.setattr("lingap.g2p.backends.charsiu._BYTES_A_WORD", 6)
    words = ["mot", "été"]
    before = load(charsiu).transcribe(words)
    (charsiu / "generation_config.json").write_text(
        json.dumps(
            {"num_beams": 3, "min_length": 5, "do_sample": True, "custom_generate": "evil/repo"}
        )
    )
    rewrite(charsiu, **CHOICES)
    engine = load(charsiu)
    assert engine._model.config._attn_implementation in ("sdpa", "eager")
    assert engine.transcribe(words) == before


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, b"{}", b"\x80\x04."])
def test_damaged_weights_of_charsiu_are_named(charsiu, damage):
    (charsiu / "model.safetensors").write_bytes(damage)
    with pytest.raises(G2PError, match="no readable weights"):
        load(charsiu)


def test_missing_weights_of_charsiu_are_named(charsiu):
    rewrite(charsiu, num_layers=2)
    with pytest.raises(G2PError, match="weights are not in the file"):
        load(charsiu)


def test_charsiu_is_read_at_a_commit_only():
    assert len(REVISION) == 40
    french = get_language("fra")
    assert CHARSIU.provenance(french, {})["charsiu revision"] == REVISION
    for options in (
        {"model": "someone/other"},
        {"revision": "main"},
        {"model": MODEL, "revision": "v1"},
    ):
        with pytest.raises(G2PError, match="pinned commit"):
            CHARSIU.provenance(french, options)


def test_the_configuration_itself_is_named(tmp_path):
    (tmp_path / "config.json").write_text("[" * 50_000)
    with pytest.raises(ConfigError, match=r"config\.json cannot be read as JSON"):
        read_model_config(tmp_path)


def test_a_tokenizer_without_an_unknown_unit_is_named(tmp_path):
    from lingap.gap import load_tokenizer

    make.bert(tmp_path)
    path = tmp_path / "tokenizer.json"
    content = json.loads(path.read_text())
    content["model"]["unk_token"] = "[NONE]"
    path.write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=r"tokenizer cannot read a text .*Missing \[UNK\]"):
        load_tokenizer(path).count(["語"], "jpn")
    with pytest.raises(ConfigError, match="tokenizer cannot read a text"):
        Subwords(path).spell(["語"], "jpn")


@pytest.mark.parametrize("limit", [",", None, True, -3, 0, float("nan"), [5]])
def test_a_limit_of_units_that_is_no_number_is_named(tmp_path, limit):
    make.bert(tmp_path)
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model_max_length": limit}))
    if limit is None:
        assert SentenceEncoder(tmp_path).max_units == 48  # as where it is not given
        return
    with pytest.raises(ConfigError, match="model_max_length|no readable tokenizer"):
        SentenceEncoder(tmp_path)
