"""JSON Lines and Parquet, phonemized record by record: every field stays, ``phonemes`` is new."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from lingap.errors import CorpusError, MissingExtra, StoreError
from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.bulk.textfile import ByteSink, line_chunks
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.pronounced_text import WORD_BOUNDARY

ADDED_FIELD = "phonemes"
Value = str | list[str] | None
Records = list[dict[str, Any]]
_ROWS_AT_ONCE = 20_000


def spell_values(
    speller: LineSpeller, values: list[Value]
) -> tuple[list[str | list[list[str]] | None], CoverageCounter]:
    """Phonemes of texts and of lists of words, in order.

    A text becomes text (units one space apart, words by ``▁``; its line ends count as spaces). A
    list of words becomes a list with the units of each word. None stays None.
    """
    texts = [" ".join(value.split("\n")) for value in values if isinstance(value, str)]
    rows = [value for value in values if isinstance(value, list)]
    spelled, coverage = speller.spell("\n".join(texts).encode("utf-8", "surrogatepass"))
    units, of_rows = speller.spell_words(rows)
    coverage.merge(of_rows)
    lines, lists = iter(spelled.decode("utf-8").split("\n")), iter(units)
    answers: list[str | list[list[str]] | None] = []
    for value in values:
        if value is None:
            answers.append(None)
        else:
            answers.append(next(lines) if isinstance(value, str) else next(lists))
    return answers, coverage


def _spell_records(
    speller: LineSpeller, task: tuple[str, Records]
) -> tuple[Records, CoverageCounter]:
    column, records = task
    answers, coverage = spell_values(speller, [record[column] for record in records])
    for record, answer in zip(records, answers, strict=True):
        record[ADDED_FIELD] = answer
    return records, coverage


def phonemize_records(
    batches: Iterator[Records],
    column: str,
    write: Callable[[Records], None],
    phonemizer: Phonemizer,
    *,
    processes: int = 1,
) -> G2PCoverage:
    """Add the field ``phonemes`` to records, in order and in bounded memory.

    Args:
        batches: Lists of records; each record has the column.
        column: Field that holds a text, a list of words, or None.
        write: Takes each batch when it is done.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to spread over.

    Returns:
        What was lost.
    """
    phonemizer.split("")  # a segmenter that is missing is an error before any work
    total = phonemizer.new_counter()
    tasks = ((column, records) for records in batches)
    done = map_in_order(_spell_records, tasks, LineSpeller, phonemizer, processes)
    for records, coverage in done:
        write(records)
        total.merge(coverage)
    return total.snapshot()


def check_value(record: Mapping[str, Any], column: str, path: str, line: int) -> None:
    """Raise CorpusError unless the record's column holds a text, a list of words, or null."""
    if column not in record:
        raise CorpusError(
            f"no field {column!r}; there are {', '.join(map(repr, record)) or 'none'}. "
            "Name the right one with --column.",
            path,
            line,
        )
    value = record[column]
    is_words = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if value is not None and not isinstance(value, str) and not is_words:
        raise CorpusError(
            f"field {column!r} must be a text or a list of words, not {str(value)[:40]!r}.",
            path,
            line,
        )


def read_text_records(source: BinaryIO, column: str) -> Iterator[Records]:
    """Lines of text as records with one field."""
    for chunk in line_chunks(source):
        text = chunk.decode("utf-8", "replace").removesuffix("\n")
        yield [{column: line.removesuffix("\r")} for line in text.split("\n")]


def read_jsonl(source: BinaryIO, column: str, path: str) -> Iterator[Records]:
    """Records of a JSON Lines file; blank lines are passed over.

    Raises:
        CorpusError: For a line that is no JSON object or lacks the column, with its number.
    """
    line = 0
    for chunk in line_chunks(source):
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


def jsonl_writer(sink: ByteSink) -> Callable[[Records], None]:
    """Write records as JSON Lines; what UTF-8 cannot hold is escaped."""

    def write(records: Records) -> None:
        rows = [json.dumps(record, ensure_ascii=False) for record in records]
        try:
            data = ("\n".join(rows) + "\n").encode("utf-8")
        except UnicodeEncodeError:
            data = ("\n".join(map(json.dumps, records)) + "\n").encode("ascii")
        sink.write(data)

    return write


def text_writer(sink: ByteSink) -> Callable[[Records], None]:
    """Write nothing but the phonemes, one record a line."""

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
        CorpusError: For a file that is no Parquet or lacks the column.
    """
    with _named(path), parquet().ParquetFile(path) as file:
        row = 0
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            records: Records = batch.to_pylist()
            for at, record in enumerate(records, start=row + 1):
                check_value(record, column, str(path), at)
            row += len(records)
            yield records


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn what Arrow says of a damaged file into an error that names it."""
    parquet()  # says which extra is missing
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        text = f"not a Parquet file that can be read: {str(error).rstrip('.')}."
        raise CorpusError(text, path) from error


def parquet_schema(source: Path | None, column: str, provenance: Mapping[str, str]) -> Any:
    """Schema of the output: the source's fields and ``phonemes``, with the provenance."""
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
    if ADDED_FIELD in fields.names:
        fields = fields.remove(fields.get_field_index(ADDED_FIELD))
    facts = {f"lingap.{name}": value for name, value in provenance.items()}
    metadata = {**(fields.metadata or {}), **{k.encode(): v.encode() for k, v in facts.items()}}
    return fields.append(pyarrow.field(ADDED_FIELD, units)).with_metadata(metadata)


def parquet_writer(file: Any) -> Callable[[Records], None]:
    """Write records to an open ``ParquetWriter``, one row group a batch."""
    import pyarrow

    def write(records: Records) -> None:
        try:
            file.write_table(pyarrow.Table.from_pylist(records, schema=file.schema))
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
            raise StoreError(f"Records do not fit the Parquet columns: {error}.") from error

    return write
