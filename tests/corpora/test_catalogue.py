"""The rows of facts, one test over all of them; and the survey of what is in a corpus."""

import json
from dataclasses import replace

import pytest

from lingap.corpora import CORPORA, load_corpus, load_parallel
from lingap.corpora.sources.builtin import CLDR
from lingap.corpora.survey import survey
from lingap.errors import AlignmentError, ConfigError, CorpusError, UnknownName
from lingap.languages import get_language
from lingap.records import Sentence
from modules import loaded_by


@pytest.mark.parametrize("name", list(CORPORA))
def test_every_row_states_its_facts(name):
    corpus = CORPORA[name]
    assert corpus.name == name
    assert corpus.task in ("pos", "ner", "nli", "topic", "parallel", "text")
    for text in (corpus.summary, corpus.licence, corpus.revision, corpus.sizes):
        assert text.strip() == text != ""
    assert corpus.splits
    assert len(set(corpus.splits)) == len(corpus.splits)
    for code in corpus.languages or ():
        assert get_language(code).code == code
    json.dumps(dict(corpus.options))  # so that provenance can hold them
    with pytest.raises(CorpusError, match=f"{name} has no split 'nope'; it has {corpus.splits[0]}"):
        load_corpus(name, language=(corpus.languages or ["eng"])[0], split="nope")
    with pytest.raises(ConfigError, match=f"{name} has no option 'nope'"):
        load_corpus(name, language="eng", split=corpus.splits[0], path=".", nope=1)


def test_a_path_is_neither_missed_nor_ignored():
    with pytest.raises(CorpusError, match="cldr is built in; it is not read from data"):
        load_corpus("cldr", language="eng", split="dev", path="data")
    with pytest.raises(CorpusError, match="ner is read from files: give path="):
        load_corpus("ner", language="eng", split="dev")


def test_near_names_are_offered():
    with pytest.raises(UnknownName, match="Did you mean 'wikiann'"):
        load_corpus("wikian", language="eng", split="dev")


def test_reading_again_gives_the_same_and_fresh_counts(tmp_path):
    (tmp_path / "kor.txt").write_text("서울\n\n역\n", encoding="utf-8")
    split = load_corpus("text", language="kor", split="train", path=tmp_path)
    first, again = list(split), list(split)
    assert [row.words for row in first] == [("서울",), ("역",)]
    assert again == first
    assert split.counts == {"texts_empty": 1}
    assert (
        split.fingerprint
        == load_corpus("text", language="ko", split="train", path=tmp_path).fingerprint
    )


def test_passes_do_not_disturb_each_other(tmp_path):
    (tmp_path / "kor.txt").write_text("서울\n\n역\n", encoding="utf-8")
    split = load_corpus("text", language="kor", split="train", path=tmp_path)
    assert [one == other for one, other in zip(split, split, strict=True)] == [True, True]
    assert split.counts == {"texts_empty": 1}


def test_the_fingerprint_follows_the_bytes(tmp_path):
    (tmp_path / "kor.txt").write_text("서울\n", encoding="utf-8")
    first = load_corpus("text", language="kor", split="train", path=tmp_path).fingerprint
    (tmp_path / "kor.txt").write_text("서울 \n", encoding="utf-8")
    assert load_corpus("text", language="kor", split="train", path=tmp_path).fingerprint != first


def test_rows_of_different_ids_are_not_parallel(monkeypatch):
    def read(request):
        yield Sentence(request.language.code, request.language.code, ("a",))

    monkeypatch.setitem(
        CORPORA._items, "odd", replace(CLDR, name="odd", task="parallel", read=read)
    )
    with pytest.raises(AlignmentError, match="row 0 is eng but kor"):
        load_parallel("odd", languages=["eng", "kor"], split="train")


def test_nothing_heavy_is_imported():
    loaded = loaded_by(
        "from lingap.corpora import load_corpus; load_corpus('cldr', language='kor', split='dev').head(1)"
    )
    assert "babel" in loaded
    assert not loaded & set("torch transformers pandas sklearn pyarrow huggingface_hub".split())


def test_a_survey_counts(tmp_path):
    (tmp_path / "kor").mkdir()
    (tmp_path / "kor" / "dev").write_text("서울 B-LOC\n역 I-LOC\n\n서울 O\n", encoding="utf-8")
    train, dev, test = survey("ner", language="ko", path=tmp_path, n=1)
    assert "train.txt or similar" in train["absent"]
    assert "absent" in test
    assert (dev["records"], dev["words"], dev["types"]) == (2, 3, 2)
    assert dev["labels"] == {
        "O": 1, "B-PER": 0, "I-PER": 0, "B-ORG": 0, "I-ORG": 0, "B-LOC": 1, "I-LOC": 1,
    }  # fmt: skip
    assert dev["examples"] == ["dev-1: 서울/B-LOC 역/I-LOC"]
    with pytest.raises(CorpusError, match="or similar"):
        survey("ner", language="fin", path=tmp_path)
    (tmp_path / "kor" / "test").write_text("서울\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="test:1"):
        survey("ner", language="ko", path=tmp_path)


def test_a_survey_refuses_an_argument_among_the_options(tmp_path):
    with pytest.raises(ConfigError, match=r"^ner has no option 'path'\. .*Known: "):
        survey("ner", language="ko", options={"path": str(tmp_path)})
