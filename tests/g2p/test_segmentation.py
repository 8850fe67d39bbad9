"""Segments are those of the package `segments`, the reference."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from segments import Tokenizer

from lingap.g2p.ipa.segmentation import segment
from lingap.g2p.ipa.symbols import KNOWN_SYMBOLS, normalize_ipa

REFERENCE = Tokenizer()

CUTS = [
    ("t͡ʃaːd͡ʒ", ("t͡ʃ", "aː", "d͡ʒ")),
    ("kʰat͡ɕʰi", ("kʰ", "a", "t͡ɕʰ", "i")),
    ("ŋɔᵐbɛ", ("ŋ", "ɔᵐ", "b", "ɛ")),
    ("ⁿdaː", ("ⁿd", "aː")),
    ("t͈͡ɕa", ("t͈͡ɕ", "a")),
    ("ɔ̃ɡlɛ", ("ɔ̃", "ɡ", "l", "ɛ")),
    ("ma˥˧ti˩", ("m", "a", "˥˧", "t", "i", "˩")),
    ("ˈlaˌti", ("ˈl", "a", "ˌt", "i")),
    ("t͡", ("t͡",)),
    ("", ()),
]


@pytest.mark.parametrize(("ipa", "expected"), CUTS)
def test_known_cuts(ipa, expected):
    assert segment(ipa) == expected


def reference(ipa):
    """What the reference says, or None where it falls over or loses a modifier."""
    try:
        said = tuple(REFERENCE(ipa, ipa=True).split(" "))
    except IndexError:
        return None
    return said if "".join(said) == normal_form(ipa) else None


def normal_form(ipa):
    import unicodedata

    return unicodedata.normalize("NFD", ipa)


@given(st.text(alphabet=sorted(KNOWN_SYMBOLS), min_size=1, max_size=12))
def test_equals_the_reference_on_any_ipa(ipa):
    expected = reference(ipa)
    assume(expected is not None)  # too rare, and hypothesis says so
    assert segment(ipa) == expected


@given(st.text(min_size=1, max_size=8).filter(lambda t: not any(c.isspace() for c in t)))
def test_nothing_is_lost_or_added(text):
    assert "".join(segment(text)) == normal_form(text)


def test_equals_the_reference_on_words_of_twelve_languages(shared):
    from lingap.g2p import Phonemizer

    checked = 0
    for code in ("fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "swa", "urd"):
        for path in (shared / "data" / "g2p").glob(f"*/*{code}*"):
            words = [line.split("\t")[0] for line in path.read_text("utf-8").splitlines()]
            speller = Phonemizer(code, "epitran", cache=False).load()
            for answer in speller._transcriber.transcribe(words):
                ipa = normalize_ipa(answer.ipa)
                expected = reference(ipa) if ipa else None
                if expected is not None:
                    assert segment(ipa) == expected
                    checked += 1
    assert checked > 2000


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("æ:ni", "æːni"),
        ("ɡg", "ɡɡ"),
        ("ʧaʤ", "t͡ʃad͡ʒ"),
        ("t͜s", "t͡s"),
        ("ˈa.mɔˌ", "amɔ"),
        ("ɑː̃", "ɑ̃ː"),
        ("◌̃", "̃"),
        ("ə˞", "ɚ"),
        ("\u00e7", "c\u0327"),
    ],
)
def test_ipa_has_one_spelling(written, normal):
    assert normalize_ipa(written) == normal


def test_stress_stays_when_asked():
    assert normalize_ipa("ˈaˌb", keep_stress=True) == "ˈaˌb"


@given(st.text(max_size=20))
def test_normalizing_twice_changes_nothing(text):
    once = normalize_ipa(text)
    assert normalize_ipa(once) == once
