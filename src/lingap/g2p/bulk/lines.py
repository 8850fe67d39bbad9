"""Chunks of lines to phonemes: the fast path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from lingap.g2p.bulk.token_table import LINE_END, Numbers, TokenTable
from lingap.g2p.coverage import CoverageCounter
from lingap.g2p.invisible import DROPPED
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.pronounced_text import WORD_BOUNDARY
from lingap.g2p.protocol import Pronunciation
from lingap.g2p.store import pronunciation_of
from lingap.text.units import UNKNOWN
from lingap.text.words import nfc

WHITE = (b"\n", b" ", b"\t", b"\r", b"\x0b", b"\x0c")
"""What separates tokens."""

LONGEST_TOKEN = 1 << 20
"""Bytes of a token; a longer one is cut in several, which is counted."""

_IS_TOKEN = re.compile(rb"[^\t-\r ]+").fullmatch
_BLOCK_BYTES = 1 << 18  # processed at once; its arrays fit a processor's cache
_NEW_AT_ONCE = 1_000  # tokens; many short-lived objects at once would fragment memory
_BOUNDARY = WORD_BOUNDARY.encode()
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class _Losses:
    """The losses of one occurrence of a token."""

    words: tuple[tuple[str, Pronunciation], ...]
    n_invalid: int  # words with bytes that are not UTF-8
    n_invisible: int  # words next to which invisible characters were left out


class LineSpeller:
    """Spells chunks of lines, bytes to bytes.

    A *token* is text between ASCII white space. It is split into words and spelled once; from then
    on it is a number, and a block of text is an array (:mod:`lingap.g2p.bulk.token_table`).

    Args:
        phonemizer: Language, back end, policies; its own coverage does not change.
        remember: Tokens remembered, which bounds the memory of a process.
    """

    def __init__(self, phonemizer: Phonemizer, remember: int = 120_000):
        self._phonemizer = phonemizer
        self._store = phonemizer.store
        self._may_segment = phonemizer.segmenter is not None
        self._table = TokenTable(remember)
        # By token number: units, each word after a boundary; words; units; whether it is lossy.
        self._spelled = np.full(remember + 2, b"", object)
        self._spelled[LINE_END] = b"\n"
        self._n_words = np.zeros(remember + 2, np.int32)
        self._n_units = np.zeros(remember + 2, np.int32)
        self._is_lossy = np.zeros(remember + 2, np.bool_)
        self._losses: dict[int, _Losses] = {}
        self._lossy: list[Numbers] = []  # lossy tokens of this chunk, not counted yet

    def spell(self, chunk: bytes) -> tuple[bytes, CoverageCounter]:
        """Phonemes of a chunk.

        Args:
            chunk: Lines of UTF-8, each ended by a line feed, the last perhaps not.

        Returns:
            One ended line for each line of the chunk, and their coverage.
        """
        return self.spell_part(chunk if chunk.endswith(b"\n") else chunk + b"\n")

    def spell_part(self, chunk: bytes, begins_line: bool = True) -> tuple[bytes, CoverageCounter]:
        """Phonemes of a chunk that may begin or end within a line.

        Args:
            chunk: Lines of UTF-8, each ended by a line feed; without one, the last goes on in the
                next chunk.
            begins_line: Whether the chunk begins a line. Else its first word comes after a
                boundary.
        """
        coverage = self._phonemizer.new_counter()
        self._lossy.clear()
        if b"\xff" in chunk:
            broken = Counter(token for token in chunk.split() if _is_invalid(token))
            for (words, _), number in zip(self._words(list(broken)), broken.values(), strict=True):
                coverage.notes["invalid UTF-8"] += _n_replaced(words) * number
            chunk = chunk.decode("utf-8", "replace").encode("utf-8")
        chunk = self._phonemizer.tie(chunk)
        done: list[bytes] = []
        ends_line = chunk.endswith(b"\n")
        if not ends_line and not chunk.endswith(WHITE):
            coverage.notes["long word cut"] += 1
        for block, is_cut in _blocks(chunk.removesuffix(b"\n")):
            spelled, begins_line = self._spell_block(block, begins_line, coverage)
            done.append(spelled)
            if is_cut:
                coverage.notes["long word cut"] += 1
        if ends_line:
            done.append(b"\n")
        self._count_losses(coverage)
        self._store.save()
        return b"".join(done), coverage

    def _spell_block(
        self, block: bytes, begins_line: bool, coverage: CoverageCounter
    ) -> tuple[bytes, bool]:
        """Phonemes of a block, and whether the next block begins a line."""
        numbers, hashes, starts, ends, text = self._table.read(block)
        if not numbers.all():
            unknown = np.flatnonzero(numbers == 0)
            new, first = np.unique(hashes[unknown], return_index=True)
            order = np.argsort(first)
            new, at = new[order], unknown[first[order]]
            if len(new) > self._table.room():
                self._count_losses(coverage)
                self._forget()
                is_small = len(new) <= self._table.room()
                again = self._spell_block if is_small else self._spell_halves
                return again(block, begins_line, coverage)
            for start in range(0, len(new), _NEW_AT_ONCE):
                part = slice(start, start + _NEW_AT_ONCE)
                spans = zip(starts[at[part]], ends[at[part]], strict=True)
                tokens = [text[begin:end] for begin, end in spans]
                self._learn(tokens, self._table.add(new[part]), coverage)
            numbers = self._table.find(hashes)
        n_words = self._n_words[numbers]
        coverage.words += int(n_words.sum())
        coverage.units += int(self._n_units[numbers].sum())
        lossy = numbers[self._is_lossy[numbers]]
        if len(lossy):
            self._lossy.append(lossy)
        is_line_end = numbers == LINE_END
        words = numbers
        if np.count_nonzero(n_words) + np.count_nonzero(is_line_end) < len(numbers):
            words = numbers[(n_words > 0) | is_line_end]
        if not len(words):
            return b"", begins_line
        begins = np.empty(len(words), np.bool_)
        begins[0] = begins_line
        begins[1:] = words[:-1] == LINE_END
        begins &= words != LINE_END
        spelled = self._spelled[words].tolist()
        for place in np.flatnonzero(begins).tolist():
            spelled[place] = spelled[place][len(_BOUNDARY) :]
        return b"".join(spelled), bool(words[-1] == LINE_END)

    def _spell_halves(
        self, block: bytes, begins_line: bool, coverage: CoverageCounter
    ) -> tuple[bytes, bool]:
        done = []
        for half, _ in _blocks(block, len(block) // 2 + 1):
            spelled, begins_line = self._spell_block(half, begins_line, coverage)
            done.append(spelled)
        return b"".join(done), begins_line

    def _count_losses(self, coverage: CoverageCounter) -> None:
        """Add the losses of the tokens so far, in order of first occurrence."""
        if not self._lossy:
            return
        lossy = np.concatenate(self._lossy)
        self._lossy.clear()
        found, first, times = np.unique(lossy, return_index=True, return_counts=True)
        for place in np.argsort(first).tolist():
            losses, number = self._losses[int(found[place])], int(times[place])
            for word, pronunciation in losses.words:
                coverage.add(word, pronunciation, number)
            if losses.n_invalid:
                coverage.notes["invalid UTF-8"] += losses.n_invalid * number
            if losses.n_invisible:
                coverage.notes[DROPPED] += losses.n_invisible * number

    def _forget(self) -> None:
        kept = self._table.forget()
        size = len(kept)
        for column in (self._spelled, self._n_words, self._n_units, self._is_lossy):
            column[:size] = column[kept]
            column[size:] = b"" if column is self._spelled else 0
        self._losses = {
            new: self._losses[old] for new, old in enumerate(kept.tolist()) if old in self._losses
        }

    def spell_words(self, rows: list[list[str]]) -> tuple[list[list[list[str]]], CoverageCounter]:
        """For each row of words, the units of each word."""
        counts = Counter(word for row in rows for word in row)
        coverage = self._phonemizer.new_counter()
        spelled = self._spell_distinct(list(counts))
        self._store.save()
        coverage.distinct.add(counts)
        units: dict[str, list[str]] = {}
        for word, number in counts.items():
            text, loss = spelled[word]
            units[word] = text.split(" ") if text else [UNKNOWN]
            coverage.units += _n_units(text) * number
            if loss is not None:
                coverage.add(word, loss, number)
        coverage.words = counts.total()
        return [[units[word] for word in row] for row in rows], coverage

    def _learn(self, tokens: list[bytes], numbers: Numbers, coverage: CoverageCounter) -> None:
        """Spell new tokens."""
        split = self._words(tokens)
        words_of = [words for words, _ in split]
        distinct = list(dict.fromkeys(chain.from_iterable(words_of)))
        coverage.distinct.add(distinct)
        found = self._spell_distinct(distinct)
        spelled: list[bytes] = []
        n_units: list[int] = []
        for number, token, (words, hit) in zip(numbers.tolist(), tokens, split, strict=True):
            if len(words) == 1:
                units, loss = found[words[0]]
                spelled.append(f"{WORD_BOUNDARY}{units or UNKNOWN}".encode())
                n_units.append(_n_units(units))
                is_lossy = loss is not None
            else:
                units = "".join(f"{WORD_BOUNDARY}{found[word][0] or UNKNOWN}" for word in words)
                spelled.append(units.encode())
                n_units.append(sum(_n_units(found[word][0]) for word in words))
                is_lossy = any(found[word][1] is not None for word in words)
            if is_lossy or hit:
                losses = tuple((w, loss) for w in words if (loss := found[w][1]) is not None)
                n_invalid = _n_replaced(words) if _is_invalid(token) else 0
                counted = {word for word, loss in losses if DROPPED in loss.notes}
                n_invisible = sum(words[place] not in counted for place in hit)
                self._is_lossy[number] = True
                self._losses[number] = _Losses(losses, n_invalid, n_invisible)
        column = np.empty(len(spelled), object)
        column[:] = spelled
        self._spelled[numbers] = column
        self._n_words[numbers] = np.fromiter(map(len, words_of), np.int32, len(words_of))
        self._n_units[numbers] = n_units

    def _spell_distinct(self, words: list[str]) -> dict[str, tuple[str, Pronunciation | None]]:
        """Units of distinct words, joined by spaces, and the pronunciation of lossy ones."""
        entries = self._store.entries(words)
        if not self._phonemizer.rewrites:
            return {
                word: (entry[0], pronunciation_of(entry) if entry[1] else None)
                for word, entry in entries.items()
            }
        fitted = {word: self._phonemizer.finished(entry) for word, entry in entries.items()}
        return {
            word: (" ".join(one.units), None if one.is_lossless else one)
            for word, one in fitted.items()
        }

    def _words(self, tokens: list[bytes]) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
        """Words of each token, and the places of those that lost invisible characters."""
        text = b"\n".join(tokens).decode("utf-8", "replace")
        texts = text.split("\n")
        is_plain = not self._may_segment and nfc(text) == text
        split = self._phonemizer.split
        return [((token,), ()) if is_plain and token.isalpha() else split(token) for token in texts]


def _is_invalid(token: bytes) -> bool:
    try:
        token.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _n_replaced(words: tuple[str, ...]) -> int:
    """Words with a sign in place of bytes."""
    return sum(_REPLACEMENT in word for word in words)


def _n_units(units: str) -> int:
    return units.count(" ") + 1 if units else 0


def cut_token(text: bytes, start: int) -> int:
    """Where to cut a token that begins at `start` and is too long: between two characters.

    At or beyond the end of `text` where it is not too long.
    """
    end = start + LONGEST_TOKEN
    if end < len(text):
        while end > start + LONGEST_TOKEN - 3 and text[end] & 0xC0 == 0x80:
            end -= 1
    return end


def _blocks(chunk: bytes, size: int = _BLOCK_BYTES) -> Iterator[tuple[bytes, bool]]:
    """A chunk in blocks of about `size` bytes, and whether each ends within a token.

    Only a token longer than :data:`LONGEST_TOKEN` is cut.
    """
    start = 0
    while len(chunk) - start > size:
        end = max(chunk.rfind(space, start, start + size) for space in WHITE) + 1
        is_cut = False
        if end <= start:
            most = cut_token(chunk, start)
            after = [chunk.find(space, start + size, most) for space in WHITE]
            end = min((at + 1 for at in after if at >= 0), default=min(most, len(chunk)))
            is_cut = end < len(chunk) and _IS_TOKEN(chunk, end - 1, end + 1) is not None
        yield chunk[start:end], is_cut
        start = end
    yield chunk[start:], False
