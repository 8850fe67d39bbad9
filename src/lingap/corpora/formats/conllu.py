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


def read_trees(path: Path, *, column: Column = "upos", counts: Counter[str]) -> Iterator[Tree]:
    """Sentences of one file, streaming.

    Counts ``multiword_tokens`` and ``empty_nodes``, which are left out.

    Raises:
        CorpusError: With the line, for a wrong number of columns, an id out of order, an empty
            form or tag, or comments without words.
    """
    at = _COLUMN[column]
    comments: list[str] = []
    words: list[str] = []
    tags: list[str] = []
    spaces: list[bool] = []
    start = number = inside = 0
    for number, line in read_lines(path, counts):
        if not line or line.isspace():
            if words:
                yield _tree(comments, words, tags, spaces, start)
            elif comments:
                raise CorpusError("comments without words before the blank line.", path, number)
            comments, words, tags, spaces, start, inside = [], [], [], [], 0, 0
            continue
        start = start or number
        if line[0] == "#" and not words:
            comments.append(line[1:].strip())
            continue
        fields = line.split("\t")
        if len(fields) != 10:
            hint = " (are the tabs spaces?)" if len(fields) == 1 and " " in line else ""
            raise CorpusError(
                f"expected 10 columns split by tabs, got {len(fields)}{hint}.", path, number
            )
        if fields[0] != str(len(words) + 1):
            match = _ID.fullmatch(fields[0])
            if match is None:
                raise CorpusError(f"{fields[0]!r} is not a word id (3, 3-4 or 3.1).", path, number)
            if match[2] == ".":
                counts["empty_nodes"] += 1
                continue
            if match[2] == "-":
                counts["multiword_tokens"] += 1
                inside = int(match[3])
                continue
            raise CorpusError(
                f"expected word id {len(words) + 1}, got {fields[0]}: is a line missing, or the "
                "blank line between sentences?",
                path,
                number,
            )
        if not fields[1]:
            raise CorpusError("a tag without a word: column 2 (FORM) is empty.", path, number)
        if not fields[at]:
            raise CorpusError(
                f"a word without a tag: column {at + 1} ({column.upper()}) is empty.", path, number
            )
        words.append(fields[1])
        tags.append(fields[at])
        spaces.append(len(words) >= inside and "SpaceAfter=No" not in fields[9].split("|"))
    if words:
        yield _tree(comments, words, tags, spaces, start)
    elif comments:
        raise CorpusError("the file ends after comments without words.", path, number)


def _tree(
    comments: list[str], words: list[str], tags: list[str], spaces: list[bool], line: int
) -> Tree:
    values: dict[str, str] = {}
    for comment in comments:
        key, found, value = comment.partition("=")
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
