"""A corpus: a row of facts, and a function that reads its files.

The format: a line is a number, a tab and a sentence. The contract: ``lingap.corpora.protocol``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from lingap.corpora.protocol import Corpus, Request
from lingap.errors import CorpusError
from lingap.records import Sentence
from lingap.storage.digests import file_digest
from lingap.text.segmenters import WordReader


def _file(request: Request) -> Path:
    if request.path is None or not request.path.is_file():
        raise CorpusError("expected the file of proverbs, got none; pass path.", request.path)
    return request.path


def _read(request: Request) -> Iterator[Sentence]:
    path, seen = _file(request), set[str]()
    words_of = WordReader(request.language.code, None, request.counts)
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines, 1):
            number, tab, text = line.rstrip("\n").partition("\t")
            if not tab:
                raise CorpusError(f"expected NUMBER<tab>SENTENCE, got {line!r:.60}.", path, place)
            if number in seen:
                raise CorpusError(f"the number {number!r} was there before.", path, place)
            seen.add(number)
            words = words_of(unicodedata.normalize("NFC", text))
            if not words:  # a lossy step is counted
                request.counts["lines_without_words"] += 1
                continue
            yield Sentence(f"proverb:{number}", request.language.code, words)


def _provenance(request: Request) -> Mapping[str, str]:
    return {"sha256": file_digest(_file(request))}


PROVERBS = Corpus(
    name="proverbs",
    task="text",
    summary="proverbs, one a line after its number",
    licence="the file's own",
    revision="the file's digest",
    splits=("train",),
    sizes="the file's own",
    read=_read,
    provenance=_provenance,
    source="path",
)
