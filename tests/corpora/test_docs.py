"""The reference has what there is; tests/docs runs the how-to."""

from pathlib import Path

from lingap.corpora import CORPORA

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_reference_has_every_corpus_with_its_splits():
    text = (DOCS / "reference" / "corpora.md").read_text(encoding="utf-8")
    assert len(list(CORPORA)) > 5
    for name in CORPORA:
        corpus = CORPORA[name]
        assert f"| `{name}` | {corpus.task} | {', '.join(corpus.splits)} |" in text
        for option in set(corpus.options) - {"check_script", "revision"}:
            assert f"`{option}`" in text, (name, option)
