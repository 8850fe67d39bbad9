"""Pipes, sockets and devices, which may wait for ever, where a regular file is needed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lingap.errors import LingapError, StoreError

_KINDS = {
    stat.S_IFIFO: "a pipe (FIFO)",
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
