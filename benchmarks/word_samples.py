"""Texts for timing: real words drawn with their frequencies, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from wordfreq import get_frequency_dict

WORDS_A_LINE = 20
_AT_ONCE = 500_000


def draw(iso1: str, n_words: int, seed: int = 0) -> Iterator[list[str]]:
    """Lists of words of a language, `n_words` in total, drawn by their frequency in wordfreq."""
    frequencies = get_frequency_dict(iso1, wordlist="best")
    words = np.array(list(frequencies), dtype=object)
    weights = np.fromiter(frequencies.values(), float)
    ends = np.cumsum(weights / weights.sum())
    generator = np.random.default_rng(seed)
    left = n_words
    while left > 0:
        n = min(left, _AT_ONCE)
        places = np.searchsorted(ends, generator.random(n), side="right")
        yield list(words[np.minimum(places, len(words) - 1)])
        left -= n


def write_corpus(path: Path, iso1: str, n_words: int, seed: int = 0) -> Path:
    """A text file of that many words, twenty per line; an existing file is kept."""
    if not path.exists():
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            for words in draw(iso1, n_words, seed):
                for start in range(0, len(words), WORDS_A_LINE):
                    file.write(" ".join(words[start : start + WORDS_A_LINE]) + "\n")
        partial.replace(path)
    return path
