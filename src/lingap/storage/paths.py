"""What is at a path, also where its name is one that no disk can hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lingap.errors import DISK_FAULTS


def is_file(path: Path) -> bool:
    """As ``Path.is_file``; False also for a name too long, a loop of links, a file as a folder."""
    return _holds(path.is_file)


def is_folder(path: Path) -> bool:
    """As ``Path.is_dir``, with the same exceptions."""
    return _holds(path.is_dir)


def _holds(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except OSError as error:
        if error.errno in DISK_FAULTS:
            raise
        return False
    except ValueError:  # NUL in the name
        return False
