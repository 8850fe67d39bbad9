"""File formats to records, and the rows that describe each corpus."""

from lingap.corpora.loading import CorpusSplit, find_corpus, load_corpus, load_parallel
from lingap.corpora.protocol import CORPORA, Corpus, Request

for _name, _row in {
    "cldr": "builtin:CLDR",
    "cldr_names": "builtin:CLDR_NAMES",
    "cldr_text": "builtin:CLDR_TEXT",
    "ud": "ud:UD",
    "ner": "ner:NER",
    "wikiann": "ner:WIKIANN",
    "xnli": "xnli:XNLI",
    "sib200": "sib200:SIB200",
    "flores": "text:FLORES",
    "text": "text:TEXT",
}.items():
    CORPORA.add(_name, f"lingap.corpora.sources.{_row}")

__all__ = [
    "CORPORA",
    "Corpus",
    "CorpusSplit",
    "Request",
    "find_corpus",
    "load_corpus",
    "load_parallel",
]
