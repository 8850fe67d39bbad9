"""Case by language, scripts by letters."""

import re
import unicodedata
from dataclasses import replace

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from lingap.corpora.foreign_script import refuse_foreign_script
from lingap.errors import CorpusError
from lingap.g2p.backends.epitran_data import epitran_files
from lingap.g2p.backends.epitran_tables import EpitranTable
from lingap.g2p.characters import CharacterKinds
from lingap.languages import all_languages, get_language
from lingap.records import Sentence
from lingap.text.case import lower
from lingap.text.scripts import _SCRIPTS, _is_known, count_letters, is_in_script, script_of

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@given(TEXT)
def test_lower_case_is_stable_and_in_nfc(text):
    for language in ("tur-Latn", "eng-Latn", ""):
        once = lower(text, language)
        assert unicodedata.is_normalized("NFC", once)
        assert not any("A" <= character <= "Z" for character in once)
        assert "i\u0307" not in once
        assert lower(once, language) == once


@pytest.mark.parametrize(
    ("text", "language", "lowered"),
    [
        ("IRMAK İyi I\u0307yi", "tur-Latn", "ırmak iyi iyi"),
        ("QIZIL", "kaz-Latn", "qızıl"),
        ("QIZIL", "tat-Latn", "qızıl"),
        ("QIZIL", "tat-Cyrl", "qizil"),
        ("ISI", "tur-Latn-bab", "ısı"),
        ("I", "tur", "ı"),
        ("I", "gag", "ı"),
        ("I", "kaz", "i"),  # Cyrillic by default
        ("I", "eng", "i"),
        ("ISTANBUL İSTANBUL", "eng-Latn", "istanbul istanbul"),
        ("ΟΔΟΣ", "ell-Grek", "οδος".replace("σ", "σ")),
        ("ÅΩ", "", "åω"),
    ],
)
def test_hand_checked_lower_case(text, language, lowered):
    assert lower(text, language) == lowered


def test_epitran_tables_with_a_dotless_i_are_of_languages_that_have_one():
    names = re.findall(r"map/(\S+-Latn\S*)\.csv", " ".join(epitran_files()))
    assert len(names) > 50
    for name in names:
        has_both = {"ı", "i"} <= EpitranTable(name)._map.keys()
        assert (lower("I", name) == "ı") == has_both, name


def sentences(*texts):
    return [Sentence(str(at), "x", tuple(text.split())) for at, text in enumerate(texts)]


def test_a_foreign_script_is_told_before_anything_is_given():
    rows = iter(refuse_foreign_script(sentences(*["Привет мир"] * 300), get_language("kor")))
    with pytest.raises(
        CorpusError, match=r"100 % of the letters of the text are Cyrl.*check_script=False"
    ):
        next(rows)


def test_some_foreign_letters_are_no_foreign_file():
    rows = sentences(*["서울에서 KBS 방송을 본다"] * 20)
    assert list(refuse_foreign_script(rows, get_language("kor"))) == rows
    few = sentences("Привет")
    assert list(refuse_foreign_script(few, get_language("kor"))) == few


def test_an_unknown_script_owns_its_letters():
    assert count_letters("abc", "Xxxx") == (3, 0)
    assert count_letters("1, 2!", "Latn") == (0, 0)


@pytest.mark.parametrize(
    ("letter", "own", "other"),
    [
        ("漢", "Hani Hans Hant Hanb Jpan Kore", "Hang Hira Kana Hrkt Latn"),
        ("ー", "Jpan Kana Hira Hrkt", "Kore Latn Hans"),
        ("ㄅ", "Hant Bopo Hanb", "Jpan"),
        ("한", "Hang Kore", "Jpan Hani"),
        ("ª", "Latn", "Grek"),
        ("Ａ", "Latn", "Jpan"),
        ("ʼ", "Latn Cyrl", ""),
        ("ﾊ", "Kana Jpan", "Hira"),
        ("µ", "Latn Cyrl Hang", ""),
        ("𐐀", "Dsrt", "Latn"),
    ],
)
def test_whose_letter(letter, own, other):
    for script in own.split():
        assert is_in_script(script)(letter), script
    for script in other.split():
        assert not is_in_script(script)(letter), script


def test_the_script_of_a_letter():
    assert [script_of(c) for c in "aяα漢ー한あ5!µ𐐀"] == [
        "Latn", "Cyrl", "Grek", "Hani", "Hira", "Hang", "Hira", "Zyyy", "Zyyy", "Zyyy", "Dsrt",
    ]  # fmt: skip
    assert [script_of(c) for c in "𒀀𓀀𖼀ꨀᨠ"] == ["Xsux", "Egyp", "Plrd", "Cham", "Lana"]


def test_every_letter_of_unicode_has_a_script():
    letters = [c for c in map(chr, range(0x110000)) if unicodedata.category(c)[0] == "L"]
    known = "".join(f"\\p{{scx={s}}}" for s in (*_SCRIPTS, "Zyyy", "Zinh") if _is_known(s))
    left = regex.findall(f"[\\p{{L}}--[{known}]]", "".join(letters), regex.VERSION1)
    assert [c for c in left if not regex.match(r"\p{scx=Zzzz}", c)] == []
    assert script_of("\U00016ac0") in ("Tnsa", "Zyyy")


A_LETTER_OF = {
    "Adlm": "𞤀", "Arab": "ب", "Armn": "ա", "Beng": "ক", "Cakm": "𑄇", "Cher": "Ꭰ", "Cyrl": "я", "Deva": "क",
    "Ethi": "ሀ", "Geor": "ა", "Goth": "𐌰", "Grek": "α", "Gujr": "ક", "Guru": "ਕ", "Hang": "한", "Hans": "汉",
    "Hant": "漢", "Hebr": "א", "Hira": "あ", "Jpan": "あ", "Kana": "ア", "Khmr": "ក", "Knda": "ಕ", "Laoo": "ກ",
    "Latn": "a", "Mlym": "ക", "Mong": "ᠠ", "Mtei": "ꯀ", "Mymr": "က", "Nkoo": "ߊ", "Olck": "ᱚ", "Orya": "କ", "Sinh": "ක",
    "Syrc": "ܐ", "Taml": "க", "Telu": "క", "Tfng": "ⴰ", "Thaa": "ހ", "Thai": "ก", "Tibt": "ཀ", "Vaii": "ꔀ",
}  # fmt: skip


@pytest.mark.parametrize("script", sorted({row.script for row in all_languages()}))
def test_every_script_of_the_table_knows_its_own_letters(script):
    kinds = CharacterKinds(script, frozenset())
    foreign = "я" if script != "Cyrl" else "a"
    assert kinds[foreign] == "foreign"
    assert kinds[A_LETTER_OF[script]] == "letter"


def test_a_language_of_the_table_in_any_script_has_lower_case():
    kazakh = replace(get_language("kaz"), script="Latn")
    assert lower("I", f"{kazakh.iso3}-{kazakh.script}") == "ı"
