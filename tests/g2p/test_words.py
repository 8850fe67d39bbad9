"""Raw text to words, in many scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import G2PError, LanguageError, UnknownName
from lingap.g2p.characters import CharacterKinds
from lingap.g2p.segmenters import SEGMENTERS, make_segmenter, writes_spaces
from lingap.g2p.words import is_invisible, split_text, split_token
from lingap.languages import all_languages, get_language

TEXTS = [
    ("Hello, world!", "Hello|,|world|!"),
    ("(don’t)…", "(|don’t|)|…"),
    ("well-known U.S. e-mail.", "well-known|U.S|.|e-mail|."),
    ("3.14 1,000 12:30 5%", "3.14|1,000|12:30|5|%"),
    ("l'homme «beau»", "l'homme|«|beau|»"),
    ("'quoted'", "'|quoted|'"),
    ("wait... what?!", "wait|...|what|?|!"),
    ("2024년에 안녕!", "2024년에|안녕|!"),
    ("हिन्दी में।", "हिन्दी|में|।"),
    ("یہ، وہ؟", "یہ|،|وہ|؟"),
    ("a👍🏽b👨‍👩‍👧🇫🇮🇸🇪", "a|👍🏽|b|👨‍👩‍👧|🇫🇮|🇸🇪"),
    ("C++ @home #tag", "C|++|@|home|#|tag"),
    ("and/or", "and|/|or"),
    ("a\u2028b\u00a0c\u3000d", "a|b|c|d"),
    ("e\u0301te\u0301", "été"),
    ("a \u200b b\u200b \u200b!", "a|b\u200b|\u200b!"),
    ("\u200b'a'", "\u200b'|a|'"),
    ("\ufe0f\u200d", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "words"), TEXTS)
def test_texts(text, words):
    assert "|".join(split_text(text)) == words


@pytest.mark.parametrize(
    ("token", "words"),
    [("ng'", ["ng'"]), ("'ng'", ["'", "ng", "'"]), ("o‘.", ["o‘", "."]), ("'", ["'"])],
)
def test_an_apostrophe_may_end_a_word(token, words):
    assert split_token(token, final_apostrophe=True) == words


@given(st.text(min_size=1, max_size=30).filter(lambda t: len(t.split()) == 1 and t == t.strip()))
def test_nothing_is_lost(token):
    for final in (False, True):
        words = split_token(token, final_apostrophe=final)
        assert "".join(words) == ("" if is_invisible(token) else token)
        assert all(words)


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
    from dataclasses import replace

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


@pytest.mark.parametrize("script", sorted({row.script for row in all_languages()}))
def test_every_script_of_the_table_knows_its_own_letters(script):
    sample = {"Adlm": "𞤀", "Cakm": "𑄇", "Mtei": "ꯀ", "Nkoo": "ߊ", "Olck": "ᱚ", "Vaii": "ꔀ"}
    kinds = CharacterKinds(script, frozenset())
    foreign = "я" if script != "Cyrl" else "a"
    assert kinds[foreign] == "foreign"
    if script in sample:
        assert kinds[sample[script]] == "letter"
