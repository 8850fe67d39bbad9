"""Named entities: CoNLL files in one folder per language, and WikiAnn (files and hub)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from lingap.corpora.archives import is_archive, unpacked
from lingap.corpora.files import (
    codes_of,
    homes_of,
    provenance_of,
    refuse_other_language,
    root_of,
    the_one,
)
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.conll import ConllOptions, read_conll
from lingap.corpora.policies import CONLL
from lingap.corpora.protocol import Corpus, Request
from lingap.corpora.sources.hub import Hub, fetch
from lingap.errors import CorpusError
from lingap.languages import Language, get_language
from lingap.languages.table import served_by
from lingap.records import Record
from lingap.text.lines import read_lines

TYPES = ("PER", "ORG", "LOC")
HUB = Hub(
    repo="unimelb-nlp/wikiann",
    # The latest commit of the hub's own conversion to Parquet (en/train/0000.parquet); on main
    # the files are en/train-00000-of-00001.parquet.
    revision="f89f2fe2694613baf6bb62e7393290846127adbf",
    patterns=("{wikiann}/{split}-*.parquet", "{wikiann}/{split}/*.parquet"),
    splits=(("dev", "validation"),),
)
_ENDINGS = ("", ".txt", ".conll", ".tsv", ".bio", ".iob", ".iob2", ".parquet")
_FIELDS = ConllOptions.__dataclass_fields__
_SPLITS: Mapping[str, tuple[str, ...]] = {"dev": ("dev", "valid", "validation")}


def _find(request: Request, *, wikiann: bool = False) -> tuple[Path, ...]:
    root = root_of(request)
    if root.is_file():
        refuse_other_language(root.parent.name, request, root)
        return (root,)
    codes = _folders_of(request.language) if wikiann else codes_of(request.language)
    places = [home / code for home in homes_of(root) for code in codes]
    folders = [place for place in places if place.is_dir()]
    packed = (path for code in codes for path in sorted(root.glob(f"{code}.*")))
    folders += [unpacked(path) for path in packed if is_archive(path)]
    if not folders:
        refuse_other_language(root.name, request, root)
    for folder in folders or [root]:
        found = [path for path in sorted(folder.iterdir()) if _is_split(path, request.split)]
        if found:
            tables = [path for path in found if path.suffix.lower() == ".parquet"]
            return tuple(tables) or (the_one(found, f"a {request.split} file", folder),)
    what = f"{request.split}, {request.split}.txt or similar in a folder {request.language.code}"
    return (the_one([], what, folders[0] if folders else root),)


def _is_split(path: Path, split: str) -> bool:
    names = _SPLITS.get(split, (split,))
    stem, ending = path.name.removesuffix(path.suffix), path.suffix.lower()
    if not path.is_file() or ending not in _ENDINGS:
        return False
    return stem in names or any(
        stem.startswith(f"{name}-") or stem.endswith(f"-{name}") for name in names
    )


def _find_wikiann(request: Request) -> tuple[Path, ...]:
    return fetch(HUB, request) if request.path is None else _find(request, wikiann=True)


def _folders_of(language: Language) -> tuple[str, ...]:
    """Codes of a language but those by which WikiAnn means another: ``als`` is Alemannic there."""
    theirs = served_by("wikiann").items()
    others = {code for own, code in theirs if get_language(own).iso3 != language.iso3}
    return tuple(code for code in codes_of(language) if code not in others)


def _prefixes(path: Path, request: Request) -> tuple[str, ...]:
    """The language's codes if the first words begin with one of them, as WikiAnn's do."""
    codes = codes_of(request.language)
    lines = (line for _, line in read_lines(path, Counter()) if line.strip())
    first = [line.partition(":")[0] for line in islice(lines, 5)]
    return codes if first and all(code in codes for code in first) else ()


def _read(request: Request, *, prefixed: bool = False) -> Iterator[Record]:
    paths = _find_wikiann(request) if prefixed else _find(request)
    if paths[0].suffix.lower() == ".parquet":
        return _read_parquet(paths, request)
    given = {name: one for name, one in request.options.items() if name in _FIELDS}
    options: dict[str, Any] = given | {"entity_types": _types(request)}
    if isinstance(options["columns"], list):
        options["columns"] = tuple(options["columns"])
    codes = _folders_of(request.language)
    prefixes = codes if prefixed else _prefixes(paths[0], request)
    return read_conll(
        paths,
        language=request.language.code,
        options=ConllOptions(**options, prefixes=prefixes),
        counts=request.counts,
    )


def _read_parquet(paths: tuple[Path, ...], request: Request) -> Iterator[Record]:
    if _types(request) != TYPES:
        raise CorpusError(
            f"the Parquet files number the tags of {', '.join(TYPES)}; leave out entity_types."
        )
    options = RowOptions(
        Columns(words="tokens", labels="ner_tags"),
        labels=_tags_of(TYPES),
        spans=True,
        broken_spans=request.options["broken_spans"],
    )
    return read_table(paths, language=request.language.code, options=options, counts=request.counts)


def _types(request: Request) -> tuple[str, ...] | None:
    types = request.options["entity_types"]
    return None if types is None else tuple(types)


def _tags_of(types: Iterable[str]) -> tuple[str, ...]:
    return ("O", *(f"{prefix}-{kind}" for kind in types for prefix in "BI"))


def _labels(request: Request) -> tuple[str, ...] | None:
    types = _types(request)
    if types is None or request.options["foreign"] == "keep":
        return None
    return _tags_of(types)


_OPTIONS: Mapping[str, Any] = {
    "entity_types": TYPES,
    "foreign": "error",
    "scheme": "auto",
    "delimiter": "auto",
    "columns": None,
    "empty_words": "drop",
    "inner_spaces": "keep",
    "broken_spans": "begin",
    "comment_prefix": "",
    "check_script": True,
}
NER = Corpus(
    name="ner",
    task="ner",
    summary="any CoNLL files of named entities, one folder per language; also WikiAnn's",
    licence="the files' own",
    revision="the files' own, by digest",
    splits=("train", "dev", "test"),
    sizes="the files' own",
    read=_read,
    provenance=provenance_of(_find),
    labels=_labels,
    options=_OPTIONS,
    choices=CONLL,
    source="path",
)
WIKIANN = Corpus(
    name="wikiann",
    task="ner",
    summary="WikiAnn (PAN-X), balanced splits of Rahimi et al. (2019): PER, ORG, LOC",
    licence="Wikipedia's CC BY-SA, annotation ODC-BY by its page",
    revision=f"the files' digest; hub {HUB.pinned}",
    splits=("train", "dev", "test"),
    sizes="20 k, 10 k, 10 k sentences in large languages; 5 k, 1 k, 1 k in Hindi",
    read=lambda request: _read(request, prefixed=True),
    provenance=provenance_of(_find_wikiann),
    labels=_labels,
    options={**_OPTIONS, "revision": None},
    choices=CONLL,
)
