"""Any model over parallel text: vectors of the real classes, every layer, and what is refused."""

import csv
import json
from functools import partial

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, T5EncoderModel

import checkpoints as make
import commands
from lingap.cli.gap import app
from lingap.errors import ConfigError, MetricError, StoreError
from lingap.evaluation import SentenceEncoder, sentence_encoder
from lingap.gap import ModelGap, model_gap, parallel_lines, read_gaps
from lingap.gap.layers import layer_gap
from lingap.gap.linguistic import linguistic_gap
from lingap.metrics import linear_cka, mexa, retrieval_accuracy

SENTENCES = [
    "the train leaves", "New York", "un aff able", "the rain and the train again",
    "a", "we saw a train in the rain, late", "Mary and John", "the new train",
]  # fmt: skip
MODELS = ("bert", "roberta", "gpt2", "llama")


run, refused = partial(commands.run, app), partial(commands.refused, app)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    for name in (*MODELS, "canine", "byt5"):
        (root / name).mkdir()
        getattr(make, name)(root / name)
    return root


@pytest.fixture
def text(tmp_path):
    folder = tmp_path / "text"
    folder.mkdir()
    for code, change in (("eng", str), ("fra", str.upper), ("swa", lambda line: line[::-1])):
        lines = [change(line) for line in SENTENCES]
        (folder / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def by_hand(folder, text, pooling):
    """Vectors of one sentence at each layer, alone and without padding, by the real classes."""
    ids = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        hidden = AutoModel.from_pretrained(folder).eval()(ids, output_hidden_states=True)
    n = ids.shape[1]
    weights = {
        "mean": torch.ones(n), "weighted": torch.arange(1.0, n + 1), "last": torch.eye(n)[-1],
        "cls": torch.eye(n)[0],
    }[pooling]  # fmt: skip
    return [(weights / weights.sum() @ layer[0]).numpy() for layer in hidden.hidden_states]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("pooling", ["mean", "weighted", "last", "cls"])
def test_vectors_are_those_of_each_sentence_alone(home, name, pooling):
    decoder = name in ("gpt2", "llama")
    if pooling == "cls" and decoder:
        with pytest.raises(ConfigError, match="Choose mean, last or weighted"):
            SentenceEncoder(home / name, pooling=pooling)
        return
    found = SentenceEncoder(home / name, pooling=pooling).vectors(SENTENCES)
    assert found.n_cut == 0
    for at, sentence in enumerate(SENTENCES):
        theirs = by_hand(home / name, sentence, pooling)
        for layer, vector in enumerate(theirs):
            np.testing.assert_allclose(found.layers[str(layer)][at], vector, atol=2e-6)


def test_a_tokenizer_in_python_reads_whole_sentences(tmp_path):
    make.byt5(tmp_path)
    encoder = SentenceEncoder(tmp_path)
    found = encoder.vectors(["naïve </s> x", "세계"]).layers["2"]
    model = T5EncoderModel.from_pretrained(tmp_path).eval()
    for vector, text in zip(found, ("naïve </s> x", "세계"), strict=True):
        ids = torch.tensor([[byte + 3 for byte in text.encode()] + [1]])
        with torch.inference_mode():
            theirs = model(ids).last_hidden_state[0].mean(0)
        np.testing.assert_allclose(vector, theirs, atol=2e-6)
    long = encoder.vectors(["x" * 5000, "a"])
    assert long.n_cut == 1
    with pytest.raises(ConfigError, match="pooling cls needs a unit"):
        SentenceEncoder(tmp_path, pooling="cls")


@pytest.mark.parametrize("name", MODELS)
def test_the_batch_does_not_matter(home, name, monkeypatch):
    encoder = SentenceEncoder(home / name)
    whole = encoder.vectors(SENTENCES).layers
    parts = [encoder.vectors(SENTENCES[at : at + 3]).layers for at in range(0, 8, 3)]
    monkeypatch.setattr(sentence_encoder, "MAX_POSITIONS", 40)
    small = encoder.vectors(SENTENCES[::-1]).layers
    for layer, vectors in whole.items():
        np.testing.assert_allclose(np.concatenate([p[layer] for p in parts]), vectors, atol=2e-6)
        np.testing.assert_allclose(small[layer][::-1], vectors, atol=2e-6)


def test_a_model_that_padding_changes_gets_none(home, monkeypatch):
    """Such as one with convolutions: its batches have sentences of one length."""
    monkeypatch.setattr(sentence_encoder, "_alike", lambda *_: False)
    encoder = SentenceEncoder(home / "bert")
    seen = []
    whole = encoder._hidden

    def watched(ids, mask):
        seen.append(bool(mask.all()))
        return whole(ids, mask)

    monkeypatch.setattr(encoder, "_hidden", watched)
    encoder.vectors(SENTENCES)
    assert seen == [True] * len(seen)
    assert len(seen) > 1


def test_decoders_are_told_from_encoders_by_what_they_do(home):
    assert [SentenceEncoder(home / name).pooling for name in MODELS] == [
        "mean", "mean", "weighted", "weighted",
    ]  # fmt: skip


def test_long_sentences_are_cut_and_counted(home, text):
    (text / "kor.txt").write_text("\n".join(["the train " * 40, *SENTENCES[1:]]) + "\n")
    found = model_gap(home / "gpt2", parallel_lines(text)[0]).gap
    assert found.n_cut == {"kor": 1}
    assert found.max_units == 64
    assert "reads 64 units at once: of 1 sentences in 1 languages (kor 1)" in found.warnings[1]
    cut = SentenceEncoder(home / "bert").vectors(["New York " * 60])
    assert cut.n_cut == 1
    # The unit that closes a sentence stays.
    np.testing.assert_allclose(
        cut.layers["0"], SentenceEncoder(home / "bert").vectors(["New York " * 23]).layers["0"],
        atol=1e-6,
    )  # fmt: skip


def test_each_number_is_the_metrics_own(home, text):
    texts, _ = parallel_lines(text)
    found = model_gap(home / "bert", texts, system="tiny", prefix="a, ", n_permutations=0)
    encoder = SentenceEncoder(home / "bert", prefix="a, ")
    gap = ModelGap.from_dict(json.loads(json.dumps(found.gap.to_dict())))
    assert gap == found.gap
    assert [one.layer for one in gap.layers] == ["0", "1", "2"]
    vectors = {code: encoder.vectors(lines).layers for code, lines in texts.items()}
    for one in gap.layers:
        eng, fra, swa = (vectors[code][one.layer] for code in ("eng", "fra", "swa"))
        assert one.mexa == {"fra": mexa(fra, eng), "swa": mexa(swa, eng)}
        assert one.retrieval_to["swa"] == retrieval_accuracy(swa, eng)
        assert one.retrieval_from["swa"] == retrieval_accuracy(eng, swa)
        pairs = [linear_cka(*pair) for pair in ((eng, fra), (eng, swa), (fra, swa))]
        assert one.mean_cka == pytest.approx(np.mean(pairs), abs=1e-5)
        unbiased = linear_cka(eng, swa, estimator="debiased")
        assert one.cka_debiased["swa"] == pytest.approx(unbiased, abs=1e-4)
    best = max(gap.layers, key=lambda one: (one.mean_mexa, one.mean_cka_debiased))
    assert gap.chosen == best.layer == found.similarity.layer
    assert len(found.similarity.retrieval) == 3


def test_where_every_sentence_is_found_the_interval_is_not_of_width_zero():
    rows = np.random.default_rng(0).normal(size=(20, 8))
    vectors = {"eng": rows, "fra": rows.copy(), "swa": rows + 1e-3}
    found = layer_gap(linguistic_gap(vectors, system="m", n_permutations=0), vectors, "eng")
    assert found.mean_mexa == 1
    assert found.mexa_interval.low == pytest.approx(20 / (20 + 1.959964**2), rel=1e-5)  # Wilson
    assert found.mexa_interval.high == 1


def test_the_command_writes_reads_and_goes_on(home, text, tmp_path, monkeypatch):
    out, _ = run("model", home / "bert", f"mine={home / 'gpt2'}", "--text", text, "--out",
                 tmp_path / "r", "--keep")  # fmt: skip
    assert "bert, layer by layer" in out
    assert "mine: " in out
    assert {path.name for path in (tmp_path / "r").iterdir()} >= {
        "gaps.json", "report.html", "figure-layers.svg", "embeddings",
    }  # fmt: skip
    assert 'id="layer-curves"' in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    gaps = read_gaps(tmp_path / "r" / "gaps.json")
    assert [gap.system for gap in gaps.models] == ["bert", "mine"]
    assert gaps.models[1].pooling == "weighted"
    # What is kept is not made again, and all its layers are taken in one call.
    kept = tmp_path / "r" / "embeddings" / "bert"
    assert sorted(path.name for path in kept.iterdir()) == [
        "eng.safetensors", "fra.safetensors", "swa.safetensors",
    ]  # fmt: skip
    read = json.loads(run("embeddings", kept, "--json")[0])["linguistic"]
    assert [gap["layer"] for gap in read] == ["0", "1", "2"]
    assert read[0]["mean_cka"] == pytest.approx(gaps.models[0].layers[0].mean_cka, abs=1e-6)
    (kept / "swa.safetensors").unlink()
    made = []
    monkeypatch.setattr(
        SentenceEncoder, "vectors",
        lambda self, texts, name, real=SentenceEncoder.vectors: made.append(name)
        or real(self, texts, name),
    )  # fmt: skip
    again = json.loads(
        run("model", home / "bert", "--text", text, "--out", tmp_path / "r", "--keep", "--json",
            "--overwrite")[0]
    )  # fmt: skip
    assert made == ["swa"]
    assert again["models"][0] == gaps.models[0].to_dict()
    refused("model", home / "bert", "--text", text, "--out", tmp_path / "r", "--keep", "--prefix",
            "b", match="of another model, text or setting")  # fmt: skip
    refused("model", home / "bert", "--text", text, "--keep", match="--out")


def test_an_interrupted_run_goes_on(home, text, monkeypatch):
    texts, _ = parallel_lines(text)
    real, made = SentenceEncoder.vectors, []

    def halting(self, lines, name):
        if name == "swa" and "swa" not in made:
            made.append(name)
            raise KeyboardInterrupt
        made.append(name)
        return real(self, lines, name)

    monkeypatch.setattr(SentenceEncoder, "vectors", halting)
    with pytest.raises(KeyboardInterrupt):
        model_gap(home / "llama", texts)
    model_gap(home / "llama", texts)
    assert made == ["eng", "fra", "swa", "swa"]
    model_gap(home / "llama", texts)  # nothing was kept
    assert made[4:] == ["eng", "fra", "swa"]


def test_scores_are_correlated_at_every_layer(home, text, tmp_path):
    rng = np.random.default_rng(0)
    for code in ("kor", "rus", "tur", "fin", "hun"):
        lines = [" ".join(rng.permutation(line.split())) for line in SENTENCES]
        (text / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    codes = ["eng", "fra", "swa", "kor", "rus", "tur", "fin", "hun"]
    scores = tmp_path / "scores.csv"
    with scores.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("language", "score"), *((code, 0.9 - 0.05 * i) for i, code in enumerate(codes))]
        )
    out, _ = run("model", home / "bert", "--text", text, "--scores", scores, "--json")
    found = json.loads(out)
    names = {row["predictor"] for row in found["correlations"]}
    assert names == {f"debiased CKA, layer {n}" for n in range(3)} | {
        f"MEXA, layer {n}, gap to eng" for n in range(3)
    }
    assert {row["n_points"] for row in found["correlations"]} == {28, 7}
    assert all(
        row["spearman_p_languages"] is not None for row in found["correlations"] if not row["note"]
    )
    refused("model", home / "bert", home / "gpt2", "--text", text, "--scores", scores,
            match="no scores of bert, gpt2")  # fmt: skip


def test_what_is_no_model_of_sentences_is_named(home, text, tmp_path):
    refused("model", tmp_path, "--text", text, match="holds no config.json")
    refused("model", tmp_path / "none", "--text", text, match="No model|no folder")
    refused("model", home / "canine", "--text", text, match="tokenizer")
    twice = f"{home}/../{home.name}/bert"
    refused("model", home / "bert", twice, "--text", text, match="are one model: name it once")
    refused("embeddings", home / "bert", match="`lingap gap model`")
    refused("model", home / "bert", "--text", text, "--layers", "7", match="no layer '7'.* up to 2")
    refused(
        "model", home / "bert", "--text", text, "--layers", "0", "--layer", "1", match="layer 1"
    )
    refused("model", home / "bert", "--text", text, "--pooling", "sum", match="pooling: expected")
    refused(
        "model", home / "bert", "--text", text, "--reference", "kor", match="'kor' is not among"
    )
    refused("model", home / "bert", "--text", text, "-l", "eng", match="Only one language")
    (text / "kor.txt").write_text("one line\n")
    refused("model", home / "bert", "--text", text, match="not parallel: kor has 1 lines, eng 8")


def test_a_tokenizer_of_another_model_is_named(home, tmp_path):
    make.gpt2(tmp_path)
    BertModel(BertConfig(vocab_size=50, max_position_embeddings=48, **make.SIZE)).save_pretrained(
        tmp_path
    )
    with pytest.raises(ConfigError, match="gives the id .* 50 embeddings; they do not belong"):
        SentenceEncoder(tmp_path)


def test_damaged_weights_are_named(home, text, tmp_path):
    make.gpt2(tmp_path)
    model = AutoModel.from_pretrained(tmp_path)
    with torch.no_grad():
        model.h[1].mlp.c_fc.weight[0, 0] = float("nan")
    model.save_pretrained(tmp_path)
    with pytest.raises(MetricError, match="layer 2 gives NaN or infinity for sentence 1 of eng"):
        model_gap(tmp_path, parallel_lines(text)[0])
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 40)
    with pytest.raises(StoreError):
        model_gap(tmp_path, parallel_lines(text)[0])


def test_layers_that_the_configuration_does_not_count_are_named(text, tmp_path):
    make.gpt2(tmp_path)
    path = tmp_path / "config.json"
    given = json.loads(path.read_text())
    path.write_text(json.dumps({**given, "n_layer": 1}))
    refused(
        "model", tmp_path, "--text", text,
        match=r"\d+ weights, such as h\.1\..*, are of layers that config\.json does not count",
    )  # fmt: skip


def test_a_tokenizer_that_leaves_much_of_the_table_unused_is_doubted(text, tmp_path):
    make.bert(tmp_path)
    n_known = len(AutoTokenizer.from_pretrained(tmp_path))
    texts, _ = parallel_lines(text)
    for rows, doubted in ((n_known, False), (n_known + 2, False), (2 * n_known, True)):
        BertModel(
            BertConfig(vocab_size=rows, max_position_embeddings=48, **make.SIZE)
        ).save_pretrained(tmp_path)
        told = f"The tokenizer knows {n_known} units, and the model has vectors of {rows}"
        warnings = " ".join(model_gap(tmp_path, texts, layers="last").gap.warnings)
        assert (told in warnings) == doubted


def test_what_was_left_out_of_the_text_is_kept_with_the_result(home, text, tmp_path):
    lines = (text / "fra.txt").read_text(encoding="utf-8").splitlines()
    (text / "fra.txt").write_text("\n".join(["", *lines[1:]]), encoding="utf-8")
    out = tmp_path / "out"
    _, err = run("model", home / "bert", "--text", text, "--out", out, "--permutations", "0")
    note = "1 lines left out of all languages: empty in one of them."
    assert err.count(note) == 1
    assert note in read_gaps(out / "gaps.json").models[0].warnings


def test_files_that_are_not_there_are_named(home, text, tmp_path):
    make.gpt2(tmp_path)
    weights = tmp_path / "model.safetensors"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    weights.write_bytes(pointer)
    refused("model", tmp_path, "--text", text, match="model.safetensors is a pointer of Git LFS")
    weights.rename(tmp_path / "model.safetensors.index.json")
    refused("model", tmp_path, "--text", text, match="index.json without the files that it lists")
    (tmp_path / "tokenizer.json").write_bytes(pointer)
    refused("tokens", text, "-t", tmp_path, match="tokenizer.json is a pointer of Git LFS")
    (text / "fra.txt").write_bytes(pointer)
    refused("tokens", text, "-t", "byte", match="fra.txt is a pointer of Git LFS")


def test_a_model_whose_tokenizer_is_missing_is_told_so(text, tmp_path):
    make.roberta(tmp_path)
    for path in (
        *tmp_path.glob("tokenizer.json"),
        *tmp_path.glob("vocab*"),
        *tmp_path.glob("mer*"),
    ):
        path.unlink()
    refused("model", tmp_path, "--text", text, match=r"no vocabulary \(tokenizer\.json")


def test_a_layer_without_difference_is_left_out_with_a_note(home, text):
    """The first unit of BERT is the same in all sentences before the first layer."""
    texts, _ = parallel_lines(text)
    found = model_gap(home / "bert", texts, pooling="cls").gap
    assert [one.layer for one in found.layers] == ["1", "2"]
    assert any(note.startswith("Layer 0 is left out: ") for note in found.warnings)
    with pytest.raises(MetricError, match="all rows are equal"):
        model_gap(home / "bert", texts, pooling="cls", layers="0,1", layer="0")
