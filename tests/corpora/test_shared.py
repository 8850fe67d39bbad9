"""Readers on the real samples, against counts made another way (all of it: benchmarks/corpora.py)."""

import csv
import unicodedata
from collections import Counter

import conllu
import pytest

from lingap.corpora import load_corpus, load_parallel


@pytest.mark.parametrize(
    ("language", "folder", "name", "split"),
    [
        ("fra", "UD_French-GSD", "fr_gsd", "test"),  # multi-word tokens
        ("ukr", "UD_Ukrainian-IU", "uk_iu", "dev"),  # empty nodes
        ("kor", "UD_Korean-Kaist", "ko_kaist", "dev"),
        ("hun", "UD_Hungarian-Szeged", "hu_szeged", "train"),
    ],
)
def test_ud_equals_the_conllu_package(shared, language, folder, name, split):
    root = shared / "data" / "ud-treebanks"
    path = root / folder / f"{name}-ud-{split}.conllu"
    rows = list(load_corpus("ud", language=language, split=split, path=root))
    trees = conllu.parse(path.read_text(encoding="utf-8"))
    words = [[token for token in tree if isinstance(token["id"], int)] for tree in trees]
    assert [list(row.words) for row in rows] == [
        [unicodedata.normalize("NFC", token["form"]) for token in tokens] for tokens in words
    ]
    assert [list(row.labels) for row in rows] == [[t["upos"] for t in tokens] for tokens in words]


@pytest.mark.parametrize("language", ["eng", "fra", "hun", "ita", "kor", "fin", "ukr", "swa"])
def test_ner_has_every_line_with_a_word(shared, language):
    path = shared / "data" / "ner" / language / "dev.txt"
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    tagged = [line.rpartition(" ") for line in lines]
    split = load_corpus("ner", language=language, split="dev", path=path.parents[1])
    rows = list(split)
    labels = Counter(label for row in rows for label in row.labels)
    assert labels == Counter(tag for word, _, tag in tagged if word)
    assert split.counts.get("words_empty", 0) == sum(not word for word, _, _ in tagged)
    assert set(labels) <= set(split.labels)


def test_korean_syllables_and_hungarian_spaces_are_counted(shared):
    path = shared / "data" / "ner"
    empty = 0
    for name in ("dev", "test"):
        korean = load_corpus("ner", language="kor", split=name, path=path)
        assert all(row.words for row in korean)
        empty += korean.counts["words_empty"]
    assert empty == 1853
    hungarian = load_corpus("ner", language="hun", split="test", path=path)
    words = [word for row in hungarian for word in row.words if " " in word]
    assert words == ["56 milli"]
    assert hungarian.counts == {"words_with_space": 1}


@pytest.mark.parametrize("code", ["en", "sw", "ur"])
def test_xnli_keeps_pairs_labels_and_characters(shared, code):
    path = shared / "data" / "xnli"
    with (path / "XNLI-1.0" / "xnli.dev.tsv").open(encoding="utf-8", newline="\n") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    expected = [row for row in table if row["language"] == code]
    rows = list(load_corpus("xnli", language=code, split="dev", path=path))
    assert len(rows) == len(expected) == 2490
    assert Counter(row.label for row in rows) == dict.fromkeys(
        ("entailment", "neutral", "contradiction"), 830
    )
    for pair, row in zip(rows, expected, strict=True):
        text = unicodedata.normalize("NFC", row["sentence1"]).translate(
            {0x200B: "", 0x200E: "", 0x200F: ""}
        )
        assert "".join(pair.first.words) == "".join(text.split())


def test_parallel_samples_are_parallel(shared):
    path = shared / "data" / "parallel"
    codes = ["eng", "fra", "rus", "ita", "kor", "tur", "fin", "hin"]
    assert len(load_parallel("flores", languages=codes, split="devtest", path=path / "pud")) == 1000
    rows = load_parallel("flores", languages=["eng", "swa", "urd"], path=path / "tico19")
    assert len(rows) == 3071
    hindi = load_corpus("flores", language="hin", split="devtest", path=path / "tico19")
    urdu = load_corpus("flores", language="urd", split="devtest", path=path / "tico19")
    assert sum(1 for _ in hindi) == sum(1 for _ in urdu) == 3071
    assert (hindi.counts["lines_normalized"], urdu.counts["lines_normalized"]) == (197, 140)
