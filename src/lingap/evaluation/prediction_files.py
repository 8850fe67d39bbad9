"""Predictions in an open format: Parquet, one row a word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from lingap.errors import MissingExtra, StoreError
from lingap.records import Prediction

_COLUMNS = ("sentence_id", "language", "position", "word", "gold", "predicted")


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("data", "Reading and writing Parquet") from error
    return pyarrow


def write_predictions(path: Path, predictions: Sequence[Prediction]) -> None:
    """Write ``sentence_id, language, position, word, gold, predicted``, one row a word."""
    pyarrow = _pyarrow()
    rows = [
        (p.sentence_id, p.language, place, *triple)
        for p in predictions
        for place, triple in enumerate(zip(p.words, p.gold, p.predicted, strict=True))
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)
    types = [pyarrow.string(), pyarrow.string(), pyarrow.int32(), *[pyarrow.string()] * 3]
    table = pyarrow.table(
        [pyarrow.array(column, kind) for column, kind in zip(columns, types, strict=True)],
        names=list(_COLUMNS),
    )
    pyarrow.parquet.write_table(table, path, compression="zstd")


def read_predictions(path: Path) -> list[Prediction]:
    """Read what :func:`write_predictions` wrote, so that it can be scored again.

    Raises:
        StoreError: When the file cannot be read or lacks a column.
    """
    pyarrow = _pyarrow()
    try:
        table = pyarrow.parquet.read_table(path, columns=list(_COLUMNS)).to_pydict()
        rows = list(zip(*(table[name] for name in _COLUMNS), strict=True))
    except (OSError, KeyError, pyarrow.ArrowException) as error:
        raise StoreError(f"{path} holds no predictions ({', '.join(_COLUMNS)}): {error}") from error
    found = []
    # A sentence's rows stand together; position 0 begins the next one.
    starts = 0

    def sentence_of(row: tuple[Any, ...]) -> int:
        nonlocal starts
        starts += int(row[2] == 0)
        return starts

    for _, group in groupby(rows, key=sentence_of):
        part = list(group)
        words, gold, predicted = (tuple(row[i] for row in part) for i in (3, 4, 5))
        found.append(Prediction(part[0][0], part[0][1], words, gold, predicted))
    return found
