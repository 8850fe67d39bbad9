"""Syllables of Mandarin, Cantonese and Japanese in IPA; alphabets of African languages; kin."""

import importlib.util

import pytest

from lingap.errors import G2PError, LanguageError
from lingap.g2p import Phonemizer, phonemizable
from lingap.g2p.backends.africa import _sounds
from lingap.g2p.backends.alphabet import Alphabet
from lingap.g2p.backends.readings import JANOME, PYPINYIN, TOJYUTPING
from lingap.g2p.backends.syllables import jyutping_ipa, kana_ipa, pinyin_ipa
from lingap.g2p.ipa.segmentation import segment
from lingap.languages import get_language


@pytest.mark.parametrize(
    ("initial", "final", "ipa"),
    [
        ("zh", "ong1", "ʈ͡ʂʊŋ˥"),
        ("", "iou3", "jou̯˨˩˦"),
        ("n", "v3", "ny˨˩˦"),
        ("z", "i4", "t͡sɹ̩˥˩"),
        ("sh", "i2", "ʂɻ̩˧˥"),
        ("x", "i1", "ɕi˥"),
        ("j", "van4", "t͡ɕɥɛn˥˩"),
        ("d", "e5", "tɤ"),
        ("", "", None),
        ("q", "xyz1", None),
    ],
)
def test_pinyin(initial, final, ipa):
    assert pinyin_ipa(initial, final) == ipa


@pytest.mark.parametrize(
    ("reading", "ipa"),
    [
        ("gwong2", "kʷɔːŋ˧˥"),
        ("waa2", "waː˧˥"),
        ("sik6", "sɪk̚˨"),
        ("heoi3", "hɵy̯˧"),
        ("jyut6", "jyːt̚˨"),
        ("ng5", "ŋ̍˩˧"),
        ("m4", "m̩˨˩"),
        ("ngo5", "ŋɔː˩˧"),
        ("hm1", "hm̩˥"),
        ("", None),
        ("abc", None),
        ("ng", None),
    ],
)
def test_jyutping(reading, ipa):
    assert jyutping_ipa(reading) == ipa


@pytest.mark.parametrize(
    ("kana", "ipa"),
    [
        ("トーキョー", "toːkʲoː"),
        ("ガッコー", "ɡakːoː"),
        ("シュッチョー", "ɕɯt͡ɕːoː"),
        ("ニッポン", "nʲipːoɴ".replace("nʲ", "ɲ")),
        ("ティファール", "tiɸaːɾɯ"),
        ("ウィキ", "wiki"),
        ("ひつじ", "çit͡sɯd͡ʑi"),
        ("ﾊﾝ", "haɴ"),
        ("アッ", "aʔ"),
        ("", ""),
        ("東", None),
    ],
)
def test_kana(kana, ipa):
    assert kana_ipa(kana) == ipa


def test_tones_are_units():
    assert segment(pinyin_ipa("m", "a3")) == ("m", "a", "˨˩˦")


@pytest.mark.parametrize(
    ("backend", "language", "words"),
    [
        (
            PYPINYIN,
            "zho",
            {"重庆": "ʈ͡ʂʰ ʊ ŋ ˧˥ t͡ɕʰ i ŋ ˥˩", "重要": "ʈ͡ʂ ʊ ŋ ˥˩ j a u̯ ˥˩", "。": "。"},
        ),
        (PYPINYIN, "zho-Hant", {"中國": "ʈ͡ʂ ʊ ŋ ˥ k w o ˧˥"}),
        (TOJYUTPING, "yue", {"廣東話": "kʷ ɔː ŋ ˧˥ t ʊ ŋ ˥ w aː ˧˥"}),
        (JANOME, "jpn", {"東京": "t oː kʲ oː", "は": "w a", "ジェット": "d͡ʑ e tː o"}),
    ],
)
def test_words_by_the_packages(backend, language, words):
    if backend.missing():
        with pytest.raises(G2PError, match=r"lingap\[cjk\]"):
            Phonemizer(language, backend.name)
        return
    found = Phonemizer(language, backend.name, cache=False)(list(words))
    assert [" ".join(one.units) for one in found] == list(words.values())


def test_unreadable_characters_keep_their_place_and_are_counted():
    reader = PYPINYIN.__class__("x", "x", ("zho",), lambda: None)
    from lingap.g2p.backends.readings import _Reader

    found = _Reader(lambda word: [(c, "a" if c == "啊" else None) for c in word])
    answer = found.transcribe(["啊龘啊"])[0]
    assert answer.unmapped == ("龘",)
    assert answer.ipa[0] == answer.ipa[-1] == "a"
    assert reader.languages() == {"zho": "x"}


def test_an_alphabet_reads_the_longest_letters_first_and_counts_the_rest():
    table = {"ng": "ŋ", "n": "n", "ng'": "ŋ", "a": "a~ə", "ä": "aˈ", "mb": "ᵐb", "ǝ": "ə"}
    read = Alphabet(get_language("swa"), _sounds(table), {"\u0301": "˥"}).transcribe
    assert [one.ipa for one in read(["Ngana", "amba", "á", "ə"])] == ["ŋana", "amba", "a˥", "ə"]
    assert read(["ä"])[0].unmapped == ("\u0308",)  # its sound is not in the table
    assert read(["aq"])[0].unmapped == ("q",)


def test_african_languages_by_the_package():
    if importlib.util.find_spec("africa_g2p") is None:
        with pytest.raises(G2PError, match=r"lingap\[africa\]"):
            Phonemizer("ibo", "africa-g2p")
        return
    said = Phonemizer("ibo", "africa-g2p", cache=False)(["nwere", "ńdị"])
    assert said[0].units == ("ŋʷ", "e", "ɹ", "e")
    assert said[1].unmapped == ("\u0301",)  # tones that no table names are counted


@pytest.mark.parametrize(
    ("code", "word", "ipa"),
    [
        ("aym", "ch'uqi", "t͡ʃʼuqi"),
        ("aym", "Phaxsi", "pʰaχsi"),
        ("luo", "ng’ato", "ŋato"),
        ("luo", "thuolo", "θuolo"),
        ("bug", "séuwa", "seuwa"),
        ("bug", "engka'", "əŋkaʔ"),
    ],
)
def test_phonemic_alphabets(code, word, ipa):
    (said,) = Phonemizer(code, "alphabets", cache=False)([word])
    assert ("".join(said.units), said.unmapped) == (ipa, ())


KIN = {
    "ara": "acm acq aeb apc ars ary arz ajp",
    "fas": "prs",
    "hin": "awa mag hne",
}


@pytest.mark.parametrize(
    ("code", "standard"), [(c, s) for s, codes in KIN.items() for c in codes.split()]
)
def test_kin_are_read_by_their_standard_and_say_so(code, standard):
    assert phonemizable(code, "epitran")
    phonemizer = Phonemizer(code, "epitran", cache=False)
    assert phonemizer.read_as.code == standard
    assert phonemizer.provenance()["read as"] == standard
    word = {"ara": "كتاب", "fas": "کتاب", "hin": "किताब"}[standard]
    said = phonemizer([word])
    assert said == Phonemizer(standard, "epitran", cache=False)([word])
    assert phonemizer.coverage.notes[f"read as {standard}"] == 1
    assert get_language(code).code != standard


def test_codes_stay_apart():
    assert get_language("ajp").code == "apc-sout3123"
    assert get_language("ajp").base == "apc"
    assert not phonemizable("azb", "epitran")
    with pytest.raises(LanguageError):
        Phonemizer("azb", "epitran")
