"""orthography2ipa behind the adapter: same as the package, digits counted, repairs as stated."""

import csv
import json
import re
import subprocess
import sys
import unicodedata
from importlib import resources

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import G2PError, LanguageError
from lingap.g2p import Phonemizer
from lingap.g2p.backends.orthography2ipa import ORTHOGRAPHY2IPA, _engine, repairs_of
from lingap.g2p.ipa.symbols import normalize_ipa
from lingap.languages import get_language


def said(language, *words, **options):
    return ORTHOGRAPHY2IPA.load(get_language(language), options).transcribe(list(words))


def ipa(language, word):
    return normalize_ipa(said(language, word)[0].ipa)


WORDS = {
    "fra": ["beaux", "garnirions", "fils"],
    "rus": ["Москва", "город"],
    "kor": ["한국어", "독립"],
    "ukr": ["м'ята", "щур"],
    "swa": ["ng'ombe", "chai"],
    "hin": ["समझना"],
    "eng": ["phoneme"],
}


@pytest.mark.parametrize("language", WORDS)
def test_without_repairs_it_is_the_packages_own_answer(language):
    import orthography2ipa

    engine = orthography2ipa.G2P(get_language(language).orthography2ipa)
    for word, answer in zip(
        WORDS[language], said(language, *WORDS[language], repairs="off"), strict=True
    ):
        expected = engine.transcribe_word(word.lower())
        assert unicodedata.normalize("NFC", answer.ipa) == expected


def test_digits_it_drops_are_counted():
    assert said("fra", "2024a")[0].unmapped == ("2", "0", "2", "4")


def test_letters_without_a_rule_are_counted_one_by_one():
    assert said("fra", "ñandú", repairs="off")[0].unmapped == ("ñ", "ú")
    assert said("hin", "Aब")[0].unmapped == ("a",)


def test_a_word_of_silent_letters_is_read_as_if_they_were_not_silent():
    assert [normalize_ipa(a.ipa) for a in said("fra", "d", "X", "he")] == ["d", "ks", "ə"]
    assert said("fra", "d", repairs="off")[0].ipa == ""
    assert said("ita", "h")[0].ipa == ""  # it has no sound of its own
    assert normalize_ipa(said("gla", "dh")[0].ipa) == "ɣ"  # one grapheme


BORROWED = [
    ("fra", "à", "a"),
    ("fin", "Saqib", "sɑkib"),
    ("swa", "Carlo", "kaɾlɔ"),
    ("tur", "hâlâ", "haɫa"),
]


@pytest.mark.parametrize(("language", "word", "expected"), BORROWED, ids=lambda x: str(x))
def test_borrowed_latin_letters_are_read_as_own_ones(language, word, expected):
    answer = said(language, word)[0]
    assert normalize_ipa(answer.ipa) == expected
    assert answer.unmapped == ()


def test_turkish_capital_i_is_dotless():
    assert ipa("tur", "IŞIK") == "ɯʃɯk"
    assert ipa("tur", "İstanbul") == "istanbul"


REPAIRED = [
    ("fra", "parlaient", "paʁlɛ"),
    ("fra", "chanteront", "ʃɑ̃tʁɔ̃"),
    ("fra", "totalement", "tɔtalmɑ̃"),
    ("fra", "renoncer", "ʁənɔ̃se"),  # a schwa in the first syllable stays
    ("fra", "cruel", "kʁyɛl"),  # no glide after obstruent and liquid
    ("fra", "tuer", "tɥe"),
    ("fra", "exubérant", "ɛɡzybeʁɑ̃"),
    ("fra", "parfum", "paʁfœ̃"),
    ("fra", "œdème", "edɛm"),
    ("hin", "ब्लॉग", "blɔːɡ"),
    ("ita", "fatto", "fatto"),
    ("fin", "tuuli", "tuuli"),
    ("fin", "kukka", "kukkɑ"),
    ("hun", "fiú", "fijuː"),
    ("hun", "magadhoz", "mɒɡɒthoz"),
    ("hin", "दाना", "d̪ɑːnɑː"),
    ("urd", "دستانہ", "d̪əst̪ɑːnɑː"),
    ("tur", "kedi", "cedi"),
    ("tur", "kadın", "kadɯn"),
]


@pytest.mark.parametrize(("language", "word", "expected"), REPAIRED, ids=lambda x: str(x))
def test_repairs_do_what_their_lines_say(language, word, expected):
    assert ipa(language, word) == unicodedata.normalize("NFD", expected)


TIED = [
    ("ita", "caccia", "katt͡ʃa"),
    ("hun", "meccs", "mɛt͡ʃː"),
    ("kor", "진짜", "t͡ɕint͈͡ɕa"),
    ("kor", "자전거", "t͡ɕad͡ʑʌnɡʌ"),
    ("fin", "pizza", "pitstsɑ"),  # two sounds in Finnish
    ("ara", "تشكيل", "tʃkiːl"),  # a sound for each letter
    ("heb", "תשלום", "tʃlom"),
    ("fas", "ارتش", "ʔɾtʃ"),
    ("pol", "trzy", "tʂɨ"),
    ("pol", "czy", "t͡ʂɨ"),
    ("ces", "větší", "vjɛtʃiː"),
    ("bul", "градски", "ɡratski"),
]


@pytest.mark.parametrize(("language", "word", "expected"), TIED, ids=lambda x: str(x))
def test_affricates_are_one_segment(language, word, expected):
    assert ipa(language, word) == unicodedata.normalize("NFD", expected)


def test_a_language_without_repairs_has_none():
    assert repairs_of("bel") == {}
    assert set(repairs_of("fra")) == {"spelling", "ipa", "both"}


def test_unresearched_rules_are_not_offered():
    assert len(ORTHOGRAPHY2IPA.languages()) > 200
    with pytest.raises(LanguageError, match="orthography2ipa does not serve Chinese"):
        said("zho", "中文")


def test_unknown_options_are_refused():
    with pytest.raises(G2PError, match="no option repairs='some'"):
        ORTHOGRAPHY2IPA.provenance(get_language("fra"), {"repairs": "some"})


def test_provenance_tells_repairs_apart():
    french = get_language("fra")
    facts = [ORTHOGRAPHY2IPA.provenance(french, {"repairs": r}) for r in ("on", "off")]
    assert facts[0] != facts[1]
    assert facts[0]["orthography2ipa"] == "7.93.16"


@given(words=st.lists(st.text(max_size=10), max_size=5))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("language", ["fra", "kor", "urd"])
def test_any_text_gives_one_answer_a_word(language, words):
    assert len(Phonemizer(language, "orthography2ipa", cache=False)(words)) == len(words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("مجهے", "مجھے"), ("کهانسی", "کھانسی"), ("وه", "وہ"), ("كتاب", "کتاب"), ("پيپ", "پیپ")],
)
def test_urdu_from_an_arabic_keyboard_reads_the_same(typed, meant):
    one, other = Phonemizer("urd", "orthography2ipa", cache=False)([typed, meant])
    assert one == other
    assert one.unmapped == ()


def test_every_repair_is_a_pattern_that_can_be_applied():
    """A replacement that names a missing group would fail only on the word that it matches."""
    from lingap.g2p.backends.orthography2ipa import _rows

    text = resources.files("lingap.g2p.backends").joinpath("orthography2ipa_repairs.tsv")
    lines = text.read_text(encoding="utf-8").splitlines()
    table = [*csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    steps = {"name", "grapheme", "prefix", "spelling", "ipa", "both"}
    assert {row["step"] for row in table} == steps
    for code in {code for row in table for code in row["languages"].split()}:
        for row in _rows(code):
            if row["step"] != "grapheme":
                assert not re.search(r"\{[A-Z]", row["from"]), row
                groups = re.compile(row["from"]).groups
                assert all(int(n) <= groups for n in re.findall(r"\\(\d)", row["to"])), row
                assert "\\u" not in row["to"], row


def test_what_the_engine_remembers_does_not_change_what_it_writes():
    """Its answers, and those of the package alone in a process of its own."""
    words = {
        "fra": "grandes vies petit oiseaux chanteraient DS aujourd'hui aiguë",
        "swe": "sjukhus kärlek barnen människor vägen stjärna",
        "hin": "हिन्दी विश्वविद्यालय कमल समझना",
        "rus": "молоко город встретиться объект",
        "ara": "السلام محمّد مدرسة",
        "tam": "தமிழ்நாடு காகக வணக்கம்",
        "tha": "เกม ภาษาไทย ประเทศ",
        "gle": "Gaeilge bhí oíche fuinneog",
        "yor": "Yorùbá ọjọ́ gbogbo",
    }
    words = {get_language(c).orthography2ipa: text.split() for c, text in words.items()}
    script = (
        "import json, sys, logging, orthography2ipa; words = json.loads(sys.argv[1]);"
        "logging.disable(logging.CRITICAL);"
        "print(json.dumps({c: [orthography2ipa.G2P(c).transcribe_word(w) for w in own]"
        " for c, own in words.items()}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(words)],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = {code: [_engine(code).transcribe_word(w) for w in own] for code, own in words.items()}
    assert ours == json.loads(done.stdout)
