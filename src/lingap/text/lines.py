"""Lines of a text file: UTF-8, NFC once and for all, each with its number."""

from __future__ import annotations

import bz2
import gzip
import lzma
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lingap.errors import CorpusError
from lingap.storage.paths import is_file
from lingap.storage.special_files import refuse_special

_PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".joblib", ".npy", ".npz")
LONGEST = 1 << 24
"""Characters of a line; far more than any sentence or record, and little for a machine."""

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


def open_text(path: Path) -> Any:
    """Open a UTF-8 file, compressed by gzip, xz or bzip2 or not, without touching its line ends."""
    refuse_special(path, CorpusError)
    if not is_file(path):
        raise CorpusError("no such file; check the path.", path)
    if path.suffix.lower() in _PICKLES:
        raise CorpusError(
            "not text: files that can hold pickled objects are never read; write the corpus as "
            "text, JSON Lines or Parquet.",
            path,
        )
    return _OPENERS.get(path.suffix.lower(), open)(path, "rt", encoding="utf-8", newline="\n")


def read_lines(path: Path, counts: Counter[str], *, nfc: bool = True) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line, in NFC (or as it is) and without its end.

    Counts ``byte_order_marks``, ``crlf_lines`` and ``lines_normalized`` (that NFC changed). Only
    a line feed ends a line; a last line without one is a line.

    Raises:
        CorpusError: For a missing file, or bytes that are not UTF-8 or NUL, with the line.
    """
    number = 0
    is_normalized, normalize = unicodedata.is_normalized, unicodedata.normalize
    with open_text(path) as file:
        try:
            for number, line in enumerate(iter(partial(file.readline, LONGEST + 1), ""), start=1):
                if len(line) > LONGEST:
                    raise CorpusError(
                        f"a line of more than {LONGEST:,} characters; expected one sentence or "
                        "record a line.",
                        path,
                        number,
                    )
                text = line[:-1] if line[-1] == "\n" else line
                if text[-1:] == "\r":
                    text = text[:-1]
                    counts["crlf_lines"] += 1
                if number == 1 and text[:1] == "\ufeff":  # two, where files were joined
                    n_marks = len(text) - len(text := text.lstrip("\ufeff"))
                    counts["byte_order_marks"] += n_marks
                if nfc and not is_normalized("NFC", text):
                    text = normalize("NFC", text)
                    counts["lines_normalized"] += 1
                if "\0" in text:
                    raise CorpusError(
                        "holds NUL characters, as text in UTF-16 does; convert the file first "
                        "(iconv -f utf-16le -t utf-8), or remove them.",
                        path,
                        number,
                    )
                yield number, text
        except UnicodeDecodeError:
            raise CorpusError(
                "these bytes are not UTF-8; convert the file first (iconv -t utf-8).",
                path,
                _first_bad_line(path),
            ) from None
        except (gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # of the disk
            raise CorpusError(
                f"the compressed file is damaged after this line ({error}).", path, number or None
            ) from error


def _first_bad_line(path: Path) -> int:
    number = 0
    with _OPENERS.get(path.suffix.lower(), open)(path, "rb") as file:
        for number, line in enumerate(iter(partial(file.readline, 4 * LONGEST), b""), start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return number
