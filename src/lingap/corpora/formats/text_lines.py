"""Plain text: one sentence per line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from lingap.errors import CorpusError
from lingap.records import Sentence
from lingap.text.lines import read_lines
from lingap.text.segmenters import WordReader


def read_text_lines(
    paths: Iterable[Path],
    *,
    language: str,
    empty_text: Literal["error", "drop"],
    counts: Counter[str],
    segmenter: str | Mapping[str, str] | None = None,
) -> Iterator[Sentence]:
    """One sentence per line, words by :class:`lingap.text.segmenters.WordReader`.

    Raises:
        CorpusError: For a line without a word, unless ``empty_text`` is ``drop`` (counted as
            ``texts_empty``).
    """
    total = 0
    words_of = WordReader(language, segmenter, counts)
    for path in paths:
        for number, line in read_lines(path, counts):
            total += 1
            words = words_of(line)
            if words:
                yield Sentence(f"line-{total}", language, words)
            elif empty_text == "error":
                raise CorpusError("a line without a word.", path, number)
            else:
                counts["texts_empty"] += 1
