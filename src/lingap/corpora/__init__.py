"""File formats to records, and the rows that describe each corpus."""

from lingap.corpora.catalogue import (
    CORPORA,
    Corpus,
    CorpusSplit,
    Request,
    load_corpus,
    load_parallel,
)

for _name in ("cldr", "cldr_names", "cldr_text"):
    CORPORA.add(_name, f"lingap.corpora.builtin:{_name.upper()}")

__all__ = ["CORPORA", "Corpus", "CorpusSplit", "Request", "load_corpus", "load_parallel"]
