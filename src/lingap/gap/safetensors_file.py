"""Tensors of a safetensors file as memory-mapped NumPy arrays, without the safetensors package."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.errors import MetricError

_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1", "U8": "<u1",
}  # fmt: skip
_MAX_HEADER = 100_000_000


def tensor_names(path: Path) -> list[str]:
    """Names of the tensors in the file.

    Raises:
        MetricError: For a damaged file or another format.
    """
    return sorted(_header(path)[0])


def facts_of(path: Path) -> dict[str, str]:
    """What the file says of itself (``__metadata__``); other than text is left out.

    Raises:
        MetricError: For a damaged file or another format.
    """
    found = _whole_header(path)[0].get("__metadata__")
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: text for name, text in pairs if isinstance(text, str)}


def read_tensor(path: Path, name: str) -> NDArray[Any]:
    """Return one tensor, memory-mapped; bfloat16 becomes float32.

    Raises:
        MetricError: For an unknown name, an unsupported type, or offsets outside the file.
    """
    header, start = _header(path)
    if name not in header:
        raise MetricError(f"{path}: no tensor {name!r}; it has {', '.join(sorted(header))}.")
    try:
        kind, shape = header[name]["dtype"], tuple(int(n) for n in header[name]["shape"])
        low, high = (int(n) for n in header[name]["data_offsets"])
    except (KeyError, TypeError, ValueError):
        raise MetricError(f"{path}: the header of tensor {name!r} is malformed.") from None
    if kind not in _DTYPES:
        raise MetricError(
            f"{path}: tensor {name!r} has unsupported type {kind}; expected floats or integers."
        )
    dtype = np.dtype(_DTYPES[kind])
    size = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if min(shape, default=0) < 0 or high - low != size or not 0 <= low <= high:
        raise MetricError(f"{path}: tensor {name!r} does not fit its offsets; the file is damaged.")
    if start + high > path.stat().st_size:
        raise MetricError(f"{path}: ends before tensor {name!r}; the file is truncated.")
    if size == 0:
        return np.empty(shape, dtype)
    array: NDArray[Any] = np.memmap(path, dtype, "r", start + low, shape)
    if kind == "BF16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array


def _header(path: Path) -> tuple[dict[str, Any], int]:
    header, start = _whole_header(path)
    header.pop("__metadata__", None)
    return header, start


def _whole_header(path: Path) -> tuple[dict[str, Any], int]:
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(_MAX_HEADER, path.stat().st_size):
                raise ValueError("the header is longer than the file")
            header = json.loads(file.read(length))
    except (struct.error, ValueError, RecursionError) as error:
        raise MetricError(f"{path}: not a safetensors file ({error}).") from None
    if not isinstance(header, dict):
        raise MetricError(f"{path}: not a safetensors file (its header is not an object).")
    return header, 8 + length
