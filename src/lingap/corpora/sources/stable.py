"""Numbers that depend on nothing but their arguments: the same on every machine and run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stable_hash(*parts: str | int) -> int:
    """A number of 64 bits from text and integers; Python's own ``hash`` changes with the process.

    >>> stable_hash("cldr", 0) == stable_hash("cldr", 0) != stable_hash("cldr", 1)
    True
    """
    digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def ranking(slot: int, key_hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Order in which a slot prefers its candidates; taking one away moves only its own slots.

    This is rendezvous hashing: each (slot, key) has its own number and the highest is chosen, so
    a pool that loses a key keeps every choice that was not that key.

    Args:
        slot: The place to fill, as 64 bits.
        key_hashes: (n_keys,), one hash a candidate.

    Returns:
        (n_keys,) indices of the candidates, the preferred one first.
    """
    mixed = key_hashes ^ np.uint64(slot)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.argsort(mixed ^ (mixed >> np.uint64(31)), kind="stable")[::-1]


def split_of(seed: int, parts: Sequence[str], portions: Sequence[tuple[str, float]]) -> str:
    """The split an item belongs to, from its own name and the seed alone.

    >>> split_of(0, ["territory", "KR"], [("test", 1.0)])
    'test'
    """
    place = stable_hash("split", seed, *parts) / 2**64
    reached = 0.0
    for name, portion in portions:
        reached += portion
        if place < reached:
            return name
    return portions[-1][0]
