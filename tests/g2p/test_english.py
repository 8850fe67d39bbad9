"""English: the lexicon, acronyms, the CRF, and Flite where its program is found."""

import os
import stat

import pytest

from lingap.errors import G2PError
from lingap.g2p import Phonemizer

WORDS = [
    ("the", "ð ə"),
    ("colonel", "k ɚ n ə l"),
    ("don’t", "d o ʊ n t"),
    ("café", "k æ f e ɪ"),
    ("BBC", "b i b i s i"),
    ("NATO", "n e ɪ t o ʊ"),
    ("Kathmandu", "k æ θ m ə n d u"),
    ("blorptastic", "b l ɔ ɹ p t æ s t ɪ k"),
    ("U.S.", "j u ɛ s ."),
    ("dogs'", "d ɔ ɡ z"),
    ("2024", "2 0 2 4"),
]


@pytest.mark.parametrize("backend", ["epitran", "gruut-lang-en"])
def test_english_words(backend, monkeypatch):
    monkeypatch.setenv("PATH", "")
    phonemizer = Phonemizer("en", backend)
    said = phonemizer([word for word, _ in WORDS])
    assert [" ".join(p.units) for p in said] == [units for _, units in WORDS]
    assert "gruut-lang-en" in phonemizer.provenance()


def test_stress_is_a_policy():
    from lingap.g2p import Policies

    said = Phonemizer("eng", "epitran", policies=Policies(stress="keep"))(["colonel"])[0]
    assert said.units == ("k", "ˈɚ", "n", "ə", "l")


def test_letters_beyond_english_are_unmapped():
    said = Phonemizer("eng", "gruut-lang-en")(["ŋa"])[0]
    assert said.unmapped == ("ŋ",)
    assert said.units


def lex_lookup(folder, answer, code=0):
    program = folder / "lex_lookup"
    program.write_text(f'#!/bin/sh\necho "{answer}"\nexit {code}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return os.pathsep.join((str(folder), os.environ["PATH"]))


def test_flite_reads_english_where_it_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", lex_lookup(tmp_path, "(hh ax l ow1)"))
    phonemizer = Phonemizer("eng", "epitran")
    assert phonemizer(["hello"])[0].units == ("h", "ə", "l", "o", "w")
    assert phonemizer.provenance()["english"] == "flite"
    chosen = Phonemizer("eng", "epitran", english="gruut-lang-en")
    assert chosen(["hello"])[0].units == ("h", "ɛ", "l", "o", "ʊ")


def test_flite_that_fails_is_an_error_not_a_word(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", lex_lookup(tmp_path, "segmentation fault", 139))
    with pytest.raises(G2PError, match="exit code 139"):
        Phonemizer("eng", "epitran")(["hello"])


def test_flite_without_its_program_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(G2PError, match="not installed: build Flite"):
        Phonemizer("eng", "flite")
