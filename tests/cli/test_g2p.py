"""``lingap g2p``: error rates as text and JSON, vocabularies, and a user's errors."""

import json

import pytest
from typer.testing import CliRunner

from lingap.cli.g2p import app
from lingap.errors import ConfigError, CorpusError


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))


def run(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("talo\tˈtɑlo\nkissa\tkisːɑ, kisɑ\nkoira\tkoiro\n", "utf-8")
    return path


def test_evaluate_prints_rates_with_intervals(gold):
    out = run("evaluate", gold, "-l", "fi", "--backend", "epitran").stdout
    assert out.startswith("fin by epitran: 3 words\n")
    assert "phoneme error rate, phonemic:" in out
    assert "word accuracy" in out


def test_evaluate_gives_json(gold):
    out = run("evaluate", gold, "-l", "Finnish", "--backend", "epitran", "--json").stdout
    facts = json.loads(out)
    rate = facts["phoneme_error_rate_percent"]["phonemic"]
    # One wrong symbol in t ɑ l o, k i s ɑ and k o i r o; kissa has two s, one of which its map keeps.
    assert rate["symbols"] == 13 + (rate["errors"] > 2)
    assert rate["low"] <= rate["value"] <= rate["high"]
    assert facts["words"] == 3
    assert facts["provenance"]["language"] == "fin"


def test_auto_is_the_default_and_names_its_choice(gold):
    assert run("evaluate", gold, "-l", "fin").stdout.startswith("fin by auto (")


def test_malformed_gold_and_options(gold, tmp_path):
    (tmp_path / "bad.tsv").write_text("talo\n", "utf-8")
    with pytest.raises(CorpusError, match=r"bad\.tsv:1: Expected word, tab, IPA"):
        run("evaluate", tmp_path / "bad.tsv", "-l", "fin")
    with pytest.raises(ConfigError, match="expected NAME=VALUE"):
        run("evaluate", gold, "-l", "fin", "--option", "path")
    with pytest.raises(CorpusError, match=r"Cannot read pronunciations"):
        run("evaluate", tmp_path / "gone.tsv", "-l", "fin")


def test_fit_lists_what_a_vocabulary_lacks(tmp_path):
    (tmp_path / "text.txt").write_text("talo talo yö", "utf-8")
    (tmp_path / "vocab.txt").write_text("\n".join(["<s>", "t", "ɑ", "l", "o", "i", "u"]), "utf-8")
    arguments = (
        "fit",
        tmp_path / "text.txt",
        tmp_path / "vocab.txt",
        "-l",
        "fin",
        "--backend",
        "epitran",
    )
    report = run(*arguments).stdout
    assert "lacks 2 (20.00 %)" in report
    facts = json.loads(run(*arguments, "--policy", "nearest", "--json").stdout)
    assert facts["lacking"] == {"y": 1, "ø": 1}
    assert set(facts["mapping"]) == {"y", "ø"}


def test_fit_takes_the_words_of_running_text(tmp_path):
    (tmp_path / "vocab.txt").write_text("\n".join("tlo"), "utf-8")
    found = []
    for text in ("talo, talo! (yö)", "talo , talo ! ( yö )"):
        (tmp_path / "text.txt").write_text(text, "utf-8")
        arguments = (tmp_path / "text.txt", tmp_path / "vocab.txt", "-l", "fin")
        found.append(json.loads(run("fit", *arguments, "--backend", "epitran", "--json").stdout))
    assert found[0] == found[1]
    assert found[0]["lacking"]["ɑ"] == 2


def test_help_of_both_commands():
    assert "Phoneme error rate" in run("evaluate", "--help").stdout
    assert "vocabulary" in run("fit", "--help").stdout


def test_a_dictionary_is_made_and_read(gold, tmp_path):
    made = tmp_path / "fin.tsv"
    out = run("dictionary", gold, "-l", "fin", "-o", made, "--licence", "CC0").stdout
    assert out == "fin: 3 of 3 words\n  Licence of the pronunciations: CC0\n"
    options = ["--backend", "lexicon", "--option", f"path={made}", "--json"]
    facts = json.loads(run("evaluate", gold, "-l", "fin", *options).stdout)
    assert facts["word_accuracy_percent"]["value"] == 100
