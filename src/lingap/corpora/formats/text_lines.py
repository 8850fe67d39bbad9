"""Plain text: one sentence a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from lingap.corpora.lines import read_lines
from lingap.corpora.spelling import count_direction_marks, split_words
from lingap.errors import CorpusError
from lingap.records import Sentence


def read_text_lines(
    paths: Iterable[Path],
    *,
    language: str,
    empty_text: Literal["error", "drop"],
    counts: Counter[str],
) -> Iterator[Sentence]:
    """One sentence a line, words by :func:`lingap.corpora.spelling.split_words`.

    Raises:
        CorpusError: For a line without a word, unless ``empty_text`` is ``drop`` (counted as
            ``texts_empty``).
    """
    total = 0
    for path in paths:
        for number, line in read_lines(path, counts):
            total += 1
            words = split_words(line)
            if marks := count_direction_marks(line):
                counts["direction_marks"] += marks
            if words:
                yield Sentence(f"line-{total}", language, words)
            elif empty_text == "error":
                raise CorpusError("a line without a word.", path, number)
            else:
                counts["texts_empty"] += 1
