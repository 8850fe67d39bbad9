"""Standard streams that are closed, or that cannot hold every character."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any, cast

from lingap.errors import StoreError


def mend_streams() -> None:
    """Make up for closed standard streams, and print file names that are not UTF-8 as escapes.

    What would be read from a closed input or written to a closed output is an error, since it
    would be lost; messages may be. The places of closed streams are taken, so that no file that is
    opened later gets written to instead, also in other processes.
    """
    closed = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in closed:
        if name == "stderr":
            stream: Any = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
            number = stream.fileno()
        else:  # opened the wrong way round, so that other programs fail at it, too
            number = os.open(os.devnull, os.O_WRONLY if name == "stdin" else os.O_RDONLY)
            raw = cast("Any", _Closed("input" if name == "stdin" else "output", number))
            stream = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
        os.set_inheritable(number, True)
        setattr(sys, name, stream)
    stdout = sys.stdout
    if isinstance(stdout, io.TextIOWrapper) and stdout.encoding.lower() in ("utf-8", "utf8"):
        stdout.reconfigure(errors="backslashreplace")


class _Closed(io.RawIOBase):
    """What stands for a closed stream: each use of it is an error that says so."""

    def __init__(self, name: str, number: int):
        self._name, self._number = name, number

    def fileno(self) -> int:
        return self._number

    def readable(self) -> bool:
        return self._name == "input"

    def writable(self) -> bool:
        return self._name == "output"

    def read(self, _: int = -1) -> bytes:
        raise StoreError("Standard input is closed; name a file, or pipe a text in.")

    read1 = read

    def write(self, data: Any) -> int:
        if not len(data):
            return 0
        raise StoreError(
            "Standard output is closed, so what was to be printed is lost; send it to a file, "
            "as in `lingap … > out.txt`."
        )
