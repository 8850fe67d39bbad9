"""Apostrophes, geresh, middle dots and hyphens: letters where the back end's table reads them."""

import unicodedata

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from lingap.g2p import BACKENDS, Phonemizer
from lingap.g2p.marks import SHAPES, ReadMarks, is_mark
from lingap.languages import all_languages
from lingap.text.words import _FINAL_APOSTROPHE, APOSTROPHES, split_words

# language, back end, words that sound alike, units
ALIKE = [
    ("haw", "orthography2ipa", "Hawaiʻi Hawai'i Hawai‘i Hawaiʼi", "h a w a i ʔ i"),
    ("haw", "orthography2ipa", "ʻokina ‘okina 'okina", "ʔ o k i n a"),
    ("ton", "orthography2ipa", "faʻa fa'a fa’a", "f a ʔ a"),
    ("ton", "orthography2ipa", "ʻeiki ‘eiki", "ʔ e i k i"),
    ("smo", "orthography2ipa", "leʻi le’i le'i", "l ɛ ʔ ɪ"),
    ("smo", "orthography2ipa", "‘au ʻau 'au", "ʔ a u"),
    ("uzb", "epitran", "bogʻ bog' bog‘ bog’", "b ɒ ʁ"),
    ("uzb", "epitran", "oʻzbek o'zbek o’zbek o‘zbek", "o z b e k"),
    ("uzb", "epitran", "maʼno ma’no ma'no", "m a ʔ n ɒ"),
    ("uzb", "orthography2ipa", "oʻ o' o’", "ø"),
    ("uzb", "orthography2ipa", "sanʼat san'at", "s a n ʔ a t"),
    ("mlt", "epitran", "ta' ta’ ta", "t ɐ"),
    ("mlt", "orthography2ipa", "tefa' tefa’", "t e f a"),
    ("vep", "orthography2ipa", "kelʹ kel' kel’ kel´", "k e lʲ"),
    ("som", "epitran", "lo’ lo'", "l ɔ ʔ"),
    ("som", "orthography2ipa", "go’aan go'aan", "ɡ o ʔ aː n"),
    ("hau", "epitran", "ʼyan 'yan ’yan", "ʔʲ a n"),
    ("hau", "epitran", "Jami’ar jami'ar", "d͡ʒ a m i ʔ a ɽ"),
    ("hau", "orthography2ipa", "ʼya 'ya ’ya", "j̰ a"),
    ("cat", "epitran", "goril·la goril‧la goril•la", "ɡ ɔ ɾ i lː a"),
    ("cat", "orthography2ipa", "il·lusió il‧lusió", "i lː u z i o"),
    ("heb", "orthography2ipa", "צ׳יפס צ'יפס צ’יפס", "t͡ʃ i f s"),
    ("heb", "orthography2ipa", 'צה״ל צה"ל', "t͡s h l"),
    ("afr", "orthography2ipa", "'n ’n ‘n", "ə"),
    ("swa", "epitran", "ng'ombe ng’ombe ngʼombe NG'OMBE", "ŋ o m b e"),
    ("swa", "epitran", "ta'rifa ta’rifa tarifa", "t a ɾ i f a"),  # no ejective
    ("nya", "epitran", "ng'oma ng’oma", "ŋ o m a"),
    ("sna", "epitran", "n'anga n’anga", "ŋ a ŋ ɡ a"),
    ("grn", "orthography2ipa", "mbo'e mbo’e", "ᵐb o ʔ e"),
    ("bre", "orthography2ipa", "c'hoar c’hoar C‘HOAR", "x w aː ʁ"),
    ("gla", "orthography2ipa", "a’ a'", "a"),
    ("ceb", "epitran", "mag-aral mag‑aral", "m a ɡ ʔ a ɾ a l"),
    ("ukr", "orthography2ipa", "п'ять п’ять пʼять", "p j a tʲ"),
]


@pytest.mark.parametrize(("language", "backend", "words", "units"), ALIKE)
def test_each_shape_of_a_mark_is_the_letter_of_the_table(language, backend, words, units):
    said = Phonemizer(language, backend)(words.split())
    expected = unicodedata.normalize("NFD", units)
    assert {" ".join(one.units) for one in said} == {expected}
    assert {one.unmapped for one in said} == {()}


def test_a_mark_that_the_table_does_not_read_there_is_punctuation():
    swahili = Phonemizer("swa", "epitran")
    assert " ".join(swahili(["'hujambo"])[0].units) == "' h u ʄ a m b o"
    cebuano = Phonemizer("ceb", "epitran")
    assert [one.units for one in cebuano(["-", "'", "''"])] == [("-",), ("'",), ("'", "'")]
    assert Phonemizer("fra", "epitran")(["a·b"])[0].units == ("a", "·", "b")


def test_the_shape_of_the_table_wins_over_similarity():
    marks = ReadMarks(["oʻ", "ʼ"])
    assert marks.find("o'ʼ’") == ("oʻʼʼ", {1, 2, 3})
    assert marks.find("oʼ") == ("oʼ", {1})  # a letter of its own
    assert ReadMarks(["'", "’"]).find("a’b'c‘") == ("a’b'c'", {1, 3, 5})
    assert ReadMarks([]).find("a'b") == ("a'b", set())
    assert ReadMarks(["ng'"]).find("NG’") == ("NG'", {2})


def tables():
    """Every language, back end and grapheme with a mark, of all tables."""
    for name in ("epitran", "orthography2ipa"):
        for row in all_languages():
            if row.code in BACKENDS[name].languages() and row.iso3 != "eng":
                reads = BACKENDS[name].load(row, {}).reads
                if found := sorted(g for g in reads if any(map(is_mark, g))):
                    yield row, name, found


def test_every_grapheme_with_a_mark_sounds_the_same_in_each_shape():
    checked = 0
    for row, name, graphemes in tables():
        if row.script != "Latn":
            continue
        phonemizer = Phonemizer(row, name, cache=False)
        own = {g.casefold() for g in graphemes}
        for grapheme in graphemes:
            mark = next(filter(is_mark, grapheme))
            shapes = next(shape for shape in SHAPES if mark in shape)
            spelled = [f"a{grapheme.replace(mark, other)}a" for other in sorted(shapes)]
            spelled = [w for w in spelled if not any(g in w for g in own - {grapheme.casefold()})]
            said = phonemizer([f"a{grapheme}a", *spelled])
            assert {one.units for one in said} == {said[0].units}, (row.code, name, grapheme)
            checked += len(spelled)
    assert checked > 200


def test_running_text_keeps_the_final_apostrophe_that_a_table_reads():
    silent = {"ara", "bel", "cat", "gle", "heb", "oci", "ukr", "cym"}  # or a letter of other use
    inner = {"afr", "haw", "jbo", "smo", "ton", "ltc", "wuu", "tso", "sag", "sna", "cjy", "bre"}
    lacking = (
        {
            row.iso3
            for row, _, graphemes in tables()
            if row.script == "Latn" and any(g[-1] in APOSTROPHES for g in graphemes)
        }
        - _FINAL_APOSTROPHE
        - silent
        - inner
    )
    assert lacking == set()
    assert split_words("ta’ lo’", "mlt") == ("ta’", "lo’")


def test_a_chain_writes_the_mark_as_each_of_its_tables_does():
    chained = Phonemizer("uzb", "epitran+orthography2ipa")
    assert chained(["o’zbek"])[0].units == Phonemizer("uzb", "epitran")(["oʻzbek"])[0].units
