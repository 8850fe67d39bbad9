"""The how-to does what it says."""

import re
from pathlib import Path

import yaml

from lingap.corpora import CORPORA, load_corpus
from lingap.corpora.sources.user import read_description

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(name, kind):
    text = (DOCS / name).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


def test_the_corpus_of_the_how_to_reads(tmp_path):
    cities, tags, pairs = blocks("how-to/own-corpus.md", "yaml")
    (tmp_path / "cities.yaml").write_text(cities, encoding="utf-8")
    (tmp_path / "data").mkdir()
    [text] = blocks("how-to/own-corpus.md", "text")
    (tmp_path / "data" / "kor.dev.txt").write_text(text, encoding="utf-8")
    [row] = load_corpus(str(tmp_path / "cities.yaml"), language="ko", split="dev")
    assert (row.words, row.labels) == (("서울", "에"), ("B-CITY", "O"))
    assert read_description(yaml.safe_load(pairs)).splits == ("test",)
    (tmp_path / "tags.yaml").write_text(tags, encoding="utf-8")
    (tmp_path / "swa").mkdir()
    (tmp_path / "swa" / "dev.txt").write_text("Mama NOUN\n. PUNCT\n", encoding="utf-8")
    [row] = load_corpus(str(tmp_path / "tags.yaml"), language="sw", split="dev")
    assert row.labels == ("NOUN", "PUNCT")


def test_the_reference_has_every_corpus_with_its_splits():
    text = (DOCS / "reference" / "corpora.md").read_text(encoding="utf-8")
    assert len(list(CORPORA)) > 5
    for name in CORPORA:
        corpus = CORPORA[name]
        assert f"| `{name}` | {corpus.task} | {', '.join(corpus.splits)} |" in text
        for option in set(corpus.options) - {"check_script", "revision"}:
            assert f"`{option}`" in text, (name, option)
