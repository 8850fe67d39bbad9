"""XNLI: the release's TSV files, its translated training files, and the hub's Parquet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lingap.corpora.files import codes_of, provenance_of, root_of, the_one
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.tables import read_rows
from lingap.corpora.policies import TABLE
from lingap.corpora.protocol import Corpus, Request
from lingap.corpora.sources.hub import Hub, fetch
from lingap.errors import CorpusError
from lingap.records import Record

LABELS = ("entailment", "neutral", "contradiction")  # in the hub's numbering
LANGUAGES = (
    "ara", "bul", "deu", "ell", "eng", "fra", "hin", "rus", "spa", "swa", "tha", "tur", "urd",
    "vie", "zho",
)  # fmt: skip
HUB = Hub(
    repo="facebook/xnli",
    revision="b8dd5d7af51114dbda02c0e3f6133f332186418e",
    patterns=("{iso1}/{split}-*.parquet",),
    splits=(("dev", "validation"),),
)
_TRAIN = re.compile(r"multinli\.train\.([A-Za-z_]+)(?i:\.tsv)(?:\.\w+)?")
_RELEASE = Columns(
    premise="sentence1", hypothesis="sentence2", label="gold_label", language="language",
    id="pairID",
)  # fmt: skip
_TRANSLATED = Columns(premise="premise", hypothesis="hypo", label="label")
_HUB = Columns(premise="premise", hypothesis="hypothesis", label="label")


def _find(request: Request) -> tuple[Path, ...]:
    if request.path is None:
        return fetch(HUB, request)
    root = root_of(request)
    codes = codes_of(request.language)
    if root.is_file():
        named = _TRAIN.fullmatch(root.name)
        if named is not None and named[1] not in codes:
            raise CorpusError(
                f"a file of {named[1]!r}, but {request.language.code} was requested.", root
            )
        return (root,)
    split = request.split
    hub_split = dict(HUB.splits).get(split, split)
    tables = sorted(
        path
        for code in codes
        for path in root.glob(f"**/{code}/{hub_split}-*")
        if path.suffix.lower() == ".parquet"
    )
    if tables:
        return tuple(tables)
    stems = [f"multinli.train.{code}" for code in codes] if split == "train" else [f"xnli.{split}"]
    found = [
        path
        for stem in stems
        for path in root.glob(f"**/{stem}.*")
        if path.name[len(stem) :].lower() == ".tsv"
    ]
    return (the_one(found, " or ".join(f"{stem}.tsv" for stem in stems[:3]), root),)


def _columns(path: Path) -> Columns:
    """Which of the three layouts the file has, by the names of its columns."""
    number, row = next(iter(read_rows(path, Counter())), (1, {}))
    for layout in (_RELEASE, _TRANSLATED, _HUB):
        needed = (layout.premise, layout.hypothesis, layout.label)
        if all(name in row for name in needed):
            return layout if layout.id in row else replace(layout, id=None)
    if not row:
        raise CorpusError("expected a header and at least one row, got an empty file.", path)
    raise CorpusError(
        "expected columns sentence1, sentence2, gold_label (or premise, hypo, label, or premise, "
        f"hypothesis, label), got {', '.join(row)}.",
        path,
        number - 1 if path.suffix.lower() == ".tsv" else None,
    )


def _read(request: Request) -> Iterator[Record]:
    paths = _find(request)
    options = RowOptions(
        _columns(paths[0]),
        labels=LABELS,
        rename={"contradictory": "contradiction"},
        **{
            name: request.options[name]
            for name in ("unlabelled", "empty_text", "duplicate_ids", "segmenter")
        },
    )
    return read_table(paths, language=request.language.code, options=options, counts=request.counts)


XNLI = Corpus(
    name="xnli",
    task="nli",
    summary="XNLI (Conneau et al. 2018): pairs of sentences, entailment, neutral, contradiction",
    licence="CC BY-NC 4.0",
    revision=f"XNLI-1.0; hub {HUB.pinned}",
    splits=("train", "dev", "test"),
    sizes="392,702 (translated), 2,490 and 5,010 pairs per language",
    read=_read,
    provenance=provenance_of(_find),
    labels=lambda request: LABELS,
    languages=LANGUAGES,
    options={
        "unlabelled": "drop",
        "empty_text": "error",
        "duplicate_ids": "error",
        "check_script": True,
        "revision": None,
        "segmenter": None,
    },
    choices=TABLE,
)
