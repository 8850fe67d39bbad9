"""Tables as rows of named values: TSV with a header, JSON Lines, Parquet."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lingap.errors import CorpusError, MissingExtra
from lingap.storage.parquet_batches import batches
from lingap.storage.paths import is_file
from lingap.storage.special_files import refuse_special
from lingap.text.lines import LONGEST, read_lines
from lingap.text.words import nfc as in_nfc

TABLES = (".tsv", ".csv", ".jsonl", ".ndjson", ".parquet")
Row = tuple[int, Mapping[str, Any]]
Lines = Iterator[tuple[int, str]]


def is_table(path: Path) -> bool:
    """Whether the name ends as that of a table, compressed or not."""
    return _ending(path) is not None


def has_lists(path: Path) -> bool:
    """Whether a cell of the table can be a list; in TSV and CSV all are text."""
    return _ending(path) not in (".tsv", ".csv")


def _ending(path: Path) -> str | None:
    endings = (suffix.lower() for suffix in reversed(path.suffixes))
    return next((ending for ending in endings if ending in TABLES), None)


def read_rows(
    path: Path, counts: Counter[str], *, delimiter: str | None = None, nfc: bool = True
) -> Iterator[Row]:
    """Number (line of the file, or row of a Parquet file, from 1) and values of each row.

    Text is in NFC; ``rows_normalized`` counts rows changed beyond their lines as written. TSV has
    no quoting (a quotation mark is one); CSV has the usual one, and perhaps another delimiter.

    Args:
        path: Of a table.
        counts: To be added to.
        delimiter: A character between the columns of CSV; a comma by default.
        nfc: Whether text is brought into NFC; otherwise it stays as it is.

    Raises:
        CorpusError: For a name that ends otherwise, or a row that breaks the format.
        MissingExtra: For Parquet without pyarrow.
    """
    ending = _ending(path)
    if ending is None:
        raise CorpusError(f"expected the name of a table to end in {', '.join(TABLES)}.", path)
    refuse_special(path, CorpusError)
    if not is_file(path):
        raise CorpusError("no such file; check the path.", path)
    if delimiter is not None and ending != ".csv":
        raise CorpusError(f"only a .csv has a delimiter; got {delimiter!r} for this file.", path)
    if ending == ".parquet":
        rows = _read_parquet(path)
        return ((n, _counted_nfc(row, counts)) for n, row in rows) if nfc else rows
    lines = read_lines(path, counts, nfc=nfc)
    if ending == ".tsv":
        return _with_header(_split_tsv(lines), path, counts)
    if ending == ".csv":
        return _with_header(_split_csv(lines, path, delimiter or ","), path, counts)
    rows = _read_jsonl(lines, path, counts)
    return ((n, _counted_nfc(row, counts)) for n, row in rows) if nfc else rows


def _split_tsv(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines:
        yield number, line.split("\t") if line else []


def _split_csv(lines: Lines, path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST)  # a cell may hold a whole document
    reader = csv.reader((f"{line}\n" for _, line in lines), strict=True, delimiter=delimiter)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise CorpusError(f"broken CSV ({error}).", path, reader.line_num) from error


def _with_header(
    rows: Iterator[tuple[int, list[str]]], path: Path, counts: Counter[str]
) -> Iterator[Row]:
    header: list[str] = []
    for number, fields in rows:
        if not fields:
            counts["blank_lines"] += 1
        elif not header:
            header = fields
            if len(set(header)) < len(header) or not all(header):
                raise CorpusError(
                    f"expected a header of different, non-empty column names, got {header!s:.200}.",
                    path,
                    number,
                )
        elif len(fields) != len(header):
            hint = ""
            if len(fields) == 1:
                is_csv = path.suffix.lower() == ".csv"
                hint = " Is the delimiter another?" if is_csv else " Are the tabs spaces?"
            raise CorpusError(
                f"expected {len(header)} columns as in the header, got {len(fields)}.{hint}",
                path,
                number,
            )
        else:
            yield number, dict(zip(header, fields, strict=True))


def _read_jsonl(lines: Lines, path: Path, counts: Counter[str]) -> Iterator[Row]:
    for number, line in lines:
        if not line.strip():
            counts["blank_lines"] += 1
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:  # also a number of thousands of digits
            raise CorpusError(f"broken JSON ({error}).", path, number) from error
        if not isinstance(row, dict):
            raise CorpusError(
                f"expected a JSON object per line, got {type(row).__name__}.", path, number
            )
        if "\\u" in line:
            try:
                json.dumps(row, ensure_ascii=False).encode()
            except UnicodeEncodeError as error:
                raise CorpusError(
                    "half of a surrogate pair, which is not a character; was the text cut there?",
                    path,
                    number,
                ) from error
        yield number, row


def _read_parquet(path: Path) -> Iterator[Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("data", "Reading Parquet") from error
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            all_names = file.schema_arrow.names
            if len(set(all_names)) < len(all_names):
                twice = sorted(name for name, n in Counter(all_names).items() if n > 1)
                raise CorpusError(f"a column occurs twice: {', '.join(map(repr, twice))}.", path)
            names = class_names(file.schema_arrow.metadata or {})
            for batch in batches(file, path, error=CorpusError):
                columns = {}
                for name in all_names:
                    try:
                        columns[name] = batch.column(name).to_pylist()
                    except (ValueError, OverflowError) as error:  # such as a date after 9999
                        raise CorpusError(
                            f"the column {name!r} holds a value that cannot be read ({error}), in "
                            f"one of the {batch.num_rows} rows from here; leave the column out.",
                            path,
                            number + 1,
                        ) from error
                for at in range(batch.num_rows):
                    number += 1
                    row = {
                        name: _named(values[at], names.get(name))
                        for name, values in columns.items()
                    }
                    yield number, row
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise CorpusError(f"a damaged or foreign Parquet file ({error}).", path) from error


def class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """Column to the names of its classes, from the metadata of the hub's Parquet files."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError):
        return {}
    found = {}
    for column, feature in features.items():
        inner = feature.get("feature", feature) if isinstance(feature, dict) else {}
        if isinstance(inner, dict) and isinstance(inner.get("names"), list):
            found[column] = [str(name) for name in inner["names"]]
    return found


def _named(value: Any, names: list[str] | None) -> Any:
    if names is None:
        return value
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    known = type(value) is int and 0 <= value < len(names)  # True is no class
    return names[value] if known else value


def _counted_nfc(row: Mapping[str, Any], counts: Counter[str]) -> Mapping[str, Any]:
    normal = {key: _in_nfc(value) for key, value in row.items()}
    if normal != row:
        counts["rows_normalized"] += 1
    return normal


def _in_nfc(value: Any) -> Any:
    if isinstance(value, str):
        return in_nfc(value)
    if isinstance(value, list):
        return [_in_nfc(one) for one in value]
    return value
