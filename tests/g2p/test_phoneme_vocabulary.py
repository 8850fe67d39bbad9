"""A model's vocabulary beside the phonemizer: misses counted everywhere, replaced where asked."""

import io
import json

import pytest

from lingap.errors import CorpusError, G2PError
from lingap.g2p import PhonemeVocabulary, Phonemizer
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.records import Sentence
from lingap.representations import load_representation

# "yö" is y ø, "talo" t ɑ l o: the vocabulary lacks y, ø and the digit.
VOCABULARY = ("<unk>", "▁", "t", "ɑ", "l", "o", "i", "e", "u", ".")
WORDS = ["yö", "talo", "yö", "5", "."]


def test_misses_are_part_of_the_coverage():
    phonemizer = Phonemizer("fin", "epitran", vocabulary=VOCABULARY)
    said = phonemizer(WORDS)
    assert said[0].units == ("y", "ø") == said[0].lacking
    assert said[0].stand_ins == ()
    assert said[1].lacking == ()
    found = phonemizer.coverage
    assert found.lacking == {"y": 2, "ø": 2, "5": 1}
    assert (found.units, found.lacking_units) == (10, 5)
    assert found.lacking_percent == 50.0
    assert found.notes == {"unit not in the vocabulary": 3}  # words, for tables of losses
    assert found.empty_words == 0
    assert json.loads(json.dumps(found.as_dict()))["lacking"] == {"y": 2, "ø": 2, "5": 1}
    assert "10 units lacks 5 of 10 units (50.00 %), 3 distinct" in found.as_text()
    assert "y × 2" in found.as_text()


def test_without_a_vocabulary_nothing_is_said_of_one():
    phonemizer = Phonemizer("fin", "epitran")
    phonemizer(WORDS)
    assert phonemizer.coverage.units == 10
    assert "lacking" not in phonemizer.coverage.as_dict()
    assert "vocabulary" not in phonemizer.provenance()


def test_nearest_writes_known_units_and_lists_them():
    phonemizer = Phonemizer("fin", "epitran", vocabulary=VOCABULARY, fit="nearest")
    said = phonemizer(WORDS)
    assert set(said[0].units) <= set(VOCABULARY)
    assert said[0].lacking == ("y", "ø")
    assert said[3].units == ("5",)  # a digit has no features: it stays, and is counted
    found = phonemizer.coverage
    assert found.stand_ins == dict(zip(("y", "ø"), said[0].units, strict=True))
    assert found.lacking["5"] == 1
    assert f"y × 2 -> {found.stand_ins['y']}" in found.as_text()


@pytest.mark.parametrize("policy", ["report", "nearest"])
@pytest.mark.parametrize("processes", [1, 2])
def test_running_text_says_the_same_as_words(policy, processes, tmp_path):
    text = ("yö talo yö 5 .\n" * 30_000).encode()
    vocabulary = PhonemeVocabulary.of(VOCABULARY, policy)
    settings = Phonemizer("fin", "epitran", vocabulary=vocabulary, cache=str(tmp_path))
    out = io.BytesIO()
    found = phonemize_text(io.BytesIO(text), out, settings, processes=processes)
    words = Phonemizer("fin", "epitran", vocabulary=vocabulary)
    said = words(WORDS)
    line = " ▁ ".join(" ".join(one.units) for one in said)
    assert out.getvalue().decode().splitlines() == [line] * 30_000
    assert found.lacking == {unit: 30_000 * n for unit, n in words.coverage.lacking.items()}
    assert found.units == 30_000 * words.coverage.units
    assert found.stand_ins == words.coverage.stand_ins
    assert settings.provenance()["policy fit"] == policy


def test_the_word_cache_does_not_depend_on_the_vocabulary(tmp_path):
    Phonemizer("fin", "epitran", cache=tmp_path)(WORDS)
    files = sorted(tmp_path.rglob("*.sqlite"))
    nearest = Phonemizer("fin", "epitran", cache=tmp_path, vocabulary=VOCABULARY, fit="nearest")
    nearest(WORDS)
    assert sorted(tmp_path.rglob("*.sqlite")) == files
    assert Phonemizer("fin", "epitran", cache=tmp_path)(["yö"])[0].units == ("y", "ø")


def test_a_tokenizers_file_is_a_vocabulary(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(VOCABULARY), "utf-8")
    phonemizer = Phonemizer("fin", "epitran", vocabulary=path)
    phonemizer(WORDS)
    assert phonemizer.coverage.vocabulary == "vocab.txt"
    assert phonemizer.coverage.lacking_units == 5
    assert phonemizer.provenance()["vocabulary"] == "vocab.txt"


def test_the_representation_hands_it_on():
    sentence = Sentence("1", "fin", tuple(WORDS))
    named = load_representation("phoneme", language="fin", backend="epitran", vocabulary=VOCABULARY)
    assert named.coverage([sentence])[0].lacking == {"y": 2, "ø": 2, "5": 1}
    plain = load_representation("phoneme", language="fin", backend="epitran")
    assert plain.coverage([sentence], VOCABULARY)[0].lacking == {"y": 2, "ø": 2, "5": 1}
    assert plain.coverage([sentence])[0].vocabulary == ""


def test_what_is_no_vocabulary_is_refused(tmp_path):
    with pytest.raises(G2PError, match="fit='guess' is not one of report, nearest"):
        Phonemizer("fin", "epitran", vocabulary=VOCABULARY, fit="guess")
    with pytest.raises(G2PError, match="at least one unit"):
        PhonemeVocabulary.of([])
    with pytest.raises(CorpusError, match="Cannot read a vocabulary"):
        Phonemizer("fin", "epitran", vocabulary=tmp_path / "none.txt")
