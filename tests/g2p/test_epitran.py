"""Epitran's tables: the paper's output where Epitran is right, and its defects gone and counted."""

import logging
import random
import re
import unicodedata

import pytest

from lingap.errors import G2PError, LanguageError
from lingap.g2p import BACKENDS, Phonemizer
from lingap.g2p.backends.epitran_data import epitran_files
from lingap.g2p.backends.epitran_rules import read_rules
from lingap.g2p.backends.epitran_tables import EpitranTable, _repairs
from lingap.g2p.backends.steps import needed_characters
from lingap.g2p.ipa.segmentation import segment
from lingap.g2p.ipa.symbols import normalize_ipa
from lingap.g2p.protocol import PLACEHOLDERS
from lingap.languages import all_languages, get_language

CODES = sorted(name[4:-4] for name in epitran_files() if name.startswith("map/"))

# Tables whose letters or symbols Epitran itself mangles: what holds of a word that differs.
MENDED = {
    "kir-Cyrl": lambda word, theirs: "е" in word or _is_kyrgyz(theirs),  # and j before е
    "kir-Latn": lambda word, theirs: _is_kyrgyz(theirs),
    "kir-Arab": lambda word, theirs: "ى" in word or _is_kyrgyz(theirs),
    "kaz-Latn": lambda word, theirs: not set("eoöirüïçwx").isdisjoint(word),  # as in Cyrillic
    "pbu-Arab": lambda word, theirs: "0" in theirs,  # IPA written 0 for nothing
    "uzb-Latn": lambda word, theirs: "‘" in theirs,  # a lone apostrophe of the other shape
    "kaz-Cyrl": lambda word, theirs: "ө" in word or "ijj" in theirs,
    "aze-Latn": lambda word, theirs: re.search("[æeɪœy]k|k[æeɪœy]", theirs) is not None,
    "aze-Cyrl": lambda word, theirs: re.search("[æeɪœy]k|k[æeɪœy]", theirs) is not None,
    "tgl-Latn": lambda word, theirs: re.search("[aeiou]{2}", theirs) is not None,
    "cym-Latn": lambda word, theirs: "dʒ" in theirs or "d͡ʒ" in theirs,  # of i before a vowel
    "sqi-Latn": lambda word, theirs: "ll" in word,
    "amh-Ethi": lambda word, theirs: not set("አዐሀሐኀ").isdisjoint(word),
    "mal-Mlym": lambda word, theirs: "ധ" in word,
    "kbd-Cyrl": lambda word, theirs: "щӏ" in word,  # a capital in a table of lower-cased text
}


def _is_kyrgyz(theirs):
    """Whether a word has long vowels or uvulars, which Epitran's Kyrgyz tables lack."""
    return re.search(r"[kɡ][ɑouɯ]|[ɑouɯ][kɡ]|([ɑoueøyi])\1", theirs) is not None


def is_mended(code, word, theirs):
    """Whether Epitran is known to be wrong in a word, as where it has an accented letter."""
    if code in MENDED and MENDED[code](word, theirs):
        return True
    return any(unicodedata.combining(c) >= 202 for c in unicodedata.normalize("NFD", word))


@pytest.fixture(scope="module")
def original():
    """Epitran's own transcriber of a table, without PanPhon's feature table."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = logging.getLogger().level
        handlers = list(logging.getLogger().handlers)
        panphon = pytest.importorskip("panphon", reason="needs the extra dev")

        class NoTable:
            names = ()

        table, panphon.FeatureTable = panphon.FeatureTable, NoTable
        simple = pytest.importorskip("epitran.simple", reason="needs the extra dev")

        logging.getLogger("epitran").setLevel(logging.ERROR)
        yield simple.SimpleEpitran
        panphon.FeatureTable = table
        logging.getLogger().setLevel(level)
        logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize("code", CODES)
def test_says_what_epitran_says(code, original):
    """On random strings of a table's lower-case letters, wherever nothing is unmapped."""
    theirs, ours = original(code), EpitranTable(code)
    repaired = [unicodedata.normalize("NFD", letter) for letter in _repairs(code, "map")]
    letters = [
        k
        for k in theirs.g2p
        if k and k == k.lower() and k.isprintable() and not any(r in k for r in repaired)
    ]
    dice = random.Random(code)
    compared = same = 0
    for _ in range(60):
        word = "".join(dice.choice(letters) for _ in range(dice.randint(1, 6)))
        word = unicodedata.normalize("NFC", word)
        said = ours.transcribe([word])[0]
        if said.unmapped or "'" in word or any(c in word for c in "<>!"):
            continue
        compared += 1
        if said.ipa == (expected := theirs.transliterate(word)):
            same += 1
        else:
            assert is_mended(code, word, expected), (word, said.ipa, expected)
    assert compared >= 10
    assert same >= 0.8 * compared


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fra-Latn", "beaux parlent fils garçon œuvre aujourd"),
        ("rus-Cyrl", "Москва что щи объект ёлка"),
        ("kor-Hang", "한국어 안녕하세요 값이 읽다 닭"),
        ("hin-Deva", "समझना हिन्दी ज्ञान"),
        ("hun-Latn", "gyűjtő magyar cserkész"),
        ("ita-Latn", "scienza zio gnocchi"),
    ],
)
def test_says_what_epitran_says_on_real_words(code, words, original):
    theirs, ours = original(code), EpitranTable(code)
    for word in words.split():
        said = ours.transcribe([word])[0]
        assert said.unmapped == ()
        assert said.ipa == theirs.transliterate(word)


# language, word, units, unmapped
DEFECTS = [
    ("tur", "IŞIK", "ɯ ʃ ɯ k", ""),
    ("tur", "İstanbul", "i s t a n b u l", ""),
    ("tur", "İSTANBUL", "i s t a n b u l", ""),
    ("tur", "kâğıt", "k a ɰ ɯ t", "â"),
    ("aze", "IŞIQ", "ɯ ʃ ɯ ɡ", ""),
    ("fin", "ääni", "æː n i", ""),
    ("fin", "İ", "i", ""),
    ("swa", "ng'ombe", "ŋ o m b e", ""),
    ("swa", "ng’ombe", "ŋ o m b e", ""),
    ("swa", "ngʼombe", "ŋ o m b e", ""),
    ("swa", "cat", "a t", "c"),
    ("ukr", "п'ять", "p j ɑ tʲ", ""),
    ("ukr", "п’ять", "p j ɑ tʲ", ""),
    ("ukr", "пʼять", "p j ɑ tʲ", ""),
    ("ukr", "з'їзд", "z j i z d", ""),
    ("urd", "ہیں", "h ĩː", ""),
    ("urd", "ماں", "m ɑ̃ː", ""),
    ("urd", "کھانا", "kʰ ɑː n ɑː", ""),
    ("urd", "بھائی", "bʱ ɑː iː", ""),
    ("urd", "ھے", "h eː", ""),
    ("urd", "ں", "", "\u0303"),
    ("fra", "l’homme", "l ɔ m", ""),
    ("fra", "être", "ɛ t ʀ", ""),
    ("fra", "parallèles", "p a ʀ a l ɛ l", ""),
    ("fra", "où", "u", ""),
    ("fra", "notamment", "n ɔ t ɑ m ɑ̃", ""),
    ("fra", "ñandú", "ɲ ɑ̃ d y", "ú"),
    ("rus", "зайка", "z a j k a", ""),
    ("kor", unicodedata.normalize("NFD", "한국어"), "h a n k u k ʌ", ""),
]


@pytest.mark.parametrize(("language", "word", "units", "unmapped"), DEFECTS)
def test_known_defects_are_gone(language, word, units, unmapped):
    said = Phonemizer(language, "epitran")([word])[0]
    assert " ".join(said.units) == unicodedata.normalize("NFD", units)
    assert "".join(said.unmapped) == unmapped


def test_each_unmapped_character_is_counted_once():
    phonemizer = Phonemizer("swa", "epitran")
    phonemizer(["cat", "cc", "cat"])
    assert phonemizer.coverage.unmapped == {"c": 4}
    assert phonemizer.coverage.words_with_unmapped == 3


def test_no_letter_of_the_orthography_leaves_as_ipa():
    words = ["میتھیلی", "ۃ", "ئۓ", "چھوٹے", "Ünder", "جۀ", "ڈھانچہ"]
    for said in Phonemizer("urd", "epitran")(words):
        assert PLACEHOLDERS.search("".join(said.units)) is None
        assert all("ARABIC" not in unicodedata.name(c, "") for c in "".join(said.units))


def test_rules_are_not_cut_off_after_32_substitutions():
    rules = read_rules(["a -> b / _"], "test")
    assert rules.apply("a" * 50) == "b" * 50


def test_a_rule_that_is_none_names_its_line():
    with pytest.raises(G2PError, match=r"test:2: expected 'a -> b"):
        read_rules(["a -> b / _", "nonsense"], "test")
    with pytest.raises(G2PError, match="::vowel:: is not defined"):
        read_rules(["::vowel:: -> b / _"], "test")


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("abc", ["a", "b", "c"]),
        ("a|b", ["ab"]),
        ("(a|b)?c", ["c"]),
        ("a*", []),
        ("[ab]+c", ["ab", "c"]),
        ("(?=x)", ["x"]),
        ("(?!x)a(?<=b|c)", ["a", "bc"]),
        ("(^|a)b", ["b"]),
        ("(ab|cd)e", ["ac", "e"]),
    ],
)
def test_needed_characters(pattern, needed):
    found = needed_characters(pattern)
    assert found == frozenset(map(frozenset, needed))


def test_tables_are_served_by_language():
    served = BACKENDS["epitran"].languages()
    assert served["kor"] == "kor-Hang"
    assert served["jpn-Hira"] == "jpn-Hira"
    assert "jpn" not in served  # Japanese as it is written has ideographs


def test_unknown_option_and_language_are_refused():
    with pytest.raises(G2PError, match="no option colour='red'"):
        Phonemizer("fra", "epitran", colour="red")
    with pytest.raises(LanguageError, match="does not serve"):
        Phonemizer("fra", "gruut-lang-en")
    with pytest.raises(G2PError, match="no table 'nul-Latn'"):
        EpitranTable("nul-Latn")


def test_all_tables_can_be_chosen():
    backend = BACKENDS["epitran"]
    reached = {}
    for language in all_languages():
        if language.code in backend.languages():
            for name in backend.variants(language):
                assert Phonemizer(language, "epitran", table=name, cache=False).options == {
                    "table": name
                }
                reached[name] = language
    assert set(CODES) - set(reached) == {
        "generic-Latn", "uew", "pii-latn_Holopainen2019", "pii-latn_Wiktionary"
    }  # fmt: skip
    for name in set(CODES) - set(reached):
        assert backend.load(get_language("fin"), {"table": name}).code == name


def test_a_table_changes_output_and_provenance():
    usual, other = Phonemizer("fra", "epitran"), Phonemizer("fra", "epitran", table="rev")
    assert other.provenance()["table"] == "fra-Latn-rev"
    assert "table" not in usual.provenance()
    words = ["bonjour", "monde", "parlent", "fils"]
    expected = EpitranTable("fra-Latn-rev").transcribe(words)
    assert [w.units for w in other(words)] == [segment(normalize_ipa(t.ipa)) for t in expected]
    assert [w.units for w in other(words)] != [w.units for w in usual(words)]


def test_a_reconstruction_reads_its_letters_of_other_scripts():
    said = Phonemizer("fin", "epitran", table="uew")(["äδ"])[0]
    assert said.unmapped == ()
    assert said.units == ("æ", "ð")
    assert Phonemizer("fin", "epitran")(["äδ"])[0].unmapped == ("δ",)


def test_a_table_of_another_language_is_refused():
    with pytest.raises(G2PError, match="no table 'np' for Korean.*Known: kor-Hang"):
        Phonemizer("kor", "epitran", table="np")
    with pytest.raises(G2PError, match="no table 'uew' for Russian"):
        Phonemizer("rus", "epitran", table="uew")
