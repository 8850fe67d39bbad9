"""eSpeak NG, as a library and as a program: one answer a word, no leak, policies as named."""

import shutil
import subprocess
import sys

import pytest

from lingap.errors import G2PError, LanguageError, MissingExtra
from lingap.g2p import Phonemizer
from lingap.g2p.espeak import ESPEAK
from lingap.g2p.espeak_ipa import ipa_of
from lingap.g2p.espeak_program import ProgramSpeaker
from lingap.g2p.installed import installed_version
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
from lingap.g2p.espeak import ESPEAK
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
    with pytest.raises(LanguageError, match="has no voice for Zulu"):
        ESPEAK.load(get_language("zul"), {})


def test_not_installed_names_the_extra(monkeypatch):
    monkeypatch.setattr("lingap.g2p.espeak.installed_version", lambda name: None)
    monkeypatch.setattr("lingap.g2p.espeak.shutil.which", lambda name: None)
    assert "lingap[espeak]" in ESPEAK.missing()
    with pytest.raises(MissingExtra, match="lingap\\[espeak\\]"):
        ESPEAK.load(get_language("eng"), {})


@pytest.mark.parametrize("via", VIAS)
def test_provenance_names_version_voice_and_policies(via):
    facts = ESPEAK.provenance(get_language("fra"), {"via": via})
    assert facts["espeak voice"] == "fr"
    assert facts["espeak switches"] == "keep"
    assert facts["espeak"][0].isdigit()
