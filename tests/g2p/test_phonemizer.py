"""One pronunciation a word, policies, coverage, provenance; any Unicode."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import G2PError, LanguageError, UnknownName
from lingap.g2p import Phonemizer, Policies, phonemizable
from lingap.g2p.ipa.symbols import KNOWN_SYMBOLS
from lingap.g2p.protocol import Transcription

ANY_TEXT = st.text(st.characters(), max_size=12)  # lone surrogates too


def test_words_of_the_promise():
    said = Phonemizer("kor", "epitran")(["안녕하세요", "세계"])
    assert said[0].units == ("a", "n", "n", "j", "ʌ", "ŋ", "h", "a", "s", "e", "j", "o")
    assert said[1].units == ("s", "e", "k", "j", "e")
    assert said[0].unmapped == ()


@pytest.mark.parametrize("code", ["ko", "kor", "kor_Hang", "kor-Hang", "Korean"])
def test_any_code_will_do(code):
    assert Phonemizer(code, "epitran").language.iso3 == "kor"


def test_equal_words_share_one_object_and_order_is_kept():
    a, b, c = Phonemizer("fin", "epitran")(["talo", "kissa", "talo"])
    assert a is c
    assert a.units != b.units


# policy, choice, word, units, unmapped, notes
POLICIES = [
    ("punctuation", "keep", "?!", "? !", "", ()),
    ("punctuation", "drop", "talo.", "t ɑ l o", "", ("punctuation dropped",)),
    ("digits", "keep", "٣5", "3 5", "", ()),
    ("digits", "drop", "5", "", "", ("digit dropped",)),
    ("symbols", "keep", "5€", "5 €", "", ()),
    ("symbols", "drop", "5€", "5", "", ("symbol dropped",)),
    ("emoji", "drop", "👍🏽", "", "", ("emoji dropped",)),
    ("emoji", "keep", "👍🏽🇫🇮👨‍👩‍👧", "👍🏽 🇫🇮 👨‍👩‍👧", "", ()),
    ("foreign", "unmapped", "дом", "", "дом", ("foreign script",)),
    ("foreign", "keep", "дом", "д о м", "дом", ("foreign script",)),
    ("unmapped", "drop", "ŋa", "ɑ", "ŋ", ()),
    ("unmapped", "keep", "ŋa", "ŋ ɑ", "ŋ", ()),
]


@pytest.mark.parametrize(("policy", "choice", "word", "units", "unmapped", "notes"), POLICIES)
def test_policies(policy, choice, word, units, unmapped, notes):
    said = Phonemizer("fin", "epitran", policies=Policies.parse({policy: choice}))([word])[0]
    assert " ".join(said.units) == units
    assert "".join(said.unmapped) == unmapped
    assert said.notes == notes


def test_latin_words_inside_another_script_can_be_read_as_english():
    phonemizer = Phonemizer("kor", "epitran", policies=Policies(foreign="english"))
    said = phonemizer(["hello", "Win한글", "дом"])
    assert said[0].units == ("h", "ɛ", "l", "o", "ʊ")
    assert said[1].units[:3] == ("w", "ɪ", "n")
    assert said[2].units == ()
    assert phonemizer.coverage.notes["read as English"] == 2
    assert "gruut-lang-en" in phonemizer.provenance()


def test_unknown_policies_are_refused():
    with pytest.raises(G2PError, match="No policy is called 'colour'"):
        Policies.parse({"colour": "red"})
    with pytest.raises(G2PError, match="digits='maybe' is not one of keep, drop"):
        Policies.parse({"digits": "maybe"})


# word, units, what is unmapped, notes: hidden and odd characters
ODD = [
    ("", "", "", ()),
    ("ta\u00adlo", "t ɑ l o", "", ("invisible dropped",)),
    ("\u200ftalo\u200e", "t ɑ l o", "", ("invisible dropped",)),
    ("talo\0", "t ɑ l o", "", ("invisible dropped",)),
    ("\u0301", "", "\u0301", ()),
    ("\u0301\u0302", "", "\u0301\u0302", ()),
    ("\ud800", "", "\ud800", ()),
    ("\ue000", "", "\ue000", ()),
    ("▁", "", "▁", ()),
    ("\ufffd", "", "\ufffd", ()),
]


@pytest.mark.parametrize(("word", "units", "unmapped", "notes"), ODD)
def test_odd_characters(word, units, unmapped, notes):
    said = Phonemizer("fin", "epitran")([word])[0]
    assert " ".join(said.units) == units
    assert said.unmapped == tuple(unmapped)
    assert said.notes == notes


@pytest.mark.parametrize("language", ["eng", "swa", "fin", "uzb"])
def test_apostrophes_without_a_letter_are_punctuation(language):
    said = Phonemizer(language, "epitran")(["'", "’", "''"])
    assert [one.units for one in said] == [("'",), ("'",), ("'", "'")]
    assert all(not one.unmapped for one in said)


def test_tatweel_stretches_words_and_is_read_where_it_is_a_letter():
    stretched, plain = Phonemizer("urd", "epitran")(["ساتھـ", "ساتھ"])
    assert stretched.units == plain.units
    assert (stretched.unmapped, stretched.notes) == ((), ("invisible dropped",))
    sorani = Phonemizer("ckb", "epitran")
    assert sorani(["بەهـار"])[0].notes == ()


@pytest.mark.parametrize("language", ["fin", "kor", "urd", "hin", "rus", "eng"])
def test_a_word_of_a_million_characters(language):
    letter = {"fin": "a", "kor": "한", "urd": "ک", "hin": "क", "rus": "ж", "eng": "ab"}[language]
    phonemizer = Phonemizer(language, "epitran")
    said = phonemizer([letter * (1_000_000 // len(letter))])[0]
    assert len(said.units) > 100_000
    assert phonemizer.coverage.notes == {"long run cut": 1}


@pytest.fixture(scope="module")
def loaded():
    return {
        c: Phonemizer(c, "epitran", cache=False)
        for c in ("fra", "kor", "urd", "hin", "tur", "eng", "rus")
    }


@settings(max_examples=300, deadline=None)
@given(words=st.lists(ANY_TEXT, max_size=6))
def test_any_unicode_gives_one_answer_a_word(loaded, words):
    for phonemizer in loaded.values():
        said = phonemizer(words)
        assert len(said) == len(words)
        for one in said:
            assert all(one.units)
            assert not any(c.isspace() for unit in one.units for c in unit)
            assert "▁" not in "".join(one.units)
        json.dumps(phonemizer.coverage.as_dict())
        phonemizer.coverage.as_text().encode("utf-8")


@settings(max_examples=150, deadline=None)
@given(word=st.text("abcçdeéfgğhıijklmnoöprsştuüvyzñāżαд", min_size=1, max_size=8))
def test_letters_become_ipa_or_are_reported(loaded, word):
    for code, phonemizer in loaded.items():
        said = phonemizer([word])[0]
        assert KNOWN_SYMBOLS.issuperset("".join(said.units))
        assert said.units or said.unmapped or (code == "fra" and set(word) == {"h"})  # silent


def test_coverage_adds_up():
    phonemizer = Phonemizer("fin", "epitran")
    phonemizer(["talo", "talo", "дом", "😀"])
    phonemizer(["дом"])
    coverage = phonemizer.coverage
    assert (coverage.words, coverage.types, coverage.empty_words) == (5, 3, 3)
    assert coverage.unmapped == {"д": 2, "м": 2, "о": 2}
    assert coverage.examples["д"] == ("дом",)
    assert coverage.foreign_words == 2
    assert coverage.empty_percent == 60.0
    assert coverage.as_dict()["notes"] == {"emoji dropped": 1, "foreign script": 2}
    assert "unmapped д × 2 (дом)" in coverage.as_text()


def test_coverage_of_nothing():
    coverage = Phonemizer("fin", "epitran").coverage
    assert (coverage.words, coverage.empty_percent, coverage.unmapped_percent) == (0, 0.0, 0.0)


def test_memory_forgets_but_answers_stay():
    small = Phonemizer("fin", "epitran", remember=4, cache=False)
    words = [f"sana{letter}" for letter in "abcdefgh"]
    large = Phonemizer("fin", "epitran", cache=False)
    assert [small([w])[0] for w in words * 2] == [large([w])[0] for w in words * 2]


def test_provenance_names_what_can_change_the_output():
    facts = Phonemizer("fin", "epitran", policies=Policies(digits="drop")).provenance()
    assert facts["g2p"] == "epitran"
    assert facts["epitran"] == "1.35.3"
    assert facts["policy digits"] == "drop"
    assert all(isinstance(value, str) for value in facts.values())


def test_errors_say_what_to_do():
    with pytest.raises(UnknownName, match="Did you mean 'epitran'"):
        Phonemizer("fin", "epitrann")
    with pytest.raises(LanguageError, match="No language is known by"):
        Phonemizer("xxx-nothing")
    with pytest.raises(G2PError, match="Expected a list of words"):
        Phonemizer("fin", "epitran")("talo")


def test_a_back_end_that_loses_words_is_caught():
    phonemizer = Phonemizer("fin", "epitran", cache=False)

    class Lossy:
        reads = frozenset()

        def transcribe(self, words):
            return [Transcription("a")] * (len(words) - 1)

    phonemizer.store.speller._transcriber = Lossy()
    with pytest.raises(G2PError, match="answered 1 of 2 words"):
        phonemizer(["talo", "kissa"])


def test_phonemizable():
    assert phonemizable("kor")
    assert not phonemizable("kor", "gruut-lang-en")
    assert not phonemizable("no-such-language")


@pytest.mark.parametrize("bad", [None, 3, b"a", ["a"], float("nan")])
def test_a_word_that_is_no_string_is_named_and_the_cache_stays(tmp_path, bad):
    phonemizer = Phonemizer("fin", "epitran", cache=tmp_path)
    phonemizer(["sana"])
    with pytest.raises(G2PError, match=r"Word 1 is .*, not a string"):
        phonemizer(["talo", bad])
    assert phonemizer(["sana"])[0].units == ("s", "ɑ", "n", "ɑ")
    assert not list(tmp_path.rglob("*corrupt*"))
