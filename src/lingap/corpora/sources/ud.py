"""Universal Dependencies: a release folder, one treebank's folder, one file, or the hub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from lingap.corpora.files import provenance_of, root_of
from lingap.corpora.formats.conllu import UPOS, read_conllu
from lingap.corpora.formats.tables import read_rows
from lingap.corpora.policies import CONLLU
from lingap.corpora.protocol import Corpus, Request
from lingap.corpora.sources.hub import Hub, fetch
from lingap.errors import CorpusError, LingapError
from lingap.languages import Language, get_language
from lingap.records import Sentence

# The treebanks of Jung et al. (2024), by the sizes they print, Urdu's largest, and those of the
# two languages that UD calls Norwegian.
TREEBANKS = {
    "eng": "EWT", "fra": "GSD", "rus": "Taiga", "ita": "ISDT", "hun": "Szeged", "ukr": "IU",
    "kor": "Kaist", "tur": "Kenet", "fin": "TDT", "hin": "HDTB", "urd": "UDTB",
    "nob": "Bokmaal", "nno": "Nynorsk",
}  # fmt: skip
HUB = Hub(
    repo="commul/universal_dependencies",
    revision="2.17",  # a branch: the release of UD
    patterns=(
        "*{treebank}/{split}*.parquet",
        "*{treebank}/{hub_split}*.parquet",
        "*{treebank}*-{split}*.parquet",
        "*{treebank}*-{hub_split}*.parquet",
    ),
)
_FILE = re.compile(
    r"([a-z]+)_([a-z0-9]+)-ud-(train|dev|test)(-[a-z0-9]+)*(?i:\.conllu(\.gz|\.xz)?)"
)
_FOLDER = re.compile(r"UD_([A-Za-z_]+)-(\w+)")


def _treebank(request: Request) -> str | None:
    """The treebank's own name (``Kaist``) from the option or the language's default."""
    asked = request.options["treebank"] or TREEBANKS.get(request.language.code)
    return None if asked is None else re.split(r"[-_]", str(asked))[-1]


def _find(request: Request) -> tuple[Path, ...]:
    if request.path is None:
        name = _treebank(request)
        if name is None:
            raise CorpusError(
                f"{request.language.name} has no default treebank; pass treebank=NAME."
            )
        code = request.language.iso1 or request.language.iso3
        split = {"dev": "validation"}.get(request.split, request.split)
        return fetch(HUB, request, treebank=f"{code}_{name.lower()}", hub_split=split)
    root = root_of(request)
    if root.is_file():
        _check_name(root, request)
        return (root,)
    folder = root if _has_trees(root) else _treebank_folder(root, request)
    found = []
    for path in sorted(folder.iterdir()):
        match = _FILE.fullmatch(path.name)
        if match and match[3] == request.split:
            _check_name(path, request)
            found.append(path)
    if not found:
        splits = sorted({m[3] for p in folder.iterdir() if (m := _FILE.fullmatch(p.name))})
        raise CorpusError(
            f"no {request.split} file; this treebank has {', '.join(splits) or 'no .conllu file'}.",
            folder,
        )
    return tuple(found)


def _has_trees(folder: Path) -> bool:
    return any(_FILE.fullmatch(path.name) for path in folder.iterdir())


def _treebank_folder(root: Path, request: Request) -> Path:
    """The treebank's folder in a release; also in the one folder that the release lies in."""
    language = request.language
    folders = sorted(path for path in root.iterdir() if _FOLDER.fullmatch(path.name))
    if not folders:
        inner = [path for path in root.iterdir() if path.is_dir()]
        if len(inner) == 1:
            return _treebank_folder(inner[0], request)
    mine = {
        match[2]: path
        for path in folders
        if (match := _FOLDER.fullmatch(path.name)) and _speaks(match[1], path, language)
    }
    wanted = _treebank(request)
    for name, path in mine.items():
        if wanted is not None and name.lower() == wanted.lower():
            return path
    if wanted is None and len(mine) == 1:
        return next(iter(mine.values()))
    here = ", ".join(sorted(mine)) or "none"
    asked = f"the treebank {wanted}" if wanted else "a treebank"
    choose = " Pass treebank=NAME." if mine else ""
    if not folders and any(chain(root.glob("*.t[sx][vt]"), root.glob("*/*.t[sx][vt]"))):
        choose = (
            " Files of a word and its tag a line are read with a description of a few lines: "
            "docs/how-to/own-corpus.md."
        )
    raise CorpusError(
        f"{asked} of {language.name} is not here; its treebanks here: {here}.{choose}", root
    )


def _speaks(name: str, folder: Path, language: Language) -> bool:
    """Whether a treebank is of the language, by its folder's name or by those of its files."""
    if language.ud:
        return name == language.ud.replace(" ", "_")
    files = (_FILE.fullmatch(path.name) for path in folder.iterdir())
    return name.replace("_", " ") == language.name or any(
        _file_language(match) in (language.code, language.iso3) for match in files if match
    )


def _file_language(match: re.Match[str]) -> str:
    """Code of the language that a file's name says; ``no`` is Nynorsk where the treebank is."""
    if match[1] == "no" and match[2].startswith("nynorsk"):
        return "nno"
    try:
        return get_language(match[1]).code
    except LingapError:
        return match[1]


def _check_name(path: Path, request: Request) -> None:
    match = _FILE.fullmatch(path.name)
    if match is None:
        return
    code = _file_language(match)
    language = request.language
    if code not in (language.code, language.iso3):
        raise CorpusError(f"a file of {code}, but {language.code} was requested.", path)
    if match[3] != request.split:
        raise CorpusError(f"a file of split {match[3]}, but {request.split} was requested.", path)


def _read(request: Request) -> Iterator[Sentence]:
    paths = _find(request)
    if paths[0].suffix.lower() == ".parquet":
        return _read_parquet(paths, request)
    options = {name: request.options[name] for name in CONLLU}
    return read_conllu(paths, language=request.language.code, counts=request.counts, **options)


def _read_parquet(paths: tuple[Path, ...], request: Request) -> Iterator[Sentence]:
    """The hub's tables. Rows that only repeat words (multi-word tokens) have the tag ``_``."""
    column = request.options["column"]
    for path in paths:
        for number, row in read_rows(path, request.counts):
            if "tokens" not in row or column not in row:
                raise CorpusError(
                    f"expected columns tokens and {column}, got {', '.join(row)}.", path, number
                )
            tokens, tags = row["tokens"] or (), row[column] or ()
            if len(tokens) != len(tags):
                raise CorpusError(f"{len(tokens)} words but {len(tags)} tags.", path, number)
            words = [one for one in zip(tokens, tags, strict=True) if one[1] not in ("_", None)]
            request.counts["multiword_tokens"] += len(tokens) - len(words)
            if not words or not all(isinstance(word, str) and word for word, _ in words):
                raise CorpusError(
                    f"an empty word, or no word with a tag, in {tokens!r:.80}.", path, number
                )
            for _, tag in words:
                if not isinstance(tag, str) or (column == "upos" and tag not in UPOS):
                    raise CorpusError(f"{tag!r} is not a {column.upper()} tag.", path, number)
            forms, names = zip(*words, strict=True)
            yield Sentence(f"{path.name}-{number}", request.language.code, forms, names)


UD = Corpus(
    name="ud",
    task="pos",
    summary="Universal Dependencies: words with their part of speech (UPOS)",
    licence="each treebank's own, most CC BY-SA 4.0",
    revision=f"the folder's release; hub {HUB.pinned}",
    splits=("train", "dev", "test"),
    sizes="each treebank's own; the ten defaults have 0.9 k to 23 k train sentences",
    read=_read,
    provenance=provenance_of(_find),
    labels=lambda request: UPOS if request.options["column"] == "upos" else None,
    options={
        "treebank": None,
        "column": "upos",
        "missing_tag": "error",
        "duplicate_ids": "error",
        "check_script": True,
        "revision": None,
    },
    choices=CONLLU,
)
