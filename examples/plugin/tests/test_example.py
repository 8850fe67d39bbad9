"""What lingap relies on, by its public names alone. Run where the package is installed."""

import json

import pytest

import lingap
from lingap.errors import CorpusError, LanguageError
from lingap.gap import read_results
from lingap.metrics import MEASURES


def test_the_back_end_reads_its_language_and_no_other():
    read = lingap.Phonemizer("tah", "tahitian-letters")
    assert [word.units for word in read(["mauruuru", "ʻē", "fā’ā"])] == [
        ("m", "a", "u", "r", "u", "u", "r", "u"), ("ʔ", "eː"), ("f", "aː", "ʔ", "aː"),
    ]  # fmt: skip
    assert read(["bus"])[0].unmapped == ("b", "s")
    with pytest.raises(LanguageError, match="does not serve"):
        lingap.Phonemizer("fin", "tahitian-letters")


def test_auto_chooses_it_where_no_other_reads_the_language():
    assert lingap.Phonemizer("tah").backend.name == "auto (tahitian-letters)"


def test_the_corpus_reads_its_format_and_names_the_line_of_a_fault(tmp_path):
    path = tmp_path / "proverbs.txt"
    path.write_text("1\tE aha te huru?\n2\t...\n", encoding="utf-8")
    read = lingap.load_corpus("proverbs", language="tah", split="train", path=path)
    assert next(iter(read)).words == ("E", "aha", "te", "huru", "?")
    path.write_text("1\tMaitai\n1\tMaitai\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"proverbs\.txt:2: the number '1' was there before"):
        list(lingap.load_corpus("proverbs", language="tah", split="train", path=path))


def test_every_word_owns_its_units():
    spell = lingap.load_representation("consonants")
    encoded = spell.encode(lingap.Sentence("s", "fra", ("Été", "à", "Paris")))
    assert encoded.units == ("t", "▁", "<unk>", "▁", "p", "r", "s")
    assert encoded.word_of_unit == (0, None, 1, None, 2, 2, 2)
    assert spell.counts()["words_unspelled"] == 1


def test_the_measure_keeps_its_promises():
    measure = MEASURES["length_ratio"]
    one, other = [["a", "b"], ["c"]], [["x"], ["y"]]
    assert measure.fn(one, other) == measure.fn(other, one) == 1.5
    assert measure.fn(one, one) == measure.identity == 1.0
    assert measure.fn(one[::-1], other) == 1.5


def test_result_files_become_gaps(tmp_path):
    for model, scores in (("a", {"eng": 0.9, "swa": 0.6}), ("b", {"eng": 0.8, "swa": "n/a"})):
        content = {"evaluated": model, "test": "topics", "accuracy": scores}
        (tmp_path / f"{model}.json").write_text(json.dumps(content), encoding="utf-8")
    found = read_results(tmp_path)
    assert {(one.system, one.language, one.value) for one in found.scores} == {
        ("a", "eng", 0.9), ("a", "swa", 0.6), ("b", "eng", 0.8),
    }  # fmt: skip
    assert any("no number" in note for note in found.notes)
