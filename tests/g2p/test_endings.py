"""Endings after digits and initials, and Roman numerals, in running text."""

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from lingap.g2p import Phonemizer, Policies
from lingap.g2p.roman import with_digits
from lingap.languages import get_language


def said(language, text, backend="auto", **policies):
    phonemizer = Phonemizer(language, backend, policies=Policies(**policies), cache=False)
    return ["".join(one.units) for one in phonemizer.text(text)]


ENDINGS = [
    ("tur", "ABD'nin TRT'de TBMM'de CHP'li AB'ye ABD", "abedenin teɾetede tebememede d͡ʒehepeli abeje abede"),
    ("tur", "ABD’nin Ankara'da NATO'nun BM'n", "abedenin ankaɾada natonun bemen"),
    ("fin", "EU:n USA:n SDP:n 5:n Nato:n EU:ssa", "eeuun uuæsɑɑn æsdeepeen 5n nɑton eeuussɑ"),
    ("swe", "EU:s USA:s EU:n 5:e", "eːʉːs ʉːɛsɑːs eːʉːn 5eː"),
    ("hun", "EU-t NATO-t TV-s", "ɛu-t nɒto-t teːveː-ʃ"),
    ("rus", "5-го 90-х 5-ого", "5-və 90-x 5-əvə"),
    ("eng", "21st-century 1990s-style 2-D 1980's", "21st-sɛnt͡ʃəɹi 1990z-staɪl 2-di 1980z"),
    ("eng", "H5N1 802.11n", "eɪt͡ʃ5ɛn1 802.11ɛn"),
    ("urd", "۱۹۴۷ء ۱۴۴۱ھ", "1947 1441"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), ENDINGS)
def test_an_ending_is_no_name_of_a_letter(language, text, expected):
    assert said(language, text) == expected.split()


def test_an_ending_loses_nothing():
    phonemizer = Phonemizer("urd", cache=False)
    assert phonemizer(["۱۹۴۷ء"])[0].is_lossless
    assert "".join(phonemizer(["ء"])[0].units) == "ʔ"


def test_an_ordinal_before_a_hyphen_is_one():
    pytest.importorskip("unicode_rbnf", reason="needs the extra numbers")
    assert said("eng", "21st-century", digits="words") == ["twɛntifɝst-sɛnt͡ʃəɹi"]


NUMERALS = [
    ("fra", "XXe XIXème III Ier XIX-XXe", "20e 19ème 3 1er 19-20e"),
    ("fin", "XX XIV:n", "20 14:n"),
    ("rus", "XX веке Николай II ХХ XXI-го", "20 веке Николай 2 20 21-го"),
    ("ukr", "XX ІІ", "20 2"),
    ("eng", "Henry VIII III's", "Henry 8 3's"),
    *(
        (code, "XX XXI IV XXXIX", "20 21 4 39")
        for code in "spa por ita pol ces hun ind swa tur vie est deu nld".split()
    ),
]


@pytest.mark.parametrize(("language", "text", "digits"), NUMERALS)
@pytest.mark.parametrize("policy", ["keep", "drop", "words"])
def test_roman_numerals_are_read_as_digits_are(language, text, digits, policy):
    if policy == "words":
        pytest.importorskip("unicode_rbnf", reason="needs the extra numbers")
    assert said(language, text, digits=policy) == said(language, digits, digits=policy)


def test_roman_numerals_are_counted_as_digits_are():
    losses = []
    for text in ("siècle XX", "siècle 20"):
        phonemizer = Phonemizer("fra", policies=Policies(digits="drop"), cache=False)
        phonemizer.text(text)
        losses.append(phonemizer.coverage.notes)
    assert losses[0] == losses[1] != {}


@pytest.mark.parametrize(
    "word", ["CD", "MM", "DC", "MI", "LL", "I", "X", "IIX", "VV", "Xi", "XX-Men", "ix"]
)
def test_other_capitals_are_no_numerals(word):
    assert with_digits(word, get_language("eng"), lambda part: False) == ""


def test_words_and_other_languages_keep_their_letters():
    assert with_digits("XI'an", get_language("fra"), lambda part: False) == ""
    assert said("swe", "VI") == said("swe", "vi")
    assert said("srp", "XX") == ["20"]
    assert said("fra", "XX", backend="epitran") != ["20"]
