"""Dictionaries of frequent words: which words, in which order, with which licence."""

import pytest

from lingap.errors import CorpusError, G2PError
from lingap.g2p import Phonemizer
from lingap.g2p.dictionary_files import make_dictionary


@pytest.fixture
def wikipron(tmp_path):
    path = tmp_path / "fra_latn_broad.tsv"
    path.write_text("chat\tʃ a\nfils\tf i s\nfils\tf i l\nParis\tp a ʁ i\n", "utf-8")
    return path


def test_the_words_of_a_text_by_their_number(wikipron, tmp_path):
    text = tmp_path / "news.txt"
    text.write_text("Fils de Paris, 2 fils. Fils !\n", "utf-8")
    made = make_dictionary("fra", wikipron, text=text)
    assert made.entries == {"fils": ("fis", "fil"), "Paris": ("paʁi",)}
    assert (made.n_source, made.share) == (3, 4 / 5)
    assert list(make_dictionary("fra", wikipron, text=text, n_words=1).entries) == ["fils"]


def test_column_3_ranks_where_there_is_no_text(tmp_path, wikipron):
    path = tmp_path / "fra.tsv"
    path.write_text("# a comment\nchat\tʃ a\t3\nde\td ə\t70.5\n", "utf-8")
    assert list(make_dictionary("fra", path, n_words=1).entries) == ["de"]
    with pytest.raises(G2PError, match=r"fra_latn_broad\.tsv has no occurrences.*pass a text"):
        make_dictionary("fra", wikipron, n_words=1)


def test_the_file_names_source_and_licence_and_is_read_as_a_dictionary(wikipron, tmp_path):
    made = tmp_path / "made.tsv"
    made.write_text(make_dictionary("fra", wikipron).as_tsv(), "utf-8")
    head = made.read_text("utf-8").splitlines()[:3]
    assert head[0] == "# Pronunciations of French (fra), 3 words"
    assert head[1].startswith("# From fra_latn_broad.tsv (sha256 ")
    assert head[2].endswith(": CC BY-SA 4.0, contributors of Wiktionary, by WikiPron")
    spell = Phonemizer("fra", "lexicon", path=str(made), fallback="auto", cache=False)
    assert ["".join(word.units) for word in spell(["fils", "gare"])] == ["fis", "ɡaʁ"]
    assert not spell(["Licence"])[0].is_empty  # a comment is no word


def test_faults_are_named(wikipron, tmp_path):
    text = tmp_path / "news.txt"
    text.write_text("zzz\n", "utf-8")
    with pytest.raises(CorpusError, match=r"news\.txt: None of the 3 words"):
        make_dictionary("fra", wikipron, text=text)
    with pytest.raises(CorpusError, match="Cannot read the text"):
        make_dictionary("fra", wikipron, text=tmp_path / "gone.txt")
    with pytest.raises(G2PError, match="1 or more, got 0"):
        make_dictionary("fra", wikipron, text=text, n_words=0)
    with pytest.raises(G2PError, match="licence of the pronunciations"):
        make_dictionary("fra", wikipron, licence=" ")
