"""Tokenizers and parallel texts as people have them: what is no tokenizer, and no translation."""

import json
import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import checkpoints as make
from lingap.cli.gap import app
from lingap.errors import ConfigError, MissingExtra
from lingap.gap import load_tokenizer, read_parallel_text, token_gap
from lingap.gap.text_folders import read_texts
from lingap.gap.tokenizers import load_tokenizers

VOCABULARY = "a vocabulary alone, which does not say how text is split"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"\xff\xfe{", "its bytes are not UTF-8 from byte 1"),
        (b'{"model": {"type": "BPE", "vo', "it is not JSON, or is cut off"),
        (b"[UNK]\nthe\n", "it is not JSON"),
        (b"[1]", "expected an object, got list"),
        (b'{"the": 0, "cat": 1}', VOCABULARY),
        (b'{"model_type": "bert"}', "no model of a tokenizer; its keys are model_type"),
    ],
)
def test_a_file_says_why_it_is_no_tokenizer(tmp_path, content, told):
    pytest.importorskip("tokenizers")
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        load_tokenizer(path)
    assert str(path) in str(raised.value)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "no config.json of a model either"),
        (["vocab.txt"], f"vocab.txt, {VOCABULARY}"),
        (["a.json", "b.json"], "it has a.json, b.json: give the file itself"),
        (["m1/tokenizer.json", "m2/tokenizer.json"], "its folders m1, m2 have one: name each"),
        (["spiece.model"], "it has spiece.model: give that file"),
    ],
)
def test_a_folder_says_what_it_has_instead_of_a_tokenizer(tmp_path, files, told):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    with pytest.raises(ConfigError) as raised:
        load_tokenizer(tmp_path)
    assert f"{tmp_path}: no tokenizer.json" in str(raised.value)
    assert told in str(raised.value)


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-roberta"])
def test_a_model_without_a_vocabulary_counts_nothing(tmp_path, kind):
    """``transformers`` makes an empty tokenizer, by which all words are one unknown token."""
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}))
    with pytest.raises(ConfigError, match=r"has no vocabulary there; expected tokenizer\.json or"):
        load_tokenizer(tmp_path)


def test_tokenizers_in_python_are_counted(tmp_path):
    make.byt5(tmp_path)
    made = load_tokenizer(tmp_path)
    tokens, unknown = made.count(["né </s>", "기차"], "fra")
    assert tokens.tolist() == [len("né </s>".encode()), len("기차".encode())]
    assert unknown.tolist() == [0, 0]


def test_protobuf_is_named_where_only_sentencepiece_is_there(tmp_path, monkeypatch):
    make.mt5(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "spiece.model").write_bytes(b"")
    there = {"sentencepiece": SimpleNamespace(), "google": SimpleNamespace()}
    monkeypatch.setattr("lingap.representations.subword.find_spec", there.get)
    with pytest.raises(MissingExtra, match=r"lingap\[sentencepiece\]"):
        load_tokenizer(tmp_path)


def test_a_model_of_sentencepiece_cut_between_two_pieces_is_refused(tmp_path, monkeypatch):
    """It is parsed without complaint as one of fewer pieces."""
    parsed = SimpleNamespace(unk_id=lambda: 0, vocab_size=lambda: 2)
    library = SimpleNamespace(SentencePieceProcessor=lambda model_file: parsed)
    monkeypatch.setitem(sys.modules, "sentencepiece", library)
    piece, settings = b"\x0a\x07\x0a\x03abc\x18\x02", b"\x12\x03\x0a\x01x"
    whole, cut = tmp_path / "whole.model", tmp_path / "cut.model"
    whole.write_bytes(piece * 3 + settings)
    cut.write_bytes(piece * 2)
    assert load_tokenizer(whole).vocabulary_size == 2
    with pytest.raises(ConfigError, match=r"cut\.model: .* it is cut off"):
        load_tokenizer(cut)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "Expected SOURCE or NAME=SOURCE, got ''"),
        ("mine=", "Expected SOURCE or NAME=SOURCE, got 'mine='"),
        ("bytes", "Did you mean 'byte'?"),
    ],
)
def test_a_source_that_is_none_is_named(source, told):
    with pytest.raises(ConfigError) as raised:
        load_tokenizers([source])
    assert told in str(raised.value)


LINES = [f"{'word ' * (at * 7 % 20 + 1)}{at}" for at in range(40)]
"""Of lengths that go up and down."""


@pytest.fixture
def texts(tmp_path):
    for code, mark in (("eng", "a"), ("kor", "b"), ("swa", "c")):
        lines = "\n".join(f"{line}{mark}" for line in LINES)
        (tmp_path / f"{code}.txt").write_text(lines + "\n", encoding="utf-8")
    return tmp_path


def notes_of(folder, read):
    return " ".join(read(folder).notes)


both = pytest.mark.parametrize("read", [read_parallel_text, read_texts])


@both
def test_a_text_in_another_order_is_named(texts, read):
    assert notes_of(texts, read) == ""
    path = texts / "kor.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[10:], *lines[:10]]), encoding="utf-8")
    assert notes_of(texts, read).startswith("kor: long lines do not stand where other languages")


@both
def test_a_copied_text_is_named(texts, read):
    (texts / "kor.txt").write_bytes((texts / "eng.txt").read_bytes())
    assert "kor has the same text as eng" in notes_of(texts, read)


@both
def test_empty_lines_at_an_end_do_not_make_texts_unparallel(texts, read):
    with (texts / "swa.txt").open("a", encoding="utf-8") as file:
        file.write("\n  \n")
    assert notes_of(texts, read) == "Empty lines at the end of swa left out."


def test_lines_of_one_length_say_nothing_of_their_order(tmp_path):
    for code in ("eng", "kor"):
        (tmp_path / f"{code}.txt").write_text(f"{code}\n" * 40, encoding="utf-8")
    assert read_parallel_text(tmp_path).notes == ()


def test_the_reference_is_read_besides_the_languages_asked_for(texts):
    asked = ["tokens", str(texts), "-t", "byte", "--resamples", "0", "-l", "kor"]
    shown = CliRunner().invoke(app, asked)
    assert shown.exit_code == 0, shown.output
    assert "eng is read besides: it is the reference." in shown.stderr
    alone = CliRunner().invoke(app, [*asked, "--reference", "kor"])
    assert "Only one language (kor)" in str(alone.exception)
    other = CliRunner().invoke(app, [*asked, "--reference", "deu"])
    assert "'deu' is not among the texts (kor)" in str(other.exception)
    text = read_parallel_text(texts, languages=["kor"], reference="English")
    assert token_gap(text, load_tokenizer("byte"), n_resamples=0).languages == ("kor", "eng")


def test_what_a_tokenizer_drops_is_told(tmp_path):
    """A BPE without an unknown token makes nothing of what it does not know."""
    tokenizers = pytest.importorskip("tokenizers")
    for code, line in (("eng", "abc abc"), ("kor", "abc 가나다")):
        (tmp_path / f"{code}.txt").write_text(f"{line}\n", encoding="utf-8")
    text = read_parallel_text(tmp_path)
    letters = {letter: at for at, letter in enumerate("abc?")}
    for unknown, told in ((None, True), ("?", False)):
        made = tokenizers.Tokenizer(tokenizers.models.BPE(letters, [], unk_token=unknown))
        made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
        made.save(str(tmp_path / "t.json"))
        found = token_gap(text, load_tokenizer(tmp_path / "t.json"), n_resamples=0)
        assert found.n_tokens == {"eng": 6, "kor": 3 if told else 6}
        dropped = "too low: kor (43%) of the text." in " ".join(found.warnings)
        assert dropped == told
