"""The token table of `lingap phonemize` against a plain dict.

The table is kept as long as it is at least twice as fast as a dict from the bytes of a token to its
phonemes, with known words, losses counted on both sides. Both spell the same text in turn, in one
process; output and coverage must be equal. Times are processor times, the least of all rounds, so
that other work on the machine matters little.

    python benchmarks/g2p_tokens.py fra TEXT... [--rounds 9]
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Protocol

from lingap.g2p import Phonemizer, Pronunciation
from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.textfile import line_chunks
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.pronounced_text import WORD_BOUNDARY, PronouncedText

BOUNDARY = WORD_BOUNDARY.encode()


class Speller(Protocol):
    """Turns lines into phonemes and coverage."""

    def spell(self, chunk: bytes) -> tuple[bytes, CoverageCounter]:
        """Phonemes of some lines."""


class DictSpeller:
    """The plain way: one dict from token to phonemes, one of tokens that need a second look.

    It forgets nothing and accepts only well-formed text, which is in its favour.
    """

    def __init__(self, phonemizer: Phonemizer):
        self._phonemizer = phonemizer
        self._spelled: dict[bytes, bytes] = {}
        # Tokens other than one lossless word: words, invisible characters, losses.
        self._odd: dict[bytes, tuple[int, int, list[tuple[str, Pronunciation]]]] = {}

    def spell(self, chunk: bytes) -> tuple[bytes, CoverageCounter]:
        """Phonemes of some lines."""
        coverage = self._phonemizer.new_counter()
        rows = [line.split() for line in chunk.removesuffix(b"\n").split(b"\n")]
        get = self._spelled.__getitem__
        try:
            lines = [b"".join(map(get, row))[len(BOUNDARY) :] for row in rows]
        except KeyError:
            self._learn(dict.fromkeys(chain.from_iterable(rows)), coverage)
            lines = [b"".join(map(get, row))[len(BOUNDARY) :] for row in rows]
        n_words = sum(map(len, rows))
        for token, times in Counter(filter(self._odd.__contains__, chain(*rows))).items():
            words, n_invisible, losses = self._odd[token]
            n_words += (words - 1) * times
            for word, pronunciation in losses:
                coverage.add(word, pronunciation, times)
            if n_invisible:
                coverage.notes["invisible dropped"] += n_invisible * times
        out = b"\n".join(lines) + b"\n"
        n_between = n_words - sum(map(bool, lines))  # word boundaries, each with two spaces
        coverage.words = n_words
        # A word has one space less than units, and ``<unk>`` is not a unit.
        coverage.units = out.count(b" ") - 2 * n_between + n_words - coverage.empty_words
        return out, coverage

    def _learn(self, tokens: dict[bytes, None], coverage: CoverageCounter) -> None:
        new = [token for token in tokens if token not in self._spelled]
        split = [self._phonemizer.split(token.decode()) for token in new]
        distinct = list(dict.fromkeys(chain.from_iterable(words for words, _ in split)))
        coverage.distinct.add(distinct)
        known = dict(zip(distinct, self._phonemizer(distinct), strict=True))
        for token, (words, n_invisible) in zip(new, split, strict=True):
            line = str(PronouncedText(words, tuple(known[word] for word in words)))
            self._spelled[token] = BOUNDARY + line.encode() if words else b""
            lossy = [(word, known[word]) for word in words if not known[word].is_lossless]
            if len(words) != 1 or n_invisible or lossy:
                self._odd[token] = len(words), n_invisible, lossy


def once(speller: Speller, text: bytes) -> tuple[float, bytes, G2PCoverage]:
    """Processor seconds, output, coverage."""
    begin = time.process_time()
    parts = [speller.spell(chunk) for chunk in line_chunks(io.BytesIO(text))]
    seconds = time.process_time() - begin
    first, *others = (coverage.snapshot() for _, coverage in parts)
    return seconds, b"".join(out for out, _ in parts), first.merge(*others)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("language")
    options.add_argument("texts", type=Path, nargs="+", help="UTF-8 text or CoNLL-U")
    options.add_argument("--rounds", type=int, default=9)
    given = options.parse_args()
    text = b"".join(map(sentences, given.texts))
    n_tokens = len(text.split())
    with tempfile.TemporaryDirectory() as folder:
        makers: dict[str, Callable[[], Speller]] = {
            "table": lambda: LineSpeller(Phonemizer(given.language, "epitran", cache=folder)),
            "dict": lambda: DictSpeller(Phonemizer(given.language, "epitran", cache=folder)),
        }
        once(makers["table"](), text)  # fills the word cache on disk
        for state in ("new process", "warm"):
            spellers: dict[str, Speller] = {name: make() for name, make in makers.items()}
            if state == "warm":
                for speller in spellers.values():
                    once(speller, text)
            best = dict.fromkeys(makers, float("inf"))
            for _ in range(given.rounds if state == "warm" else 3):
                found = {}
                for name, make in makers.items():
                    speller = spellers[name] if state == "warm" else make()
                    seconds, *written = once(speller, text)
                    found[name] = written
                    best[name] = min(best[name], seconds)
                if found["table"] != found["dict"]:
                    raise SystemExit("The two differ in output or coverage.")
            each = ", ".join(f"{name} {s / n_tokens * 1e9:,.0f} ns" for name, s in best.items())
            ratio = best["dict"] / best["table"]
            print(f"{given.language}, {n_tokens:,} tokens, {state}: {each} per token: {ratio:.2f}x")


def sentences(path: Path) -> bytes:
    """Lines of a text, or sentences of a CoNLL-U file."""
    data = path.read_bytes()
    if path.suffix != ".conllu":
        return data
    marked = (line for line in data.splitlines(keepends=True) if line.startswith(b"# text = "))
    return b"".join(line[len(b"# text = ") :] for line in marked)


if __name__ == "__main__":
    main()
