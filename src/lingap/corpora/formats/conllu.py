"""CoNLL-U files (Universal Dependencies): ten columns, words with their tag.

Multi-word tokens (``3-4``) repeat words, and empty nodes (``8.1``) are not in the text: neither is
a word. The format is that of CoNLL-U v2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lingap.corpora.formats.columns import check_strict
from lingap.corpora.formats.ids import UniqueIds
from lingap.corpora.policies import CONLLU, check_policies
from lingap.errors import CorpusError
from lingap.records import Sentence
from lingap.text.lines import read_lines

UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN",
    "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip
Column = Literal["upos", "xpos"]
_COLUMN = {"upos": 3, "xpos": 4}
_ID = re.compile(r"(0|[1-9][0-9]*)(?:([-.])([1-9][0-9]*))?")
_DIGITS = 9  # of the largest word id
_KNOWN_TAGS = frozenset(UPOS)


@dataclass(frozen=True, slots=True)
class Tree:
    """Words and tags of one sentence of a CoNLL-U file.

    Args:
        id: Its ``sent_id``, or "".
        text: Its ``text`` comment, or "".
        comments: All comment lines, without ``#``.
        words: (n,) forms of the words.
        tags: (n,) their tags.
        space_after: (n,) whether white space follows each in the text.
        line: Its first line in the file.
    """

    id: str
    text: str
    comments: tuple[str, ...]
    words: tuple[str, ...]
    tags: tuple[str, ...]
    space_after: tuple[bool, ...]
    line: int


class _Order:
    """Rows of a sentence that are no words: in place, or an error."""

    def __init__(self) -> None:
        self.first = self.last = 0  # words of the latest range
        self.line = 0  # of that range
        self.n_empty = 0  # empty nodes since the latest word

    def kind(self, name: str, n_words: int, line: int) -> Literal["range", "empty"]:
        """What the row of that id after `n_words` words is; raises CorpusError without a place."""
        match = _ID.fullmatch(name)
        if match is None:
            raise CorpusError(f"{name!r} is not a word id (3, 3-4 or 3.1).")
        first, mark, last = match[1], match[2], match[3]
        if mark == "-":
            if first != str(n_words + 1):
                raise CorpusError(
                    f"the range {name:.20} is not before its first word, but before word "
                    f"{n_words + 1}."
                )
            if len(last) > _DIGITS or int(last) <= n_words + 1:
                raise CorpusError(f"the range {name:.20} does not end after its first word.")
            if n_words < self.last:
                raise CorpusError(f"the range {name} overlaps with {self.first}-{self.last}.")
            self.first, self.last, self.line = n_words + 1, int(last), line
            return "range"
        if mark == ".":
            if (first, last) == (str(n_words), str(self.n_empty + 1)) and self.first <= n_words:
                self.n_empty += 1
                return "empty"
            raise CorpusError(
                f"the empty node {name} is out of place: expected it after word {first}, "
                f"numbered from {first}.1."
            )
        raise CorpusError(
            f"expected word id {n_words + 1}, got {name}: is a line missing, or the blank line "
            "between sentences?"
        )


def read_trees(path: Path, *, column: Column = "upos", counts: Counter[str]) -> Iterator[Tree]:
    """Sentences of one file, streaming.

    Counts ``multiword_tokens`` and ``empty_nodes``, which are left out, ``multiword_tags`` (tags of
    multi-word tokens, which have none by the format), ``ids_missing`` (sentences without
    ``sent_id``), ``blank_lines`` (further ones, or with white space) and
    ``last_blank_line_missing``.

    Raises:
        CorpusError: With the line, for a wrong number of columns, a word, range or empty node out
            of place, a form or tag that is empty, has white space around it or holds a control
            character, a second ``sent_id``, or comments without words.
    """
    at = _COLUMN[column]
    comments: list[str] = []
    words: list[str] = []
    tags: list[str] = []
    spaces: list[bool] = []
    order = _Order()
    start = number = 0
    begun = False  # whether the rows of the sentence have begun

    def tree() -> Tree:
        if len(words) < order.last:
            raise CorpusError(
                f"the range {order.first}-{order.last} ends after the last word, {len(words)}.",
                path,
                order.line,
            )
        try:
            found = _tree(comments, words, tags, spaces, start)
        except CorpusError as error:
            raise CorpusError(str(error), path, start) from None
        if not found.id:
            counts["ids_missing"] += 1
        return found

    for number, line in read_lines(path, counts):
        if not line or line.isspace():
            if line or not words:
                counts["blank_lines"] += 1
            if words:
                yield tree()
            elif comments or begun:
                raise CorpusError("comments without words before the blank line.", path, number)
            comments, words, tags, spaces, start, begun = [], [], [], [], 0, False
            order = _Order()
            continue
        start = start or number
        if line[0] == "#" and not begun:
            comments.append(line[1:].strip())
            continue
        begun = True
        fields = line.split("\t")
        if len(fields) != 10:
            hint = " (are the tabs spaces?)" if len(fields) == 1 and " " in line else ""
            hint = " (comments stand before the words)" if line[0] == "#" else hint
            raise CorpusError(
                f"expected 10 columns split by tabs, got {len(fields)}{hint}.", path, number
            )
        if fields[0] != str(len(words) + 1):
            try:
                kind = order.kind(fields[0], len(words), number)
            except CorpusError as error:
                raise CorpusError(str(error), path, number) from None
            counts["empty_nodes" if kind == "empty" else "multiword_tokens"] += 1
            if kind == "range" and fields[at] != "_":
                counts["multiword_tags"] += 1
            continue
        if not fields[1]:
            raise CorpusError("a tag without a word: column 2 (FORM) is empty.", path, number)
        if not fields[at]:
            raise CorpusError(
                f"a word without a tag: column {at + 1} ({column.upper()}) is empty.", path, number
            )
        try:
            words.append(check_strict(fields[1], "word"))
            tags.append(check_strict(fields[at], "tag"))
        except CorpusError as error:
            raise CorpusError(str(error), path, number) from None
        spaces.append(len(words) >= order.last and "SpaceAfter=No" not in fields[9].split("|"))
        order.n_empty = 0
    if words:
        counts["last_blank_line_missing"] += 1
        yield tree()
    elif comments or begun:
        raise CorpusError("the file ends after comments without words.", path, number)


def _tree(
    comments: list[str], words: list[str], tags: list[str], spaces: list[bool], line: int
) -> Tree:
    values: dict[str, str] = {}
    for comment in comments:
        key, found, value = comment.partition("=")
        if found and key.strip() == "sent_id" and "sent_id" in values:
            raise CorpusError(
                f"the sentence from this line has two sent_id: {values['sent_id']!r} and "
                f"{value.strip()!r}; keep one."
            )
        if found:
            values.setdefault(key.strip(), value.strip())
    return Tree(
        values.get("sent_id", ""),
        values.get("text", ""),
        tuple(comments),
        tuple(words),
        tuple(tags),
        tuple(spaces),
        line,
    )


def read_conllu(
    paths: Iterable[Path],
    *,
    language: str,
    column: Column = "upos",
    missing_tag: Literal["error", "X"] = "error",
    duplicate_ids: Literal["error", "number"] = "error",
    labels: tuple[str, ...] | None = None,
    counts: Counter[str],
) -> Iterator[Sentence]:
    """Tagged sentences of one or more CoNLL-U files, in their order.

    Args:
        paths: The files of one split.
        language: Code for the records.
        column: ``upos`` (the closed set of 17) or ``xpos``.
        missing_tag: For the tag ``_``: ``error``, or ``X``, counted as ``tags_missing``.
        duplicate_ids: For a repeated ``sent_id``: ``error``, or ``number``, counted as
            ``ids_numbered``.
        labels: All tags; any other is an error. None for any (of the column).
        counts: Where lossy steps are counted.

    Raises:
        CorpusError: With file and line.
        ConfigError: For an unknown policy.
    """
    asked = {"column": column, "missing_tag": missing_tag, "duplicate_ids": duplicate_ids}
    check_policies(asked, CONLLU)
    unique = UniqueIds(duplicate_ids, counts)
    total = 0
    for path in paths:
        for tree in read_trees(path, column=column, counts=counts):
            total += 1
            tags = tree.tags
            try:
                name = unique(tree.id or f"{path.name}-{total}")
                if (column == "upos" and not _KNOWN_TAGS.issuperset(tags)) or "_" in tags:
                    tags = _mend(tree, column, missing_tag, counts)
                if labels is not None and not set(labels).issuperset(tags):
                    odd = next(tag for tag in tags if tag not in labels)
                    raise CorpusError(
                        f"the tag {odd!r} in the sentence from this line is not one of "
                        f"{', '.join(labels)}."
                    )
            except CorpusError as error:
                raise CorpusError(str(error), path, tree.line) from None
            yield Sentence(name, language, tree.words, tags)


def _mend(tree: Tree, column: str, missing_tag: str, counts: Counter[str]) -> tuple[str, ...]:
    for word, tag in zip(tree.words, tree.tags, strict=True):
        if tag == "_" and missing_tag == "error":
            raise CorpusError(
                f"{word!r} has no {column.upper()} tag (_) in the sentence from this line; pass "
                "missing_tag='X' to call it X."
            )
        if column == "upos" and tag not in _KNOWN_TAGS and tag != "_":
            raise CorpusError(
                f"{word!r} has the tag {tag!r} in the sentence from this line; UPOS has "
                f"{' '.join(UPOS)}. For other tag sets pass column='xpos'."
            )
    counts["tags_missing"] += tree.tags.count("_")
    return tuple("X" if tag == "_" else tag for tag in tree.tags)
