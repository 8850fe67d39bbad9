"""The rows of the corpora that come with lingap: names of Unicode CLDR, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lingap.corpora.policies import CLDR as POLICIES
from lingap.corpora.protocol import Corpus, Request
from lingap.corpora.sources.cldr_names import KINDS
from lingap.corpora.sources.cldr_records import (
    ENTITY_KINDS,
    SIZES,
    pool_languages,
    read_names,
    read_records,
    read_text,
)
from lingap.corpora.sources.cldr_records import split_keys as _split_keys
from lingap.records import Sentence
from lingap.storage.digests import digest_of

_POOL: Mapping[str, Any] = {"languages": None, "seed": 0, "case": "lower"}
_LICENCE = "Unicode-3.0 (data); BSD-3-Clause (babel)"
_REVISION = "CLDR as carried by the installed babel"


def _records(request: Request) -> Iterator[Sentence]:
    options = dict(request.options)
    sizes = {split: options.pop(f"{split}_size") for split in SIZES}
    return read_records(request.language.code, request.split, size=sizes[request.split], **options)


def _names(request: Request) -> Iterator[Sentence]:
    return read_names(request.language.code, request.split, **request.options)


def _text(request: Request) -> Iterator[Sentence]:
    options = dict(request.options)
    return read_text(request.language.code, size=options.pop("train_size"), **options)


def _tags(request: Request) -> tuple[str, ...]:
    kinds = [kind.upper() for kind in request.options["kinds"]]
    return ("O", *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI"))


def _provenance(request: Request) -> dict[str, str]:
    """The package's version, the options, the languages of the pool, and a digest of its keys."""
    from importlib.metadata import version

    pool = pool_languages(request.language.code, request.options["languages"])
    kinds = tuple(request.options.get("kinds", KINDS))
    keys = _split_keys(pool, kinds, "all", 0)
    digest = digest_of(json.dumps(keys))
    options = {key: value for key, value in request.options.items() if key != "languages"}
    return {
        "babel": version("babel"),
        "pool": " ".join(pool),
        "keys": f"{len(keys)}:{digest[:16]}",
        "options": json.dumps(options, sort_keys=True),
    }


CLDR = Corpus(
    name="cldr",
    task="ner",
    summary="lists of one to four names, words tagged by the kind of name; made, deterministic",
    licence=_LICENCE,
    source="built in",
    revision=_REVISION,
    splits=tuple(SIZES),
    sizes="train 1,000, dev 200, test 400 records by default",
    read=_records,
    provenance=_provenance,
    labels=_tags,
    options={**_POOL, "kinds": ENTITY_KINDS, **{f"{split}_size": n for split, n in SIZES.items()}},
    choices=POLICIES,
)
CLDR_NAMES = Corpus(
    name="cldr_names",
    task="parallel",
    summary="names of places, languages, currencies, time zones …, parallel by their codes",
    licence=_LICENCE,
    source="built in",
    revision=_REVISION,
    splits=("all", "train", "dev", "test"),
    sizes="about 1,100 names for the paper's twelve languages; fewer the more languages",
    read=_names,
    provenance=_provenance,
    options={**_POOL, "kinds": KINDS},
    choices=POLICIES,
)
CLDR_TEXT = Corpus(
    name="cldr_text",
    task="text",
    summary="text for pre-training: train records of cldr and all names outside dev and test",
    licence=_LICENCE,
    source="built in",
    revision=_REVISION,
    splits=("train",),
    sizes="1,000 records and some 700 names by default",
    read=_text,
    provenance=_provenance,
    options={**_POOL, "kinds": ENTITY_KINDS, "train_size": SIZES["train"]},
    choices=POLICIES,
)
