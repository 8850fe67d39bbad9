"""FLORES+ and any parallel text: one file a language, line i the same sentence in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lingap.corpora.files import provenance_of, refuse_other_language, root_of, the_one
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.tables import TABLES, read_rows
from lingap.corpora.formats.text_lines import read_text_lines
from lingap.corpora.protocol import Corpus, Record, Request
from lingap.corpora.sources.hub import Hub, fetch
from lingap.errors import LanguageError
from lingap.languages import Language, get_language

HUB = Hub(
    repo="openlanguagedata/flores_plus",
    revision="5fec6c13f9e5a4db2f745d4ec0d7c9721ddc4f06",
    patterns=("{split}/{flores}.*", "*/{split}/{flores}.*"),
    gated=(
        "Open its page, accept the terms, make an access token and log in with it (`hf auth "
        "login`, or the variable HF_TOKEN)."
    ),
)


def _find(request: Request) -> tuple[Path, ...]:
    if request.path is None:
        return fetch(HUB, request)
    root = root_of(request)
    if root.is_file():
        refuse_other_language(root.name.partition(".")[0], request, root)
        return (root,)
    inner = root / request.split
    folder = inner if inner.is_dir() else root
    endings = (f".{request.split}", ".txt", *TABLES)
    found = [
        path
        for path in folder.iterdir()
        if path.is_file()
        and path.suffix in endings
        and _is_of(path.name.removesuffix(path.suffix), request.language)
    ]
    what = f"{request.language.flores or request.language.code}.{request.split}"
    return (the_one(found, what, folder),)


def _is_of(stem: str, language: Language) -> bool:
    try:
        return get_language(stem) == language
    except LanguageError:
        return stem == language.flores


def _read(request: Request) -> Iterator[Record]:
    paths = _find(request)
    language = request.language.code
    if not any(suffix in TABLES for suffix in paths[0].suffixes):
        return read_text_lines(paths, language=language, empty_text="error", counts=request.counts)
    _, row = next(iter(read_rows(paths[0], Counter())), (0, {}))
    column = request.options["column"]
    columns = Columns(text=column, id="id" if "id" in row else None)
    return read_table(paths, language=language, options=RowOptions(columns), counts=request.counts)


FLORES = Corpus(
    name="flores",
    task="parallel",
    summary="FLORES+ and any parallel text in its layout (devtest/kor_Hang.devtest)",
    licence="CC BY-SA 4.0 (FLORES+); the files' own",
    revision=f"the files' digest; hub {HUB.pinned}",
    splits=("devtest", "dev", "train", "test"),
    sizes="1,012 sentences in devtest, 997 in dev (FLORES+)",
    read=_read,
    provenance=provenance_of(_find),
    options={"column": "text", "check_script": True, "revision": None},
)
