"""Published encoders: their own numbers, their own classes, and what does not belong together."""

import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    AutoTokenizer,
    BertModel,
    CanineModel,
    CanineTokenizer,
    RobertaModel,
    T5EncoderModel,
)

import checkpoints as make
from lingap.errors import ConfigError, StoreError
from lingap.evaluation import embed, item_logits
from lingap.models import (
    EncoderConfig,
    ItemClassifier,
    build_encoder,
    input_vectors,
    load_published,
    max_units,
    padding_multiple,
    save_encoder,
)
from lingap.records import Sentence, SentencePair
from lingap.representations import Vocabulary, load_representation
from lingap.representations.checkpoint import CHECKPOINTS, checkpoint_facts, find_checkpoint
from lingap.representations.published import published_representation
from lingap.representations.subword import SUBWORDS, train_subwords
from lingap.tasks import make_task, text_instances
from lingap.training import Collator

TEXT = Sentence("s", "eng", ("New", "York", "unaffables", "[SEP]", "zz", ","), ("O",) * 6)
KOREAN = Sentence("k", "kor", ("안녕", "세계", "!"), ("O",) * 3)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkpoints")
    for name in ("bert", "byt5", "distilbert", "roberta", "xphonebert", "canine"):
        (root / name).mkdir()
        getattr(make, name)(root / name)
    return root


@pytest.fixture(params=["bert", "distilbert", "roberta"])
def pieces(request, home):
    return home / request.param


def reference(folder):
    """The checkpoint's tokenizer, told that every word follows a space."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if hasattr(tokenizer.backend_tokenizer.pre_tokenizer, "add_prefix_space"):
        tokenizer.backend_tokenizer.pre_tokenizer.add_prefix_space = True
    return tokenizer


def test_subwords_are_those_of_the_tokenizer_on_words(pieces):
    spell, ids = published_representation("subword", pieces, {})
    tokenizer = reference(pieces)
    words = [w for w in TEXT.words if w != "[SEP]"]  # there the tokenizer takes text for a mark
    sentence = Sentence("s", "eng", tuple(words))
    theirs = tokenizer(words, is_split_into_words=True)
    encoded = spell.encode(sentence)
    kept = [i for i, word in enumerate(theirs.word_ids()) if word is not None]
    assert ids.ids(encoded.units).tolist() == [theirs["input_ids"][i] for i in kept]
    assert list(encoded.word_of_unit) == [theirs.word_ids()[i] for i in kept]
    framed = [ids.cls_id, *ids.ids(encoded.units), ids.sep_id]
    assert framed == theirs["input_ids"]


def test_a_mark_within_the_text_is_text(home):
    spell, ids = published_representation("subword", home / "bert", {})
    encoded = spell.encode(TEXT)
    assert ids.sep_id not in ids.ids(encoded.units)
    assert spell.counts()["words_unspelled"] == 2  # zz, and [SEP] as letters and brackets
    _, counts = text_instances([TEXT], spell, ids, max_units=40)
    assert counts["words_unknown"] == 2


@pytest.mark.parametrize(("name", "n_separators"), [("bert", 1), ("roberta", 2)])
def test_a_pair_is_joined_as_the_tokenizer_joins_it(home, name, n_separators):
    spell, ids = published_representation("subword", home / name, {})
    assert ids.n_separators == n_separators
    pair = SentencePair(
        "p", Sentence("a", "eng", ("New", "York")), Sentence("b", "eng", ("a", "b")), "x"
    )
    (made,), _ = make_task("nli", ["x"]).instances([pair], spell, ids, max_units=40)
    tokenizer = reference(home / name)
    theirs = tokenizer(["New", "York"], ["a", "b"], is_split_into_words=True)
    assert made.ids.tolist() == theirs["input_ids"]
    if name == "bert":
        assert made.segment_of_unit.tolist() == theirs["token_type_ids"]


def test_code_points_are_canines(home):
    spell, ids = published_representation("character", home / "canine", {})
    tokenizer = CanineTokenizer.from_pretrained(home / "canine")
    for sentence in (KOREAN, TEXT):
        units = spell.encode(sentence).units
        theirs = tokenizer(" ".join(sentence.words))["input_ids"]
        assert [ids.cls_id, *ids.ids(units), ids.sep_id] == theirs
    assert ids.pad_id == tokenizer.pad_token_id
    assert ids.mask_id == tokenizer.mask_token_id
    assert ids.ids(["", "[UNK]", "\0"]).tolist() == [0xFFFD] * 3


@pytest.mark.parametrize("listing", ["counts", "plain"])
def test_phonemes_are_numbered_as_the_vocabulary_says(tmp_path, listing):
    make.xphonebert(tmp_path, listing)
    spell, ids = published_representation("phoneme", tmp_path, {"backend": "epitran"})
    units = spell.encode(Sentence("s", "kor", ("안", "네"))).units
    assert units == ("a", "n", "▁", "n", "e")
    order = ["<s>", "<pad>", "</s>", "<unk>", *make.PHONEMES, "<mask>"]
    assert ids.ids(units).tolist() == [order.index(unit) for unit in units]
    assert (ids.cls_id, ids.pad_id, ids.sep_id, ids.unknown_id) == (0, 1, 2, 3)
    assert ids.mask_id == len(order) - 1
    assert ids.n_separators == 2
    assert ids.ids(["œ"]).tolist() == [3]


SIDES = {
    "bert": ("subword", BertModel),
    "roberta": ("subword", RobertaModel),
    "xphonebert": ("phoneme", RobertaModel),
    "canine": ("character", CanineModel),
    "byt5": ("byte", T5EncoderModel),
}


def test_bytes_have_the_numbers_of_byt5s_own_tokenizer(home):
    spell, ids = published_representation("byte", home / "byt5", {})
    encoded = spell.encode(KOREAN)
    theirs = AutoTokenizer.from_pretrained(home / "byt5")(" ".join(KOREAN.words))["input_ids"]
    assert [*ids.ids(encoded.units).tolist(), ids.sep_id] == theirs
    (home / "mt5").mkdir()
    (home / "mt5" / "config.json").write_text('{"model_type": "mt5", "vocab_size": 250112}')
    with pytest.raises(ConfigError, match="reads bytes"):
        published_representation("byte", home / "mt5", {})


@pytest.mark.parametrize("name", SIDES)
def test_vectors_are_those_of_the_real_class(home, name):
    kind, real = SIDES[name]
    spell, ids = published_representation(kind, home / name, {})
    encoder = load_published(home / name, ids).eval()
    theirs = real.from_pretrained(home / name).eval()
    (made,), _ = text_instances([KOREAN], spell, ids, max_units=max_units(encoder))
    batch = Collator(ids.pad_id, multiple=padding_multiple(encoder)).batch([made])
    given = {k: batch[k] for k in ("input_ids", "attention_mask")}
    with torch.inference_mode():
        hidden = theirs(**given).last_hidden_state
        table = (
            theirs.get_input_embeddings()(given["input_ids"])
            if name != "canine"
            else theirs.char_embeddings(
                given["input_ids"],
                position_ids=torch.zeros_like(given["input_ids"]),
            )
        )
    found = embed(
        encoder, [made], Collator(ids.pad_id, multiple=padding_multiple(encoder)), n_sentences=1
    )
    own = batch["item_of_unit"][0] >= 0
    np.testing.assert_allclose(found["last"][0], hidden[0, own].mean(0), rtol=1e-4, atol=1e-5)
    if name != "canine":
        np.testing.assert_allclose(found["input"][0], table[0, own].mean(0), rtol=1e-4, atol=1e-5)
    else:  # the same code points have the same vector, whatever stands around them
        twice = [
            Sentence(str(i), "eng", words) for i, words in enumerate([("ab",), ("ba",), ("cd",)])
        ]
        rows, _ = text_instances(twice, spell, ids, max_units=40)
        three = embed(encoder, rows, Collator(ids.pad_id, multiple=4), n_sentences=3)["input"]
        np.testing.assert_allclose(three[0], three[1], rtol=1e-4, atol=1e-6)
        assert not np.allclose(three[0], three[2])


def test_canines_vectors_of_code_points_are_joined_from_its_tables(home):
    """Clark et al. (2022): one slice from each table, by the code point's hash with a prime."""
    _, ids = published_representation("character", home / "canine", {})
    encoder = load_published(home / "canine", ids).eval()
    tables = {name: t for name, t in encoder.state_dict().items() if "HashBucketCodepoint" in name}
    assert len(tables) == 4
    points = torch.tensor([[0xE000, ord("a"), ord("한")], [0x10FFFF, 0, ord("a")]])
    slices = [
        table[(points + 1) * prime % 128]
        for prime, table in zip((31, 43, 59, 61), tables.values(), strict=True)
    ]
    with torch.inference_mode():
        assert torch.equal(input_vectors(encoder, points), torch.cat(slices, dim=-1))


@pytest.mark.parametrize("name", [*SIDES, "distilbert"])
@pytest.mark.parametrize("task", ["ner", "nli"])
def test_every_encoder_classifies_items_of_the_longest_input(home, name, task):
    kind, _ = SIDES.get(name, ("subword", None))
    spell, ids = published_representation(kind, home / name, {})
    encoder = load_published(home / name, ids)
    room = max_units(encoder)
    long = Sentence("l", "kor", ("안녕",) * 120, ("O",) * 120)
    short = Sentence("k", "kor", ("나",), ("O",))
    judge = make_task(task, ["O"])
    examples = [long, short]
    if task == "nli":
        examples = [SentencePair("p", long, short, "O"), SentencePair("q", short, short, "O")]
    made, _ = judge.instances(
        examples, spell, ids, max_units=room - room % padding_multiple(encoder)
    )
    model = ItemClassifier(encoder, 1, seed=0)
    collator = Collator(ids.pad_id, multiple=padding_multiple(encoder))
    n_items = [judge.n_items(example) for example in examples]
    rows = item_logits(model, made, collator, n_items=n_items, max_positions=1)
    assert [len(row) for row in rows] == n_items
    assert all(np.isfinite(row).all() for row in rows)


def test_an_encoder_of_our_own_serves_as_a_published_one(tmp_path):
    text = [Sentence(str(i), "eng", ("new", "york")) for i in range(3)]
    size = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=24)
    subwords = train_subwords(text, vocabulary_size=20)
    for name, spell in {"character": load_representation("character"), "subword": subwords}.items():
        folder = tmp_path / name
        vocabulary = Vocabulary.of(map(spell.encode, text))
        save_encoder(build_encoder(size, vocabulary, seed=0), vocabulary, folder)
        if name == "subword":
            (folder / SUBWORDS).write_text(spell.to_json(), encoding="utf-8")
        again, ids = published_representation(name, folder, {})
        units = again.encode(text[0]).units
        assert units == spell.encode(text[0]).units
        assert ids.ids(units).tolist() == vocabulary.ids(units).tolist()
        assert max_units(load_published(folder, ids)) == 24


@pytest.mark.parametrize(
    ("representation", "name", "message"),
    [
        ("phoneme", "bert", "pieces"),
        ("phoneme", "roberta", "splits text into pieces"),
        ("phoneme", "canine", "is a CANINE and reads characters"),
        ("subword", "canine", "is a CANINE and reads characters"),
        ("character", "bert", "splits text into pieces|word pieces"),
        ("subword", "xphonebert", r"its tokenizer .* has no vocabulary there"),
    ],
)
def test_an_encoder_of_another_representation_is_refused(home, representation, name, message):
    with pytest.raises(ConfigError, match=message):
        published_representation(representation, home / name, {})


def test_characters_are_not_phonemes(tmp_path):
    make.xphonebert(tmp_path, "plain")
    units = ["<s>", "<pad>", "</s>", "<unk>", *"あいうえお"]
    (tmp_path / "vocab.txt").write_text("\n".join(units), encoding="utf-8")
    with pytest.raises(ConfigError, match="was not trained on phonemes"):
        published_representation("phoneme", tmp_path, {})


def test_a_vocabulary_larger_than_the_table_is_refused(tmp_path):
    make.xphonebert(tmp_path, "plain")
    with (tmp_path / "vocab.txt").open("a", encoding="utf-8") as file:
        file.write("œ\nø\n")
    _, ids = published_representation("phoneme", tmp_path, {})
    with pytest.raises(ConfigError, match="embeddings, its vocabulary ids up to"):
        load_published(tmp_path, ids)


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_bin_is_read_as_weights_and_nothing_else(tmp_path):
    make.bert(tmp_path)
    _, ids = published_representation("subword", tmp_path, {})
    weights = load_published(tmp_path, ids).state_dict()
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(StoreError, match="no readable encoder"):
        load_published(tmp_path, ids)
    torch.save(weights, tmp_path / "pytorch_model.bin")
    again = load_published(tmp_path, ids).state_dict()
    assert all(torch.equal(again[name], tensor) for name, tensor in weights.items())
    trap = tmp_path / "trap"
    with (tmp_path / "pytorch_model.bin").open("wb") as file:
        pickle.dump(Evil(trap), file)
    with pytest.raises(StoreError, match="never run; save them as safetensors") as refused:
        load_published(tmp_path, ids)
    assert "\n" not in str(refused.value)
    assert "weights_only" not in str(refused.value)
    assert not trap.exists()


def test_weights_of_another_shape_are_named(tmp_path):
    make.bert(tmp_path)
    _, ids = published_representation("subword", tmp_path, {})
    path = tmp_path / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {"intermediate_size": config["intermediate_size"] + 1}))
    with pytest.raises(StoreError, match=r"6 weights have another shape .*layer\.0\.\S+, \(\d+,\)"):
        load_published(tmp_path, ids)


def test_code_of_a_checkpoint_is_never_run(tmp_path):
    make.bert(tmp_path)
    trap = tmp_path / "trap"
    (tmp_path / "evil.py").write_text(f"open({str(trap)!r}, 'w')\n", encoding="utf-8")
    path = tmp_path / "config.json"
    config = json.loads(path.read_text()) | {
        "model_type": "evil",
        "auto_map": {"AutoConfig": "evil.C", "AutoModel": "evil.M"},
    }
    path.write_text(json.dumps(config))
    with pytest.raises(StoreError, match=r"\(evil\) holds no readable encoder: .*custom code"):
        load_published(tmp_path, published_representation("subword", tmp_path, {})[1])
    assert not trap.exists()


def test_missing_weights_and_broken_folders_are_named(tmp_path):
    with pytest.raises(ConfigError, match="no config.json"):
        find_checkpoint(tmp_path)
    make.bert(tmp_path)
    _, ids = published_representation("subword", tmp_path, {})
    path = tmp_path / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(StoreError, match="weights are not in the file, such as encoder.layer.2"):
        load_published(tmp_path, ids)
    path.write_text("{}")
    with pytest.raises(ConfigError, match="names no model_type"):
        load_published(tmp_path, ids)


def test_where_encoders_are_looked_for(home, monkeypatch, tmp_path):
    assert find_checkpoint(home / "bert") == home / "bert"
    with pytest.raises(ConfigError, match="revision belongs to a hub id"):
        find_checkpoint(home / "bert", "0" * 40)
    with pytest.raises(
        ConfigError, match="expected .* one of mbert, canine, canine-c, xphonebert\\."
    ):
        find_checkpoint("nowhere")
    with pytest.raises(
        ConfigError, match="owner/name on the hub is read at a pinned commit only.*got none"
    ):
        find_checkpoint("owner/name")
    with pytest.raises(ConfigError, match="got 'main'"):
        find_checkpoint("owner/name", "main")
    with pytest.raises(ConfigError, match="mbert reads the representation subword, not phoneme"):
        find_checkpoint("mbert", representation="phoneme")
    assert checkpoint_facts("mbert")["repo"] == "google-bert/bert-base-multilingual-cased"
    assert all(re.fullmatch("[0-9a-f]{40}", CHECKPOINTS[name].revision) for name in CHECKPOINTS)


def test_a_folder_that_is_no_checkpoint_does_not_stand_before_a_short_name(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mbert").mkdir()
    assert checkpoint_facts("mbert")["repo"] == "google-bert/bert-base-multilingual-cased"
    (tmp_path / "mbert" / "config.json").write_text("{}", encoding="utf-8")
    assert find_checkpoint("mbert", weights=False) == Path("mbert")


def test_offline_the_message_says_what_to_do(tmp_path):
    import subprocess
    import sys

    code = (
        "from lingap.representations.checkpoint import find_checkpoint\n"
        "from lingap.errors import ConfigError\n"
        "try:\n    find_checkpoint('xphonebert')\n"
        "except ConfigError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True,
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert "not in the hub's cache and cannot be reached" in done.stdout
    assert "give their folder as the encoder" in done.stdout


def test_a_digest_tells_folders_apart(tmp_path):
    make.bert(tmp_path)
    before = checkpoint_facts(tmp_path)
    assert checkpoint_facts(tmp_path) == before
    path = tmp_path / "tokenizer_config.json"
    path.write_text(path.read_text() + " ")
    assert checkpoint_facts(tmp_path) != before


def test_subwords_are_loaded_by_name_from_a_folder(home):
    spell = load_representation("subword", tokenizer=home / "bert", language="eng")
    encoded = spell.encode(TEXT)
    assert encoded.units[:5] == ("New", "York", "un", "##aff", "##able")
    assert encoded.word_of_unit[:6] == (0, 1, 2, 2, 2, 2)
    assert (
        load_representation("subword", tokenizer=str(home / "bert")).provenance()
        == spell.provenance()
    )
    with pytest.raises(ConfigError, match="pinned commit"):
        load_representation("subword", tokenizer="owner/name", revision="main")
