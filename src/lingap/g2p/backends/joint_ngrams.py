"""A joint-sequence model of spelling and phonemes (Bisani and Ney 2008), trained on alignments.

A *graphone* is a piece of spelling with its phonemes, such as ``ch}t͡ʃ``. The model is a Kneser-Ney
n-gram model over graphones; a word is read by the best sequence that spells it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.storage.atomic import sweep, whole_file

_ORDER = 6
_BITS = 10  # of a graphone's number in a packed n-gram
_MASK = (1 << _BITS) - 1
_START, _END = 0, 1
_HISTORY = (1 << (_ORDER - 1) * _BITS) - 1
_BEAM = 14
_HOPELESS = 7.0  # difference of log probabilities
_REMEMBERED = 400_000  # probabilities of (history, graphone)
_PRUNED_FROM = 5  # n-grams this long that were seen once are left out

Keys = NDArray[np.int64]
Floats = NDArray[np.float64]
_Readings = dict[int, tuple[float, Any]]  # history: score, and graphones from the last to the first


class JointNgrams:
    """A trained model.

    Args:
        names: Graphones by number, ``letters}phonemes``; 0 and 1 are start and end.
        keys: Packed n-grams, shape (n,): order, then graphones from the oldest, 10 bits each.
        log_probabilities: Of the last graphone after the others, shape (n,).
        contexts: Packed histories, shape (m,).
        log_backoffs: Weight of the shorter history after each of them, shape (m,).
    """

    def __init__(
        self,
        names: list[str],
        keys: Keys,
        log_probabilities: Floats,
        contexts: Keys,
        log_backoffs: Floats,
    ):
        self.arrays = (keys, log_probabilities, contexts, log_backoffs)
        self.names = names
        self._seen = dict(zip(keys.tolist(), log_probabilities.tolist(), strict=True))
        self._backoff = dict(zip(contexts.tolist(), log_backoffs.tolist(), strict=True))
        self._phonemes = [name.partition("}")[2] for name in names]
        self._writes: dict[str, list[int]] = {}
        for number, name in enumerate(names[2:], start=2):
            self._writes.setdefault(name.partition("}")[0].replace("|", ""), []).append(number)
        self._after: dict[tuple[int, str], list[int]] = {}
        self._known: dict[int, float] = {}

    def read(self, letters: str) -> str:
        """Phonemes of the best reading, separated by spaces; "" where none spells the letters."""
        size = len(letters)
        ends: list[_Readings] = [{} for _ in range(size + 1)]
        ends[0][0] = (0.0, ())
        known, after = self._known, self._after
        for at in range(size):
            best = _best(ends[at])
            for piece, target in ((letters[at:to], ends[to]) for to in _ends(at, size)):
                for history, (score, path) in best:
                    candidates = after.get((history & _MASK, piece))
                    if candidates is None:
                        candidates = self._candidates(history & _MASK, piece)
                    shifted = history << _BITS
                    for graphone in candidates:
                        probability = known.get(shifted | graphone)
                        if probability is None:
                            probability = self._score(history, graphone)
                        total = score + probability
                        longer = (shifted | graphone) & _HISTORY
                        there = target.get(longer)
                        if there is None or total > there[0]:
                            target[longer] = (total, (graphone, path))
        if not ends[size]:
            return ""
        _, path = max(
            (score + self._score(history, _END), path)
            for history, (score, path) in ends[size].items()
        )
        read: list[str] = []
        while path:
            graphone, path = path
            read.append(self._phonemes[graphone])
        phonemes = "|".join(reversed(read)).split("|")
        return " ".join(phoneme for phoneme in phonemes if phoneme not in ("", "_"))

    def _candidates(self, last: int, piece: str) -> list[int]:
        """Graphones of a piece of spelling that were seen after the last one, else all of them."""
        key = (last, piece)
        if (found := self._after.get(key)) is None:
            every = self._writes.get(piece, [])
            bigram = 2 << (6 * _BITS) | last << _BITS
            found = [graphone for graphone in every if bigram | graphone in self._seen] or every
            self._after[key] = found
        return found

    def _score(self, history: int, graphone: int) -> float:
        key = history << _BITS | graphone
        found: float | None = self._known.get(key)
        if found is None:
            found = self._back_off(history, graphone)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _back_off(self, history: int, graphone: int) -> float:
        weight: float = 0.0
        for order in range(_ORDER, 0, -1):
            context = history & ((1 << (order - 1) * _BITS) - 1)
            found = self._seen.get(order << 6 * _BITS | context << _BITS | graphone)
            if found is not None:
                return float(weight + found)
            weight += self._backoff.get(order << 6 * _BITS | context, 0.0)
        return weight + math.log(1.0 / len(self.names))

    @classmethod
    def train(cls, alignments: Iterable[str]) -> JointNgrams:
        """Train on words aligned as ``c|h}t͡ʃ a}æ t}t``, one word per string."""
        numbers = {"": _START, "$": _END}
        stream: list[int] = []
        for alignment in alignments:
            stream += [_START] * (_ORDER - 1)
            stream += [numbers.setdefault(name, len(numbers)) for name in alignment.split(" ")]
            stream.append(_END)
        if len(numbers) > _MASK:
            raise ValueError(f"{len(numbers)} graphones do not fit into {_BITS} bits.")
        return cls(list(numbers), *_kneser_ney(np.array(stream, dtype=np.int64), len(numbers)))

    def save(self, path: Path) -> None:
        """Write to a file, which appears only when it is whole."""
        keys, log_probabilities, contexts, log_backoffs = self.arrays
        sweep(path.parent)
        with whole_file(path) as aside, aside.open("wb") as file:
            np.savez(
                file,
                names=np.array(self.names),
                keys=keys,
                log_probabilities=log_probabilities.astype(np.float32),
                contexts=contexts,
                log_backoffs=log_backoffs.astype(np.float32),
            )

    @classmethod
    def load(cls, path: Path) -> JointNgrams:
        """Read a file of :meth:`save`; OSError, ValueError or KeyError for any other file."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return cls(
                arrays["names"].tolist(),
                arrays["keys"],
                arrays["log_probabilities"].astype(np.float64),
                arrays["contexts"],
                arrays["log_backoffs"].astype(np.float64),
            )


def _best(readings: _Readings) -> list[tuple[int, tuple[float, Any]]]:
    """The best few readings, without those far below the first."""
    if not readings:
        return []
    least = max(score for score, _ in readings.values()) - _HOPELESS
    good = [item for item in readings.items() if item[1][0] >= least]
    return good if len(good) <= _BEAM else sorted(good, key=lambda item: -item[1][0])[:_BEAM]


def _ends(at: int, size: int) -> range:
    """Places where a graphone that begins at a letter may end."""
    return range(at + 1, min(at + 3, size) + 1)


def _kneser_ney(stream: Keys, n_names: int) -> tuple[Keys, Floats, Keys, Floats]:
    """Interpolated Kneser-Ney estimates (Kneser and Ney 1995) of all orders, packed."""
    spots = np.flatnonzero(stream != _START)
    grams: list[tuple[Keys, NDArray[np.int64]]] = []
    for order in range(1, _ORDER + 1):
        packed = np.zeros(len(spots), dtype=np.int64)
        for back in range(order - 1, -1, -1):
            packed = packed << _BITS | stream[spots - back]
        grams.append(np.unique(packed, return_counts=True))
    lower_keys: Keys = np.zeros(0, dtype=np.int64)
    lower_p: Floats = np.zeros(0)
    lower_contexts: Keys = np.zeros(0, dtype=np.int64)
    lower_backoffs: Floats = np.zeros(0)
    for order in range(1, _ORDER + 1):
        packed, counts = grams[order - 1]
        if order < _ORDER:
            counts = _continuations(packed, counts, grams[order][0], order)
        once, twice = int((counts == 1).sum()), int((counts == 2).sum())
        discount = once / max(1, once + 2 * twice)
        history = packed >> _BITS
        own, inverse = np.unique(history, return_inverse=True)
        totals = np.bincount(inverse, weights=counts)
        kept = (counts > 1) | (order < _PRUNED_FROM)
        share = np.maximum(counts - discount, 0.0) / totals[inverse]
        backoff = 1.0 - np.bincount(inverse, weights=np.where(kept, share, 0.0))
        backoff = np.clip(backoff, 1e-6, 1.0)
        if order == 1:
            below = np.full(len(packed), 1.0 / n_names)
        else:
            suffix = packed & ((1 << (order - 1) * _BITS) - 1)
            below = _look_up(suffix, order - 1, lower_keys, lower_p, lower_contexts, lower_backoffs)
        p = share + backoff[inverse] * below
        tag = order << 6 * _BITS
        lower_keys = np.concatenate([lower_keys, tag | packed[kept]])
        lower_p = np.concatenate([lower_p, p[kept]])
        lower_contexts = np.concatenate([lower_contexts, tag | own])
        lower_backoffs = np.concatenate([lower_backoffs, backoff])
    kept = lower_backoffs < 1.0  # a history of which every n-gram was pruned has weight 1
    return lower_keys, np.log(lower_p), lower_contexts[kept], np.log(lower_backoffs[kept])


def _continuations(
    packed: Keys, counts: NDArray[np.int64], longer: Keys, order: int
) -> NDArray[np.int64]:
    """Distinct graphones seen before each n-gram; plain counts at the start of the word."""
    suffixes, before = np.unique(longer & ((1 << order * _BITS) - 1), return_counts=True)
    begins = packed >> (order - 1) * _BITS == _START
    continued = before[np.searchsorted(suffixes, packed)]
    return np.where(begins, counts, continued)


def _look_up(
    packed: Keys, order: int, keys: Keys, p: Floats, contexts: Keys, backoffs: Floats
) -> Floats:
    """Probability of each n-gram of one order, backing off where it was pruned."""
    result = np.zeros(len(packed))
    weight = np.ones(len(packed))
    missing = np.arange(len(packed))
    while order and len(missing):
        tag = order << 6 * _BITS
        wanted = tag | packed[missing] & ((1 << order * _BITS) - 1)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found = keys[place] == wanted
        result[missing[found]] = weight[missing[found]] * p[place[found]]
        missing, wanted = missing[~found], wanted[~found]
        context = tag | (wanted & ~tag) >> _BITS
        place = np.minimum(np.searchsorted(contexts, context), len(contexts) - 1)
        hit = contexts[place] == context
        weight[missing[hit]] *= backoffs[place[hit]]
        order -= 1
    return result
