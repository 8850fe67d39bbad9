"""Similarity of two languages' inputs without a model: units, their n-grams, and compression."""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array
from lingap.text.packed_sentences import PackedSentences

Sentences = Sequence[Sequence[str]]
_EDGE = "\x00"  # added at both ends of a sentence in n-grams
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 1 << 23}]


def _checked(x: Sentences, y: Sentences, n: int = 1) -> Any:
    """Counts of both texts' n-grams, sparse, (2, k)."""
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


def inventory_overlaps(counts: Any) -> Array:
    """Jaccard index of the units in use, of every pair of L texts: counts (L, k) to (L, L).

    Counts are an array or a sparse one, here and in the functions below.
    """
    used = _sparse(counts)
    used.data[:] = 1
    shared, sizes = (used @ used.T).toarray(), used.sum(axis=1)
    return np.asarray(shared / (sizes[:, None] + sizes - shared))


def token_overlaps(counts: Any) -> Array:
    """:func:`token_overlap` of every pair of L texts: counts (L, k), no row 0, to (L, L)."""
    running = _sparse(counts)
    used = running.copy()
    used.data[:] = 1
    known = (running @ used.T).toarray() / running.sum(axis=1)[:, None]
    return np.asarray((known + known.T) / 2)


def jensen_shannon(counts: Any) -> Array:
    """Jensen-Shannon divergence of every pair of L distributions, 0 to 1, in bits.

    Shapes: counts (L, k), >= 0, no row 0, in any scale; result (L, L), 0 on the diagonal. An
    n-gram that one of two languages lacks adds half its probability there, so only those that both
    use need a logarithm: the divergence is 1 + sum(p log p + q log q - (p + q) log(p + q)) / 2
    over these.

    Source: Lin (1991), in logarithms to base 2.

    >>> jensen_shannon(np.array([[1, 1, 0, 0], [0, 0, 2, 2]]))
    array([[0., 1.],
           [1., 0.]])
    """
    some = _sparse(counts)
    n = some.shape[0]
    rows = np.repeat(np.arange(n), np.diff(some.indptr))
    shares = some.data / some.sum(axis=1)[rows]
    common = np.bincount(some.indices, minlength=some.shape[1])[some.indices] > 1
    rows, grams, shares = rows[common], some.indices[common], shares[common]
    own = shares * np.log2(shares)
    starts = np.searchsorted(rows, np.arange(n + 1))
    mine, my_own = np.zeros((2, some.shape[1]))
    result = np.zeros((n, n))
    for i in range(n - 1):
        here, later = slice(starts[i], starts[i + 1]), slice(starts[i + 1], None)
        mine[grams[here]], my_own[grams[here]] = shares[here], own[here]
        shared = np.flatnonzero(mine[grams[later]]) + starts[i + 1]
        both = shares[shared] + mine[grams[shared]]
        terms = own[shared] + my_own[grams[shared]] - both * np.log2(both)
        result[i] = np.bincount(rows[shared], weights=terms, minlength=n)
        mine[grams[here]] = 0
    upper = np.triu_indices(n, 1)
    result[upper] = np.clip(1 + result[upper] / 2, 0, 1)
    return np.asarray(result + result.T)


def _sparse(counts: Any) -> Any:
    """A copy of counts, (L, k), by row and without zeros."""
    from scipy.sparse import csr_array

    found = csr_array(counts, dtype=np.float64, copy=True)
    found.eliminate_zeros()
    return found


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


def ngram_counts(texts: Sequence[Sentences], *, n: int, groups: int = 1) -> Any:
    """Counts of each n-gram in each text, a sparse array (groups * L, n-grams of any of them).

    Sentence edges count as a unit for n above 1.

    Args:
        texts: L texts.
        n: Units of an n-gram.
        groups: Sentence i of a text is counted in its group i modulo `groups`; row g * L + l has
            group g of text l.

    Raises:
        MetricError: For n below 1.
    """
    from scipy.sparse import csr_array

    if n < 1:
        raise MetricError(f"n-grams have at least one unit; got {n}.")
    units: dict[str, int] = {_EDGE: 0}
    index: dict[tuple[int, ...], int] = {}
    rows, columns, values = [], [], []
    for i, text in enumerate(texts):
        grams, sentence = _windows(text, n, units)
        types, of = _types(grams)
        ids = [index.setdefault(gram, len(index)) for gram in map(tuple, types.tolist())]
        at = sentence % groups * len(ids) + of
        counts = np.bincount(at, minlength=groups * len(ids)).reshape(groups, len(ids))
        group, kind = counts.nonzero()
        rows.append(group * len(texts) + i)
        columns.append(np.array(ids, dtype=np.int64)[kind])
        values.append(counts[group, kind])
    places = (np.concatenate(rows), np.concatenate(columns))
    shape = (groups * len(texts), len(index))
    return csr_array((np.concatenate(values).astype(np.float64), places), shape=shape)


def _windows(
    text: Sentences, n: int, units: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each run of n units in a sentence, as numbers of `units`, (m, n), and its sentence, (m,).

    Units that `units` lacks are added to it.
    """
    packed = text if isinstance(text, PackedSentences) else PackedSentences(text)
    lengths = packed.lengths
    edges = int(n > 1)
    if n > lengths.max(initial=0) + 2 * edges:
        return np.empty((0, 1), dtype=np.int64), np.empty(0, dtype=np.int64)
    sentence = np.repeat(np.arange(len(text)), lengths)
    place = np.arange(len(sentence)) + edges * (2 * sentence + 1)
    codes = np.zeros(len(sentence) + 2 * edges * len(text) + n, dtype=np.int64)
    own = [units.setdefault(unit, len(units)) for unit in packed.units]
    codes[place] = np.array(own, dtype=np.int64)[packed.numbers]
    of = np.full(len(codes), -1)
    of[: len(codes) - n] = np.repeat(np.arange(len(text)), lengths + 2 * edges)
    inside = (of[: len(of) - n + 1] == of[n - 1 :]) & (of[n - 1 :] >= 0)
    return np.lib.stride_tricks.sliding_window_view(codes, n)[inside], of[n - 1 :][inside]


def _types(grams: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different rows of (m, n), and which of them each row is, (m,)."""
    key = grams[:, 0]
    for place, column in enumerate(grams.T[1:]):
        if place:  # numbers stay small whatever n is
            _, key = np.unique(key, return_inverse=True)
        key = key * (column.max(initial=0) + 1) + column
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    return grams[first], of


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
