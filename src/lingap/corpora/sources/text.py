"""Text without labels: FLORES+ and other parallel text, and text for pre-training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lingap.corpora.files import (
    codes_of,
    fill,
    homes_of,
    provenance_of,
    refuse_other_language,
    root_of,
    split_tables,
    the_one,
)
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.tables import TABLES, is_table, read_rows
from lingap.corpora.formats.text_lines import read_text_lines
from lingap.corpora.formats.text_rows import refuse_other_rows
from lingap.corpora.policies import TABLE
from lingap.corpora.protocol import Corpus, Request
from lingap.corpora.sources.hub import Hub, fetch
from lingap.errors import CorpusError
from lingap.languages import Language, known_language
from lingap.languages.file_names import written_language
from lingap.languages.table import OWN
from lingap.records import Record

HUB = Hub(
    repo="openlanguagedata/flores_plus",
    revision="5fec6c13f9e5a4db2f745d4ec0d7c9721ddc4f06",
    patterns=("{split}/{flores}.*", "*/{split}/{flores}.*"),
    gated=(
        "Open its page, accept the terms, make an access token and log in with it (`hf auth "
        "login`, or the variable HF_TOKEN)."
    ),
)


def _find_parallel(request: Request) -> tuple[Path, ...]:
    if request.path is None:
        return fetch(HUB, request)
    root = root_of(request)
    if root.is_file():
        refuse_other_language(written_language(root.name)[0], request, root)
        return (root,)
    inner = (home / request.split for home in homes_of(root))
    folder = next((folder for folder in inner if folder.is_dir()), root)
    endings = (f".{request.split}", ".txt", *TABLES)
    found = [
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in endings and _is_of(path, request.language)
    ]
    if not found:
        codes = codes_of(request.language)
        own = [home / code for home in homes_of(root) for code in codes]
        found = split_tables((path for path in own if path.is_dir()), request.split)
    what = f"{request.language.flores or request.language.code}.{request.split}"
    return (the_one(found, what, folder),)


def _is_of(path: Path, language: Language) -> bool:
    found, code, others = _written(path.name, tuple(OWN.values()))
    named = code == language.flores if found is None else found == language
    return named and others == [path.suffix[1:]]


@lru_cache(maxsize=4096)
def _written(name: str, own: tuple[Language, ...]) -> tuple[Language | None, str, list[str]]:
    """The language of a file's name, as written, and the other parts.

    A folder of hundreds is read once for each of them.

    Args:
        name: The file's.
        own: Languages that the user describes, which decide what a code means.
    """
    code, others = written_language(name)
    return known_language(code), code, others


def _read_parallel(request: Request) -> Iterator[Record]:
    paths = _find_parallel(request)
    number, row = next(read_rows(paths[0], Counter()), (0, {})) if is_table(paths[0]) else (0, {})
    if request.options["check_script"]:
        refuse_other_rows(row, request.language.code, paths[0], number)
    columns = Columns(text=request.options["column"], id="id" if "id" in row else None)
    return _read(paths, request, RowOptions(columns, segmenter=request.options["segmenter"]))


def _read(paths: tuple[Path, ...], request: Request, options: RowOptions) -> Iterator[Record]:
    language, counts = request.language.code, request.counts
    if is_table(paths[0]):
        return read_table(paths, language=language, options=options, counts=counts)
    return read_text_lines(
        paths,
        language=language,
        empty_text=options.empty_text,
        counts=counts,
        segmenter=options.segmenter,
    )


def _find_text(request: Request) -> tuple[Path, ...]:
    pattern = str(request.path)
    path = root_of(replace(request, path=fill(pattern, request)))
    if path.is_file():
        if request.split != "train" and "{split}" not in pattern:
            raise CorpusError(
                f"one file is the split train; for {request.split} pass a path with {{split}}.",
                path,
            )
        refuse_other_language(written_language(path.name)[0], request, path)
        return (path,)
    codes = codes_of(request.language)
    inner = [path / code for code in codes if (path / code).is_dir()]
    stems = {request.split} if inner else {f"{code}.{request.split}" for code in codes}
    if not inner and request.split == "train":
        stems |= set(codes)
    found = [
        file
        for folder in inner or [path]
        for file in folder.iterdir()
        if file.suffix.lower() in (".txt", *TABLES) and file.stem in stems
    ]
    what = f"{request.language.code}.{request.split}.txt (or {', '.join(TABLES)})"
    return (the_one(found, what, path),)


def _read_text(request: Request) -> Iterator[Record]:
    columns = Columns(text=request.options["column"])
    kept = {name: request.options[name] for name in ("empty_text", "segmenter")}
    options = RowOptions(columns, **kept)
    return _read(_find_text(request), request, options)


FLORES = Corpus(
    name="flores",
    task="parallel",
    summary="FLORES+ and any parallel text in its layout (devtest/kor_Hang.devtest)",
    licence="CC BY-SA 4.0 (FLORES+); the files' own",
    revision=f"the files' digest; hub {HUB.pinned}",
    splits=("devtest", "dev", "train", "test"),
    sizes="1,012 sentences in devtest, 997 in dev (FLORES+)",
    read=_read_parallel,
    provenance=provenance_of(_find_parallel),
    options={"column": "text", "check_script": True, "revision": None, "segmenter": None},
)
TEXT = Corpus(
    name="text",
    task="text",
    summary="text for pre-training: .txt (one sentence per line), .jsonl, .csv, .tsv, .parquet",
    licence="the files' own",
    revision="the files' digest",
    splits=("train", "dev", "test"),
    sizes="the files' own",
    read=_read_text,
    provenance=provenance_of(_find_text),
    options={"column": "text", "empty_text": "drop", "check_script": True, "segmenter": None},
    choices=TABLE,
    source="path",
)
