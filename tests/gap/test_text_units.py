"""Texts in units: packed, a language at a time, and the same from several processes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.gap import text_units
from lingap.gap.text import text_gap
from lingap.gap.text_folders import read_texts
from lingap.gap.text_units import units_of
from lingap.text.packed_sentences import PackedSentences

LINES = {
    "fin": ["Minulla on koira.", "Talo on suuri."],
    "ita": ["Ho un cane 日.", "La casa è grande."],
    "rus": ["У меня есть собака.", "Дом большой."],
}


@given(st.lists(st.lists(st.sampled_from(["a", "b", "日", "t͡ʃ", ""]), max_size=6), max_size=5))
def test_packed_sentences_are_those_packed(sentences):
    packed = PackedSentences(sentences)
    rows = [tuple(sentence) for sentence in sentences]
    assert list(packed) == [packed[i] for i in range(len(packed))] == packed[:] == rows
    assert packed.key() == PackedSentences(rows).key()
    with pytest.raises(IndexError):
        packed[len(rows)]


def test_more_units_than_sixteen_bits_have_numbers():
    units = tuple(map(str, range(70_000)))
    assert PackedSentences([units, units[:2]])[0] == units


def test_a_word_of_a_language_is_kept_once(tmp_path):
    for code in LINES:
        (tmp_path / f"{code}.txt").write_text("so long so\nso far\n", encoding="utf-8")
    for first, second in read_texts(tmp_path).sentences.values():
        assert len({id(word) for word in (*first.words, *second.words) if word == "so"}) == 1


@pytest.mark.parametrize("representation", ["character", "phoneme"])
def test_several_processes_give_the_same_units_and_notes(tmp_path, monkeypatch, representation):
    for code, lines in LINES.items():
        (tmp_path / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    texts = read_texts(tmp_path)
    told = []
    one = units_of(texts, representation, backend="epitran", tell=told.append)
    monkeypatch.setattr(text_units, "_FEW_WORDS", 0)
    two = units_of(texts, representation, backend="epitran", processes=2)
    assert [list(rows) for rows in one[0].values()] == [list(rows) for rows in two[0].values()]
    assert one[1] == two[1]
    assert told == list(LINES)
    assert any("rus by" in note or "ita by" in note for note in one[1]) == (
        representation == "phoneme"
    )


@pytest.mark.parametrize("last", ["", "\nDom"], ids=["parallel", "not parallel"])
def test_a_copied_text_is_told_once(tmp_path, last):
    """Words of Malay and Indonesian; if parallel, their equal lines are told of before."""
    for code, text in {
        "ind": "mata\ntopi",
        "msa": "mata\ntopi",
        "fin": "vesi\nleipä" + last,
    }.items():
        (tmp_path / f"{code}.txt").write_text(text + "\n", encoding="utf-8")
    texts = read_texts(tmp_path)
    notes = [*texts.notes, *units_of(texts, "phoneme", backend="epitran")[1]]
    copies = [note for note in notes if "ind" in note and "msa" in note and "cop" in note]
    assert len(copies) == 1, notes


def test_a_gap_counts_packed_sentences_without_unpacking_them(monkeypatch):
    rows = {"eng": [("a", "b", "a"), ("b",)] * 12, "fra": [("a", "c"), ("b", "c", "c")] * 12}
    chosen = {"representation": "character", "corpus": "x", "compression": False}
    plain = text_gap(rows, **chosen)
    packed = {language: PackedSentences(own) for language, own in rows.items()}
    monkeypatch.delattr(PackedSentences, "__iter__")
    monkeypatch.delattr(PackedSentences, "__getitem__")
    assert text_gap(packed, **chosen) == plain
