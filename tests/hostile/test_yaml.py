"""YAML made to fill the memory, to run code or to crash: one message, with the file and the line."""

import pytest
from typer.testing import CliRunner

from lingap.corpora import find_corpus
from lingap.errors import ConfigError
from lingap.experiments import ExperimentConfig, PretrainConfig
from lingap.storage.yaml_file import parse_yaml

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGES = "a0: &a0 {k: v}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
CASES = {
    "aliases": (BOMB, "values, written out"),
    "merges": (MERGES, "values, written out"),
    "a circle": ("a: &a [*a]", "contains itself"),
    "a circle of keys": ("a: &a {b: *a}", "contains itself"),
    "lists": ("[" * 60, "levels"),
    "many lists": ("a: " + "[" * 100_000, "levels"),
    "mappings": ("".join(f"{'  ' * n}a:\n" for n in range(60)), "levels"),
    "many values": ("[" + "1," * 20_001 + "]", "values"),
    "bool": ("name: !!bool z", "line 1.*cannot be read as bool"),
    "int": ("name: !!int z", "cannot be read as int"),
    "float": ("name: !!float z", "cannot be read as float"),
    "digits": ("name: " + "9" * 5000, "cannot be read as int"),
    "binary": ("name: !!binary z", "not of plain data"),
    "timestamp": ("name: !!timestamp z", "not of plain data"),
    "set": ("name: !!set {a}", "not of plain data"),
    "omap": ("name: !!omap [a: 1]", "not of plain data"),
    "python": ("name: !!python/object/apply:os.system [ls]", "not of plain data"),
    "python name": ("name: !!python/name:os.system", "not of plain data"),
    "own tag": ("name: !own x", "not of plain data"),
    "NaN key": (".nan: 1", "not text here but float"),
    "null key": ("~: 1", "not text here but null"),
    "boolean key": ("name: x\nno: 1", "line 2: the key no is not text here but bool; quote it: 'no'"),
    "list key": ("? [a]\n: 1", "a list or mapping"),
    "mapping key": ("{{a: 1}: 2}", "a list or mapping"),
    "twice": ("name: x\nother: 1\nname: y", "line 3: the key name is given twice, first in line 1; keep one"),
    "merge of text": ("<<: text", "merging"),
    "merge of numbers": ("<<: [1, 2]", "merging"),
    "unknown alias": ("a: *b", "undefined alias"),
    "null byte": ("a: \0", "special characters"),
    "half a quote": ("a: 'b", "found unexpected end"),
    "two documents": ("a: 1\n---\nb: 2", "expected a single document"),
}  # fmt: skip


LONG = ("many values", "many lists", "merges", "aliases")
MARKED = [pytest.param(case, marks=[pytest.mark.slow] * (case in LONG)) for case in CASES]


@pytest.mark.parametrize("case", MARKED)
def test_a_hostile_yaml_is_a_message(tmp_path, case):
    text, said = CASES[case]
    path = tmp_path / "config.yaml"
    path.write_text(text)
    for read in (ExperimentConfig.read, PretrainConfig.read, lambda p: find_corpus(str(p))):
        with pytest.raises(ConfigError, match=rf"(?s){path}.*{said}"):
            read(path)


@pytest.mark.parametrize("case", MARKED)
def test_a_hostile_option_of_a_corpus_is_a_message(case):
    from lingap.cli import app

    text = CASES[case][0]
    asked = ["corpora", "show", "cldr", "-l", "eng", "--option", f"test_size={text}"]
    assert isinstance(CliRunner().invoke(app, asked).exception, ConfigError)


@pytest.mark.parametrize(
    "text", ["d: 2001-99-99", "d: 2001-01-01", "d: 2001-01-01T99:99:99Z", "d: 2001-12-14 21:59:43"]
)
def test_a_date_is_text(text):
    assert parse_yaml(text) == {"d": text[3:]}


def test_anchors_and_merges_of_ordinary_size_are_read():
    text = "base: &base {epochs: 3, batch_size: 8}\nner: {<<: *base, epochs: 4}\npos: *base"
    found = parse_yaml(text)
    assert found["ner"] == {"epochs": 4, "batch_size": 8}
    assert found["pos"] == {"epochs": 3, "batch_size": 8}


def test_what_is_no_ordinary_file_is_a_message(tmp_path):
    big = tmp_path / "big.yaml"
    big.write_text("a: 1\n" * 300_000)
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: caf\xe9")
    (tmp_path / "file").touch()
    paths = {
        tmp_path: "cannot be read: Is a directory", big: "more than 262,144 bytes", loop: "cannot be read",
        latin: "cannot be read: 'utf-8'", tmp_path / "file" / "x.yaml": "cannot be read: Not a dir",
        tmp_path / ("x" * 300): "cannot be read: File name too long",
        tmp_path / "nul\0.yaml": "cannot be read",
    }  # fmt: skip
    for path, said in paths.items():
        with pytest.raises(ConfigError, match=said):
            ExperimentConfig.read(path)
