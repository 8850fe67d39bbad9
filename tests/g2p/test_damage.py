"""What lingap itself did to a back end's answer, or left as it was wrong: right values by language.

Each row stands for a kind that was sought in all tables: letters that Epitran passes through as
IPA, letters taken from under an accent, symbols that are no IPA, and repairs that cut an affricate.
"""

import unicodedata

import pytest

from lingap.g2p import Phonemizer
from lingap.g2p.backends.epitran_data import epitran_files
from lingap.g2p.backends.epitran_tables import EpitranTable
from lingap.g2p.ipa.symbols import KNOWN_SYMBOLS, normalize_ipa
from lingap.languages import all_languages

EPITRAN = [
    # letters that pass through Epitran's table are letters of its alphabet
    ("nya", "munthu", "m u n tʰ u"),
    ("nya", "anthu", "a n tʰ u"),
    ("nya", "nyumba", "ɲ u m b a"),
    ("zha", "daep", "t a p"),
    ("got-Latn", "hlaifs", "h l ɛ ɸ s"),
    ("got-Latn", "skip", "s k ɪ p"),
    ("zha", "gak", "k aː k"),
    ("hau", "zuwa", "z u w a"),
    ("hau", "zaɓi", "z a ɓ i"),
    ("epo", "juna", "j u n a"),
    ("epo", "juĝisto", "j u d͡ʒ i s t o"),
    ("hrv", "život", "ʒ i ʋ o t"),
    ("hrv", "ljubav", "ʎ u b a ʋ"),
    ("sag", "lo", "l o"),
    ("nld", "actief", "ɑ k t iː f"),
    # accents stay on their letters
    ("deu", "Güte", "ɡ yː t ə"),
    ("deu", "gültig", "ɡ ʏ l t ɪ ç"),
    ("deu", "ausgeübt", "a ʊ̯ s ɡ ɛː ʏ p t"),
    ("cat", "França", "f ɾ a n s a"),
    ("cat", "començar", "k ɔ m ɛ n s a ɾ"),
    ("fra", "poète", "p ɔ ɛ t"),
    ("fra", "Noël", "n ɔ ɛ l"),
    ("fra", "poésie", "p ɔ e z i"),
    ("glg", "visión", "b i s i ɔ n"),
    ("lav", "uzņēmums", "u z ɲ æː m u m s"),
    ("gle", "athghabháil", "a h ə u aː lʲ"),
    ("por", "saúde", "s ɐ u d ɛ"),
    ("kab", "tṣub", "t sˤ u b"),
    ("lit", "užsiėmė", "ʊ ʒʲ sʲ ɪ eː mʲ eː"),
    ("ita", "già", "d͡ʒ a"),  # the context of a rule may have an accent
    ("vie", "quỳnh", "k w i ɲ"),
    ("cym", "drôn", "d r oː n"),
    ("oci", "polícia", "p u l i k j a"),
    # letters of the alphabet that the table lacks
    ("ara", "على", "ʕ l aː"),
    ("ara", "إلى", "ʔ i l aː"),
    ("ara", "أن", "ʔ a n"),
    ("ara", "آخر", "ʔ aː x r"),
    ("ara", "سؤال", "s ʔ aː l"),
    ("ara", "شكراً", "ʃ k r a n"),
    ("tgk", "эълон", "e ʔ l ɔ n"),
    ("tgk", "маҳаллӣ", "m æ h æ l l i"),
    ("bho", "में", "m ẽ"),
    ("mar", "स्मॉल", "s m ɔ l ə"),
    ("mya", "ပါ", "p a"),
    ("kab", "uεqal", "u ʕ q a l"),
    # symbols that are no IPA
    ("sna", "svika", "sʷ i k a"),
    ("kbd", "тӏыс", "tʼ ə s"),
    ("lit", "galinčio", "ɡ ɐ lʲ ɪ nʲ t͡ɕ o̟ː"),
    ("got", "𐌸𐌹𐌿𐌳𐌰", "θ i u d a"),
    ("ben", "ঘটনা", "ɡ̤ ɔ t ɔ n̪ a"),
    ("urd", "جاری", "d͡ʒ ɑː r iː"),
]


@pytest.mark.parametrize(("language", "word", "units"), EPITRAN)
def test_epitran(language, word, units):
    said = Phonemizer(language, "epitran")([word])[0]
    assert " ".join(said.units) == unicodedata.normalize("NFD", units)
    assert said.unmapped == ()


ORTHOGRAPHY2IPA = [
    ("urd", "جاری", "d͡ʒ ɑː ɾ iː"),
    ("urd", "چار", "t͡ʃ ɑː ɾ"),
    ("urd", "آج", "ɑː d͡ʒ"),
    ("urd", "سچ", "s ə t͡ʃ"),
    ("urd", "جگہ", "d͡ʒ ə ɡ ɑː"),
    ("urd", "پانچ", "p ɑ̃ː t͡ʃ"),
    ("sna", "svika", "sᶲ i k a"),
    ("hun", "lécből", "l eː d͡z b øː l"),
    ("hun", "Pécsből", "p eː d͡ʒ b øː l"),
    ("kbp", "maɣzʋʋ", "m a ɣ z ʊ ʊ"),
    ("ckb", "كورد", "k ʊ ɾ d"),
    ("kab", "uεqal", "u ʕ q ɑ l"),
    ("ace", "lagѐe", "l a ɡ ɛ ə"),
    ("jpn-Kana", "ホン", "h o ɴ"),
]
BORROWED = [
    ("nld", "coördinatie", "k oː ɔ r d i n aː t s i"),
    ("nld", "zoölogie", "z oː oː l oː ɣ i"),
    ("nld", "coördinator", "k oː ɔ r d i n aː t ɔ r"),
    ("afr", "koöperasie", "k u ə p ə r a s i"),
]


@pytest.mark.parametrize(("language", "word", "units"), BORROWED)
def test_a_letter_whose_accent_is_ignored_does_not_join_its_neighbour(language, word, units):
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    said = Phonemizer(language, "orthography2ipa")([word])[0]
    assert " ".join(said.units) == unicodedata.normalize("NFD", units)
    assert said.notes == ("accent dropped",)


@pytest.mark.parametrize(("language", "word", "units"), ORTHOGRAPHY2IPA)
def test_orthography2ipa(language, word, units):
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    said = Phonemizer(language, "orthography2ipa")([word])[0]
    assert " ".join(said.units) == unicodedata.normalize("NFD", units)
    assert said.unmapped == ()


@pytest.mark.parametrize(
    ("language", "word", "unmapped"),
    [
        ("tgk", "кӯҳњ", "њ"),
        ("glg", "visiónâ", "â"),
        ("yor", "Yorùbá", "ùá"),
        ("sag", "fütïngö", "üïö"),
        ("tur", "kâğıt", "â"),
        ("hat", "ògà", "à"),
    ],
)
def test_the_unmapped_letter_is_named_and_no_other(language, word, unmapped):
    assert "".join(Phonemizer(language, "epitran")([word])[0].unmapped) == unmapped


def test_tones_that_a_table_gives_are_counted():
    phonemizer = Phonemizer("vie", "epitran")
    assert phonemizer(["tiếng"])[0].units == ("t", "i", "ə", "ŋ")
    phonemizer(["tiếng", "123"])
    assert phonemizer.coverage.notes == {"tone dropped": 2}
    assert Phonemizer("fin", "epitran")(["talo"])[0].notes == ()


def test_no_default_table_has_a_plain_latin_vowel_without_a_rule():
    """All but two, which romanize syllables without these letters alone."""
    without = {"cjy-Latn": "o", "yue-Latn": "a"}
    for row in all_languages():
        if row.epitran.endswith("Latn") and f"map/{row.epitran}.csv" in epitran_files():
            said = EpitranTable(row.epitran).transcribe(list("aeiou"))
            lost = "".join(c for c, one in zip("aeiou", said, strict=True) if one.unmapped)
            assert lost == without.get(row.epitran, ""), row.epitran


def test_no_symbol_of_a_repaired_word_is_unknown():
    for language, word, _ in EPITRAN:
        ipa = Phonemizer(language, "epitran").load()._transcriber.transcribe([word])[0].ipa
        assert KNOWN_SYMBOLS.issuperset(normalize_ipa(ipa)), (language, word)
