"""How often the words of a gold list occur in running text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from lingap.errors import CorpusError
from lingap.g2p.gold_header import is_comment, is_header


def read_frequencies(path: Path) -> dict[str, float]:
    """Word -> occurrences, from the third column of a TSV of pronunciations.

    Of a word with several lines, the largest counts.

    Raises:
        CorpusError: For a line without a positive number there; the message names file and line.
    """
    frequencies: dict[str, float] = {}
    is_first = True
    for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
        line = raw.decode("utf-8", "replace").lstrip("\ufeff" if number == 1 else "")
        if not line.strip() or is_comment(line):
            continue
        if is_first and is_header(line):
            is_first = False
            continue
        is_first = False
        word, *rest = line.split("\t")
        value = rest[1].strip() if len(rest) > 1 else ""
        try:
            occurrences = float(value)
        except ValueError:
            occurrences = 0.0
        if not 0 < occurrences < float("inf"):
            raise CorpusError(
                f"Expected the word's occurrences, a positive number, in column 3; got {value!r}.",
                path,
                number,
            )
        word = unicodedata.normalize("NFC", word.strip())
        frequencies[word] = max(occurrences, frequencies.get(word, 0.0))
    return frequencies
