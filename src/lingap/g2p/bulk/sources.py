"""Files of text as streams, decompressed if need be, refused where they are no text.

A byte order mark of UTF-8 that begins a file is none of its text, and is left out.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from lingap.errors import CorpusError, MissingExtra
from lingap.storage.special_files import FIFO, open_pipe, special_kind

STANDARD = "-"
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zstd")
"""Endings of compressed files, whose format is named before them: ``corpus.txt.gz``."""

_HEAD_BYTES = 1 << 13
_NUL_SHARE = 0.01  # a few NUL bytes are dropped and counted, as any invisible character


def _zstd(file: BinaryIO) -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtra("data", "Reading Zstandard (.zst)") from error
    return pyarrow.CompressedInputStream(pyarrow.PythonFile(file, mode="r"), "zstd")


_UNPACKERS: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
    b"\x28\xb5\x2f\xfd": _zstd,
}
_OTHERS = {
    b"PAR1": "a Parquet file; give it a name that ends in .parquet",
    b"PK\x03\x04": "a ZIP archive; unpack it and name a text in it",
    b"%PDF": "a PDF document; convert it to text",
    b"\xff\xfe\0\0": "in UTF-32; convert it (iconv -f utf-32 -t utf-8)",
    b"\0\0\xfe\xff": "in UTF-32; convert it (iconv -f utf-32 -t utf-8)",
    b"\xff\xfe": "in UTF-16; convert it (iconv -f utf-16 -t utf-8)",
    b"\xfe\xff": "in UTF-16; convert it (iconv -f utf-16 -t utf-8)",
    b"\xd0\xcf\x11\xe0": "an old Office document (.doc, .xls); convert it to text",
    b"{\\rtf": "an RTF document; convert it to text",
    b"ARROW1": "an Arrow file; convert it to Parquet",
    b"7z\xbc\xaf": "a 7z archive; unpack it and name a text in it",
    b"Rar!": "a RAR archive; unpack it and name a text in it",
    b"\x04\x22\x4d\x18": "compressed by LZ4; decompress it (lz4 -d)",
    b"\x1f\x9d": "compressed by `compress`; run uncompress on it",
    b"\x93NUMPY": "a NumPy array",
    b"SQLite format 3": "an SQLite database",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"\x7fELF": "a program",
    b"\x80\x04\x95": "a pickle, which is never read",
    b"\x80\x05\x95": "a pickle, which is never read",
}
_OFFICE = {b"xl/": "an Excel table (.xlsx); save it as CSV", b"word/": "a Word document (.docx); "
           "save it as text"}  # fmt: skip


@contextmanager
def open_source(path: str) -> Iterator[BinaryIO]:
    """The bytes of a text file, or of standard input for ``-``, decompressed if need be.

    Also pipes are read. What a file is, is decided by its first bytes, whatever its name.

    Raises:
        CorpusError: For a missing file, a folder, or what is no text; while reading, for a
            compressed file that is damaged.
    """
    if path == STANDARD:
        yield _decompressed(sys.stdin.buffer, "standard input")
        return
    try:
        is_pipe = special_kind(Path(path)) == FIFO
        file = open_pipe(Path(path), CorpusError) if is_pipe else Path(path).open("rb")  # noqa: SIM115
    except FileNotFoundError as error:
        raise CorpusError("no such file.", path) from error
    except IsADirectoryError as error:
        raise CorpusError(
            "is a folder; only folders of Parquet files can be read (--format parquet).", path
        ) from error
    with file:
        yield _decompressed(file, path)


def _decompressed(file: Any, path: str) -> BinaryIO:
    """A stream without its packing, of which one layer is looked under."""
    stream = _Stream(file, path)
    unpack = next((one for magic, one in _UNPACKERS.items() if stream.head.startswith(magic)), None)
    if (
        unpack is None
        and stream.head
        and path.lower().endswith(PACKED)
        and not _is_utf8(stream.head)
    ):
        raise CorpusError(
            "neither text nor compressed as its name says; is it damaged or another file?", path
        )
    if unpack is not None:
        stream = _Stream(unpack(cast("BinaryIO", stream)), path)
        if any(map(stream.head.startswith, _UNPACKERS)):
            raise CorpusError("compressed more than once; decompress it first.", path)
    if fault := _not_text(stream.head):
        raise CorpusError(f"not text but {fault}.", path)
    stream.skip(codecs.BOM_UTF8)
    return cast("BinaryIO", stream)


def _is_utf8(head: bytes) -> bool:
    """Whether the beginning of a file can be UTF-8, of which the last letter may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


class _Stream(io.RawIOBase):
    """A stream whose first bytes are known before they are read; its faults are CorpusError."""

    def __init__(self, file: Any, path: str):
        self._file, self._path = file, path
        self._rest = self.head = self._more(_HEAD_BYTES)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._rest:
            size = len(self._rest) if size < 0 else size
            data, self._rest = self._rest[:size], self._rest[size:]
            return data
        return self._more(size)

    def skip(self, beginning: bytes) -> None:
        """Leave out what the stream begins with, before anything is read."""
        self._rest = self._rest.removeprefix(beginning)

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _more(self, size: int) -> bytes:
        try:
            return bytes(self._file.read(size))
        except (gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # of the disk
            raise CorpusError(f"the compressed file is damaged ({error}).", self._path) from error


def _not_text(head: bytes) -> str:
    """What a file is whose first bytes are those of no text, and what to do; "" for text."""
    for magic, kind in _OTHERS.items():
        if head.startswith(magic):
            office = (what for part, what in _OFFICE.items() if part in head)
            return next(office, kind) if magic == b"PK\x03\x04" else kind
    if head[257:262] == b"ustar":
        return "a tar archive; unpack it and name a text in it"
    if head.count(0) > _NUL_SHARE * len(head):
        return f"binary data ({head.count(0)} NUL bytes among the first {len(head):,})"
    return ""


def pack(file: BinaryIO, name: str) -> BinaryIO:
    """A stream that packs what is written to it as the ending of a file's name says.

    Raises:
        CorpusError: For an ending of a packing that cannot be written.
    """
    ending = Path(name).suffix.lower()
    if ending == ".gz":
        return cast("BinaryIO", gzip.GzipFile("", "wb", 6, file, mtime=0))
    if ending == ".bz2":
        return cast("BinaryIO", bz2.open(file, "wb"))
    if ending == ".xz":
        return cast("BinaryIO", lzma.open(file, "wb"))
    if ending in PACKED:
        raise CorpusError("only .gz, .bz2 and .xz are written; choose one of them.", name)
    return file
