"""Files of scores as rows: CSV, TSV, JSON, JSON Lines or Parquet, or standard input."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, MissingExtra
from lingap.storage.parquet_batches import batches
from lingap.storage.paths import is_file, is_folder
from lingap.storage.special_files import FIFO, open_pipe, refuse_special, special_kind

_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
_PARQUET = (".parquet", ".pq")
_PARQUET_MARK = b"PAR1"
_MOST_BYTES = 1 << 30

STANDARD = "-"
Placed = tuple[str, Mapping[str, Any]]
"""A row and its place, for messages."""


def rows_of_file(path: Path) -> list[Placed]:
    """Each row of a file, with its place.

    A pipe is read as well; where its name has no ending, its content says what it is.

    Raises:
        MetricError: For no file, an unknown ending, or malformed text; the message names the line.
    """
    if str(path) == STANDARD:
        return _rows(Path("standard input"), sys.stdin.buffer.read(_MOST_BYTES + 1), "")
    is_pipe = special_kind(path) == FIFO
    if not is_pipe:
        refuse_special(path, MetricError)
    if not (is_pipe or is_file(path)):
        raise MetricError(
            f"{path}: a folder, not a file; `lingap gap scores` and read_results read folders."
            if is_folder(path)
            else f"{path}: no such file."
        )
    ending = path.suffix.lower()
    if ending in _PARQUET:
        return checked_rows(_parquet(path))
    if not is_pipe and ending not in ("", *_ENDINGS):
        raise MetricError(
            f"{path}: expected {' or '.join((*_ENDINGS, '.parquet'))}, got {ending!r}."
        )
    with open_pipe(path, MetricError) if is_pipe else path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    return _rows(path, data, ending)


def _rows(path: Path, data: bytes, ending: str) -> list[Placed]:
    if len(data) > _MOST_BYTES:
        raise MetricError(f"{path}: more than {_MOST_BYTES >> 20:,} MiB; expected a table.")
    if data.startswith(_PARQUET_MARK):
        return checked_rows(_parquet(path, data))
    try:
        text = data.decode().lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MetricError(
            f"{path}:{line}: these bytes are not UTF-8 ({error.reason}); convert the file first "
            "(iconv -t utf-8)."
        ) from None
    ending = ending if ending in _ENDINGS else _ending_by(text)
    if ending in (".csv", ".tsv"):
        return _table(path, text, ending)
    return _objects(path, text, ending)


def _ending_by(text: str) -> str:
    """The ending of a table that has none in its name, as ``<(command)`` of a shell."""
    head = text.lstrip().partition("\n")[0]
    if head[:1] == "[" or (head[:1] == "{" and not _is_row(head)):
        return ".json"
    return ".jsonl" if head[:1] == "{" else ".tsv" if "\t" in head else ".csv"


def _is_row(line: str) -> bool:
    try:
        return "scores" not in json.loads(line)
    except (ValueError, RecursionError):
        return False


def _parquet(path: Path, data: bytes | None = None) -> list[tuple[str, Any]]:
    """Rows of a file, or of its content where that was read from a stream."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("data", "Reading Parquet") from error
    if data is None:
        refuse_special(path, MetricError)  # Arrow waits for a pipe and heeds no signal
    source = path if data is None else pyarrow.BufferReader(data)
    n_bytes = path.stat().st_size if data is None else len(data)
    try:
        with pyarrow.parquet.ParquetFile(source) as file:
            parts = batches(file, path, error=MetricError, n_bytes=n_bytes)
            rows = [row for part in parts for row in part.to_pylist()]
    except (pyarrow.ArrowException, OSError) as error:
        raise MetricError(f"{path}: not a Parquet file that can be read ({error}).") from None
    return [(f"{path}: row {i} (from 1)", row) for i, row in enumerate(rows, start=1)]


def _table(path: Path, text: str, ending: str) -> list[Placed]:
    lines = text.split("\n")  # other marks that end lines may stand in a name
    head = lines[0]
    marks = "\t" if ending == ".tsv" else ",;\t"  # the first that the head has
    delimiter = next((mark for mark in marks if mark in head), marks[0])
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        table = [(reader.line_num, cells) for cells in reader]
        while names and not names[-1] and not any("".join(c[len(names) - 1 :]) for _, c in table):
            names.pop()  # as spreadsheets end their lines
        table = [
            (at, cells if "".join(cells[len(names) :]).strip() else cells[: len(names)])
            for at, cells in table
        ]
        if len(set(names)) < len(names):
            twice = sorted(name for name, n in Counter(names).items() if n > 1)
            raise MetricError(f"{path}:1: a column occurs twice: {', '.join(map(repr, twice))}.")
        rows: list[Placed] = []
        for at, cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}:{at}"
            if len(cells) != len(names):
                raise MetricError(
                    f"{where}: {len(cells)} cells, but the header has {len(names)} columns."
                )
            rows.append((where, dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        raise MetricError(f"{path}:{reader.line_num}: {error}.") from None
    return rows


def _objects(path: Path, text: str, ending: str) -> list[Placed]:
    if ending == ".json":
        data = _parse(f"{path}", text)
        if isinstance(data, Mapping):
            data = data.get("scores")
        if not isinstance(data, list):
            raise MetricError(
                f'{path}: expected a list of rows, or {{"scores": [...]}}; pandas writes one with '
                'to_json(orient="records").'
            )
        items = [(f"{path}: row {i} (from 1)", item) for i, item in enumerate(data, start=1)]
    else:
        items = [
            (f"{path}:{i}", _parse(f"{path}:{i}", line))
            for i, line in enumerate(text.split("\n"), start=1)
            if line.strip()
        ]
    return checked_rows(items)


def checked_rows(items: list[tuple[str, Any]]) -> list[Placed]:
    """The items, if all are objects of single values with the keys of the first.

    Raises:
        MetricError: Naming the first row that is not.
    """
    for where, item in items:
        if not isinstance(item, Mapping):
            raise MetricError(f"{where}: expected an object, got {type(item).__name__}.")
        if not item.keys() <= items[0][1].keys():
            more = ", ".join(sorted(map(str, item.keys() - items[0][1].keys())))
            raise MetricError(f"{where}: has keys that the first row lacks: {more}.")
        if nested := [key for key, value in item.items() if isinstance(value, list | dict)]:
            raise MetricError(f"{where}: {nested[0]!r} holds a list or an object, not one value.")
    return items


def _parse(where: str, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise MetricError(f"{where}: not JSON ({error}).") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys differ; of two alike, JSON keeps the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        raise ValueError(
            f"the key {next(name for name in times if times[name] > 1)!r} occurs twice"
        )
    return found
