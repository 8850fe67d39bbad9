"""The policy digits=words: numbers by the spell-out rules of CLDR."""

import pytest

from lingap.errors import G2PError, MissingExtra
from lingap.g2p import Phonemizer, Policies
from lingap.g2p.numbers import NumberWords
from lingap.languages import get_language

WORDS = Policies(digits="words")


def said(language, *words, backend="auto"):
    spelled = Phonemizer(language, backend, policies=WORDS, cache=False)(list(words))
    return ["".join(one.units) for one in spelled]


def test_without_the_package_the_extra_is_named(monkeypatch):
    from lingap.g2p import numbers

    numbers._engine.cache_clear()
    monkeypatch.setattr(numbers, "installed_version", lambda name: None)
    with pytest.raises(MissingExtra, match=r"lingap\[numbers\]"):
        Phonemizer("eng", policies=WORDS, cache=False)


def test_an_ending_after_digits_is_no_letter():
    kept = Phonemizer("eng", cache=False)(["1980s", "1980's", "3rd", "5"])
    assert ["".join(one.units) for one in kept] == ["1980z", "1980z", "3ɹd", "5"]


class TestWithThePackage:
    @pytest.fixture(autouse=True)
    def package(self):
        pytest.importorskip("unicode_rbnf", reason="needs the extra numbers")

    def test_numbers_are_words(self):
        assert said("eng", "25", "1,234", "2.4Ghz")[:2] == [
            "twɛntifaɪv",
            "wʌnθaʊzəndtuhʌndɹɪdθɝtifɔɹ",
        ]
        assert said("deu", "21", backend="epitran") == said(
            "deu", "einundzwanzig", backend="epitran"
        )
        assert said("hin", "२५") == said("hin", "पच्चीस")

    def test_signs_between_thousands_are_those_of_the_language(self):
        assert said("deu", "1.234") == said("deu", "1234")
        assert said("eng", "1.234") != said("eng", "1234")
        assert said("eng", "1,23") == [",".join(said("eng", "1", "23"))]

    def test_ordinals_and_decades_are_read_as_such(self):
        assert said("eng", "1st", "22nd", "3rd", "11th", "1,000th") == [
            "fɝst", "twɛntisɛkənd", "θɝd", "ɪlɛvənθ", "wʌnθaʊzəndθ"
        ]  # fmt: skip
        assert said("eng", "1990s", "90’s") == ["naɪntinnaɪntiz", "naɪntiz"]
        assert said("fra", "1er", "1re", "2e", "3ème") == said(
            "fra", "premier", "première", "deuxième", "troisième"
        )
        assert said("spa", "1º", "2.ª") == said("spa", "primero", "segunda")
        assert said("ita", "1ª", "3°") == said("ita", "prima", "terzo")
        assert said("nld", "1e", "2de") == said("nld", "eerste", "tweede")
        assert said("rus", "1-й", "2-я") == said("rus", "первый", "вторая")
        assert said("ell", "1ος") == said("ell", "πρώτος")
        assert said("deu", "1990er") == said("deu", "neunzehnhundertneunziger")

    def test_percent_and_euro_are_read_by_name(self):
        assert said("eng", "%", "50%", "5€") == ["pɚsɛnt", "fɪftipɚsɛnt", "faɪvjʊɹoʊz"]
        assert said("deu", "%") == said("deu", "Prozent")
        assert said("hin", "%") == said("hin", "प्रतिशत")

    def test_a_sign_of_currencies_has_the_name_that_they_share(self):
        assert said("eng", "$", "$5", "£") == ["dɑlɚz", "faɪvdɑlɚz", "paʊndz"]
        assert said("fra", "$") == said("fra", "dollars")
        assert said("nld", "°") == said("nld", "graden")
        assert said("vie", "$") == ["".join(said("vie", "đô", "la"))]
        assert said("eng", "¥", "5¥") == ["¥", "faɪv¥"]

    def test_decimals_have_the_sign_of_the_language(self):
        assert said("eng", "3.5", "3.5kg", "$3.50") == [
            "θɹipɔɪntfaɪv", "θɹipɔɪntfaɪvkɪləɡɹæmz", "θɹipɔɪntfaɪvzɪɹoʊdɑlɚz"
        ]  # fmt: skip
        assert said("deu", "3,05") == ["".join(said("deu", "drei", "Komma", "null", "fünf"))]
        assert said("pol", "3,05") == ["".join(said("pol", "trzy", "przecinek", "zero", "pięć"))]
        assert said("hin", "३.५") == ["".join(said("hin", "तीन", "दशमलव", "पाँच"))]
        assert said("eng", "1.2.3") == [".".join(said("eng", "1", "2", "3"))]

    @pytest.mark.parametrize(
        ("language", "number", "words"),
        [
            ("rus", "3,5", "три целых пять десятых"),
            ("rus", "2,1", "две целых одна десятая"),
            ("rus", "21,11", "двадцать одна целая одиннадцать сотых"),
            ("rus", "0,05", "ноль целых пять сотых"),
            ("rus", "1,234", "одна целая двести тридцать четыре тысячных"),
            ("kaz", "3,5", "үш бүтін оннан бес"),
            ("kir", "3,05", "үч бүтүн жүздөн беш"),
            ("jpn", "3.5", "三 点 五"),
            ("zho", "3.5", "三 点 五"),
            ("bul", "3,5", "три цяло и пет"),
            ("mlt", "3.5", "tlieta punt ħamsa"),
            ("nob", "3,5", "tre komma fem"),
            ("nob", "25", "tjuefem"),
            ("tha", "3.5", "สาม จุด ห้า"),
            ("spa", "3,05", "tres coma cero cinco"),
            ("ukr", "3,5", "три кома пʼять"),
            ("tur", "3,5", "üç virgül beş"),
            ("kor", "3.5", "삼 점 오"),
            ("vie", "3,5", "ba phẩy năm"),
            ("heb", "3.5", "שלוש נקודה חמש"),
            ("swe", "3,5", "tre komma fem"),
        ],
    )
    def test_decimals_by_the_rules_of_each_language(self, language, number, words):
        spelled = NumberWords(get_language(language))
        found = spelled.find(number)
        assert (found[2] if found else spelled.words(number)) == tuple(words.split())

    def test_decimals_without_a_rule_are_two_numbers(self):
        assert NumberWords(get_language("zul")).find("3.5") is None
        assert NumberWords(get_language("rus")).find("3," + "1" * 12) is None

    def test_times_and_dates(self):
        assert said("eng", "10:30", "10:00", "9:05pm") == ["tɛnθɝti", "tɛn", "naɪnzɪɹoʊfaɪvpiɛm"]
        assert said("eng", "25:30") == [":".join(said("eng", "25", "30"))]
        assert said("fra", "12/5/2020", "2020-05-12") == [
            "".join(said("fra", *"douze mai deux mille vingt".split()))
        ] * 2  # fmt: skip
        assert said("rus", "12.05.2020") == [
            "".join(said("rus", *"двенадцать мая две тысячи двадцать".split()))
        ]
        assert said("eng", "13/13/2020") == ["/".join(said("eng", "13", "13", "2020"))]

    def test_a_year_is_read_as_one_without_a_sign_between_thousands(self):
        assert said("deu", "1999") == said("deu", "neunzehnhundertneunundneunzig")
        assert said("eng", "1999") == ["naɪntinnaɪntinaɪn"]
        assert said("deu", "1.999") == said("deu", "eintausendneunhundertneunundneunzig")

    def test_full_stops_between_thousands_beside_a_decimal_comma(self):
        million = said("fra", "1000000")
        assert said("fra", "1.000.000") == million
        assert said("fra", "1.000,5") == said("fra", "1000,5")
        assert said("eng", "1.000.000") != said("eng", "1000000")
        for language in ("deu", "spa", "ita", "nld", "pol"):
            assert said(language, "1.000.000") == said(language, "1000000")

    def test_french_vingt_and_dix_before_a_number(self):
        assert said("fra", "21", "31", "22", "82", "18") == [
            "vɛ̃teœ̃", "tʁɑ̃teœ̃", "vɛ̃tdø", "katʁvɛ̃dø", "dizɥit"
        ]  # fmt: skip

    def test_korean_counters_have_native_numbers(self):
        assert said("kor", "3명", "20살", "3시", "6월", "10월") == [
            "semjʌŋ", "sɯmusaɭ", "seɕi", "juwʌɭ", "ɕiwʌɭ"
        ]  # fmt: skip
        assert said("kor", "5개", "21명이") == said("kor", "다섯개", "스물한명이")
        assert said("kor", "3시30분") == ["".join(said("kor", "세시", "30분"))]
        assert said("kor", "5개월", "120명", "3시장") == [
            "".join(said("kor", *words))
            for words in (("오", "개월"), ("백이십", "명"), ("삼", "시장"))
        ]

    def test_other_letters_after_a_number_are_read_alone(self):
        assert said("eng", "5km") == ["".join(said("eng", "5", "km"))]

    def test_codes_and_long_numbers_are_read_digit_by_digit(self):
        assert said("eng", "007") == ["".join(said("eng", "0", "0", "7"))]
        assert said("eng", "1" * 16) == [said("eng", "1")[0] * 16]

    def test_a_language_without_rules_keeps_its_digits_and_counts_them(self):
        phonemizer = Phonemizer("yor", policies=WORDS, cache=False)
        (one,) = phonemizer(["25"])
        assert one.units == ("2", "5")
        assert one.notes == ("digits not spelled out",)
        assert phonemizer.coverage.notes["digits not spelled out"] == 1
        assert phonemizer.provenance()["numbers"] == "none"

    def test_the_package_is_part_of_the_provenance(self):
        facts = Phonemizer("eng", policies=WORDS, cache=False).provenance()
        assert facts["numbers"].startswith("unicode-rbnf ")
        assert "numbers" not in Phonemizer("eng", cache=False).provenance()


def test_other_choices_are_refused():
    with pytest.raises(G2PError, match="digits='spell' is not one of keep, drop, words"):
        Policies(digits="spell")
