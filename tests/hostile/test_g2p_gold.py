"""Gold lists with broken frequencies, through the command."""

import json

import pytest
from typer.testing import CliRunner

from lingap.cli.g2p import app
from lingap.errors import CorpusError

BROKEN = {
    "no column": ("talo\ttɑlo\n", 1, "''"),
    "empty": ("talo\ttɑlo\t3\nei\tei\t \n", 2, "''"),
    "a word": ("talo\ttɑlo\tmany\n", 1, "'many'"),
    "zero": ("talo\ttɑlo\t0\n", 1, "'0'"),
    "negative": ("talo\ttɑlo\t-3\n", 1, "'-3'"),
    "infinite": ("talo\ttɑlo\tinf\n", 1, "'inf'"),
    "not a number": ("talo\ttɑlo\tnan\n", 1, "'nan'"),
    "a comma": ("\ntalo\ttɑlo\t1,5\n", 2, "'1,5'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_frequency_names_file_and_line(case, tmp_path):
    text, line, came = BROKEN[case]
    path = tmp_path / "gold.tsv"
    path.write_text(text, "utf-8")
    asked = ["evaluate", str(path), "-l", "fin", "--backend", "epitran", "--frequencies"]
    error = CliRunner().invoke(app, asked).exception
    assert isinstance(error, CorpusError)
    assert "positive number" in str(error)
    assert came in str(error)
    assert f"gold.tsv, line {line}" in str(error) or f"gold.tsv:{line}" in str(error)


def test_the_same_file_is_read_without_frequencies(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("talo\ttɑlo\tmany\n", "utf-8")
    asked = ["evaluate", str(path), "-l", "fin", "--backend", "epitran"]
    assert CliRunner().invoke(app, asked).exit_code == 0


def evaluate(tmp_path, text, *more):
    path = tmp_path / "gold.tsv"
    path.write_text(text, "utf-8")
    asked = ["evaluate", str(path), "-l", "fin", "--backend", "epitran", "--json", *more]
    return CliRunner().invoke(app, asked)


HEADERS = (
    "word\tipa", "Word\tIPA", "Wort\tIPA", "\ufeffword\tpronunciation", "\n\nmot\tPhonemes",
    "# word\tIPA transcription", "orthography\tphonemic_transcription\tfrequency",
)  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_is_no_word_and_is_noted(header, tmp_path):
    done = evaluate(tmp_path, f"{header}\ntalo\ttɑlo\t3\n", "--frequencies")
    found = json.loads(done.stdout)
    assert found["words"] == 1
    assert "header" in found["notes"][0]
    assert header.split()[-1] in found["notes"][0]


@pytest.mark.parametrize("text", ["ipa\tipa\n", "eepa\tipa\n", "word\tw o r d\n", "talo\ttɑlo\n"])
def test_a_word_in_the_first_line_is_a_word(text, tmp_path):
    found = json.loads(evaluate(tmp_path, text).stdout)
    assert (found["words"], found["notes"]) == (1, [])


def test_a_header_is_in_the_first_line_alone(tmp_path):
    found = json.loads(evaluate(tmp_path, "talo\ttɑlo\nword\tipa\n").stdout)
    assert found["words"] == 2
    assert evaluate(tmp_path, "word\tipa\n").exit_code != 0


def test_gold_that_is_not_ipa_is_noted(tmp_path):
    found = json.loads(evaluate(tmp_path, "cat\tK AE1 T\ntalo\tˈtɑ.lo, t͡ʃʰã:\n").stdout)
    assert "1 of 2 gold words have symbols that are not IPA (1 A E K T)" in found["notes"][0]


@pytest.mark.parametrize(
    "line", ["a" * 20_000 + "\tɑ", "a\t" + "ɑ " * 20_000, "a\tɑ," + "ɑ" * 1001]
)
def test_a_word_beyond_any_length_names_file_and_line(line, tmp_path):
    error = evaluate(tmp_path, f"talo\ttɑlo\n{line}\n").exception
    assert isinstance(error, CorpusError)
    assert "gold.tsv:2" in str(error)
    assert "at most 1,000 characters" in str(error)


def test_a_negative_seed_is_refused_by_the_command(tmp_path):
    done = evaluate(tmp_path, "talo\ttɑlo\n", "--seed", "-1")
    assert done.exit_code == 2
    assert "--seed" in done.output
