"""One input file and one output file of any format."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from lingap.errors import ConfigError, CorpusError
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.atomic import sweep, whole_file

Format = Literal["text", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("text", "jsonl", "parquet")
_SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}
_STANDARD = "-"


def format_of(path: str, stated: Format | None) -> Format:
    """The format by the file's name, else the one stated, else ``text``.

    >>> format_of("a.jsonl", None), format_of("-", None), format_of("devtest.kor_Hang", "jsonl")
    ('jsonl', 'text', 'jsonl')
    """
    return _SUFFIXES.get(Path(path).suffix.lower()) or stated or "text"


@contextmanager
def open_source(path: str) -> Iterator[BinaryIO]:
    """A file to read, or standard input for ``-``; CorpusError for a missing file."""
    if path == _STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115
    except FileNotFoundError as error:
        raise CorpusError("no such file.", path) from error
    except IsADirectoryError as error:
        raise CorpusError(
            "is a folder; only folders of Parquet files can be read (--format parquet).", path
        ) from error
    with file:
        yield file


@contextmanager
def open_sink(path: str) -> Iterator[BinaryIO]:
    """A file to write, or standard output; a regular file appears only when it is whole."""
    if path == _STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        with target.open("wb") as file:
            yield file
        return
    sweep(target.parent)
    with whole_file(target) as aside, aside.open("wb") as file:
        yield file


def phonemize_file(
    source: str,
    target: str | None,
    phonemizer: Phonemizer,
    *,
    stated: Format | None = None,
    column: str = "text",
    processes: int = 1,
) -> G2PCoverage:
    """Phonemize a file (or ``-``) into another (or standard output).

    Args:
        source: Text, JSON Lines or Parquet.
        target: Output file; its name may imply another format than the source's.
        phonemizer: Language, back end, policies, segmenter.
        stated: Format of a file whose name does not imply one.
        column: Field with the text or list of words, in JSON Lines and Parquet.
        processes: Processes to use.

    Raises:
        CorpusError: For a source that is missing or malformed.
        ConfigError: For Parquet to or from a stream, or JSON Lines into Parquet.
        LanguageError: When the language needs a segmenter and the phonemizer has none.
    """
    read_as = format_of(source, stated)
    out = _STANDARD if target is None else target
    write_as = format_of(out, stated or read_as)
    if write_as == "parquet" and out == _STANDARD:
        raise ConfigError("Parquet cannot be written to standard output. Name a file with -o.")
    if read_as == "parquet" and source == _STANDARD:
        raise ConfigError("Parquet cannot be read from standard input. Name the file.")
    if (read_as, write_as) == ("jsonl", "parquet"):
        raise ConfigError("JSON Lines cannot be written as Parquet. Convert one of them first.")
    if read_as == write_as == "text":
        with open_source(source) as file, open_sink(out) as sink:
            return phonemize_text(file, sink, phonemizer, processes=processes)

    from lingap.g2p.bulk import records as formats
    from lingap.g2p.bulk.folders import parquet_output

    with ExitStack() as files:
        file = files.enter_context(open_source(source))
        if read_as == "parquet":
            batches = formats.read_parquet(Path(source), column)
        else:
            read = formats.read_jsonl if read_as == "jsonl" else formats.read_text_records
            batches = read(file, column, source)
        if write_as == "parquet":
            origin = Path(source) if read_as == "parquet" else None
            provenance = phonemizer.provenance()
            write = files.enter_context(parquet_output(origin, Path(out), column, provenance))
        else:
            make = formats.jsonl_writer if write_as == "jsonl" else formats.text_writer
            write = make(files.enter_context(open_sink(out)))
        return formats.phonemize_records(batches, column, write, phonemizer, processes=processes)
