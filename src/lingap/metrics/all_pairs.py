"""CKA of all pairs of many languages in one sweep over Gram matrices, in bounded memory.

Each language's Gram matrix is computed once, in tiles of rows from the diagonal rightwards (it is
symmetric), and flattened; the inner products of all pairs are then one matrix product. If the
tiles of all languages exceed the memory allowed, the sweep runs several times over fewer tiles.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, is_torch, to_numpy
from lingap.metrics.cka import MIN_ROWS, Estimator, centred, check_debiased, debias
from lingap.metrics.threads import in_threads

Precision = Literal["auto", "float32", "float64"]
_TILE_ROWS = 256
_COLUMNS = 1 << 15  # of all flattened tiles that one product takes
_MANY_ROWS = 4096  # from here on, products of columns may be cheaper than Gram matrices


@dataclass(frozen=True, slots=True, eq=False)
class GramMoments:
    """Everything that linear CKA of L languages needs.

    Args:
        names: Of the languages.
        hsic: (L, L) inner products of the centred Gram matrices, whose traces are 1.
        norms: (L, n) squared norms of the centred rows; each language's sum to 1.
    """

    names: tuple[str, ...]
    hsic: Array
    norms: Array


def named_embeddings(embeddings: Any) -> tuple[tuple[str, ...], list[Any]]:
    """Split a mapping language -> (n, d), or an array (L, n, d), into names and matrices.

    Raises:
        MetricError: For one that is empty, whose matrices are not (rows, width), or differ in rows.
    """
    if isinstance(embeddings, Mapping):
        names = tuple(str(name) for name in embeddings)
        items = list(embeddings.values())
    else:
        if getattr(embeddings, "ndim", None) != 3 and not isinstance(embeddings, Sequence):
            raise MetricError(
                "embeddings must be a mapping language -> (n, d) or an array (L, n, d); "
                f"got {type(embeddings).__name__} of shape {getattr(embeddings, 'shape', '?')}."
            )
        items = list(embeddings)
        names = tuple(str(i) for i in range(len(items)))
    items = [x if is_torch(x) else to_numpy(x, n) for x, n in zip(items, names, strict=True)]
    if not items:
        raise MetricError("embeddings are empty: at least one language is needed.")
    for name, item in zip(names, items, strict=True):
        if item.ndim != 2 or not all(item.shape):
            raise MetricError(f"{name}: shape {tuple(item.shape)} is not (rows, width).")
    rows = {name: tuple(item.shape) for name, item in zip(names, items, strict=True)}
    if len({shape[0] for shape in rows.values()}) > 1:
        raise MetricError(
            f"Languages differ in their number of rows: {_shapes(rows)}. Row i must be the same "
            "sentence everywhere, and rows are sentences (an array may be transposed)."
        )
    return names, items


def _shapes(rows: Mapping[str, tuple[int, ...]]) -> str:
    by_shape: dict[tuple[int, ...], list[str]] = {}
    for name, shape in rows.items():
        by_shape.setdefault(shape, []).append(name)
    return "; ".join(
        f"{shape} for {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
        for shape, names in by_shape.items()
    )


def _dtype(items: list[Any], precision: str) -> str:
    if precision == "auto":
        return "float64" if any("float64" in str(x.dtype) for x in items) else "float32"
    if precision not in ("float32", "float64"):
        raise MetricError(f"precision is 'auto', 'float32' or 'float64', not {precision!r}.")
    return precision


def _namespace(items: list[Any]) -> Any:
    """Torch if all matrices are on one accelerator; else NumPy."""
    if all(is_torch(x) and x.device.type != "cpu" for x in items):
        if len({x.device for x in items}) > 1:
            raise MetricError("Embeddings are on several devices; move them to one.")
        return sys.modules["torch"]
    return np


def prepared(embeddings: Any, precision: Precision = "auto") -> list[Array]:
    """Centred rows of every language on the CPU, each (n, d) of Frobenius norm 1."""
    names, items = named_embeddings(embeddings)
    dtype = _dtype(items, precision)
    return [centred(x, name, np, dtype) for x, name in zip(items, names, strict=True)]


def _sweeps(n: int, n_languages: int, size: int, memory: int) -> list[list[tuple[int, int]]]:
    """Tiles of rows (from, to), grouped so that those of a group fit the memory allowed."""
    step = max(1, min(_TILE_ROWS, memory // (n_languages * n * size)))
    groups: list[list[tuple[int, int]]] = [[]]
    free = memory
    for start in range(0, n, step):
        stop = min(n, start + step)
        need = n_languages * (stop - start) * (n - start) * size
        if groups[-1] and need > free:
            groups.append([])
            free = memory
        groups[-1].append((start, stop))
        free -= need
    return groups


def _fewer_by_columns(n: int, widths: list[int]) -> bool:
    """Whether pairwise products of columns cost less than Gram matrices of n rows."""
    total = sum(widths)
    return total * total <= n * (total + len(widths) ** 2)


@checked(MetricError)
def gram_moments(
    embeddings: Any, *, precision: Precision = "auto", memory_bytes: int = 1 << 30
) -> GramMoments:
    """Inner products of all languages' centred Gram matrices, in one sweep or a few.

    Args:
        embeddings: Mapping language -> (n, d), widths may differ; or an array (L, n, d). Where all
            are torch tensors on one accelerator, it runs there.
        precision: Of the products; ``auto`` is float64 for float64 input, else float32 (1e-5).
        memory_bytes: Allowed for tiles, besides the embeddings and a copy of one per core (of two
            in all where there are many rows).

    Raises:
        MetricError: For different numbers of rows, non-finite rows, or zero variance.
    """
    names, items = named_embeddings(embeddings)
    dtype, xp = _dtype(items, precision), _namespace(items)
    n, n_languages = len(items[0]), len(items)
    size = np.dtype(dtype).itemsize
    hsic = np.zeros((n_languages, n_languages))
    norms = np.zeros((n_languages, n))
    widths = [int(item.shape[1]) for item in items]
    run, step = (in_threads, _COLUMNS) if xp is np else (map, n * n)
    if n >= _MANY_ROWS and _fewer_by_columns(n, widths):
        for i in range(n_languages):
            rows = centred(items[i], names[i], xp, dtype)
            norms[i] = to_numpy((rows * rows).sum(1))
            for j in range(i, n_languages):
                other = rows if i == j else centred(items[j], names[j], xp, dtype)
                cross = rows.T @ other
                hsic[i, j] = hsic[j, i] = float((cross * cross).sum())
        return GramMoments(names, hsic, norms)
    for tiles in _sweeps(n, n_languages, size, memory_bytes):
        total = sum((stop - start) * (n - start) for start, stop in tiles)
        where = {} if xp is np else {"device": items[0].device}
        flat = xp.empty((n_languages, total), dtype=getattr(xp, dtype), **where)

        def fill(i: int, flat: Any = flat, tiles: Any = tiles) -> None:
            rows = centred(items[i], names[i], xp, dtype)
            norms[i] = to_numpy((rows * rows).sum(1))
            at = 0
            for start, stop in tiles:
                width = n - start
                tile = flat[i, at : at + (stop - start) * width].reshape(stop - start, width)
                xp.matmul(rows[start:stop], rows[start:].T, out=tile)
                tile[:, stop - start :] *= 2**0.5  # each also counts for its mirror image
                at += (stop - start) * width

        def meet(at: int, flat: Any = flat) -> Array:
            part = flat[:, at : at + step]
            return to_numpy(part @ part.T)

        list(run(fill, range(n_languages)))
        for part in run(meet, range(0, total, step)):
            hsic += part
    return GramMoments(names, hsic, norms)


@checked(MetricError)
def cka_of_moments(moments: GramMoments, *, estimator: Estimator = "biased") -> Array:
    """Biased or debiased CKA of every pair, (L, L), from one sweep's :func:`gram_moments`.

    Raises:
        MetricError: For too few rows, or (debiased) rows that share no variance beyond noise.
    """
    n = moments.norms.shape[1]
    if estimator not in MIN_ROWS:
        raise MetricError(f"estimator is 'biased' or 'debiased', not {estimator!r}.")
    if n < MIN_ROWS[estimator]:
        raise MetricError(f"{estimator} CKA needs {MIN_ROWS[estimator]} rows; got {n}.")
    hsic = moments.hsic
    if estimator == "debiased":
        norms = moments.norms
        totals = norms.sum(axis=1)
        hsic = debias(hsic, norms @ norms.T, np.outer(totals, totals), n)
        check_debiased(np.diag(hsic))
    scale = np.sqrt(np.diag(hsic))
    cka = np.minimum(hsic / np.outer(scale, scale), 1.0)
    np.fill_diagonal(cka, 1.0)
    return np.asarray((cka + cka.T) / 2)


@checked(MetricError)
def pairwise_cka(
    embeddings: ArrayInput,
    *,
    estimator: Estimator = "biased",
    precision: Precision = "auto",
    memory_bytes: int = 1 << 30,
) -> Array:
    """Linear CKA of every pair of languages, (L, L), symmetric with 1 on the diagonal.

    Equal to :func:`lingap.metrics.linear_cka` pair by pair (1e-5 in float32), but from one
    Gram matrix per language: 200 languages of 1,012 x 768 take seconds.

    Args:
        embeddings: Mapping language -> (n, d), widths may differ; or an array (L, n, d).
        estimator: ``biased`` as in the paper, or ``debiased``.
        precision: ``auto``: float64 for float64 input, else float32.
        memory_bytes: Allowed for tiles of Gram matrices, besides the embeddings.

    Raises:
        MetricError: For different numbers of rows, non-finite rows, or zero variance.

    >>> x = np.random.default_rng(0).normal(size=(3, 50, 4))
    >>> pairwise_cka(x).shape
    (3, 3)
    """
    moments = gram_moments(embeddings, precision=precision, memory_bytes=memory_bytes)
    return cka_of_moments(moments, estimator=estimator)


@checked(MetricError)
def pairwise_floor(moments: GramMoments) -> tuple[Array, Array]:
    """Mean and standard deviation of biased CKA over all pairings of rows, both (L, L).

    Exact, without sampling; the diagonal is the floor of a language with its own shuffled rows.

    Source: moments of an inner product under permutation, Kazi-Aoual et al. (1995).

    Raises:
        MetricError: For fewer than 4 rows.
    """
    n = moments.norms.shape[1]
    if n < 4:
        raise MetricError(f"The spread of the floor needs 4 rows; got {n}.")
    trace = moments.norms.sum(axis=1)
    square = np.diag(moments.hsic)
    diagonal = np.square(moments.norms).sum(axis=1)
    mean = np.outer(trace, trace) / (n - 1)
    spread = (n - 1) * square - trace**2
    tilt = n * (n + 1) * diagonal - (n - 1) * (trace**2 + 2 * square)
    variance = 2 * np.outer(spread, spread) / ((n - 1) ** 2 * (n + 1) * (n - 2))
    variance += np.outer(tilt, tilt) / ((n + 1) * n * (n - 1) * (n - 2) * (n - 3))
    scale = np.sqrt(np.outer(square, square))
    return mean / scale, np.sqrt(np.maximum(variance, 0)) / scale
