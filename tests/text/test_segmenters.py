"""Words of scripts without spaces."""

from collections import Counter
from dataclasses import replace

import pytest

from lingap.errors import G2PError, LanguageError, UnknownName
from lingap.languages import get_language
from lingap.text.segmenters import SEGMENTERS, WordReader, make_segmenter, writes_spaces


@pytest.mark.parametrize(
    ("code", "script"), [("jpn", "Jpan"), ("cmn", "Hans"), ("tha", "Thai"), ("khm", "Khmr")]
)
def test_text_without_spaces_needs_a_named_segmenter(code, script):
    found = make(code, script)
    assert not writes_spaces(found)
    with pytest.raises(LanguageError, match=r"written without spaces.*name a segmenter"):
        make_segmenter(found, None)
    assert make_segmenter(found, "spaces") is None


def make(code, script):
    """A language of the table in another script, whatever columns the table has."""
    return replace(get_language("kor"), iso3=code, script=script)


def test_languages_with_spaces_need_none():
    assert make_segmenter(get_language("kor"), None) is None


def test_unknown_and_missing_segmenters(monkeypatch):
    with pytest.raises(UnknownName, match="No word segmenter is called 'jeiba'"):
        make_segmenter(make("cmn", "Hans"), "jeiba")
    monkeypatch.setitem(__import__("sys").modules, "khmernltk", None)
    with pytest.raises(G2PError, match="pip install khmer-nltk"):
        make_segmenter(make("khm", "Khmr"), "khmernltk")


def test_a_segmenter_may_not_change_text():
    SEGMENTERS.add("test-loser", lambda: lambda text: [text[1:]])
    SEGMENTERS.add(
        "test-pairs", lambda: lambda text: [text[i : i + 2] for i in range(0, len(text), 2)]
    )
    thai = make("tha", "Thai")
    with pytest.raises(G2PError, match="changed its text"):
        make_segmenter(thai, "test-loser")("abc")
    assert make_segmenter(thai, "test-pairs")("abcde") == ["ab", "cd", "e"]


@pytest.mark.parametrize("code", ["tha", "khm", "lao", "mya", "jpn", "zho"])
def test_texts_that_nothing_splits_are_counted(code):
    counts = Counter()
    words_of = WordReader(get_language(code).code, None, counts)
    assert [words_of("ab cd."), words_of("a\u200bb"), words_of(" ")] == [
        ("ab", "cd", "."),
        ("a", "b"),
        (),
    ]
    assert counts == {"texts_unsegmented": 2, "invisible_characters": 1}


def test_a_named_segmenter_splits_unspaced_languages_only():
    SEGMENTERS.add("test-letters", lambda: list)
    counts = Counter()
    assert WordReader("tha", "test-letters", counts)("กขค。 ง") == ("ก", "ข", "ค", "。", "ง")
    assert WordReader("tha", {"tha": "test-letters"}, counts)("กข") == ("ก", "ข")
    assert WordReader("jpn", {"th": "test-letters", "ja": "spaces"}, counts)("日本") == ("日本",)
    assert WordReader("kor", "test-letters", counts)("안녕") == ("안녕",)
    assert counts == {}
    WordReader("jpn", {"tha": "test-letters"}, counts)("日本")
    assert counts == {"texts_unsegmented": 1}
    with pytest.raises(UnknownName):
        WordReader("kor", "test-lettres", counts)


def test_corpora_gap_text_and_the_explorer_say_that_nothing_split(tmp_path):
    from lingap.app.analysis import Line, analyse
    from lingap.corpora import load_corpus
    from lingap.gap.text_folders import read_texts

    SEGMENTERS.add("test-signs", lambda: list)
    for code in ("tha", "eng"):
        (tmp_path / f"{code}.txt").write_text("กข\n" if code == "tha" else "ab\n", "utf-8")
    for name, split in (("text", "train"), ("flores", "devtest")):
        rows = load_corpus(name, language="tha", split=split, path=tmp_path / "tha.txt")
        assert [row.words for row in rows] == [("กข",)]
        assert rows.counts["texts_unsegmented"] == 1
        rows = load_corpus(
            name, language="tha", split=split, path=tmp_path / "tha.txt", segmenter="test-signs"
        )
        assert [row.words for row in rows] == [("ก", "ข")]
        assert rows.counts == {}
    assert ["in 1 of its texts" in note for note in read_texts(tmp_path).notes] == [True]
    texts = read_texts(tmp_path, segmenter={"tha": "test-signs"})
    assert texts.notes == ()
    assert texts.sentences["tha"][0].words == ("ก", "ข")
    assert texts.sentences["eng"][0].words == ("ab",)
    (thai, english) = analyse([Line("กข", "tha", ()), Line("ab", "eng", ())])["lines"]
    assert "no segmenter was named" in thai["notes"][0]
    assert english["notes"] == []
