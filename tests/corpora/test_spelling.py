"""Words of raw text, case by locale, scripts by letters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.corpora.scripts import count_letters, refuse_foreign_script
from lingap.corpora.spelling import clean, lower, nfc, split_words
from lingap.errors import CorpusError
from lingap.languages import get_language
from lingap.records import Sentence

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@given(TEXT)
def test_word_splitting_keeps_every_visible_character(text):
    words = split_words(text)
    assert all(word and not any(map(str.isspace, word)) for word in words)
    assert "".join(words) == "".join(clean(text).split()) or nfc(text) != text
    assert split_words(" ".join(words)) == words


@given(TEXT)
def test_lower_case_is_stable_and_in_nfc(text):
    for iso3 in ("tur", "eng"):
        once = lower(text, iso3)
        assert unicodedata.is_normalized("NFC", once)
        assert not any("A" <= character <= "Z" for character in once)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l’été, peut-être…", ("l’été", ",", "peut-être", "…")),
        ("«Кот-д’Івуар»", ("«", "Кот-д’Івуар", "»")),
        ("क्या हाल है?", ("क्या", "हाल", "है", "?")),
        ("ملا\u200f، اس", ("ملا", "،", "اس")),
        ("سنت\u200cها", ("سنت\u200cها",)),
        ("3,5 kg", ("3", ",", "5", "kg")),
        ("- x -", ("-", "x", "-")),
        ("rock'n'roll '90s", ("rock'n'roll", "'", "90s")),
        ("גרוש׳ צה״ל", ("גרוש׳", "צה״ל")),
        ("col·lecció", ("col·lecció",)),
        ("", ()),
    ],
)
def test_hand_checked_words(text, words):
    assert split_words(text) == words


def sentences(*texts):
    return [Sentence(str(at), "x", tuple(text.split())) for at, text in enumerate(texts)]


def test_a_foreign_script_is_told_before_anything_is_given():
    rows = iter(refuse_foreign_script(sentences(*["Привет мир"] * 300), get_language("kor")))
    with pytest.raises(CorpusError, match=r"100 % of the letters are CYRILLIC.*check_script=False"):
        next(rows)


def test_some_foreign_letters_are_no_foreign_file():
    rows = sentences(*["서울에서 KBS 방송을 본다"] * 20)
    assert list(refuse_foreign_script(rows, get_language("kor"))) == rows
    few = sentences("Привет")
    assert list(refuse_foreign_script(few, get_language("kor"))) == few


def test_an_unknown_script_owns_its_letters():
    assert count_letters("abc", "Zzzz") == (3, 0)
    assert count_letters("1, 2!", "Latn") == (0, 0)
