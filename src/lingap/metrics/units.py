"""Similarity of two languages' inputs without a model: units, their n-grams, and compression."""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array

Sentences = Sequence[Sequence[str]]
_EDGE = "\x00"  # added at both ends of a sentence in n-grams
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 1 << 23}]


def _checked(x: Sentences, y: Sentences, n: int = 1) -> Array:
    """Counts of both texts' n-grams, (2, k)."""
    if not (any(map(len, x)) and any(map(len, y))):
        raise MetricError("One of the texts has no units; both must have some.")
    counts = ngram_counts([x, y], n=n)
    for name, found in zip("xy", counts.sum(axis=1), strict=True):
        if not found:
            raise MetricError(f"{name} has no {n}-gram: all its sentences are shorter.")
    return counts


@checked(MetricError)
def inventory_overlap(x: Sentences, y: Sentences) -> float:
    """Share of the units of either language that both use (Jaccard index), 0 to 1.

    Raises:
        MetricError: For texts without units.

    >>> inventory_overlap([["a", "b"]], [["b", "c", "b"]])
    0.3333333333333333
    """
    return float(inventory_overlaps(_checked(x, y))[0, 1])


@checked(MetricError)
def token_overlap(x: Sentences, y: Sentences) -> float:
    """Share of running units whose unit the other language uses too, mean of both sides, 0 to 1.

    Raises:
        MetricError: For texts without units.

    >>> token_overlap([["a", "b"]], [["b", "c", "b"]])
    0.5833333333333333
    """
    return float(token_overlaps(_checked(x, y))[0, 1])


def inventory_overlaps(counts: Array) -> Array:
    """Jaccard index of the units in use, of every pair of L texts: counts (L, k) to (L, L)."""
    used = (counts > 0).astype(np.float64)
    shared, sizes = used @ used.T, used.sum(axis=1)
    return np.asarray(shared / (sizes[:, None] + sizes - shared))


def token_overlaps(counts: Array) -> Array:
    """:func:`token_overlap` of every pair of L texts: counts (L, k), no row 0, to (L, L)."""
    known = counts @ (counts > 0).astype(np.float64).T / counts.sum(axis=1, keepdims=True)
    return np.asarray((known + known.T) / 2)


def jensen_shannon(counts: Array) -> Array:
    """Jensen-Shannon divergence of every pair of L distributions, 0 to 1, in bits.

    Shapes: counts (L, k), >= 0, no row 0, in any scale; result (L, L), 0 on the diagonal.

    Source: Lin (1991), in logarithms to base 2.

    >>> jensen_shannon(np.array([[1, 1, 0, 0], [0, 0, 2, 2]]))
    array([[0., 1.],
           [1., 0.]])
    """
    shares = counts / counts.sum(axis=1, keepdims=True)
    entropies = [_entropy(p) for p in shares]
    result = np.zeros((len(shares), len(shares)))
    for i, j in combinations(range(len(shares)), 2):
        value = _entropy((shares[i] + shares[j]) / 2) - (entropies[i] + entropies[j]) / 2
        result[i, j] = result[j, i] = min(1.0, max(0.0, value))
    return result


def _entropy(p: Array) -> float:
    some = p[p > 0]
    return float(-(some * np.log2(some)).sum())


def ngram_ids(
    sentences: Sentences, *, max_n: int, min_n: int = 1
) -> tuple[list[NDArray[np.int64]], int]:
    """Number the n-grams of `min_n` to `max_n` units: ids of each sentence, and how many ids."""
    if not 1 <= min_n <= max_n:
        raise MetricError(f"n-grams have at least one unit; got {min_n} to {max_n}.")
    index: dict[tuple[str, ...], int] = {}
    rows = []
    for sentence in sentences:
        longest = min(max_n, len(sentence) + 2)  # with both edges
        ids = [
            index.setdefault(gram, len(index))
            for n in range(min_n, longest + 1)
            for gram in _grams(sentence, n)
        ]
        rows.append(np.array(ids, dtype=np.int64))
    return rows, len(index)


def _grams(sentence: Sequence[str], n: int) -> Iterable[tuple[str, ...]]:
    edged = (_EDGE, *sentence, _EDGE) if n > 1 else tuple(sentence)
    if n > len(edged):
        return ()
    return zip(*(edged[k:] for k in range(n)), strict=False)


def ngram_counts(texts: Sequence[Sentences], *, n: int) -> Array:
    """Counts of each n-gram in each text, (L, n-grams of any of them).

    Sentence edges count as a unit for n above 1.

    Raises:
        MetricError: For n below 1.
    """
    rows, size = ngram_ids([s for text in texts for s in text], max_n=n, min_n=n)
    counts = np.zeros((len(texts), size))
    at = 0
    for text, count in zip(texts, counts, strict=True):
        if mine := rows[at : at + len(text)]:
            count[:] = np.bincount(np.concatenate(mine), minlength=size)
        at += len(text)
    return counts


@checked(MetricError)
def ngram_jsd(x: Sentences, y: Sentences, *, n: int = 2) -> float:
    """Jensen-Shannon divergence of two languages' n-grams of units, 0 (equal) to 1 (disjoint), bit.

    Estimated from counts, so short texts seem further apart than they are; compare texts of equal
    size. Sentence edges count as a unit for n above 1.

    Args:
        x: Sentences of units.
        y: Sentences of the other language.
        n: Units of an n-gram.

    Raises:
        MetricError: For texts without units or without one n-gram, or n below 1.

    >>> ngram_jsd([["a", "b"]], [["c", "d"]], n=1), ngram_jsd([["a", "b"]], [["a", "b"]], n=1)
    (1.0, 0.0)
    """
    return float(jensen_shannon(_checked(x, y, n))[0, 1])


def unit_codes(units: Iterable[str]) -> dict[str, int]:
    """Number units from 1, independently of their order."""
    return {unit: code for code, unit in enumerate(sorted(set(units)), start=1)}


def unit_bytes(sentences: Sentences, codes: Mapping[str, int]) -> bytes:
    """Write units as numbers, so that a compressor sees units and not how they are spelled.

    Args:
        sentences: Of units.
        codes: Unit to number, from :func:`unit_codes`; one mapping for all compared texts.
    """
    out = bytearray()
    for sentence in sentences:
        for unit in sentence:
            code = codes[unit]
            while code > 0xEF:  # large numbers take more bytes
                out.append(0xF0 + (code & 0x0F))
                code >>= 4
            out.append(code)
        out.append(0)
    return bytes(out)


def compressed_size(parts: Iterable[bytes]) -> int:
    """LZMA-compressed size of the concatenated parts, in bytes."""
    return len(lzma.compress(b"".join(parts), format=lzma.FORMAT_RAW, filters=_FILTERS))


@checked(MetricError)
def compression_distance(x: Sentences, y: Sentences) -> float:
    """Normalized compression distance of two texts as units, about 0 (equal) to about 1.

    (C(xy) - min(C(x), C(y))) / max(C(x), C(y)), mean of both orders. The compressor has a window of
    8 MiB; its own overhead can raise the value above 1.

    Raises:
        MetricError: For texts without units.

    Source: Cilibrasi and Vitanyi (2005).

    >>> text = [[str(i * i % 997) for i in range(3000)]]
    >>> compression_distance(text, text) < 0.05
    True
    """
    _checked(x, y)
    codes = unit_codes(unit for text in (x, y) for sentence in text for unit in sentence)
    a, b = unit_bytes(x, codes), unit_bytes(y, codes)
    return distance_of_sizes(
        compressed_size([a]), compressed_size([b]), compressed_size([a, b]), compressed_size([b, a])
    )


def distance_of_sizes(a: float, b: float, ab: float, ba: float) -> float:
    """Normalized compression distance from compressed sizes."""
    return max(0.0, ((ab + ba) / 2 - min(a, b)) / max(a, b))
