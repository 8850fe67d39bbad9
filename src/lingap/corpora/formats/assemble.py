"""Rows of a table to records: which column holds the text, the words, the label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from lingap.corpora.formats.columns import check_strict, plain_word
from lingap.corpora.formats.ids import UniqueIds
from lingap.corpora.formats.iob import BROKEN, detect_scheme, split_tag, to_iob2
from lingap.corpora.formats.tables import has_lists, read_rows
from lingap.corpora.policies import TABLE, check_kinds, check_policies
from lingap.errors import ConfigError, CorpusError, LingapError
from lingap.languages import get_language
from lingap.records import LabelledSentence, Record, Sentence, SentencePair
from lingap.text.segmenters import WordReader

Row = Mapping[Any, Any]
_WHOLE = re.compile("0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of a table, by what they hold; None where there is none.

    Args:
        text: Text to split into words (:class:`lingap.text.segmenters.WordReader`).
        words: Lists of words, or words with spaces between them; in CoNLL files a number, from 0.
        labels: The same of labels, one per word; in CoNLL files a number.
        premise: First text of a pair.
        hypothesis: Second text of a pair.
        label: Label of the text, or of a pair.
        language: Language code; only rows of the requested language are read.
        id: Ids of the records.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    text: str | None = None
    words: str | int | None = None
    labels: str | int | None = None
    premise: str | None = None
    hypothesis: str | None = None
    label: str | None = None
    language: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RowOptions:
    """How rows become records, and the policies for those that do not fit.

    Args:
        columns: Which column holds what.
        labels: Every label of a text or pair, or the tags by number; None for any.
        rename: Label in the file, as text, to label of the record.
        unlabelled: For texts or pairs whose label is ``-`` (no majority), empty, null, or the
            number -1 of no class, and has no other name by `rename`: ``drop``, counted as
            ``texts_unlabelled`` or ``pairs_unlabelled``, ``keep`` with the label None, or
            ``error``.
        empty_text: For text without a word: ``drop``, counted as ``texts_empty``, or ``error``.
        duplicate_ids: For a repeated id: ``error``, or ``number``, counted as ``ids_numbered``.
        n_ids: Ids are whole numbers below this one, as those that count lines from 0; None for any.
        spans: Whether labels are span tags, to be converted to IOB2.
        broken_spans: For an I that continues no span, or in IOBES (a row with E, S, L or U) a span
            that does not end with E: ``begin`` a span, counted as ``tags_repaired``, or ``error``.
        segmenter: For text of languages written without spaces: a word segmenter, or one by
            language code; None counts such text as ``texts_unsegmented``.
        delimiter: The character between the columns of CSV, such as ``;``; None for a comma.
    """

    columns: Columns
    labels: tuple[str, ...] | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    unlabelled: Literal["drop", "keep", "error"] = "drop"
    empty_text: Literal["drop", "error"] = "error"
    duplicate_ids: Literal["error", "number"] = "error"
    n_ids: int | None = None
    spans: bool = False
    broken_spans: Literal["begin", "error"] = "begin"
    segmenter: str | Mapping[str, str] | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        check_delimiter(self.delimiter)
        check_policies({name: getattr(self, name) for name in TABLE}, TABLE)
        check_kinds({name: getattr(self, name) for name in ("rename", "spans", "segmenter")})


def read_table(
    paths: Iterable[Path], *, language: str, options: RowOptions, counts: Counter[str]
) -> Iterator[Record]:
    """Records of one language from one or more tables.

    Raises:
        CorpusError: With file and line (row for Parquet), for whatever no policy allows; also
            when the table has rows of other languages only.
    """
    assembler = _Assembler(language, options, counts)
    column = options.columns.language
    total = 0
    for path in paths:
        assembler.has_lists = has_lists(path)
        others: Counter[str] = Counter()
        mine = 0
        for number, row in read_rows(path, counts, delimiter=options.delimiter):
            total += 1
            try:
                if column is not None and not _is(_name(row, column), language):
                    others[_name(row, column)] += 1
                    continue
                mine += 1
                record = assembler.record(row, f"{path.name}-{total}")
            except KeyError as error:
                [name] = error.args
                role = next(
                    f.name for f in fields(Columns) if getattr(options.columns, f.name) == name
                )
                raise CorpusError(
                    f"the column {name!r} for {role} is missing; columns here: {', '.join(row)}.",
                    path,
                    number,
                ) from None
            except CorpusError as error:
                raise CorpusError(str(error), path, number) from None
            if record is not None:
                yield record
        if others and not mine:
            raise CorpusError(
                f"no row is of the language {language}; the column {column!r} holds "
                f"{', '.join(sorted(others))}.",
                path,
            )


@lru_cache(maxsize=4096)
def _is(code: str, language: str) -> bool:
    try:
        return get_language(code).code == language
    except LingapError:
        return code == language


class _Assembler:
    """Makes records of rows; its errors do not name the place."""

    has_lists = True

    def __init__(self, language: str, options: RowOptions, counts: Counter[str]):
        self.language, self.options, self.counts = language, options, counts
        self.words_of = WordReader(language, options.segmenter, counts)
        self.unique = UniqueIds(options.duplicate_ids, counts)

    def record(self, row: Row, name: str) -> Record | None:
        """The record of a row, called `name` if no column holds ids; None if dropped."""
        columns = self.options.columns
        if columns.id is not None:
            name = self.unique(self.numbered(_name(row, columns.id)))
        if columns.words is not None:
            words = self.words_as_given(row[columns.words], columns.words)
            labels = None if columns.labels is None else self.tags(row[columns.labels])
            if labels is not None and len(words) != len(labels):
                raise CorpusError(f"{len(words)} words but {len(labels)} labels.")
            return Sentence(name, self.language, words, labels)
        if columns.premise is None or columns.hypothesis is None:
            if columns.text is None:
                raise CorpusError("columns must name text, words, or premise and hypothesis.")
            return self.text(row, name, columns.text)
        label = None if columns.label is None else self.label(row[columns.label])
        if label is None and self.options.unlabelled == "drop":
            self.counts["pairs_unlabelled"] += 1
            return None
        first, second = self.words(row, columns.premise), self.words(row, columns.hypothesis)
        if not first or not second:
            return None
        return SentencePair(
            name,
            Sentence(f"{name}/premise", self.language, first),
            Sentence(f"{name}/hypothesis", self.language, second),
            label,
        )

    def words_as_given(self, value: Any, column: str | int) -> tuple[str, ...]:
        """Words of a list."""
        value = value if self.has_lists else _listed(value)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise CorpusError(f"{column!r}: expected a list of words, got {value!r:.80}.")
        words = tuple(plain_word(word, self.counts) for word in value)
        if not words or not all(words):
            raise CorpusError(f"{column!r}: an empty word, or no word at all.")
        return words

    def numbered(self, name: str) -> str:
        """The id, checked where ids are numbers of lines."""
        n = self.options.n_ids
        if n is not None and not (_WHOLE.fullmatch(name) and int(name) < n):
            raise CorpusError(f"the id {name!r}: expected the number of a line, 0 to {n - 1}.")
        return name

    def text(self, row: Row, name: str, column: str) -> Record | None:
        """A text, with its label if a column holds labels."""
        labels = self.options.columns.label
        label = None if labels is None else self.label(row[labels])
        if labels is not None and label is None and self.options.unlabelled == "drop":
            self.counts["texts_unlabelled"] += 1
            return None
        words = self.words(row, column)
        if not words:
            return None
        sentence = Sentence(name, self.language, words)
        return sentence if labels is None else LabelledSentence(name, sentence, label)

    def words(self, row: Row, column: str) -> tuple[str, ...]:
        """Words of a text; none where the policy drops it."""
        text = row[column]
        if text is not None and not isinstance(text, str):
            raise CorpusError(f"{column!r}: expected text, got {text!r:.80}.")
        words = self.words_of(text or "")
        if not words:
            if self.options.empty_text == "error":
                raise CorpusError(
                    f"no word in {column!r}; pass empty_text='drop' to skip such rows."
                )
            self.counts["texts_empty"] += 1
        return words

    def tags(self, value: Any) -> tuple[str, ...]:
        """Labels of the words of a row."""
        options, known = self.options, self.options.labels
        value = value if self.has_lists else _listed(value)
        if not isinstance(value, list):
            raise CorpusError(f"expected a list of labels, got {value!r:.80}.")
        tags = []
        for given in value:
            tag = self.by_name(given)
            if not isinstance(tag, str) or (known is not None and tag not in known):
                raise CorpusError(f"{tag!r} is not one of the labels {known}.")
            if options.spans:
                try:
                    split_tag(tag)
                except ValueError:
                    raise CorpusError(f"{tag!r} is not an IOB2 tag.") from None
            tags.append(tag)
        if not options.spans:
            return tuple(tags)
        scheme = "iobes" if detect_scheme([tags]) == "iobes" else "iob2"  # IOB1 needs all rows
        labels, repaired = to_iob2(tags, scheme)
        if repaired and options.broken_spans == "error":
            raise CorpusError(
                f"a span {BROKEN[scheme]}; pass broken_spans='begin' to read it, counted."
            )
        if repaired:
            self.counts["tags_repaired"] += repaired
        return labels

    def label(self, value: Any) -> str | None:
        """Label of a text or pair; None without one."""
        known = self.options.labels
        of_class = type(value) is int and known is not None  # -1 is the class of none
        if str(value) not in self.options.rename and (
            value in ("-", "", None) or (of_class and value == -1)
        ):
            if self.options.unlabelled == "error":
                what = "text" if self.options.columns.premise is None else "pair"
                raise CorpusError(
                    f"a {what} without a label ({value!r}); pass unlabelled='drop' or 'keep'."
                )
            return None
        label = self.by_name(value)
        if not isinstance(label, str) or (known is not None and label not in known):
            raise CorpusError(f"the label {label!r} is not one of {', '.join(known or ())}.")
        return label

    def by_name(self, label: Any) -> Any:
        """A label given by its number or under another name."""
        known = self.options.labels
        if isinstance(label, bool) or not isinstance(label, str | int):
            raise CorpusError(f"expected a label as text or as its number, got {label!r:.80}.")
        if isinstance(label, str):
            check_strict(label, "label")
        if isinstance(label, int) and known is not None and 0 <= label < len(known):
            label = known[label]
        return self.options.rename.get(str(label), label)


_A_LIST = re.compile(r"""\s*\[\s*(['"\d]|\]\s*$)""")


def _listed(value: Any) -> Any:
    """The parts of a cell of text, between spaces; a list as it is.

    Raises:
        CorpusError: For the text of a list, as JSON or pandas write it.
    """
    if not isinstance(value, str):
        return value
    if _A_LIST.match(value):
        raise CorpusError(
            f"the text of a list, {value:.60}: expected its parts with spaces between them, or a "
            "list in JSON Lines or Parquet."
        )
    return value.split()


def check_delimiter(given: Any) -> None:
    """Refuse what cannot stand between columns."""
    if given is None:
        return
    if not isinstance(given, str) or len(given) != 1 or given in '"\r\n':
        raise ConfigError(f"delimiter: expected one character, such as ';', got {given!r:.40}.")


def _name(row: Row, column: str) -> str:
    """The id or the language of a row."""
    value = row[column]
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise CorpusError(f"{column!r}: expected text or a whole number, got {value!r:.80}.")
    return str(value)
