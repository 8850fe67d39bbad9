"""Lists of words are written as the back end that ``auto`` chooses writes the same language."""

from importlib import resources
from itertools import pairwise
from unicodedata import normalize

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from lingap.g2p import Phonemizer
from lingap.g2p.backends.lexicon import read_pronunciations
from lingap.g2p.ipa.segmentation import segment
from lingap.g2p.ipa.symbols import normalize_ipa
from lingap.g2p.word_lists import _entries, _letter_names
from lingap.text.words import split_words

# Sounds that the spelling does not show, so that rules never write them.
ONLY_LISTED = {
    "dan": "ʌ ɒ",  # of function words
    "deu": "e ʒ",  # egal, okay, Journal
    "ell": "ɲ",  # χρόνια
    "fas": "æ e o",  # short vowels that the script leaves out
    "heb": "a e u",  # the same
    "hin": "ɛ",  # before h, as in पहले
    "ind": "e",  # written as ə is
    "mar": "d͡z",  # ज before a back vowel, as in आज
    "nld": "uː ɡ",  # google
    "nob": "yː",  # the name of the letter y
    "swe": "yː",  # the name of the letter y
    "ukr": "ɡ",  # ґ, which is rare
    "tur": "aː",  # hala, ağabey
    "urd": "ẽː ɛː ɛ̃ː oː ɪ ʊ õː ɛ ʊ̃",  # vowels that the script leaves out
}

FLORES = {"swa": "swh", "msa": "zsm", "nep": "npi"}


def frequent_words(code, data):
    """Words of a list by frequency or, where there is none, of running text."""
    for folder in ("frequent", "charsiu"):
        if (path := data / "g2p" / folder / f"{code}.tsv").exists():
            return list(read_pronunciations(path))
    (path,) = (data / "parallel/flores200/devtest").glob(f"{FLORES.get(code, code)}_*.devtest")
    text = path.read_text(encoding="utf-8")
    return sorted({word for line in text.splitlines() for word in split_words(line)})


def both_ways(code, frequent):
    """Units of the list, and those of the back end alone on frequent words and on the list's."""
    entries = _entries(code)
    said = [*entries.values(), *_letter_names().get(code, {}).values()]
    listed = [segment(normalize_ipa(ipa)) for ipa in said if ipa != "*"]
    speller = Phonemizer(code, cache=False).load()
    speller._words = None
    spelled = [one.units for one in speller.spell([*frequent, *entries])]
    return listed, spelled


def pairs(spelled):
    return {pair for units in spelled for pair in pairwise(units)}


TWO_SOUNDS = {
    "fra": {("t", "s")},  # et cetera: t ends a word there
    "spa": {("t", "s")},  # the same
    "heb": {("t", "ʃ")},  # two letters, as in תשובה
}
AFFRICATES = {("t", "s"), ("d", "z"), ("t", "ʃ"), ("d", "ʒ"), ("t", "ɕ")}


LISTS = sorted(
    file.name.removesuffix(".tsv")
    for file in resources.files("lingap.g2p").joinpath("words").iterdir()
    if file.name not in ("letters.tsv", "cat.tsv")  # too few frequent words in Catalan
)


@pytest.mark.parametrize("code", LISTS)
def test_a_list_has_the_units_of_the_back_end(code, shared):
    frequent = frequent_words(code, shared / "data")
    listed, spelled = both_ways(code, frequent)
    known = {unit for units in spelled for unit in units}
    foreign = {unit for units in listed for unit in units} - known
    assert foreign <= set(normalize("NFD", ONLY_LISTED.get(code, "")).split())
    # A stop and its fricative are two units only where the back end also leaves them apart.
    assert pairs(listed) & AFFRICATES - TWO_SOUNDS.get(code, set()) <= pairs(spelled)
