"""Users' arrays, checked once: NumPy or torch in, finite float arrays out."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lingap.errors import MetricError

Array: TypeAlias = NDArray[np.float64]
ArrayInput: TypeAlias = Any  # a nested sequence, a NumPy array, or a torch tensor on any device


def is_torch(values: ArrayInput) -> bool:
    """Whether `values` is a torch tensor; torch itself is never imported here."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(values, torch.Tensor)


def to_numpy(values: ArrayInput, name: str = "values") -> NDArray[Any]:
    """Return a real-valued NumPy array, sharing memory where possible.

    Raises:
        MetricError: For anything but an array of real numbers: objects, text, complex, ragged rows.
    """
    if is_torch(values):
        values = values.detach().cpu()
        if values.dtype.is_floating_point and values.element_size() < 4:
            values = values.float()
        return np.asarray(values.numpy())
    if isinstance(values, np.ma.MaskedArray) and np.ma.getmaskarray(values).any():
        raise MetricError(
            f"{name} has masked entries; fill them, or leave their rows out of every language."
        )
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise MetricError(f"{name} is not a rectangular array of numbers: {error}.") from None
    if array.dtype.kind not in "fiub":
        raise MetricError(f"{name} must contain real numbers, not {array.dtype}.")
    return array


def as_matrix(values: ArrayInput, name: str, *, min_rows: int = 1) -> Array:
    """Return (n, d) float64 rows without NaN or infinity.

    Raises:
        MetricError: For a wrong number of axes, too few rows, no columns, or a non-finite row.
    """
    array = to_numpy(values, name)
    if array.ndim != 2:
        raise MetricError(
            f"{name} must have two axes, (rows, width); got shape {array.shape}. "
            "Pool token embeddings into one row per sentence first."
        )
    if len(array) < min_rows or array.shape[1] < 1:
        raise MetricError(
            f"{name} needs at least {min_rows} rows and 1 column; got shape {array.shape}."
        )
    check_finite_rows(array, name)
    return array.astype(np.float64, copy=False)


def check_finite_rows(array: NDArray[Any], name: str) -> None:
    """Raise MetricError that names the first row of `array` (n, d) with NaN or infinity."""
    good = np.isfinite(array)
    if not good.all():
        bad = np.flatnonzero(~good.all(axis=1))
        raise MetricError(
            f"{name}: row {bad[0]} (counted from 0) contains NaN or infinity"
            f"{f', and {len(bad) - 1} further rows do' if len(bad) > 1 else ''}. "
            "Fix them, or leave these sentences out of every language."
        )


def check_parallel(x: NDArray[Any], y: NDArray[Any]) -> None:
    """Raise MetricError unless `x` (n, d1) and `y` (n, d2) have equally many rows."""
    if len(x) == len(y):
        return
    hint = "Row i of both must be the same sentence."
    if x.shape[0] == y.shape[1] or x.shape[1] == y.shape[0]:
        hint = "One of them looks transposed: rows are sentences, columns are dimensions."
    raise MetricError(f"x has shape {x.shape} and y {y.shape}: rows differ in number. {hint}")


def members_of(labels: Iterable[Hashable]) -> dict[Any, NDArray[np.intp]]:
    """Each label, in the order of the first of its places, with all of them.

    >>> [(label, own.tolist()) for label, own in members_of("aba").items()]
    [('a', [0, 2]), ('b', [1])]
    """
    found: dict[Any, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label, []).append(place)
    return {label: np.array(own) for label, own in found.items()}


def as_vector(values: ArrayInput, name: str, *, min_length: int = 1) -> Array:
    """Return (n,) float64 values without NaN or infinity.

    Raises:
        MetricError: For a wrong number of axes, too few values, or a non-finite one.
    """
    array = to_numpy(values, name).astype(np.float64, copy=False)
    if array.ndim != 1 or len(array) < min_length:
        raise MetricError(
            f"{name} must be a vector of at least {min_length} values; got shape {array.shape}."
        )
    if not np.isfinite(array).all():
        at = int(np.flatnonzero(~np.isfinite(array))[0])
        raise MetricError(f"{name}: value {at} (counted from 0) is {array[at]}, not a number.")
    return array
