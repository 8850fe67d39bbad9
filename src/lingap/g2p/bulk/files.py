"""One input file and one output file of any format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from lingap.errors import ConfigError, CorpusError
from lingap.g2p.bulk.sources import PACKED, STANDARD, open_source, pack
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.outputs import output, refuse_same
from lingap.storage.special_files import refuse_special

Format = Literal["text", "csv", "tsv", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("text", "csv", "tsv", "jsonl", "parquet")
_SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}
_WHOLE = ("csv", "tsv", "parquet")
"""Formats that are read from a file alone."""


def format_of(path: str, stated: Format | None) -> Format:
    """The format by the file's name, compressed or not, else the one stated, else ``text``.

    >>> format_of("a.jsonl", None), format_of("-", None), format_of("devtest.kor_Hang", "jsonl")
    ('jsonl', 'text', 'jsonl')
    >>> format_of("a.csv.gz", None)
    'csv'
    """
    name = Path(path)
    name = name.with_suffix("") if name.suffix.lower() in PACKED else name
    return _SUFFIXES.get(name.suffix.lower()) or stated or "text"


def made_by(source: str | Path) -> str:
    """What is remembered of its outputs: another source is another output."""
    return f"phonemes of {'standard input' if str(source) == STANDARD else Path(source).resolve()}"


@contextmanager
def _open_sink(path: str, source: str, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A file to write, or standard output; a regular file appears only when it is whole."""
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    with (
        output(target, made_by(source), overwrite=overwrite) as aside,
        aside.open("wb") as file,
    ):
        packing = pack(file, target.name)
        yield packing
        if packing is not file:
            packing.close()


def phonemize_file(
    source: str,
    target: str | None,
    phonemizer: Phonemizer,
    *,
    stated: Format | None = None,
    column: str = "text",
    processes: int = 1,
    overwrite: bool = False,
) -> G2PCoverage:
    """Phonemize a file (or ``-``) into another (or standard output).

    Args:
        source: Text, CSV, TSV, JSON Lines or Parquet; all but Parquet may be compressed by
            gzip, bzip2, xz or Zstandard.
        target: Output file; its name may imply another format than the source's, and compression.
        phonemizer: Language, back end, policies, segmenter.
        stated: Format of a file whose name does not imply one.
        column: Field with the text or list of words, in all formats but text.
        processes: Processes to use.
        overwrite: Whether a file that this did not write may be replaced.

    Raises:
        CorpusError: For a source that is missing or malformed, or no text.
        ConfigError: For a table or Parquet from a stream, Parquet to a stream, or other records
            into Parquet.
        StoreError: For a target that is the source, another's file, or being written.
        LanguageError: When the language needs a segmenter and the phonemizer has none.
    """
    read_as = format_of(source, stated)
    out = STANDARD if target is None else target
    write_as = format_of(out, stated or read_as)
    _check_formats(source, read_as, out, write_as)
    refuse_same(1 if out == STANDARD else Path(out), (0 if source == STANDARD else Path(source),))
    if read_as == write_as == "text":
        with (
            open_source(source) as file,
            _open_sink(out, source, overwrite=overwrite) as sink,
        ):
            return phonemize_text(file, sink, phonemizer, processes=processes)

    from lingap.g2p.bulk import records as formats

    with ExitStack() as files:
        if read_as == "parquet":
            batches = formats.read_parquet(Path(source), column)
        elif read_as in _WHOLE:
            batches = formats.read_table(Path(source), column)
        else:
            file = files.enter_context(open_source(source))
            read = formats.read_jsonl if read_as == "jsonl" else formats.read_text_records
            batches = read(file, column, source)
        if write_as == "parquet":
            origin = Path(source) if read_as == "parquet" else None
            schema = formats.parquet_schema(origin, column, phonemizer.provenance())
            aside = files.enter_context(output(Path(out), made_by(source), overwrite=overwrite))
            write: Callable[[formats.Records], None]
            write = files.enter_context(formats.parquet_file(aside, schema)).write
        else:
            sink = files.enter_context(_open_sink(out, source, overwrite=overwrite))
            write = formats.WRITERS[write_as](sink)
        total = phonemizer.new_counter()
        done = formats.spelled_records(batches, column, phonemizer, processes=processes)
        with closing(done):
            for records, coverage in done:
                write(records)
                total.merge(coverage)
        return total.snapshot()


def _check_formats(source: str, read_as: Format, out: str, write_as: Format) -> None:
    if write_as == "parquet" and out == STANDARD:
        raise ConfigError("Parquet cannot be written to standard output. Name a file with -o.")
    if read_as in _WHOLE and source == STANDARD:
        name = "Parquet" if read_as == "parquet" else read_as.upper()
        raise ConfigError(f"{name} cannot be read from standard input. Name the file.")
    if read_as in _WHOLE:
        refuse_special(Path(source), CorpusError)
    if write_as == "parquet" and read_as not in ("text", "parquet"):
        name = "JSON Lines" if read_as == "jsonl" else read_as.upper()
        raise ConfigError(f"{name} cannot be written as Parquet. Convert one of them first.")
    for path, as_ in ((source, read_as), (out, write_as)):
        if as_ == "parquet" and Path(path).suffix.lower() in PACKED:
            raise ConfigError(f"{path}: Parquet is not read from a compressed file; decompress it.")
