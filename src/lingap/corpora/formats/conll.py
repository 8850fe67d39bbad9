"""CoNLL files for named entities: a word and its tag on a line, a blank line between sentences.

The first line with content fixes the delimiter (a tab, or spaces) and the number of columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lingap.corpora.formats.columns import check_strict, plain_word
from lingap.corpora.formats.iob import BROKEN, detect_scheme, split_tag, to_iob2
from lingap.corpora.policies import CONLL, check_kinds, check_policies
from lingap.errors import ConfigError, CorpusError
from lingap.records import Sentence
from lingap.text.lines import read_lines

Delimiter = Literal["auto", "tab", "space"]
_TAGS = "O, or B-, I-, E- or S- and a type"


@dataclass(frozen=True, slots=True)
class ConllOptions:
    """How a CoNLL file is written, and the policies for what breaks its format.

    Args:
        scheme: ``auto`` (from a first pass over the tags), ``iob1``, ``iob2``, ``iobes``, or
            ``none``: the tags are not spans (parts of speech) and stay as they are.
        delimiter: ``tab``, ``space``, or ``auto``: a tab where the first line has one.
        columns: Places of word and tag, from 0, in files of more than two columns.
        entity_types: The types of entities; None for whatever the file holds.
        labels: All tags, after conversion to IOB2; any other is an error. None for any.
        foreign: For a type outside `entity_types`: ``error``, ``drop`` (the word becomes O,
            counted as ``tags_foreign``) or ``keep`` (counted too).
        empty_words: For a tag without a word, as where text tagged by the syllable had a space:
            ``drop`` the line, counted as ``words_empty`` (where it began a span, the next word
            does, counted as ``begins_moved``), or ``error``.
        inner_spaces: For a word that contains the delimiting space: ``keep`` it as one word,
            counted as ``words_with_space``, or ``error``.
        broken_spans: For tags that break their scheme (an I or E that continues no span, in IOBES
            a span that no E closes, in IOB1 a B that parts no two spans): ``begin`` a span where
            one is missing and end one before the next, counted as ``tags_repaired``; or ``error``.
        prefixes: Codes one of which, with a colon, precedes each word (``ko:서울``, WikiAnn by
            Rahimi et al. 2019) and is removed. Empty for files without.
        comment_prefix: Start of lines outside sentences to skip, such as ``# ``, counted as
            ``comment_lines``; empty for files without comments.
    """

    scheme: str = "auto"
    delimiter: Delimiter = "auto"
    columns: tuple[int, int] | None = None
    entity_types: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    foreign: Literal["error", "drop", "keep"] = "error"
    empty_words: Literal["drop", "error"] = "drop"
    inner_spaces: Literal["keep", "error"] = "keep"
    broken_spans: Literal["begin", "error"] = "begin"
    prefixes: tuple[str, ...] = ()
    comment_prefix: str = ""

    def __post_init__(self) -> None:
        check_policies({name: getattr(self, name) for name in CONLL}, CONLL)
        check_kinds({name: getattr(self, name) for name in ("entity_types", "comment_prefix")})
        columns = self.columns
        if columns is not None and not (
            isinstance(columns, tuple)
            and len(columns) == 2
            and all(type(place) is int and place >= 0 for place in columns)
            and columns[0] != columns[1]
        ):
            raise ConfigError(
                "columns: expected two different numbers from 0, of word and tag, such as (0, 3); "
                f"got {columns!r}."
            )


@dataclass(frozen=True, slots=True)
class _Block:
    """The words of one sentence, some empty, with their tags as written, and the line of each."""

    words: list[str]
    tags: list[str]
    lines: list[int]


def _blocks(path: Path, options: ConllOptions, counts: Counter[str]) -> Iterator[_Block]:
    block = _Block([], [], [])
    delimiter: str | None = {"tab": "\t", "space": " "}.get(options.delimiter)
    n_columns = 0
    plain = options.columns in (None, (0, 1)) and not (options.prefixes or options.comment_prefix)
    spans = options.scheme != "none"
    known: set[str] = set()  # tags seen to be right
    for number, line in read_lines(path, counts):
        if not line or line.isspace():
            if block.words:
                yield block
            block = _Block([], [], [])
            continue
        if plain and n_columns == 2 and delimiter is not None:  # what nearly every line is
            word, _, tag = line.rpartition(delimiter)
            if tag in known and word and word[0] != "-" and word.isprintable() and " " not in word:
                block.words.append(word)
                block.tags.append(tag)
                block.lines.append(number)
                continue
        if line.startswith("-DOCSTART-"):
            counts["document_lines"] += 1
            continue
        prefix = options.comment_prefix
        if prefix and not block.words and line.startswith(prefix):
            counts["comment_lines"] += 1
            continue
        if delimiter is None:
            delimiter = "\t" if "\t" in line else " "
        try:
            fields = _split(line, delimiter)
            if n_columns == 0 and all(fields):
                n_columns = len(fields)
                if n_columns > 2 and options.columns is None:
                    raise CorpusError(
                        f"{n_columns} columns; name those of word and tag, from 0, such as "
                        f"columns=(0, {n_columns - 1})."
                    )
            word, tag = _word_and_tag(fields, delimiter, n_columns or 2, options, counts)
            if not spans and options.labels is not None:
                _check_label(tag, options.labels)
            if word.strip():
                word = _without_prefix(word, options.prefixes)
            word = plain_word(word, counts)
            if word:
                known.add(tag)
            elif options.empty_words == "error":
                raise CorpusError(f"a tag without a word: {tag!r}.")
            else:
                counts["words_empty"] += 1
        except CorpusError as error:
            raise CorpusError(str(error), path, number) from None
        block.words.append(word)
        block.tags.append(tag)
        block.lines.append(number)
    if block.words:
        yield block


def _split(line: str, delimiter: str) -> list[str]:
    bare = line.strip()
    if delimiter == " " and "\t" in line:
        raise CorpusError("expected columns split by spaces as in the first line, got a tab.")
    if delimiter == "\t" and "\t" not in bare and " " in bare:
        raise CorpusError("expected columns split by tabs as in the first line, got a space.")
    return line.split(delimiter)


def _word_and_tag(
    fields: list[str], delimiter: str, n_columns: int, options: ConllOptions, counts: Counter[str]
) -> tuple[str, str]:
    while len(fields) > 2 and not fields[-1]:
        fields = fields[:-1]
    if n_columns > 2 or (options.columns is not None and options.columns != (0, 1)):
        at_word, at_tag = options.columns or (0, n_columns - 1)
        if delimiter == " ":
            fields = [field for field in fields if field]
        last, name = max((at_word, "words"), (at_tag, "labels"))
        if len(fields) == n_columns <= last:
            raise CorpusError(
                f"columns.{name} is {last}, but the line has {n_columns} columns (0 to "
                f"{n_columns - 1})."
            )
        if len(fields) != n_columns:
            raise CorpusError(
                f"expected {n_columns} columns as in the first line, got {len(fields)}."
            )
        return fields[at_word], check_strict(fields[at_tag], "tag")
    if len(fields) < 2 or not fields[-1]:
        raise CorpusError(f"a word without a tag: {' '.join(fields).strip()!r}.")
    *parts, tag = fields
    try:
        if options.scheme != "none":
            split_tag(tag)
    except ValueError:
        reason = "a word without a tag" if len(fields) > 2 else "not a tag of IOB or IOBES"
        raise CorpusError(f"{reason}: expected {_TAGS}, got {tag!r}.") from None
    check_strict(tag, "tag")
    word = delimiter.join(parts).strip(delimiter)
    if " " in word.strip() or "\t" in word:
        if options.inner_spaces == "error" or "\t" in word:
            raise CorpusError(f"expected 2 columns, got {len(fields)}.")
        counts["words_with_space"] += 1
    return word, tag


def _without_prefix(word: str, prefixes: Sequence[str]) -> str:
    if not prefixes:
        return word
    code, colon, rest = word.partition(":")
    if not colon or code not in prefixes or not rest:
        raise CorpusError(
            f"expected each word to begin with {prefixes[0]!r} and a colon, got {word!r}. "
            "Is this file in another language?"
        )
    return rest


def read_conll(
    paths: Iterable[Path], *, language: str, options: ConllOptions, counts: Counter[str]
) -> Iterator[Sentence]:
    """Sentences of one or more CoNLL files with tags in strict IOB2.

    Raises:
        CorpusError: With file and line, for whatever no policy of `options` allows.
    """
    number = 0
    for path in paths:
        scheme = options.scheme
        if scheme == "auto":
            blocks = _blocks(path, options, Counter())
            scheme = detect_scheme(_well_formed(block, path) for block in blocks)
        for block in _blocks(path, options, counts):
            tags, broken = tuple(block.tags), 0
            if scheme != "none":
                tags, broken = to_iob2(_kept_types(block, options, path, counts), scheme)
                if options.labels is not None:
                    for tag, line in zip(tags, block.lines, strict=True):
                        _check_label(tag, options.labels, path, line)
            if broken and options.broken_spans == "error":
                raise CorpusError(
                    f"a tag of the sentence from this line breaks the scheme {scheme}: a span "
                    f"{BROKEN[scheme]}. Pass broken_spans='begin' to read it, counted.",
                    path,
                    block.lines[0],
                )
            if broken:
                counts["tags_repaired"] += broken
            words = tuple(block.words)
            if not all(words):
                kept = [(word, tag) for word, tag in zip(words, tags, strict=True) if word]
                words = tuple(word for word, _ in kept)
                tags, moved = tuple(tag for _, tag in kept), 0
                if scheme != "none":
                    tags, moved = to_iob2(tags, "iob2")
                if moved:
                    counts["begins_moved"] += moved
            if words:
                number += 1
                yield Sentence(f"{path.name}-{number}", language, words, tags)


def _check_label(
    tag: str, labels: Sequence[str], path: Path | None = None, line: int | None = None
) -> None:
    if tag not in labels:
        raise CorpusError(f"the tag {tag!r} is not one of {', '.join(labels)}.", path, line)


def _well_formed(block: _Block, path: Path) -> list[str]:
    for tag, line in zip(block.tags, block.lines, strict=True):
        try:
            split_tag(tag)
        except ValueError:
            raise CorpusError(f"expected {_TAGS}, got the tag {tag!r}.", path, line) from None
    return block.tags


def _kept_types(
    block: _Block, options: ConllOptions, path: Path, counts: Counter[str]
) -> Sequence[str]:
    tags = _well_formed(block, path)
    known = options.entity_types
    if known is None:
        return tags
    for at, tag in enumerate(tags):
        kind = tag[2:]
        if not kind or kind in known:
            continue
        if options.foreign == "error":
            raise CorpusError(
                f"the type {kind!r} of {tag!r} is not one of {', '.join(known)}. Pass "
                "foreign='drop' to make it O, foreign='keep', or entity_types.",
                path,
                block.lines[at],
            )
        counts["tags_foreign"] += 1
        if options.foreign == "drop":
            tags[at] = "O"
    return tags
