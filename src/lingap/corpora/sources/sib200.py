"""SIB-200: topics of FLORES-200 sentences, in the release's folders and the hub's Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lingap.corpora.files import (
    codes_of,
    homes_of,
    provenance_of,
    refuse_other_language,
    root_of,
    split_tables,
    the_one,
)
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.protocol import Corpus, Request
from lingap.records import Record

LABELS = (
    "science/technology", "travel", "politics", "sports", "health", "entertainment", "geography",
)  # fmt: skip
N_LINES = 997 + 1012
"""Lines of FLORES-200, dev and devtest, which an ``index_id`` counts from 0."""

_COLUMNS = Columns(text="text", label="category", id="index_id")


def _find(request: Request) -> tuple[Path, ...]:
    root = root_of(request)
    if root.is_file():
        refuse_other_language(root.name.partition(".")[0], request, root)
        return (root,)
    codes = codes_of(request.language)
    homes = homes_of(root, "data/annotated")  # the hub has them in data/, the release below
    folders = [home / code for home in homes for code in codes if (home / code).is_dir()]
    if not folders and root.name in codes:
        folders = [root]
    found = split_tables(folders, request.split)
    what = f"{request.language.flores or request.language.code}/{request.split}.tsv"
    return (the_one(found, what, root),)


def _read(request: Request) -> Iterator[Record]:
    (path,) = _find(request)
    options = RowOptions(
        _COLUMNS,
        labels=LABELS,
        n_ids=N_LINES,
        segmenter=request.options["segmenter"],
        unlabelled="error",
    )
    return read_table(
        (path,), language=request.language.code, options=options, counts=request.counts
    )


SIB200 = Corpus(
    name="sib200",
    task="topic",
    summary="SIB-200 (Adelani et al. 2024): sentences of FLORES-200 with one of seven topics",
    licence="Apache-2.0; the text CC BY-SA 4.0",
    revision="the files' digest",
    splits=("train", "dev", "test"),
    sizes="701, 99 and 204 sentences per language",
    read=_read,
    provenance=provenance_of(_find),
    labels=lambda request: LABELS,
    options={"check_script": True, "segmenter": None},
    source="path",
)
