"""Numbers of all tokens in a block of text, found at once.

Splitting, hashing and look-up are array operations, so a known token needs no Python object. A
token is identified by a 64-bit hash: a polynomial with a random base over random numbers for its
bytes, both drawn in each process, so that no text can be made to collide; among a million tokens a
collision has odds below one in ten million.
"""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINE_END = 1
"""Number of the token for the end of a line."""

_BITS = 19
_SLOTS = 1 << _BITS
_SHIFT = np.uint64(64 - _BITS)
_LINE_END_BYTE = b"\xff"  # in no UTF-8 text
_IS_TEXT = np.ones(256, np.bool_)
_IS_TEXT[[9, 10, 11, 12, 13, 32]] = False

Numbers = NDArray[np.int32]
Hashes = NDArray[np.uint64]


class TokenTable:
    """Tokens as numbers from 2; 0 is an unknown token, 1 the end of a line.

    Args:
        most: Tokens known at once, at most 200,000; the caller forgets some before it is full.
    """

    def __init__(self, most: int = 200_000):
        self._most = most
        self._base = secrets.randbits(64) | 1
        self._letters = np.frombuffer(secrets.token_bytes(256 * 8), np.uint64).copy()
        self._powers = np.ones(1, np.uint64)
        self._inverses = np.ones(1, np.uint64)
        self._keys = np.zeros(_SLOTS, np.uint64)
        self._numbers = np.zeros(_SLOTS, np.int32)
        self._hash_of = np.zeros(most + 2, np.uint64)
        self._uses = np.zeros(most + 2, np.int64)
        self.count = 2
        line_end, _, _ = self._cut(_LINE_END_BYTE)
        self._insert(line_end, np.array([LINE_END], np.int32))
        self._hash_of[LINE_END] = line_end[0]

    def read(self, block: bytes) -> tuple[Numbers, Hashes, Any, Any, bytes]:
        """Numbers of the tokens of a block.

        Args:
            block: Text without the byte FF; ASCII white space separates tokens, and each line
                feed is a token of its own.

        Returns:
            For each token (n_tokens,) its number, hash, start and end; and the text to which start
            and end refer.
        """
        text = block.replace(b"\n", b" \xff ")
        hashes, starts, ends = self._cut(text)
        numbers = self.find(hashes)
        self._uses[: self.count] += np.bincount(numbers, minlength=self.count)[: self.count]
        return numbers, hashes, starts, ends, text

    def _cut(self, text: bytes) -> tuple[Hashes, Any, Any]:
        raw = np.frombuffer(text, np.uint8)
        self._reach(len(raw) + 1)
        is_text = np.zeros(len(raw) + 2, np.bool_)
        is_text[1:-1] = _IS_TEXT[raw]
        edges = np.flatnonzero(is_text[1:] != is_text[:-1])
        starts, ends = edges[::2], edges[1::2]
        sums = np.zeros(len(raw) + 1, np.uint64)
        np.cumsum(self._letters[raw] * self._powers[: len(raw)], out=sums[1:])
        hashes = (sums[ends] - sums[starts]) * self._inverses[starts]
        return np.maximum(hashes, np.uint64(1)), starts, ends

    def _reach(self, length: int) -> None:
        """Compute the powers of the base and of its inverse for a text of that length."""
        if length <= len(self._powers):
            return
        size = 1 << (length - 1).bit_length()
        for name, base in (("_powers", self._base), ("_inverses", pow(self._base, -1, 1 << 64))):
            factors = np.full(size, base, np.uint64)
            factors[0] = 1
            setattr(self, name, np.cumprod(factors, dtype=np.uint64))

    def find(self, hashes: Hashes) -> Numbers:
        """Number of the token of each hash."""
        slots = (hashes >> _SHIFT).astype(np.int64)
        keys = self._keys[slots]
        numbers: Numbers = np.where(keys == hashes, self._numbers[slots], 0).astype(np.int32)
        open_at = np.flatnonzero((keys != hashes) & (keys != 0))
        while len(open_at):
            slots[open_at] = (slots[open_at] + 1) % _SLOTS
            keys = self._keys[slots[open_at]]
            same = keys == hashes[open_at]
            numbers[open_at[same]] = self._numbers[slots[open_at[same]]]
            open_at = open_at[~same & (keys != 0)]
        return numbers

    def _insert(self, hashes: Hashes, numbers: Numbers) -> None:
        """Insert distinct hashes; of two for one slot, the second takes the next free one."""
        slots = (hashes >> _SHIFT).astype(np.int64)
        while len(hashes):
            free = self._keys[slots] == 0
            self._keys[slots[free]] = hashes[free]
            placed = self._keys[slots] == hashes
            self._numbers[slots[placed]] = numbers[placed]
            hashes, numbers = hashes[~placed], numbers[~placed]
            slots = (slots[~placed] + 1) % _SLOTS

    def add(self, hashes: Hashes) -> Numbers:
        """Give numbers to distinct new tokens, for which there must be room."""
        numbers = np.arange(self.count, self.count + len(hashes), dtype=np.int32)
        self._hash_of[numbers] = hashes
        self._uses[numbers] = 1
        self._insert(hashes, numbers)
        self.count += len(hashes)
        return numbers

    def room(self) -> int:
        """Number of tokens that can be added."""
        return self._most + 2 - self.count

    def forget(self) -> NDArray[np.int64]:
        """Forget the least used quarter; return the old number of each token kept, in order."""
        tokens = np.arange(2, self.count)
        by_use = tokens[np.argsort(-self._uses[tokens], kind="stable")]
        kept = np.concatenate(([0, LINE_END], np.sort(by_use[: self._most * 3 // 4])))
        hashes, uses = self._hash_of[kept], self._uses[kept] // 2
        self._keys[:] = 0
        self._numbers[:] = 0
        self.count = len(kept)
        self._hash_of[: self.count] = hashes
        self._uses[:] = 0
        self._uses[: self.count] = uses
        self._insert(hashes[1:], np.arange(1, self.count, dtype=np.int32))
        return kept
