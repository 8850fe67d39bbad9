"""The language that a file's name says."""

from __future__ import annotations

import re

from lingap.languages.lookup import known_language

_OTHERS = frozenset(
    (
        "arrow", "bz2", "csv", "dev", "devtest", "gz", "json", "jsonl", "ndjson", "npy", "parquet",
        "pt", "ref", "safetensors", "src", "test", "tok", "train", "trg", "tsv", "txt", "valid",
        "validation", "xz", "zst",
    )
)  # fmt: skip
"""Parts of names that mean something else here: some are codes of languages, too."""
_PAIR = re.compile(r"[a-z]{2}-[a-z]{2}")


def written_language(name: str) -> tuple[str, list[str]]:
    """The part of a file's name that says its language, and the parts after its first but that.

    Of parts with dots between them it is the first, as in FLORES-200; where that is no language,
    the last that is one, as NTREX-128 and Moses write it. A pair of languages (``de-en``) is none.

    >>> written_language("kor_Hang.devtest"), written_language("newstest2019-ref.fra-CA.txt")
    (('kor_Hang', ['devtest']), ('fra-CA', ['txt']))
    >>> written_language("europarl.de-en.en"), written_language("corpus.dev.txt")
    (('en', ['de-en']), ('corpus', ['dev', 'txt']))
    """
    first, *others = name.split(".")
    if known_language(first) is None:
        for at in reversed(range(len(others))):
            part = others[at]
            free = part.lower() not in _OTHERS and _PAIR.fullmatch(part) is None
            if free and known_language(part) is not None:
                return part, others[:at] + others[at + 1 :]
    return first, others
