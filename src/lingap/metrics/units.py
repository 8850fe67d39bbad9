"""How alike two languages' inputs are before any model: units, their n-grams, and compression."""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lingap.errors import MetricError

Sentences = Sequence[Sequence[str]]
_EDGE = "\x00"  # stands at both ends of a sentence in n-grams
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 1 << 23}]


def _checked(x: Sentences, y: Sentences) -> tuple[Counter[str], Counter[str]]:
    counts = Counter(u for s in x for u in s), Counter(u for s in y for u in s)
    if not all(counts):
        raise MetricError("One of the texts has no units; both need some.")
    return counts


def inventory_overlap(x: Sentences, y: Sentences) -> float:
    """Share of the units of either language that both use (Jaccard index), 0 to 1.

    >>> inventory_overlap([["a", "b"]], [["b", "c", "b"]])
    0.3333333333333333
    """
    a, b = _checked(x, y)
    return len(a.keys() & b.keys()) / len(a.keys() | b.keys())


def token_overlap(x: Sentences, y: Sentences) -> float:
    """Share of running units whose unit the other language uses too, mean of both sides, 0 to 1.

    >>> token_overlap([["a", "b"]], [["b", "c", "b"]])
    0.5833333333333333
    """
    a, b = _checked(x, y)
    shared = a.keys() & b.keys()
    return sum(sum(c[u] for u in shared) / c.total() for c in (a, b)) / 2


def ngram_ids(
    sentences: Sentences, *, max_n: int, min_n: int = 1
) -> tuple[list[NDArray[np.int64]], int]:
    """Number the n-grams of `min_n` to `max_n` units: ids of each sentence, and how many ids."""
    if not 1 <= min_n <= max_n:
        raise MetricError(f"n-grams have at least one unit; {min_n} to {max_n} came.")
    index: dict[tuple[str, ...], int] = {}
    rows = []
    for sentence in sentences:
        ids = [
            index.setdefault(gram, len(index))
            for n in range(min_n, max_n + 1)
            for gram in _grams(sentence, n)
        ]
        rows.append(np.array(ids, dtype=np.int64))
    return rows, len(index)


def _grams(sentence: Sequence[str], n: int) -> Iterable[tuple[str, ...]]:
    edged = (_EDGE, *sentence, _EDGE) if n > 1 else tuple(sentence)
    return zip(*(edged[k:] for k in range(n)), strict=False)


def _ngrams(sentences: Sentences, n: int) -> Counter[tuple[str, ...]]:
    return Counter(gram for sentence in sentences for gram in _grams(sentence, n))


def ngram_jsd(x: Sentences, y: Sentences, *, n: int = 2) -> float:
    """Jensen-Shannon divergence of two languages' n-grams of units, 0 (equal) to 1 (disjoint), bit.

    Estimated from counts, so short texts look farther apart than they are; compare texts of one
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
    if n < 1:
        raise MetricError(f"n-grams have at least one unit; n is {n}.")
    _checked(x, y)
    a, b = _ngrams(x, n), _ngrams(y, n)
    for name, found in (("x", a), ("y", b)):
        if not found:
            raise MetricError(f"{name} has no {n}-gram: all its sentences are shorter.")
    keys = list(a.keys() | b.keys())
    p = np.array([a[k] for k in keys]) / a.total()
    q = np.array([b[k] for k in keys]) / b.total()
    middle = (p + q) / 2

    def kl(r: NDArray[np.float64]) -> float:
        some = r > 0
        return float((r[some] * np.log2(r[some] / middle[some])).sum())

    return min(1.0, max(0.0, (kl(p) + kl(q)) / 2))


def unit_codes(units: Iterable[str]) -> dict[str, int]:
    """Number units from 1, whatever order they come in."""
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
            while code > 0xEF:  # long numbers take further bytes
                out.append(0xF0 + (code & 0x0F))
                code >>= 4
            out.append(code)
        out.append(0)
    return bytes(out)


def compressed_size(parts: Iterable[bytes]) -> int:
    """Bytes that LZMA makes of the parts one after the other."""
    return len(lzma.compress(b"".join(parts), format=lzma.FORMAT_RAW, filters=_FILTERS))


def compression_distance(x: Sentences, y: Sentences) -> float:
    """Normalised compression distance of two texts as units, about 0 (equal) to about 1.

    (C(xy) - min(C(x), C(y))) / max(C(x), C(y)), mean of both orders. The compressor has a window of
    8 MiB; the value can exceed 1 by what it adds itself.

    Raises:
        MetricError: For texts without units.

    Source: Cilibrasi and Vitanyi (2005).

    >>> text = [[str(i * i % 997) for i in range(3000)]]
    >>> compression_distance(text, text) < 0.05
    True
    """
    counts = _checked(x, y)
    codes = unit_codes(counts[0].keys() | counts[1].keys())
    a, b = unit_bytes(x, codes), unit_bytes(y, codes)
    return distance_of_sizes(
        compressed_size([a]), compressed_size([b]), compressed_size([a, b]), compressed_size([b, a])
    )


def distance_of_sizes(a: float, b: float, ab: float, ba: float) -> float:
    """Normalised compression distance from compressed sizes."""
    return max(0.0, ((ab + ba) / 2 - min(a, b)) / max(a, b))
