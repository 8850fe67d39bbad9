"""Tables as rows of named values: TSV with a header, JSON Lines, Parquet."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lingap.errors import CorpusError, MissingExtra
from lingap.text.lines import read_lines
from lingap.text.words import nfc

TABLES = (".tsv", ".csv", ".jsonl", ".ndjson", ".parquet")
Row = tuple[int, Mapping[str, Any]]


def read_rows(path: Path, counts: Counter[str]) -> Iterator[Row]:
    """Number (line of the file, or row of a Parquet file, from 1) and values of each row.

    Text is in NFC; ``rows_normalised`` counts rows changed beyond their lines as written. TSV has
    no quoting (a quotation mark is one); CSV has the usual one.

    Raises:
        CorpusError: For an ending that is none of these, or a row that breaks the format.
        MissingExtra: For Parquet without pyarrow.
    """
    names = [suffix for suffix in path.suffixes if suffix in TABLES]
    readers = {
        ".tsv": _read_tsv,
        ".csv": _read_csv,
        ".jsonl": _read_jsonl,
        ".ndjson": _read_jsonl,
        ".parquet": _read_parquet,
    }
    if not names:
        raise CorpusError(f"a table ends in {', '.join(TABLES)}; this name does not.", path)
    if not path.is_file():
        raise CorpusError("no such file; check the path.", path)
    return readers[names[-1]](path, counts)


def _read_tsv(path: Path, counts: Counter[str]) -> Iterator[Row]:
    header: list[str] = []
    for number, line in read_lines(path, counts):
        fields = line.split("\t")
        if not header:
            header = _header(fields, path, number)
            continue
        if not line:
            counts["blank_lines"] += 1
            continue
        if len(fields) != len(header):
            hint = " Are the tabs spaces?" if len(fields) == 1 else ""
            raise CorpusError(
                f"{len(header)} columns expected as in the header, {len(fields)} found.{hint}",
                path,
                number,
            )
        yield number, dict(zip(header, fields, strict=True))


def _header(fields: list[str], path: Path, number: int) -> list[str]:
    twice = [name for name, count in Counter(fields).items() if count > 1]
    if twice or not all(fields):
        raise CorpusError(
            f"a header of different, non-empty column names expected, found {fields}.", path, number
        )
    return fields


def _read_csv(path: Path, counts: Counter[str]) -> Iterator[Row]:
    csv.field_size_limit(2**31 - 1)  # a cell may hold a whole document
    reader = csv.reader((f"{line}\n" for _, line in read_lines(path, counts)), strict=True)
    header: list[str] = []
    try:
        for fields in reader:
            if not header:
                header = _header(fields, path, reader.line_num)
            elif not fields:
                counts["blank_lines"] += 1
            elif len(fields) != len(header):
                raise CorpusError(
                    f"{len(header)} columns expected as in the header, {len(fields)} found.",
                    path,
                    reader.line_num,
                )
            else:
                yield reader.line_num, dict(zip(header, fields, strict=True))
    except csv.Error as error:
        raise CorpusError(f"broken CSV ({error}).", path, reader.line_num) from error


def _read_jsonl(path: Path, counts: Counter[str]) -> Iterator[Row]:
    for number, line in read_lines(path, counts):
        if not line.strip():
            counts["blank_lines"] += 1
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise CorpusError(f"broken JSON ({error}).", path, number) from error
        if not isinstance(row, dict):
            raise CorpusError(
                f"a JSON object a line expected, found {type(row).__name__}.", path, number
            )
        if "\\u" in line:
            try:
                json.dumps(row, ensure_ascii=False).encode()
            except UnicodeEncodeError as error:
                raise CorpusError(
                    "half of a surrogate pair, which is no character; was the text cut inside it?",
                    path,
                    number,
                ) from error
        yield number, _counted_nfc(row, counts)


def _read_parquet(path: Path, counts: Counter[str]) -> Iterator[Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("data", "Reading Parquet") from error
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            names = class_names(file.schema_arrow.metadata or {})
            for batch in file.iter_batches(batch_size=4096):
                columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
                for at in range(batch.num_rows):
                    number += 1
                    row = {
                        name: _named(values[at], names.get(name))
                        for name, values in columns.items()
                    }
                    yield number, _counted_nfc(row, counts)
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise CorpusError(f"a damaged or foreign Parquet file ({error}).", path) from error


def class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """Column to the names of its classes, from the note that the hub's Parquet files carry."""
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
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _counted_nfc(row: Mapping[str, Any], counts: Counter[str]) -> Mapping[str, Any]:
    normal = {key: _in_nfc(value) for key, value in row.items()}
    if normal != row:
        counts["rows_normalised"] += 1
    return normal


def _in_nfc(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, list):
        return [_in_nfc(one) for one in value]
    return value
