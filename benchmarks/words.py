r"""Words per second of the one splitter, and how its time grows with the length of the text.

    python benchmarks/words.py TEXT…      # files of plain text

Beside it stands what a user would otherwise take: word boundaries of Unicode Standard Annex 29 by
the `regex` package (``\b{w}``), which tear abbreviations, hyphens and most tags.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import regex

from lingap.text.words import count_invisible, split_words

PARTS = (
    "a'", "a.", "a.a-", "a+", "a@", "a://", "((a", "#a", "@", ".", ".,", "1,", "a\u0301", "e.g.-",
    "www.", 'א"', "ab.c+d", "\u200b", "\ufe0f", "👩\u200d", "http://a", "-",
)  # fmt: skip
_uax29 = regex.compile(r"(?V1w)\b").splititer


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Least processor time of several runs."""
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def _read(text: str) -> None:
    split_words(text, "swa")
    count_invisible(text)


def main() -> None:
    """Print both tables."""
    for part in PARTS:
        short, long = (seconds(partial(_read, part * n)) for n in (10_000, 400_000))
        print(f"{part!r:14} 40 times the text takes {long / max(short, 1e-6):5.0f} times as long")
    texts = [Path(name).read_text("utf-8").splitlines() for name in sys.argv[1:]]
    n_words = sum(len(split_words(line)) for lines in texts for line in lines)
    ours = seconds(lambda: [split_words(line) for lines in texts for line in lines])
    plain = seconds(lambda: [list(_uax29(line)) for lines in texts for line in lines])
    if n_words:
        print(f"{n_words / ours:,.0f} words/s; UAX 29 by regex takes {plain / ours:.2f} times that")


if __name__ == "__main__":
    main()
