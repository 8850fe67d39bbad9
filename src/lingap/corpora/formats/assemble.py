"""Rows of a table to records: which column holds the text, the words, the label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from lingap.corpora.formats.iob import split_tag, to_iob2
from lingap.corpora.formats.tables import read_rows
from lingap.corpora.policies import TABLE, check_policies
from lingap.errors import ConfigError, CorpusError, LingapError
from lingap.languages import get_language
from lingap.records import Sentence, SentencePair
from lingap.text.words import count_invisible, split_words


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table hold. Each is the name of a column, or None.

    Args:
        text: Text that is split in words (:func:`lingap.text.words.split_words`).
        words: Lists of words.
        labels: Lists of labels, one a word.
        premise: First text of a pair.
        hypothesis: Second text of a pair.
        label: Label of a pair.
        language: A language's code, by which rows are chosen.
        id: Names of the records.
    """

    text: str | None = None
    words: str | None = None
    labels: str | None = None
    premise: str | None = None
    hypothesis: str | None = None
    label: str | None = None
    language: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RowOptions:
    """How rows become records, and what to do with those that do not.

    Args:
        columns: Which column holds what.
        labels: Every label of a pair, or the tags by number; None for any.
        rename: Labels as written to labels as wanted.
        unlabelled: For pairs whose label is ``-`` (no majority) or empty: ``drop``, counted as
            ``pairs_unlabelled``, ``keep`` with None as label, or ``error``.
        empty_text: For text without a word: ``drop``, counted as ``texts_empty``, or ``error``.
        duplicate_ids: For an id met twice: ``error``, or ``number`` it, counted as
            ``ids_numbered``.
        spans: Whether labels are span tags, to be brought to IOB2.
        broken_spans: For an I that continues nothing: ``begin`` a span, counted as
            ``tags_repaired``, or ``error``.
    """

    columns: Columns
    labels: tuple[str, ...] | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    unlabelled: Literal["drop", "keep", "error"] = "drop"
    empty_text: Literal["drop", "error"] = "error"
    duplicate_ids: Literal["error", "number"] = "error"
    spans: bool = False
    broken_spans: Literal["begin", "error"] = "begin"

    def __post_init__(self) -> None:
        check_policies({name: getattr(self, name) for name in TABLE}, TABLE)
        if not isinstance(self.rename, Mapping):
            raise ConfigError(
                f"rename is a mapping of labels, such as {{yes: entailment}}, not {self.rename!r}."
            )


def read_table(
    paths: Iterable[Path], *, language: str, options: RowOptions, counts: Counter[str]
) -> Iterator[Sentence | SentencePair]:
    """Records of one language from one or more tables.

    Raises:
        CorpusError: With file and line (row for Parquet), for whatever no policy allows; also
            when the table has rows of other languages only.
    """
    seen: dict[str, int] = {}
    total = 0
    for path in paths:
        others: Counter[str] = Counter()
        mine = 0
        for number, row in read_rows(path, counts):
            if others.total() + mine == 0:
                _check_columns(options.columns, row, path, number)
            total += 1
            if options.columns.language is not None:
                code = str(row[options.columns.language])
                if not _is(code, language):
                    others[code] += 1
                    continue
            mine += 1
            name = _name(row, total, path, number, options, seen, counts)
            record = _record(row, name, language, path, number, options, counts)
            if record is not None:
                yield record
        if others and not mine:
            raise CorpusError(
                f"no row is of the language {language}; the column "
                f"{options.columns.language!r} holds {', '.join(sorted(others))}.",
                path,
            )


@lru_cache(maxsize=4096)
def _is(code: str, language: str) -> bool:
    try:
        return get_language(code).code == language
    except LingapError:
        return code == language


def _check_columns(columns: Columns, row: Mapping[str, Any], path: Path, number: int) -> None:
    for role in columns.__dataclass_fields__:
        name = getattr(columns, role)
        if name is not None and name not in row:
            raise CorpusError(
                f"the column {name!r} for {role} is missing; columns here: {', '.join(row)}.",
                path,
                number,
            )


def _name(
    row: Mapping[str, Any],
    total: int,
    path: Path,
    number: int,
    options: RowOptions,
    seen: dict[str, int],
    counts: Counter[str],
) -> str:
    column = options.columns.id
    if column is None:
        return f"{path.name}-{total}"  # never met before, and not to be remembered
    name = str(row[column])
    if name in seen:
        if options.duplicate_ids == "error":
            raise CorpusError(
                f"the id {name!r} was met before; corpora with the option duplicate_ids number it "
                "under duplicate_ids='number'.",
                path,
                number,
            )
        counts["ids_numbered"] += 1
        seen[name] += 1
        return f"{name}#{seen[name]}"
    seen[name] = 1
    return name


def _record(
    row: Mapping[str, Any],
    name: str,
    language: str,
    path: Path,
    number: int,
    options: RowOptions,
    counts: Counter[str],
) -> Sentence | SentencePair | None:
    columns = options.columns
    if columns.words is not None:
        words = _texts(row[columns.words], columns.words, path, number)
        if columns.labels is None:
            return Sentence(name, language, words)
        labels = _tags(row[columns.labels], options, path, number)
        if len(words) != len(labels):
            raise CorpusError(f"{len(words)} words but {len(labels)} labels.", path, number)
        if options.spans:
            labels, repaired = to_iob2(labels, "iob2")
            if repaired and options.broken_spans == "error":
                raise CorpusError(
                    "a span begins without B; give broken_spans='begin' to let it begin there.",
                    path,
                    number,
                )
            if repaired:
                counts["tags_repaired"] += repaired
        return Sentence(name, language, words, labels)
    if columns.premise is not None and columns.hypothesis is not None:
        label = _label(row, path, number, options)
        if label is None and options.unlabelled == "drop":
            counts["pairs_unlabelled"] += 1
            return None
        first = _words(row, columns.premise, language, path, number, options, counts)
        second = _words(row, columns.hypothesis, language, path, number, options, counts)
        if not first or not second:
            return None
        return SentencePair(
            name,
            Sentence(f"{name}/premise", language, first),
            Sentence(f"{name}/hypothesis", language, second),
            label,
        )
    if columns.text is None:
        raise CorpusError("columns must name text, words, or premise and hypothesis.", path)
    words = _words(row, columns.text, language, path, number, options, counts)
    return Sentence(name, language, words) if words else None


def _words(
    row: Mapping[str, Any],
    column: str,
    language: str,
    path: Path,
    number: int,
    options: RowOptions,
    counts: Counter[str],
) -> tuple[str, ...]:
    text = row[column]
    if text is not None and not isinstance(text, str):
        raise CorpusError(f"text expected in {column!r}, found {text!r}.", path, number)
    words = split_words(text or "", language)
    if text and (invisible := count_invisible(text)):
        counts["invisible_characters"] += invisible
    if not words:
        if options.empty_text == "error":
            raise CorpusError(
                f"no word in {column!r}; give empty_text='drop' to go on without it.", path, number
            )
        counts["texts_empty"] += 1
    return words


def _texts(value: Any, column: str, path: Path, number: int) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise CorpusError(f"a list of words expected in {column!r}, found {value!r}.", path, number)
    if not value or not all(word.strip() for word in value):
        raise CorpusError(f"an empty word, or no word at all, in {column!r}.", path, number)
    return tuple(value)


def _tags(value: Any, options: RowOptions, path: Path, number: int) -> tuple[str, ...]:
    known: Sequence[str] | None = options.labels
    if not isinstance(value, list):
        raise CorpusError(f"a list of labels expected, found {value!r}.", path, number)
    tags = []
    for one in value:
        if isinstance(one, int) and known is not None and 0 <= one < len(known):
            one = known[one]
        one = options.rename.get(one, one)
        if not isinstance(one, str) or (known is not None and one not in known):
            raise CorpusError(f"{one!r} is none of the labels {known}.", path, number)
        if options.spans:
            try:
                split_tag(one)
            except ValueError:
                raise CorpusError(f"{one!r} is no tag of IOB2.", path, number) from None
        tags.append(one)
    return tuple(tags)


def _label(row: Mapping[str, Any], path: Path, number: int, options: RowOptions) -> str | None:
    column = options.columns.label
    if column is None:
        return None
    known = options.labels
    value = row[column]
    if isinstance(value, int) and known is not None and 0 <= value < len(known):
        value = known[value]
    if value in ("-", "", None, -1):
        if options.unlabelled == "error":
            raise CorpusError(
                f"a pair without a label ({value!r}); give unlabelled='drop' or 'keep'.",
                path,
                number,
            )
        return None
    value = options.rename.get(value, value)
    if not isinstance(value, str) or (known is not None and value not in known):
        raise CorpusError(f"the label {value!r} is none of {', '.join(known or ())}.", path, number)
    return value
