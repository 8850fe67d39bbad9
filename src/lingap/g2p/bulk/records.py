"""Tables, JSON Lines and Parquet, phonemized record by record; they get the field ``phonemes``."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from lingap.corpora.formats.tables import read_rows
from lingap.errors import CorpusError, MissingExtra, StoreError
from lingap.g2p.bulk.lines import LONGEST_TOKEN, LineSpeller
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.bulk.textfile import line_chunks
from lingap.g2p.coverage import CoverageCounter
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.pronounced_text import WORD_BOUNDARY
from lingap.storage.parquet_batches import batches
from lingap.storage.special_files import refuse_special

ADDED_FIELD = "phonemes"
Value = str | list[str] | None
LONGEST_RECORD = 1 << 26
"""Bytes of a line that is one record."""

Records = list[dict[str, Any]]
_ROWS_AT_ONCE = 20_000


def spell_values(
    speller: LineSpeller, values: list[Value]
) -> tuple[list[str | list[list[str]] | None], CoverageCounter]:
    """Phonemes of texts and of lists of words, in order.

    A text becomes text (units separated by a space, words by ``▁``; line ends count as spaces), a
    list of words becomes a list with the units of each word, and None stays None.
    """
    texts = [" ".join(value.split("\n")) for value in values if isinstance(value, str)]
    rows = [value for value in values if isinstance(value, list)]
    spelled, coverage = speller.spell("\n".join(texts).encode("utf-8", "surrogatepass"))
    units, of_rows = speller.spell_words(rows)
    coverage.merge(of_rows)
    lines, lists = iter(spelled.decode("utf-8").split("\n")), iter(units)
    answers = [
        None if value is None else next(lines) if isinstance(value, str) else next(lists)
        for value in values
    ]
    return answers, coverage


def spell_records(
    speller: LineSpeller, task: tuple[str, Records]
) -> tuple[Records, CoverageCounter]:
    """Records with the field ``phonemes``, from a column's name and records; their coverage."""
    column, records = task
    answers, coverage = spell_values(speller, [record[column] for record in records])
    for record, answer in zip(records, answers, strict=True):
        record[ADDED_FIELD] = answer
    return records, coverage


def spelled_records(
    batches: Iterator[Records], column: str, phonemizer: Phonemizer, *, processes: int = 1
) -> Generator[tuple[Records, CoverageCounter]]:
    """Batches of records with the field ``phonemes``, and what it cost; in order, memory bounded.

    Args:
        batches: Lists of records with the column.
        column: Field with a text, a list of words, or None.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to use.
    """
    phonemizer.split("")  # reports a missing segmenter before any work
    tasks = ((column, records) for records in batches)
    return map_in_order(spell_records, tasks, LineSpeller, phonemizer, processes)


def check_value(record: Mapping[str, Any], column: str, path: str, line: int) -> None:
    """Raise CorpusError unless the column of a record holds a text, a list of words, or null.

    Also for a record that has phonemes already, which would be replaced.
    """
    _refuse_phonemes(record, path, line)
    if column not in record:
        raise CorpusError(
            f"no field {column!r}; there are {', '.join(map(repr, record)) or 'none'}. "
            "Pass the right one with --column.",
            path,
            line,
        )
    value = record[column]
    is_words = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if value is not None and not isinstance(value, str) and not is_words:
        text = f"field {column!r} must be a text or a list of words, got {str(value)[:40]!r}."
        raise CorpusError(text, path, line)


def _refuse_phonemes(names: Iterable[str], path: Path | str | None, line: int | None) -> None:
    if ADDED_FIELD in names:
        raise CorpusError(
            f"there is a field {ADDED_FIELD!r} already, which would be replaced. Rename it, or "
            "take it out.",
            path,
            line,
        )


def read_text_records(source: BinaryIO, column: str, path: str) -> Iterator[Records]:
    """Lines of text as records with one field.

    Raises:
        CorpusError: For a line too long to be one record, or a field named as that of the phonemes.
    """
    _refuse_phonemes((column,), path, None)
    for chunk in _whole_lines(source, path):
        text = chunk.decode("utf-8", "replace").removesuffix("\n")
        yield [{column: line.removesuffix("\r")} for line in text.split("\n")]


def read_jsonl(source: BinaryIO, column: str, path: str) -> Iterator[Records]:
    """Records of a JSON Lines file; blank lines are skipped.

    Raises:
        CorpusError: For a line that is not a JSON object or lacks the column.
    """
    line = 0
    for chunk in _whole_lines(source, path):
        records: Records = []
        for raw in chunk.removesuffix(b"\n").split(b"\n"):
            line += 1
            if not raw.strip():
                continue
            try:
                record = json.loads(raw.decode("utf-8"))
            except (ValueError, RecursionError) as error:
                raise CorpusError(f"not a JSON object: {error}.", path, line) from error
            if not isinstance(record, dict):
                raise CorpusError(f"expected a JSON object, got {raw[:40]!r}.", path, line)
            check_value(record, column, path, line)
            records.append(record)
        if records:
            yield records


def _whole_lines(source: BinaryIO, path: str) -> Iterator[bytes]:
    """Chunks of whole lines."""
    line = 1
    for chunk in line_chunks(source, longest=LONGEST_RECORD):
        if len(chunk) > LONGEST_RECORD - LONGEST_TOKEN and not chunk.endswith(b"\n"):
            raise CorpusError(
                f"a line of more than {len(chunk):,} bytes; expected one record a line.", path, line
            )
        yield chunk
        line += chunk.count(b"\n")


def read_table(path: Path, column: str) -> Iterator[Records]:
    """Rows of a CSV or TSV file with a header, also a compressed one.

    Raises:
        CorpusError: For a file that lacks the column or breaks the format.
    """
    rows = read_rows(path, Counter())
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        for line, row in part:
            check_value(row, column, str(path), line)
        yield [dict(row) for _, row in part]


def csv_writer(sink: BinaryIO) -> Callable[[Records], None]:
    """A writer of CSV with a header."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")

    def add(cells: Iterable[str]) -> None:
        table.writerow(cells)

    def flush() -> None:
        sink.write(text.getvalue().encode("utf-8", "replace"))
        text.seek(0)
        text.truncate()

    return _table_writer(add, flush)


def tsv_writer(sink: BinaryIO) -> Callable[[Records], None]:
    """A writer of TSV with a header; it has no quoting, so a tab or line break is refused."""
    lines: list[str] = []

    def add(cells: Iterable[str]) -> None:
        cells = list(cells)
        if any(sign in cell for cell in cells for sign in "\t\n\r"):
            raise StoreError("TSV cannot hold a tab or line break in a field. Write CSV or JSONL.")
        lines.append("\t".join(cells) + "\n")

    def flush() -> None:
        sink.write("".join(lines).encode("utf-8", "replace"))
        lines.clear()

    return _table_writer(add, flush)


def _table_writer(
    add: Callable[[Iterable[str]], None], flush: Callable[[], None]
) -> Callable[[Records], None]:
    header: list[str] = []

    def write(records: Records) -> None:
        for record in records:
            if not header:
                header.extend(record)
                add(header)
            if list(record) != header or any(isinstance(v, list | dict) for v in record.values()):
                raise StoreError(
                    "CSV and TSV need the same plain fields in each record. Write JSON Lines."
                )
            add("" if value is None else str(value) for value in record.values())
        flush()

    return write


def jsonl_writer(sink: BinaryIO) -> Callable[[Records], None]:
    """A writer of JSON Lines; characters that UTF-8 cannot encode are escaped."""

    def write(records: Records) -> None:
        rows = [json.dumps(record, ensure_ascii=False) for record in records]
        try:
            data = ("\n".join(rows) + "\n").encode("utf-8")
        except UnicodeEncodeError:
            data = ("\n".join(map(json.dumps, records)) + "\n").encode("ascii")
        sink.write(data)

    return write


def text_writer(sink: BinaryIO) -> Callable[[Records], None]:
    """A writer of the phonemes alone, one record per line."""

    def write(records: Records) -> None:
        for record in records:
            phonemes = record[ADDED_FIELD]
            if isinstance(phonemes, list):
                phonemes = WORD_BOUNDARY.join(" ".join(units) for units in phonemes)
            sink.write(f"{phonemes or ''}\n".encode())

    return write


def parquet() -> Any:
    """The module ``pyarrow.parquet``; MissingExtra without it."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("data", "Reading and writing Parquet") from error
    return pyarrow.parquet


def read_parquet(path: Path, column: str) -> Iterator[Records]:
    """Records of a Parquet file.

    Raises:
        CorpusError: For a file that is not Parquet or lacks the column.
    """
    refuse_special(path, CorpusError)
    with _named(path), parquet().ParquetFile(path) as file:
        row = 0
        for batch in batches(file, path, error=CorpusError, rows=_ROWS_AT_ONCE):
            records: Records = batch.to_pylist()
            for at, record in enumerate(records, start=row + 1):
                check_value(record, column, str(path), at)
            row += len(records)
            yield records


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn Arrow's errors about a damaged file into a CorpusError that names it."""
    parquet()  # names a missing extra
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        text = f"not a Parquet file that can be read: {str(error).rstrip('.')}."
        raise CorpusError(text, path) from error


def parquet_schema(source: Path | None, column: str, provenance: Mapping[str, str]) -> Any:
    """Output schema: the source's fields and ``phonemes``, with the provenance as metadata."""
    import pyarrow

    fields: Any = pyarrow.schema([(column, pyarrow.string())])
    if source is not None:
        with _named(source):
            fields = parquet().read_schema(source)
    if column not in fields.names:
        raise CorpusError(
            f"no column {column!r}; there are {', '.join(map(repr, fields.names))}. Name the "
            "right one with --column.",
            source,
        )
    kind = fields.field(column).type
    is_text = pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)
    units = pyarrow.string() if is_text else pyarrow.list_(pyarrow.list_(pyarrow.string()))
    _refuse_phonemes(fields.names, source, None)
    facts = {f"lingap.{name}": value for name, value in provenance.items()}
    metadata = {**(fields.metadata or {}), **{k.encode(): v.encode() for k, v in facts.items()}}
    return fields.append(pyarrow.field(ADDED_FIELD, units)).with_metadata(metadata)


class ParquetOutput:
    """An open Parquet file to which records are written, one row group per batch."""

    def __init__(self, file: Any):
        self._file = file

    def write(self, records: Records) -> None:
        """Write records; StoreError where they do not fit the columns."""
        import pyarrow

        try:
            self._file.write_table(pyarrow.Table.from_pylist(records, schema=self._file.schema))
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
            raise StoreError(f"The records do not fit the Parquet columns: {error}.") from error

    def note(self, facts: Mapping[str, str]) -> None:
        """Add metadata to the file."""
        self._file.add_key_value_metadata(dict(facts))


@contextmanager
def parquet_file(path: Path, schema: Any) -> Iterator[ParquetOutput]:
    """A Parquet file to write."""
    with parquet().ParquetWriter(path, schema) as file:
        yield ParquetOutput(file)


WRITERS: Mapping[str, Callable[[BinaryIO], Callable[[Records], None]]] = {
    "text": text_writer,
    "csv": csv_writer,
    "tsv": tsv_writer,
    "jsonl": jsonl_writer,
}
"""Format of a stream to what makes a writer of it."""
