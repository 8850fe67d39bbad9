"""The back end lexicon: first variant, other back end for the rest, errors with file and line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import CorpusError, G2PError, UnknownName
from lingap.g2p import Phonemizer
from lingap.g2p.backends.lexicon import LEXICON, read_pronunciations
from lingap.languages import get_language


@pytest.fixture
def finnish(tmp_path):
    path = tmp_path / "fin.tsv"
    path.write_text("talo\tˈt ɑ l o\ntalo\ttalo2\nKissa\tkisːɑ, kisa\textra\n\n", "utf-8")
    return path


def test_reads_wikipron_and_charsiu(finnish):
    read = read_pronunciations(finnish)
    assert read == {"talo": ("ˈtɑlo", "talo2"), "Kissa": ("kisːɑ", "kisa")}


def test_known_words_come_from_the_file_and_others_are_counted(finnish):
    said = Phonemizer("fin", "lexicon", path=str(finnish), cache=False)(["Talo", "Kissa", "koira"])
    assert [word.units for word in said] == [("t", "ɑ", "l", "o"), ("k", "i", "sː", "ɑ"), ()]
    assert said[2].unmapped == tuple("koira")


def test_other_words_go_to_the_other_back_end(finnish):
    phonemizer = Phonemizer("fin", "lexicon", path=str(finnish), fallback="epitran", cache=False)
    assert phonemizer(["koira", "talo", "ei"])[0].units == ("k", "o", "i", "r", "ɑ")
    assert phonemizer.provenance()["fallback"] == "epitran"


def test_options_of_the_other_back_end_bear_its_name(finnish):
    options = {"path": str(finnish), "fallback": "epitran", "epitran.english": "gruut-lang-en"}
    assert Phonemizer("fin", "lexicon", options=options, cache=False)(["ei"])[0].units
    with pytest.raises(G2PError, match="no option english="):
        Phonemizer("fin", "lexicon", options=options | {"english": "flite"})


def test_a_changed_file_is_another_provenance(finnish):
    language = get_language("fin")
    before = LEXICON.provenance(language, {"path": str(finnish)})
    finnish.write_text("talo\ttɑlo\n", "utf-8")
    assert LEXICON.provenance(language, {"path": str(finnish)}) != before


BROKEN = [
    ("talo\n", "fin.tsv:1: Expected word, tab, IPA; got 'talo'"),
    ("talo\ttɑlo\n\ttɑlo\n", "fin.tsv:2: Expected word, tab, IPA"),
    ("talo\t ,\n", "fin.tsv:1: Expected word, tab, IPA"),
    ("", "fin.tsv: Expected lines"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_malformed_lines_are_named(tmp_path, text, message):
    path = tmp_path / "fin.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=message):
        read_pronunciations(path)


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "fin.tsv"
    path.write_bytes(b"talo\tt\n\xff\xfe\tb\n")
    with pytest.raises(CorpusError, match=r"fin.tsv:2: Not UTF-8"):
        read_pronunciations(path)


def test_missing_file_and_option(tmp_path):
    with pytest.raises(G2PError, match="needs its option path"):
        Phonemizer("fin", "lexicon")
    with pytest.raises(G2PError, match=r"cannot read .*gone\.tsv"):
        Phonemizer("fin", "lexicon", path=str(tmp_path / "gone.tsv"))
    with pytest.raises(UnknownName, match="'epitrn'"):
        Phonemizer("fin", "lexicon", path=str(tmp_path), fallback="epitrn")
    with pytest.raises(G2PError, match="a folder; expected a TSV file"):
        Phonemizer("fin", "lexicon", path=str(tmp_path))


@given(data=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz") / "x.tsv"
    path.write_bytes(data)
    try:
        read = read_pronunciations(path)
    except CorpusError:
        return
    assert read
    assert all(word and all(variants) for word, variants in read.items())
