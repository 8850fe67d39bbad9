"""Losses of phonemization reach all who use phonemes: coverage, counts of scores, gaps of text."""

import pytest

from lingap.app.analysis import Line, analyse
from lingap.g2p import Phonemizer
from lingap.gap.text_folders import read_texts
from lingap.gap.text_units import units_of
from lingap.records import Sentence
from lingap.report.side_tables import coverage_table
from lingap.report.summary import CoverageRow, ReportData
from lingap.representations import load_representation

YORUBA = ("Yorùbá", "ni", "èdè", "Yorùbá")  # Epitran reads none of their tones
VIETNAMESE = ("tiếng", "Việt", "ma")


def test_a_coverage_warns_of_a_large_loss():
    phonemizer = Phonemizer("yor", "epitran")
    phonemizer(YORUBA)
    coverage = phonemizer.coverage
    assert coverage.losses() == {"with unmapped characters": 3}
    (warning,) = coverage.warnings()
    assert "yor by epitran: 75.0 % of words with unmapped characters (á, è, ù)" in warning
    assert f"warning: {warning}" in coverage.as_text()


def test_a_coverage_warns_of_lost_tones():
    phonemizer = Phonemizer("vie", "epitran")
    phonemizer(VIETNAMESE)
    assert phonemizer.take_coverage().losses() == {"with tone dropped": 3}
    phonemizer(["!"] * 95 + ["ma"] * 5)
    assert "5.0 % of words with tone dropped" in phonemizer.coverage.warnings()[0]
    phonemizer(["!"])
    assert phonemizer.coverage.warnings() == ()  # 4.95 %


def test_a_word_without_losses_warns_of_none():
    phonemizer = Phonemizer("fin", "epitran")
    phonemizer(["talo"])
    assert phonemizer.coverage.losses() == {}
    assert phonemizer.coverage.warnings() == ()
    assert "warning" not in phonemizer.coverage.as_text()


def test_losses_are_among_the_counts_that_a_score_carries():
    spell = load_representation("phoneme", backend="epitran")
    spell.encode(Sentence("1", "yor", YORUBA))
    spell.encode(Sentence("2", "vie", VIETNAMESE))
    assert spell.counts() == {
        "words": 7, "words_unspelled": 0, "words_with_unmapped": 3, "words_tone_dropped": 3
    }  # fmt: skip
    spell.encode(Sentence("3", "fin", ("talo", "я")))
    assert spell.counts()["words_unspelled"] == 1
    assert spell.counts()["words_foreign_script"] == 1
    characters = load_representation("character")
    characters.encode(Sentence("1", "yor", YORUBA))
    assert characters.counts() == {"words": 4, "words_unspelled": 0}


def test_an_accent_that_orthography2ipa_reads_as_none_is_noted():
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    said = Phonemizer("swa", "orthography2ipa")(["café", "karo"])
    assert said[0].notes == ("accent dropped",)
    assert said[1].notes == ()


def test_gaps_of_text_say_what_was_lost(tmp_path):
    (tmp_path / "yor.txt").write_text(" ".join(YORUBA) + "\nni ni\n", encoding="utf-8")
    (tmp_path / "vie.txt").write_text(" ".join(VIETNAMESE) + "\nma\n", encoding="utf-8")
    _, notes = units_of(read_texts(tmp_path), "phoneme", backend="epitran")
    assert "yor by epitran: of 6 words 3 with unmapped characters." in notes
    assert "vie by epitran: of 4 words 4 with tone dropped." in notes
    assert any("50.0 % of words with unmapped characters" in note for note in notes)
    _, notes = units_of(read_texts(tmp_path), "character")
    assert notes == []


def test_the_explorer_shows_them():
    read = analyse([Line("tiếng Việt", "vie", ("epitran",))])["lines"][0]
    assert read["spoken"][0]["coverage"]["notes"] == [("tone dropped", 2)]


def test_the_report_names_the_languages_that_lose_much():
    def row(language, *warnings):
        return CoverageRow(language, "epitran", words=9, types=5, empty_words=0, warnings=warnings)

    rows = (row("yor", "56 % of words …"), row("vie", "tones"), row("fin"))
    said = coverage_table(ReportData("x", coverage=rows)).caption
    assert "Many words lose something in Yoruba, Vietnamese:" in said
    assert "lose something" not in coverage_table(ReportData("x", coverage=rows[2:])).caption


def test_the_warnings_are_stored_with_the_coverage():
    phonemizer = Phonemizer("yor", "epitran")
    phonemizer(YORUBA)
    assert phonemizer.coverage.as_dict()["warnings"] == list(phonemizer.coverage.warnings())
