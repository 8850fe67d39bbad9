"""Words of scripts without spaces."""

from dataclasses import replace

import pytest

from lingap.errors import G2PError, LanguageError, UnknownName
from lingap.languages import get_language
from lingap.text.segmenters import SEGMENTERS, make_segmenter, writes_spaces


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
