"""Encoded text, shared by the jobs of an experiment and kept while they need it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from lingap.errors import StoreError
from lingap.storage.atomic import whole_file
from lingap.storage.digests import digest_of
from lingap.storage.lock import locked
from lingap.tasks import Instance

Encoded = tuple[list[Instance], dict[str, int]]
"""Instances, and counts of what encoding lost."""

T = TypeVar("T")

_FLAT = ("ids", "item_of_unit", "segment_of_unit", "labels")


def cached(
    folder: Path,
    key: Mapping[str, Any],
    make: Callable[[], T],
    *,
    write: Callable[[Path, T], None],
    read: Callable[[Path], T],
) -> T:
    """The result of `make`, from a file in the folder if it was made before for the same key.

    Concurrent processes make it once; the others wait. A damaged file is replaced.

    Args:
        folder: Where files are kept.
        key: Everything that the result depends on, as JSON.
        make: Makes the result.
        write: Writes it to a file.
        read: Reads the file; raises StoreError if it is damaged.
    """
    text = json.dumps(key, sort_keys=True, ensure_ascii=False, default=list)
    digest = digest_of(text, 20)
    path = folder / digest
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / f"{digest}.lock"):
        if path.is_file():
            try:
                return read(path)
            except StoreError:
                path.unlink()
        made = make()
        with whole_file(path, durable=True) as aside:
            write(aside, made)
    return made


def write_encoded(path: Path, encoded: Encoded) -> None:
    """Write instances to one file of concatenated arrays."""
    from safetensors.numpy import save_file

    instances, counts = encoded
    arrays = {"places": np.array([(i.sentence, i.first_item, *i.scored) for i in instances])}
    arrays["places"] = arrays["places"].reshape(-1, 4).astype(np.int32)
    for name in _FLAT:
        parts = [getattr(instance, name) for instance in instances]
        arrays[name] = _narrow(np.concatenate([np.empty(0, np.int32), *parts]))
        arrays[f"{name}_end"] = np.cumsum([len(part) for part in parts], dtype=np.int64)
    save_file(arrays, path, metadata={"counts": json.dumps(counts)})


def _narrow(array: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    fits = not len(array) or (array.min() >= -(2**15) and array.max() < 2**15)
    return array.astype(np.int16) if fits else array


def read_encoded(path: Path) -> Encoded:
    """Read the file of :func:`write_encoded`; StoreError when it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            counts = json.loads(file.metadata()["counts"])
        columns = [
            np.split(arrays[name].astype(np.int32), arrays[f"{name}_end"])[:-1] for name in _FLAT
        ]
        return [
            Instance(ids, items, segments, labels, sentence, first, (low, high))
            for ids, items, segments, labels, (sentence, first, low, high) in zip(
                *columns, arrays["places"].tolist(), strict=True
            )
        ], {str(name): int(n) for name, n in counts.items()}
    except (
        SafetensorError, OSError, LookupError, TypeError, ValueError, AttributeError, RecursionError
    ) as error:  # fmt: skip
        raise StoreError(f"{path} is damaged: {error}") from error
