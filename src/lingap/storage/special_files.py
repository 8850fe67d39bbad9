"""Pipes, sockets and devices, which may wait for ever: read with care, or refused."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from lingap.errors import LingapError, StoreError

_WAIT_SECONDS = 10.0
FIFO = "a pipe (FIFO)"
_KINDS = {
    stat.S_IFIFO: FIFO,
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def stat_of(place: Path | int) -> os.stat_result | None:
    """What the system knows of a path or open stream; None where there is none."""
    try:
        return os.stat(place)  # noqa: PTH116
    except (OSError, ValueError):
        return None


def special_kind(path: Path) -> str | None:
    """What a path is that is neither a regular file nor a folder; None for those and for none."""
    found = stat_of(path)
    return None if found is None else _KINDS.get(stat.S_IFMT(found.st_mode))


def refuse_special(path: Path, error: type[LingapError] = StoreError) -> None:
    """Refuse to read a pipe, socket or device, with the error given."""
    if (kind := special_kind(path)) is not None:
        raise error(f"{path} is {kind}; expected a regular file. Save its content to one first.")


def open_pipe(path: Path, error: type[LingapError] = StoreError) -> BinaryIO:
    """Open a FIFO to read, as ``<(command)`` of a shell is one.

    Raises:
        LingapError: The one given, where no program writes to it in ten seconds.
    """
    found: list[BinaryIO | OSError] = []

    def wait() -> None:
        try:
            found.append(path.open("rb"))
        except OSError as fault:
            found.append(fault)

    thread = Thread(target=wait, daemon=True)
    thread.start()
    thread.join(_WAIT_SECONDS)
    if not found:
        with suppress(OSError):  # a writer of ours lets the thread end
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        thread.join(1)
        for one in found:
            if not isinstance(one, OSError):
                one.close()
        raise error(f"{path} is a pipe (FIFO) to which no program writes. Start the writer first.")
    [one] = found
    if isinstance(one, OSError):
        raise one
    return one
