"""What a corpus is: a row of facts, and a function that reads it. Adding one adds a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lingap.corpora.policies import Choices
from lingap.languages import Language
from lingap.records import Record
from lingap.registry import Registry


@dataclass(frozen=True)
class Request:
    """What a reader is asked for: language, split, where, options complete with defaults.

    Args:
        language: The language's row.
        split: One of the corpus' splits.
        path: Folder or file, or None for what is built in or fetched.
        options: Every option of the corpus, by name.
        counts: Lossy steps of the reader, by name; the reader adds to it.
    """

    language: Language
    split: str
    path: Path | None
    options: Mapping[str, Any]
    counts: Counter[str] = field(default_factory=Counter, compare=False)


def _no_labels(request: Request) -> None:
    return None


@dataclass(frozen=True)
class Corpus:
    """Facts about one corpus, and how to read it.

    Args:
        name: What :func:`load_corpus` is asked for.
        task: ``pos``, ``ner``, ``nli``, ``topic``, ``parallel`` or ``text``.
        summary: One line of what it is.
        licence: Of the data.
        revision: What pins its content: a release, a commit, or the package that carries it.
        splits: Names of its splits.
        sizes: Records of each split, in words.
        read: Request to records, streaming; raises CorpusError with file and line.
        provenance: Request to the facts that fix the records: versions, options, file digests.
        labels: Request to all labels there can be, in order; None where only the data tell.
        languages: Codes of the languages it is known to have; None for any.
        options: Every option and its default; others are refused.
        choices: Values that an option can have, for options that are named policies.
        source: Where its records come from: ``built in`` (a path is refused), ``path`` (one must
            be given), ``path or hub``, or ``description`` (of an own corpus).
    """

    name: str
    task: str
    summary: str
    licence: str
    revision: str
    splits: tuple[str, ...]
    sizes: str
    read: Callable[[Request], Iterator[Record]]
    provenance: Callable[[Request], Mapping[str, str]]
    labels: Callable[[Request], tuple[str, ...] | None] = _no_labels
    languages: tuple[str, ...] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)
    source: Literal["built in", "path", "path or hub", "description"] = "path or hub"


CORPORA: Registry[Corpus] = Registry("corpus")
