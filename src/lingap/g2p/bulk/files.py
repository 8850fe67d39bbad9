"""One input and one output of any format, joined by a phonemizer."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    """A file's format by its name; by what is stated, else ``text``, where the name is silent.

    >>> format_of("a.jsonl", None), format_of("-", None), format_of("devtest.kor_Hang", "jsonl")
    ('jsonl', 'text', 'jsonl')
    """
    return _SUFFIXES.get(Path(path).suffix.lower()) or stated or "text"


@contextmanager
def open_source(path: str) -> Iterator[BinaryIO]:
    """A file to read, or standard input for ``-``; CorpusError where there is none."""
    if path == _STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115
    except FileNotFoundError as error:
        raise CorpusError("no such file.", path) from error
    except IsADirectoryError as error:
        raise CorpusError(
            "is a folder; only Parquet folders are read (--format parquet).", path
        ) from error
    with file:
        yield file


@contextmanager
def open_sink(path: str | None) -> Iterator[BinaryIO]:
    """A file to write, or standard output; a plain file appears only when it is whole."""
    if path is None or path == _STANDARD:
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
        target: Where the output goes; its name may ask for another format than the source's.
        phonemizer: Language, back end, policies, segmenter.
        stated: Format where a name does not tell it.
        column: Field of the text, or of the list of words, in JSON Lines and Parquet.
        processes: Processes to spread over.

    Raises:
        CorpusError: For a source that is missing or breaks its format.
        ConfigError: For Parquet to or from a stream.
        LanguageError: When the language needs a segmenter and the phonemizer has none.
    """
    read_as = format_of(source, stated)
    if target is None or target == _STANDARD:
        write_as = stated or read_as
    else:
        write_as = format_of(target, stated or read_as)
    if write_as == "parquet" and (target is None or target == _STANDARD):
        raise ConfigError("Parquet cannot be written to standard output. Name a file with -o.")
    if read_as == "parquet" and source == _STANDARD:
        raise ConfigError("Parquet cannot be read from standard input. Name the file.")
    if read_as == write_as == "text":
        with open_source(source) as file, open_sink(target) as sink:
            return phonemize_text(file, sink, phonemizer, processes=processes)
    return _phonemize_records(source, target, phonemizer, read_as, write_as, column, processes)


def _phonemize_records(
    source: str,
    target: str | None,
    phonemizer: Phonemizer,
    read_as: Format,
    write_as: Format,
    column: str,
    processes: int,
) -> G2PCoverage:
    from lingap.g2p.bulk import records as formats
    from lingap.g2p.bulk.folders import parquet_output

    with open_source(source) as file:
        if read_as == "parquet":
            batches = formats.read_parquet(Path(source), column)
        elif read_as == "jsonl":
            batches = formats.read_jsonl(file, column, source)
        else:
            batches = formats.read_text_records(file, column)
        if write_as != "parquet":
            with open_sink(target) as sink:
                make = formats.jsonl_writer if write_as == "jsonl" else formats.text_writer
                return formats.phonemize_records(
                    batches, column, make(sink), phonemizer, processes=processes
                )
        if read_as == "jsonl":
            raise ConfigError("JSON Lines into Parquet: convert one of them first.")
        origin = Path(source) if read_as == "parquet" else None
        with parquet_output(origin, Path(str(target)), column, phonemizer.provenance()) as write:
            return formats.phonemize_records(
                batches, column, write, phonemizer, processes=processes
            )
