"""Batches of a Parquet file, up to a size that its bytes can honestly hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import LingapError

MOST_UNPACKED = 1 << 30
"""Bytes in memory up to which any file is read."""

MOST_TIMES = 200
"""Beyond that, how many times larger than the file its content may be."""


def batches(
    file: Any,
    path: Path,
    *,
    error: type[LingapError],
    rows: int = 4096,
    columns: Sequence[str] | None = None,
    n_bytes: int | None = None,
) -> Iterator[Any]:
    """Record batches of a ``pyarrow.parquet.ParquetFile``.

    A dictionary can repeat one long value millions of times in a few bytes, so what comes out is
    measured as it comes.

    Args:
        file: The open file.
        path: Its path, for messages.
        error: What to raise.
        rows: Of a batch.
        columns: Only these.
        n_bytes: Size of the file; None for that of the path.

    Raises:
        LingapError: `error`, for content larger than 1 GiB and 200 times the file.
    """
    size = path.stat().st_size if n_bytes is None else n_bytes
    most = max(MOST_UNPACKED, MOST_TIMES * size)
    unpacked = 0
    for batch in file.iter_batches(rows, columns=columns):
        unpacked += batch.nbytes
        if unpacked > most:
            raise error(
                f"{path}: more than {most >> 20:,} MiB come out of a file of "
                f"{size:,} bytes, {MOST_TIMES} times as much or more; it is most "
                "likely damaged or made to fill the memory. If it is right, write it as text."
            )
        yield batch
