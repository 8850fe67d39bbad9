"""``Phonemizer.text``: the words and phonemes that ``lingap phonemize`` gives."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lingap.errors import G2PError, LanguageError
from lingap.g2p import PhonemeVocabulary, Phonemizer, PronouncedText, Pronunciation
from lingap.g2p.bulk.textfile import phonemize_text

ALPHABETS = {
    "fin": "aeikstöÄ",
    "rus": "аеклмЖё",
    "kor": "안녕하세요계",
    "hin": "कखगिा्ं",
    "urd": "اابپتیں",
    "swa": "ngaiuw",
}
COMMON = "  \t'’-.,:!?()%0१٣3$😀\U0001f1eb🇷\u200b\u200d\ufe0f\u00a0\u0301\u2028xб한"


def from_file(phonemizer, text):
    sink = io.BytesIO()
    coverage = phonemize_text(io.BytesIO(f"{text}\n".encode()), sink, phonemizer)
    return sink.getvalue().decode().removesuffix("\n"), coverage


@pytest.mark.parametrize("language", ALPHABETS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_text_says_what_the_command_says(language, data):
    text = data.draw(st.text(st.sampled_from(ALPHABETS[language] * 3 + COMMON), max_size=30))
    phonemizer = Phonemizer(language, "epitran", cache=False)
    spelled, coverage = from_file(Phonemizer(language, "epitran", cache=False), text)
    pronounced = phonemizer.text(text)
    assert str(pronounced) == spelled
    assert phonemizer.coverage == coverage
    assert len(pronounced) == len(pronounced.words) == coverage.words
    assert [Pronunciation(p.units) for p in pronounced] == [
        Pronunciation(p.units) for p in phonemizer(pronounced.words)
    ]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("swa", "ng' 'a'", ("ng'", "'", "a", "'")),
        ("fin", "3,5 kg... ääni\u00a0\u200b \u200b!", ("3,5", "kg", "...", "ääni", "!")),
        ("kor", "안녕하세요, 세계!", ("안녕하세요", ",", "세계", "!")),
        ("fin", " \n\u200b\t", ()),
        ("fin", "a\nta\u0308", ("a", "tä")),
    ],
)
def test_words(language, text, words):
    phonemizer = Phonemizer(language, "epitran", cache=False)
    pronounced = phonemizer.text(text)
    assert pronounced.words == words
    assert phonemizer.split(text)[0] == words
    assert str(pronounced) == from_file(phonemizer, text.replace("\n", " "))[0]


def test_invisible_characters_are_counted():
    phonemizer = Phonemizer("fin", "epitran", cache=False)
    phonemizer.text("ta\u00ad\u00adlo \u200b \u00ad talo\u00a0\u200e")
    assert phonemizer.coverage.notes == {"invisible dropped": 1}
    assert phonemizer.coverage.words == 2


def test_each_unit_knows_its_word():
    pronounced = Phonemizer("fin", "epitran").text("Hei, дом 8!")
    assert pronounced.words == ("Hei", ",", "дом", "8", "!")
    assert pronounced.units == ("h", "e", "i", ",", "<unk>", "8", "!")
    assert pronounced.word_of_unit == (0, 0, 0, 1, 2, 3, 4)
    assert list(pronounced) == list(pronounced.pronunciations)
    assert str(pronounced) == "h e i ▁ , ▁ <unk> ▁ 8 ▁ !"


def test_nothing():
    nothing = Phonemizer("fin", "epitran").text("")
    assert nothing == PronouncedText((), ())
    assert (str(nothing), nothing.units, nothing.word_of_unit, len(nothing)) == ("", (), (), 0)


def test_a_language_without_spaces_needs_a_segmenter(monkeypatch):
    monkeypatch.setattr("lingap.text.segmenters._NO_SPACES", {"Hang"})
    words = Phonemizer("kor", "epitran", cache=False)
    assert words(["안녕"])[0].units == ("a", "n", "n", "j", "ʌ", "ŋ")
    with pytest.raises(LanguageError, match="written without spaces"):
        words.text("안녕 세계")
    spaced = Phonemizer("kor", "epitran", cache=False, segmenter="spaces")
    assert str(spaced.text("안녕 세계")) == "a n n j ʌ ŋ ▁ s e k j e"
    assert spaced.provenance() == words.provenance() | {"segmenter": "spaces"}


@example("ö")
@given(st.text(st.sampled_from("aölt ,дx"), max_size=20))
@settings(deadline=None, max_examples=40)
def test_a_vocabulary_holds_for_text_as_for_files(text):
    known = PhonemeVocabulary("few", ("ɑ", "l", "e"), "nearest")
    phonemizer = Phonemizer("fin", "epitran", cache=False, vocabulary=known)
    spelled, coverage = from_file(phonemizer, text)
    assert str(phonemizer.text(text)) == spelled
    assert phonemizer.coverage == coverage


@pytest.mark.parametrize("wrong", [None, b"talo", ["talo"], 3])
def test_text_is_a_string(wrong):
    with pytest.raises(G2PError, match=r"Expected a text.*list of words"):
        Phonemizer("fin", "epitran", cache=False).text(wrong)
