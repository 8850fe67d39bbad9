"""eSpeak NG, as a library and as a program: one answer a word, no leak, policies as named."""

import shutil
import subprocess
import sys
import unicodedata

import pytest

from lingap.errors import G2PError, LanguageError, MissingExtra
from lingap.g2p import Phonemizer
from lingap.g2p.backends.espeak import ESPEAK, _Voice
from lingap.g2p.backends.espeak_ipa import ipa_of_all
from lingap.g2p.backends.espeak_program import ProgramSpeaker
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import PLACEHOLDERS, Transcription
from lingap.languages import all_languages, get_language

HAS = {
    "library": installed_version("espeakng-loader") is not None,
    "program": shutil.which("espeak-ng") is not None,
}
VIAS = [
    pytest.param(via, marks=pytest.mark.skipif(not there, reason=f"eSpeak NG's {via} is not here"))
    for via, there in HAS.items()
]
needs_library = pytest.mark.skipif(not HAS["library"], reason="espeakng-loader is not installed")
needs_program = pytest.mark.skipif(not HAS["program"], reason="espeak-ng is not on the path")


def ipa_of(printed, voice):
    return ipa_of_all([printed], voice)[0]


def said(language, words, **options):
    return ESPEAK.load(get_language(language), options).transcribe(words)


@pytest.mark.parametrize("via", VIAS)
def test_words_stay_one_to_one(via):
    words = ["hello", "NATO", "x", "don't", "ㅋ", "naïve", "a", "WWW", "judge", "hello"]
    answers = said("eng", words, via=via)
    assert len(answers) == len(words)
    assert answers[0].ipa == "həlˈoʊ" == answers[-1].ipa
    assert answers[8].ipa == "d͡ʒˈʌd͡ʒ"  # one phoneme, one tie


@pytest.mark.parametrize("via", VIAS)
def test_a_language_switch_is_a_policy(via):
    words = ["привет", "hello"]
    kept = said("rus", words, via=via)
    assert "(" not in kept[1].ipa
    assert kept[1].ipa
    counted = said("rus", words, via=via, switches="unmapped")
    assert counted[1] == type(counted[1])("", tuple("hello"))


class NamingSpeaker:
    """eSpeak NG as it reads what its voice of Japanese does not know (version 1.52)."""

    NAME = "_(en)_tʃ_ˈaɪ_n_iː_z_(ja)_l_ˈe_t_ə"
    LONG = "_(en)_m_ˈa_k_r_ɒ_n_(ja)"

    def speak(self, words):
        return [self._say(word) for word in words]

    def _say(self, word):
        ideographs = [c for c in word if c in "東京食漢字"]
        rest = "".join(c for c in word if c not in "東京食漢字")
        if ideographs and "べ" not in rest:  # named, or skipped where more kana follow
            return " ".join([self.NAME] * len(ideographs) + [self._say(rest)] * bool(rest))
        sounds = {"タ": "t_a", "ワ": "w_a", "コ": "k_o", "べ": "b_e", "る": "ɽ_u", "ク": "k_u"}
        if rest == "ー":
            return self.LONG
        if rest == "クコ":
            return "(en)_k_(ja)_k_o"
        return "_".join(sounds.get(c, "ː") for c in rest)


JAPANESE = {"voice": "ja", "digits": "leave"}


@pytest.mark.parametrize("switches", ["keep", "unmapped"])
def test_letters_that_are_named_or_skipped_are_unmapped(switches):
    voice = _Voice(NamingSpeaker(), "Jpan", JAPANESE | {"switches": switches})
    answers = voice.transcribe(["東京タワー", "漢字", "食べる", "コー", "ー"])
    assert [(PLACEHOLDERS.sub("*", a.ipa), a.unmapped, a.notes) for a in answers] == [
        ("**tawaː", ("東", "京"), ()),
        ("", ("漢", "字"), ()),
        ("*beɽu", ("食",), ()),
        ("koː", (), ()),
        ("", ("ー",), ()),
    ]


def test_a_borrowed_word_is_noted_or_unmapped():
    kept = _Voice(NamingSpeaker(), "Jpan", JAPANESE | {"switches": "keep"})
    assert kept.transcribe(["クコ"])[0] == Transcription("kko", (), ("language switch",))
    counted = _Voice(NamingSpeaker(), "Jpan", JAPANESE | {"switches": "unmapped"})
    assert counted.transcribe(["クコ"])[0] == Transcription("", ("ク", "コ"))


@needs_library
@pytest.mark.parametrize(
    ("language", "word", "units", "unmapped"),
    [
        ("jpn", "漢字", "", "漢字"),
        ("jpn", "東京タワー", "t ä w ä ä", "東京"),
        ("jpn", "コーヒー", "k o̞ o̞ ç iː", ""),
        ("urd", "كتاب", "t aː b", "ك"),
        ("deu", "Łódź", "oː t", "Łź"),
        ("kir", "гүл", "ɡ y l", ""),  # alone, its voice names г
        ("kir", "өмүр", "ø m y r", ""),  # its voice prints oe
    ],
)
def test_letters_that_a_voice_does_not_know_are_unmapped(language, word, units, unmapped):
    said = Phonemizer(language, "espeak", cache=False)([word])[0]
    assert said.units == tuple(unicodedata.normalize("NFD", units).split())
    assert said.unmapped == tuple(unmapped)


@needs_library
def test_language_switches_are_counted_in_the_coverage():
    phonemizer = Phonemizer("fra", "espeak", cache=False)
    phonemizer(["weekend", "bonjour", "weekend"])
    assert phonemizer.coverage.notes == {"language switch": 2}
    assert phonemizer.coverage.empty_words == 0
    strict = Phonemizer("fra", "espeak", cache=False, switches="unmapped")
    strict(["weekend", "bonjour", "weekend"])
    assert strict.coverage.empty_words == 2
    assert strict.coverage.unmapped["w"] == 2


@pytest.mark.parametrize("via", VIAS)
def test_digits_are_read_where_asked(via):
    reader = ESPEAK.load(get_language("eng"), {"via": via, "digits": "read"})
    assert "4" in reader.reads
    assert Phonemizer("eng", "espeak", via=via, cache=False)(["4"])[0].units == ("4",)
    loud = Phonemizer("eng", "espeak", via=via, digits="read", cache=False)(["4"])[0]
    assert loud.units[0] == "f"
    assert loud.units[-1] == "ɹ"


def test_ipa_is_cleaned_of_what_espeak_leaves():
    assert ipa_of("t_ʃ_ˈi_b", "en-us") == "tʃˈib"  # two phonemes stay two
    assert ipa_of("tʃ_ˈi", "en-us") == "t͡ʃˈi"
    assert ipa_of("p`_a_?_S", "am") == "pʼaʔʃ"
    assert ipa_of("m_ˈɑ_2", "cmn") == "mˈɑ²"
    assert ipa_of("w_uəɜ_n", "cmn") == "wuə³n"
    assert ipa_of("b_ˈɜː_d", "en-us") == "bˈɜːd"


@needs_library
@pytest.mark.parametrize(
    "language", [row for row in all_languages() if row.espeak], ids=lambda row: row.code
)
def test_every_voice_of_the_table_is_there(language, capfd):
    answers = ESPEAK.load(language, {"via": "library"}).transcribe(["a"])
    assert len(answers) == 1
    assert "Can't read" not in capfd.readouterr().err


@needs_library
def test_two_voices_do_not_mix():
    english, german = (ESPEAK.load(get_language(c), {"via": "library"}) for c in ("eng", "deu"))
    first = english.transcribe(["wind"])
    assert german.transcribe(["wind"]) != first
    assert english.transcribe(["wind"]) == first


@needs_library
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_does_not_grow_with_calls():
    code = """
from lingap.g2p.backends.espeak import ESPEAK, _Voice
from lingap.languages import get_language
def resident():
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmRSS"))
words = ["word" + chr(97 + i % 26) * (i % 7) for i in range(2000)]
speaker = ESPEAK.load(get_language("eng"), {"via": "library"})
speaker.transcribe(words)
before = resident()
for _ in range(20):
    ESPEAK.load(get_language("eng"), {"via": "library"}).transcribe(words)
print(resident() - before)
"""
    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(grown.stdout) < 2048  # KiB, for 40,000 calls and 20 loads


@needs_program
def test_lines_that_do_not_fit_are_asked_again_in_halves(monkeypatch):
    speaker = ProgramSpeaker("en-us")
    honest = speaker._lines
    asked = []

    def merging(words):
        """As a program that swallows the line of one word in company."""
        asked.append(len(words))
        lines = honest(words)
        if len(words) > 1 and "world" in words:
            del lines[1 + 2 * list(words).index("world")]
        return lines

    monkeypatch.setattr(speaker, "_lines", merging)
    words = ["hello", "world", "cat", "dog", "bird"]
    answers = speaker.speak(words)
    assert len(answers) == 5
    assert [ipa_of(a, "en-us") for a in answers][1:3] == ["wˈɜːld", "kˈæt"]
    assert max(asked) == 5
    assert min(asked) == 1


@needs_program
def test_a_word_that_says_nothing_takes_no_others_place():
    answers = ProgramSpeaker("en-us").speak(["cat", "\u0301", "dog"])
    assert [ipa_of(a, "en-us") for a in (answers[0], answers[2])] == ["kˈæt", "dˈɑːɡ"]


@pytest.mark.parametrize("via", VIAS)
def test_unknown_voice_is_an_error(via):
    with pytest.raises(G2PError, match="no voice 'xx-none'"):
        said("eng", ["a"], via=via, voice="xx-none")


def test_unknown_options_and_languages_are_refused():
    with pytest.raises(G2PError, match="no option via='telephone'"):
        ESPEAK.provenance(get_language("eng"), {"via": "telephone"})
    with pytest.raises(LanguageError, match="espeak does not serve Zulu"):
        ESPEAK.load(get_language("zul"), {})


def test_not_installed_names_the_extra(monkeypatch):
    monkeypatch.setattr("lingap.g2p.backends.espeak.installed_version", lambda name: None)
    monkeypatch.setattr("lingap.g2p.backends.espeak.shutil.which", lambda name: None)
    assert "lingap[espeak]" in ESPEAK.missing()
    with pytest.raises(MissingExtra, match="lingap\\[espeak\\]"):
        ESPEAK.load(get_language("eng"), {})


@pytest.mark.parametrize("via", VIAS)
def test_provenance_names_version_voice_and_policies(via):
    facts = ESPEAK.provenance(get_language("fra"), {"via": via})
    assert facts["espeak voice"] == "fr"
    assert facts["espeak switches"] == "keep"
    assert facts["espeak"][0].isdigit()
