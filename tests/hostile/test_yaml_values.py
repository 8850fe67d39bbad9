"""YAML that reads a language, a label or a path as something else."""

import pytest

from lingap.corpora import load_corpus
from lingap.corpora.loading import find_corpus
from lingap.errors import ConfigError, LanguageError, LingapError
from lingap.experiments import ExperimentConfig
from lingap.languages import get_language
from lingap.storage.yaml_file import parse_yaml, quoting_advice

EXPERIMENT = """
name: x
languages: [eng, fin]
task: ner
corpus: {name: cldr}
protocol: in-language
representations: [{name: character}]
pretraining: {text: {name: cldr_text}, training: {steps: 1}}
finetuning: {epochs: 1}
"""
CORPUS = """
name: mine
task: ner
format: conll
path: "{split}.txt"
labels: [O, B-X, I-X]
"""


def refused(read, tmp_path, text, says):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        read(path)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "False"), ("off", "False"), ("yes", "True"), ("on", "True"), ("NO", "False"),
        ("0x1f", "31"), ("1.e+3", "1000.0"), (".nan", "nan"),
        ("12", "12"), ("~", "None"), ("1_0", "10"),
    ],
)  # fmt: skip
def test_what_is_no_text_in_a_list_of_languages_is_shown_quoted(tmp_path, written, value):
    text = EXPERIMENT.replace("[eng, fin]", f"[eng, {written}, fin]")
    says = rf"languages\.1: .*YAML reads {written} \(line 3\) as {value}, so quote it: '{written}'"
    refused(ExperimentConfig.read, tmp_path, text, says.replace("+", r"\+"))
    text = CORPUS + f"languages: [eng, {written}]\n"
    refused(
        lambda p: find_corpus(str(p)),
        tmp_path,
        text,
        rf"line 7\) .*quote it: '{written}'".replace("+", r"\+"),
    )


@pytest.mark.parametrize("number", ["010", "-017", "1:30", "1:30.5", "190:20:30"])
@pytest.mark.parametrize("key", ["seeds: [{}]", "encoder: {{hidden_size: {}}}", "trackers: [{}]"])
def test_a_number_to_another_base_is_refused(tmp_path, number, key):
    says = rf"line 10: YAML reads {number} as a number to the base (8|60).*quote it: '{number}'"
    refused(ExperimentConfig.read, tmp_path, EXPERIMENT + key.format(number) + "\n", says)
    assert parse_yaml("[0, 00x, 0x1f, 08, 0.5, 1_000, 12]")[:1] == [0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("name: x", "name: no", r"name: .*quote it: 'no'"),
        ("{name: cldr}", "{name: cldr, path: 010}", r"line 5: .*quote it: '010'"),
        ("{name: cldr}", "{name: no}", r"corpus\.name: .*quote it: 'no'"),
        ("{name: cldr}", "{name: cldr, splits: {test: no}}", r"quote it: 'no'"),
        ("task: ner", "task: no", r"task: .*quote it: 'no'"),
        ("name: character", "name: character, label: no", r"label: .*quote it: 'no'"),
        ("protocol: in-language", "protocol: zero-shot\nsource: no", r"source.*quote them: 'no'"),
        ("{name: cldr}", "{name: cldr, options: {no: 1}}", r"the key no .*quote it: 'no'"),
        ("{epochs: 1}", "{epochs: 1}\noverrides: [{settings: {epochs: 2}, languages: [no]}]", r"overrides\.0\.languages\.0: .*quote it: 'no'"),
        ("{epochs: 1}", "{epochs: 1}\noverrides: [{settings: {on: 2}}]", r"the key on .*quote it: 'on'"),
        ("{epochs: 1}", "{epochs: 1}\ngrid: {yes: [1]}", r"the key yes .*quote it: 'yes'"),
        ("name: x", "name: x\nname: y", r"the key name is given twice"),
        ("name: x", "name: !!bool z", r"cannot be read as YAML"),
        ("name: x", "name: " + "[" * 5000, r"cannot be read as YAML"),
    ],
)  # fmt: skip
def test_the_same_holds_everywhere_in_an_experiment(tmp_path, old, new, says):
    assert old in EXPERIMENT
    refused(ExperimentConfig.read, tmp_path, EXPERIMENT.replace(old, new), says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("options: {entity_types: [PER, no]}", "entity_types: expected a list.*quote them"),
        ("options: {rename: {yes: X}}", r"the key yes .*quote it: 'yes'"),
        ("options: {scheme: off}", "scheme: expected one of"),
        ("splits: [train, on]", r"splits\.1: .*quote it: 'on'"),
        ("licence: 1.0", r"licence: .*quote it: '1.0'"),
    ],
)
def test_the_same_holds_in_the_description_of_a_corpus(tmp_path, line, says):
    refused(lambda p: find_corpus(str(p)), tmp_path, CORPUS + line + "\n", says)
    text = CORPUS.replace("[O, B-X, I-X]", "[yes, no]")
    refused(lambda p: find_corpus(str(p)), tmp_path, text, "quote it: 'yes'.*quote it: 'no'")


def test_quoted_text_and_numbers_are_read_as_before(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(EXPERIMENT.replace("[eng, fin]", "[eng, 'no', fin]"))
    assert ExperimentConfig.read(path).languages == ("eng", "nob", "fin")
    assert parse_yaml("a: &x {b: 1}\nc: {<<: *x, d: 2}")["c"] == {"b": 1, "d": 2}
    assert quoting_advice("kor", "a: kor", ("a",)) == ""


@pytest.mark.parametrize("code", [False, True, None, 3, ["eng"]])
def test_a_language_that_is_no_text_is_named(code):
    with pytest.raises(LanguageError, match="code: expected text or Language, got"):
        get_language(code)
    with pytest.raises(LingapError):
        load_corpus("cldr", language="eng", split="test", languages=[code])


@pytest.mark.parametrize("line", ["path: {}", "path: ''", "splits: []", "languages: []"])
def test_a_corpus_without_files_or_splits_is_refused(tmp_path, line):
    key = line.partition(":")[0]
    rows = [row for row in CORPUS.splitlines() if not row.startswith(key)]
    text = "\n".join([*rows, line]) + "\n"
    refused(lambda p: find_corpus(str(p)), tmp_path, text, rf"{key}\b.*at least 1")
