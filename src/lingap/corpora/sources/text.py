"""Text without labels for pre-training: plain, JSON Lines, CSV, TSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lingap.corpora.archives import is_archive, unpacked
from lingap.corpora.files import (
    codes_of,
    fill,
    provenance_of,
    refuse_other_language,
    the_one,
)
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.tables import TABLES
from lingap.corpora.formats.text_lines import read_text_lines
from lingap.corpora.policies import TABLE
from lingap.corpora.protocol import Corpus, Record, Request
from lingap.errors import CorpusError

_ENDINGS = (".txt", *TABLES)


def _find(request: Request) -> tuple[Path, ...]:
    if request.path is None:
        raise CorpusError("text is read from files: give path=, the folder or file.")
    path = fill(request.path, request)
    if is_archive(path):
        path = unpacked(path)
    if path.is_file():
        if request.split != "train" and "{split}" not in str(request.path):
            raise CorpusError(
                f"one file is the split train; for {request.split} give a path with {{split}}.",
                path,
            )
        refuse_other_language(path.name.partition(".")[0], request, path)
        return (path,)
    if not path.is_dir():
        raise CorpusError("no such file or folder; check the path.", path)
    codes = codes_of(request.language)
    inner = [path / code for code in codes if (path / code).is_dir()]
    stems = {request.split} if inner else {f"{code}.{request.split}" for code in codes}
    if not inner and request.split == "train":
        stems |= set(codes)
    found = [
        file
        for folder in inner or [path]
        for file in folder.iterdir()
        if file.suffix in _ENDINGS and file.stem in stems
    ]
    what = f"{request.language.code}.{request.split}.txt (or {', '.join(TABLES)})"
    return (the_one(found, what, path),)


def _read(request: Request) -> Iterator[Record]:
    paths = _find(request)
    language = request.language.code
    empty_text = request.options["empty_text"]
    if not any(suffix in TABLES for suffix in paths[0].suffixes):
        return read_text_lines(
            paths, language=language, empty_text=empty_text, counts=request.counts
        )
    columns = Columns(text=request.options["column"])
    return read_table(
        paths,
        language=language,
        options=RowOptions(columns, empty_text=empty_text),
        counts=request.counts,
    )


TEXT = Corpus(
    name="text",
    task="text",
    summary="your text for pre-training: .txt (a sentence a line), .jsonl, .csv, .tsv, .parquet",
    licence="the files' own",
    revision="the files' digest",
    splits=("train", "dev", "test"),
    sizes="the files' own",
    read=_read,
    provenance=provenance_of(_find),
    options={"column": "text", "empty_text": "drop", "check_script": True},
    choices=TABLE,
    source="path",
)
