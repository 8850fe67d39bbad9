"""Typed text to what the page shows."""

import pytest

from lingap.app.analysis import MAX_WORDS, Line, analyse, parse_lines, served_languages
from lingap.errors import ConfigError, LanguageError
from lingap.g2p import Phonemizer
from lingap.g2p.choice import by_error, choose
from lingap.languages import get_language


def test_words_are_bounded():
    assert len(analyse([Line("a " * 1_900, "kor", ())])["lines"][0]["words"]) == MAX_WORDS == 400


def test_phonemes_are_those_of_the_phonemizer():
    text = "파리는 수도이다 ."
    found = analyse([Line(text, "kor", ("epitran",))])["lines"][0]
    said = Phonemizer("kor", "epitran")(text.split())
    assert [tuple(word["units"]) for word in found["spoken"][0]["words"]] == [
        one.units for one in said
    ]
    assert found["units"]["phoneme"] == tuple(
        u for at, one in enumerate(said) for u in (["▁"] * bool(at) + list(one.units))
    )
    assert found["units"]["character"][:4] == ("파", "리", "는", "▁")


def test_two_back_ends_stand_side_by_side():
    found = analyse([Line("Paris", "eng", ("gruut-lang-en", "epitran"))])["lines"][0]
    assert [one["backend"] for one in found["spoken"]] == ["gruut-lang-en", "epitran"]


def test_a_back_end_that_does_not_serve_says_so_and_the_rest_is_shown():
    found = analyse([Line("Paris", "fra", ("gruut-lang-en", "epitran"))])["lines"][0]
    assert "does not serve French" in found["spoken"][0]["error"]
    assert found["units"]["phoneme"]


def test_unmapped_characters_are_counted():
    coverage = analyse([Line("дім 中", "ukr", ("epitran",))])["lines"][0]["spoken"][0]["coverage"]
    assert coverage["words"] == 2
    assert coverage["empty"] == 1
    assert ("中", 1) in coverage["unmapped"]


def test_shared_units_and_similar_words():
    lines = [Line("banana", "fin", ("epitran",)), Line("banana kala", "tur", ("epitran",))]
    (pair,) = analyse(lines)["pairs"]
    assert pair["languages"] == ["fin", "tur"]
    assert {"b", "a", "n"} <= set(pair["shared"]["character"]["both"])
    assert pair["similar"][0]["words"] == ["banana", "banana"]
    words = [
        word
        for twin in pair["similar"]
        for word in (("one", twin["words"][0]), ("two", twin["words"][1]))
    ]
    assert len(words) == len(set(words))  # no word twice


def test_empty_text_is_no_error():
    found = analyse([Line("", "kor", ("epitran",)), Line("a", "eng", ("gruut-lang-en",))])
    assert found["lines"][0]["words"] == ()
    assert found["pairs"][0]["similar"] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "1 to 8 lines"), ([], "1 to 8 lines"), ({}, "1 to 8 lines"), ({"lines": []}, "1 to 8 lines"),
     ({"lines": ["a"]}, "a text and a language"),
     ({"lines": [{"text": 5, "language": "eng", "backends": []}]}, "a text and a language"),
     ({"lines": [{"text": "a", "language": "eng"}]}, "a list of back ends"),
     ({"lines": [{"text": "a" * 5000, "language": "eng", "backends": []}]}, "5,000 characters is too long"),
     ({"lines": [{"text": "a", "language": "eng", "backends": []}] * 9}, "1 to 8 lines")],
)  # fmt: skip
def test_other_requests_are_refused(content, says):
    with pytest.raises(ConfigError, match=says):
        parse_lines(content)


def test_an_unknown_language_is_refused_by_name():
    with pytest.raises(LanguageError, match="zzzz"):
        parse_lines({"lines": [{"text": "a", "language": "zzzz", "backends": []}]})


def test_languages_come_with_back_ends_that_are_here():
    known = {row["code"]: row for row in served_languages()}
    # In the order in which auto would choose them: by measured error.
    for code in ("eng", "kor", "fin"):
        shown = known[code]["backends"]
        measured = [name for name in by_error(get_language(code)) if name in shown]
        assert shown[0] == "auto"
        assert shown[1 : 1 + len(measured)] == measured
        assert choose(get_language(code)) == shown[1]
    assert known["urd"]["rtl"]
    assert all(row["backends"] for row in known.values())
