"""Words of a list in running text: none is out of reach of the split into words."""

import io

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from lingap.g2p import Phonemizer, Policies
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.g2p.ipa.segmentation import segment
from lingap.g2p.ipa.symbols import normalize_ipa
from lingap.g2p.word_lists import WordList, _entries
from lingap.languages import all_languages

LISTED = [language for language in all_languages() if _entries(language.code)]


def spoken(pronounced):
    """Words of a text with their phonemes, without the full stop of an abbreviation."""
    said = ["".join(one.units) for one in pronounced]
    pairs = zip(pronounced.words, said, strict=True)
    return [(word, ipa.rstrip(".") if word[-1] == "." else ipa) for word, ipa in pairs]


def in_context(word, entries):
    """A text in which a word of the list must be found, by what it is."""
    if word[1:] == "-":
        return word[0] + next(other for other in entries if len(other) > 2 and other.isalpha())
    return f"{word}la" if word[-1] == "'" else word


@pytest.mark.parametrize("language", LISTED, ids=lambda language: language.code)
def test_running_text_reaches_every_entry(language):
    entries = _entries(language.code)
    phonemizer = Phonemizer(language, cache=False)
    lone = WordList(language)
    for word, ipa in entries.items():
        expected = "".join(segment(normalize_ipa(lone.whole(word) if ipa == "*" else ipa)))
        in_words = [said for _, said in spoken(phonemizer.text(f"a {word}, a"))]
        attached = spoken(phonemizer.text(in_context(word, entries)))
        is_attached = len(attached) == 1 and attached[0][1].startswith(expected)
        assert expected in in_words or is_attached, (word, expected, in_words, attached)


# Language, text, phonemes of its words without punctuation.
TEXTS = [
    ("fin", "Esim. talo (n. 5), jne.", "esimerkiksi tɑlo noin 5 jɑniinedelleen"),
    ("nld", "’t huis is 's avonds 'n", "ət ɦœys ɪs s aːvɔnts ən"),
    ("pol", "ul. Długa, św. Jan", "ulit͡sa dwuɡa ɕfjɛntɨ jan"),
    ("rus", "1995 г. В. т. е. и т.д.", "1995 ɡot v tojesʲtʲ i takdalʲɪjɪ"),
    ("deu", "Z. B. im 5. Jh. v. Chr. 'ne", "t͡sʊmbaɪʃpiːl ɪm 5 jaːɐ̯hʊndɛʁt foːɐ̯kʁiːstʊs nə"),
    ("ell", "300 π.Χ. και π.χ. μ.Χ.", "300 pɾoxɾistu ce paɾaðiɣmatosxaɾin metaxɾisto"),
    ("fra", "p. ex. av. J.-C. n° 5", "paʁɛɡzɑ̃pl avɑ̃ʒezykʁi nymeʁo 5"),
    ("spa", "EE. UU., p. ej. Avda.", "estadosunidos poɾexemplo abenida"),
    ("ind", "Rp5.000 Jl. tgl. 5", "rupiah5000 d͡ʑalan taŋɡal 5"),
    ("eng", "get 'em. 'the end' Dec. 3", "ɡɛt əm ðə ɛnd dɪsɛmbɚ 3"),
    ("eng", "Fig. 5 a fig. no. in.", "fɪɡjɚ 5 ə fɪɡ noʊ ɪn"),
    ("dan", "5 mia. Mia.", "5 miljɑːdɐ miːaː"),
    ("rus", "я дал им.", "ja daɫ im"),
    ("eng", "Gov. Ft. St. Louis Wi-Fi", "ɡʌvɚnɚ fɔɹt seɪnt luɪs waɪfaɪ"),
]


@pytest.mark.parametrize(("language", "text", "expected"), TEXTS)
def test_abbreviations_and_opening_apostrophes(language, text, expected):
    said = Phonemizer(language, policies=Policies(punctuation="drop"), cache=False).text(text)
    words = ["".join(one.units) for one in said if one.units]
    assert words == ["".join(segment(normalize_ipa(ipa))) for ipa in expected.split()]


@pytest.mark.parametrize(("language", "text", "_"), TEXTS)
def test_the_command_finds_them_as_well(language, text, _):
    phonemizer = Phonemizer(language, cache=False)
    sink = io.BytesIO()
    coverage = phonemize_text(io.BytesIO(f"{text}\n".encode()), sink, phonemizer)
    pronounced = phonemizer.text(text)
    assert sink.getvalue().decode() == f"{pronounced}\n"
    assert coverage == phonemizer.coverage


def test_a_full_stop_stays_a_unit_of_its_word():
    pronounced = Phonemizer("fin", cache=False).text("Ei. esim. N. N.")
    assert pronounced.words == ("Ei", ".", "esim.", "N", ".", "N", ".")
    assert pronounced.pronunciations[2].units[-1] == "."


def test_a_quotation_mark_opens_no_word():
    dutch = Phonemizer("nld", cache=False)
    assert dutch.split("'t' 'tijd' 't")[0] == ("'", "t", "'", "'", "tijd", "'", "'t")
    assert Phonemizer("eng", cache=False).split("'em'")[0] == ("'", "em", "'")
