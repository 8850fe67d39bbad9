"""Files that do not hold what their names say, read with care or refused.

Pipes, sockets and devices may wait for ever; a pointer of Git LFS stands for the content.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from lingap.errors import LingapError, StoreError

_WAIT_SECONDS = 10.0
_POINTER, _POINTER_BYTES = b"version https://git-lfs.github.com/spec/", 1024
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
    """Refuse to read a pipe, socket, device or pointer of Git LFS, with the error given."""
    if (kind := special_kind(path)) is not None:
        raise error(f"{path} is {kind}; expected a regular file. Save its content to one first.")
    if is_pointer(path):
        raise error(f"{path} is a pointer of Git LFS, not the content; run git lfs pull first.")


def is_pointer(path: Path) -> bool:
    """Whether a small text of Git LFS stands where a clone without it has the content."""
    found = stat_of(path)
    if found is None or not stat.S_ISREG(found.st_mode) or found.st_size > _POINTER_BYTES:
        return False
    with suppress(OSError):
        return path.read_bytes().startswith(_POINTER)
    return False


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
