"""auto takes the best that is installed and says so; a chain falls back by coverage."""

import re

import pytest

from lingap.errors import G2PError, LanguageError, UnknownName
from lingap.g2p import BACKENDS, Phonemizer
from lingap.g2p.choice import AUTO, Chain, choose, find_backend, measured_errors
from lingap.g2p.protocol import Transcription
from lingap.languages import all_languages, get_language

PAPER = ["eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "swa", "urd"]


class Fake:
    """A back end that knows some letters."""

    def __init__(self, name, letters, *, there=True, languages=("fin", "kor")):
        self.name, self.letters, self.there = name, letters, there
        self.served = {code: code for code in languages}
        self.asked = []
        self.reads = frozenset()

    def languages(self):
        return self.served

    def missing(self):
        return None if self.there else f"pip install {self.name}"

    def provenance(self, language, options):
        if set(options) - {"speed"}:
            raise G2PError(f"{self.name} has no option {sorted(options)}")
        return {"version": "1"} | dict(options)

    def load(self, language, options):
        return self

    def transcribe(self, words):
        self.asked += words
        return [
            Transcription(
                "".join(c for c in word if c in self.letters),
                tuple(c for c in word if c not in self.letters),
            )
            for word in words
        ]


@pytest.fixture
def fakes(monkeypatch):
    known = {
        "first": Fake("first", "abc"),
        "second": Fake("second", "abcde"),
        "absent": Fake("absent", "abcdefgh", there=False),
    }
    for name, fake in known.items():
        monkeypatch.setitem(BACKENDS._items, name, fake)
    return known


def test_the_shipped_table_covers_the_paper_and_more():
    errors = measured_errors()
    assert set(errors) >= set(PAPER)
    assert len(errors) > 80
    for code, rates in errors.items():
        assert get_language(code).code == code
        assert all(name in BACKENDS and rate >= 0 for name, rate in rates.items())


@pytest.mark.parametrize("code", PAPER)
def test_auto_beats_plain_epitran_wherever_another_does(code):
    rates = measured_errors()[code]
    installed = {n: r for n, r in rates.items() if BACKENDS[n].missing() is None}
    assert rates[choose(get_language(code))] == min(installed.values())


def test_auto_takes_the_best_that_is_installed(fakes, monkeypatch):
    rates = {"fin": {"first": 9.0, "second": 7.0, "absent": 2.0}}
    monkeypatch.setattr("lingap.g2p.choice.measured_errors", lambda: rates)
    assert choose(get_language("fin")) == "second"
    fakes["absent"].there = True
    assert choose(get_language("fin")) == "absent"


def test_the_shipped_choice_counts_lost_vowels_and_running_text():
    errors = measured_errors()
    assert min(errors["kir"], key=errors["kir"].__getitem__) != "orthography2ipa"  # it loses ө
    spanish = {name: rate for name, rate in errors["spa"].items() if name != "espeak"}
    assert min(spanish, key=spanish.__getitem__) == "orthography2ipa"


def test_a_resolved_name_is_auto_with_its_word_list():
    resolved = find_backend("auto (epitran)")
    assert resolved.name == "auto (epitran)"
    assert resolved.languages()["fra"] == "epitran"
    assert resolved.missing() is None
    les = [Phonemizer("fra", name, cache=False)(["les"]) for name in ("auto (epitran)", "epitran")]
    assert ["".join(one[0].units) for one in les] == ["le", "ləs"]


def test_auto_names_its_choice():
    phonemizer = Phonemizer("fin", "auto", cache=False)
    chosen = choose(get_language("fin"))
    assert phonemizer.backend.name == f"auto ({chosen})"
    assert phonemizer.coverage.backend == f"auto ({chosen})"
    assert phonemizer.provenance()["auto"] == chosen
    direct = Phonemizer("fin", chosen, cache=False)
    assert phonemizer(["hyvää", "päivää"]) == direct(["hyvää", "päivää"])


def test_auto_serves_what_any_installed_back_end_serves():
    served = AUTO.languages()
    assert len(served) > 130
    for code in ("kor", "zul", "srp", "srp-Latn"):
        assert served[code] == choose(get_language(code))
    assert AUTO.missing() is None


def test_a_language_that_none_reads_says_what_to_do():
    language = next(row for row in all_languages() if row.code not in AUTO.languages())
    with pytest.raises(LanguageError, match="backend='lexicon'"):
        find_backend("auto", language)


def test_a_chain_asks_the_next_only_for_what_is_left(fakes):
    chain = find_backend("first+second").load(get_language("fin"), {})
    words = ["ab", "ad", "xy", "ae"]
    answers = chain.transcribe(words)
    assert [a.ipa for a in answers] == ["ab", "ad", "", "ae"]
    assert answers[2].unmapped == ("x", "y")
    assert fakes["first"].asked == words
    assert fakes["second"].asked == ["ad", "xy", "ae"]


def test_the_earlier_answer_stays_on_a_tie(fakes):
    fakes["second"].letters = "bc"
    answers = find_backend("first+second").load(get_language("fin"), {}).transcribe(["ax"])
    assert answers == [Transcription("a", ("x",))]


def test_a_chain_is_one_line_of_configuration():
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    phonemizer = Phonemizer("kor", "epitran+orthography2ipa", cache=False)
    assert phonemizer.backend.name == "epitran+orthography2ipa"
    assert phonemizer(["한국어"])[0] == Phonemizer("kor", "epitran", cache=False)(["한국어"])[0]
    facts = phonemizer.provenance()
    assert facts["1 epitran epitran"]
    assert facts["2 orthography2ipa orthography2ipa"] == "7.93.16"


def test_options_of_a_chain_go_where_they_say(fakes):
    chain = find_backend("first+second")
    facts = chain.provenance(get_language("fin"), {"speed": "1", "second.speed": "2"})
    assert facts["1 first speed"] == "1"
    assert facts["2 second speed"] == "2"
    with pytest.raises(G2PError, match="no back end 'third'"):
        chain.provenance(get_language("fin"), {"third.speed": "1"})


def test_a_chain_serves_what_all_its_links_serve(fakes):
    fakes["second"].served = {"kor": "K"}
    assert find_backend("first+second").languages() == {"kor": "kor+K"}


def test_a_chain_with_a_missing_link_is_not_installed(fakes):
    with pytest.raises(G2PError, match="pip install absent"):
        Phonemizer("fin", "first+absent")


@pytest.mark.parametrize("name", ["epitran+epitran", "epitran+", "+"])
def test_malformed_chains_are_refused(name):
    with pytest.raises(G2PError, match="names each back end once"):
        find_backend(name)


def test_unknown_links_are_named():
    with pytest.raises(UnknownName, match="Did you mean 'espeak'"):
        Chain(["epitran", "espaek"])


def test_every_registered_back_end_keeps_the_protocol():
    for name in BACKENDS:
        backend = BACKENDS[name]
        assert backend.name == name
        assert all(get_language(code).code == code for code in backend.languages())
        hint = backend.missing()
        assert hint is None or re.match("pip install 'lingap|build Flite", hint), (name, hint)


def test_a_word_is_the_same_in_each_script_of_its_language():
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    assert choose(get_language("srp")) == choose(get_language("srp-Latn"))
    pairs = {
        "srp": ("Сва људска бића рађају се слободна", "Sva ljudska bića rađaju se slobodna"),
        "aze": ("Азәрбајҹан ҝөзәл шәһәр", "Azərbaycan gözəl şəhər"),
        "tuk": ("түркмен ягшы юрт", "türkmen ýagşy ýurt"),
    }
    pairs["kaz"] = (
        "қазақ тілі мектеп жақсы үй оқушы әке өмір ғылым шаңырақ киім хат шаруа",
        "qazaq tili mektep jaqsı üy oqwşı äke ömir ğılım şañıraq kïim xat şarwa",
    )
    for code, (cyrillic, latin) in pairs.items():
        codes = (f"{code}-Cyrl", f"{code}-Latn")
        said = [
            str(Phonemizer(get_language(one).code, cache=False).text(text))
            for one, text in zip(codes, (cyrillic, latin), strict=True)
        ]
        assert said[0] == said[1]


KYRGYZ = {
    "kir": "кыргыз тили мектеп жакшы үй көл ал бул китеп ооба суу кагаз жаңы",
    "kir-Latn": "kƅrgƅz tili mektep çakşƅ yj kɵl al ʙul kitep ooʙa suu kaƣaz çaꞑƅ",
    "kir-Arab": "قىرعىز تىلى مەكتەپ جاقشى ۉي كۅل ال بۇل كىتەپ ووبا سۇۇ قاعاز جاڭى",
}


@pytest.mark.parametrize("code", KYRGYZ)
def test_kyrgyz_has_the_same_phonemes_in_three_scripts(code):
    expected = "qɯrʁɯz tili mektep d͡ʒɑqʃɯ yj køl ɑl bul kitep oːbɑ suː qɑʁɑz d͡ʒɑŋɯ".split()
    said = Phonemizer(code, "epitran", cache=False)(KYRGYZ[code].split())
    assert ["".join(one.units) for one in said] == expected
    assert not any(one.unmapped for one in said)


def test_letters_of_later_latin_spellings():
    kazakh = Phonemizer("kaz-Latn", "epitran", cache=False)
    older, newer = "äke ömir tañ ğılım".split(), "áke ómir tań ǵılım".split()
    assert [one.units for one in kazakh(older)] == [one.units for one in kazakh(newer)]
    (kyrgyz,) = Phonemizer("kir-Latn", "epitran", cache=False)(["köl"])
    assert (kyrgyz.units, kyrgyz.unmapped) == (("k", "ø", "l"), ())
    (cyrillic,) = Phonemizer("kir-Latn", "epitran", cache=False)(["kьrgьz"])
    assert (cyrillic.units, cyrillic.unmapped) == (("q", "ɯ", "r", "ʁ", "ɯ", "z"), ())
