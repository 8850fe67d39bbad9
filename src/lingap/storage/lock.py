"""Locks between processes, which the system lets go when their holder ends, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lingap.errors import StoreError


@contextmanager
def locked(path: Path, *, busy: str | None = None, keep: bool = True) -> Iterator[None]:
    """Hold the lock that a file stands for.

    Args:
        path: The file, which nobody writes to.
        busy: What to tell the user where another holds the lock; None waits for it.
        keep: Whether the file stays. One that goes must not be waited for.

    Raises:
        StoreError: When another holds the lock and `busy` says what to do.
        OSError: When the file cannot be made.
    """
    from filelock import FileLock, Timeout

    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o666))  # else a fault of the path looks busy
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=-1 if busy is None else 0)
    except Timeout as error:
        raise StoreError(str(busy)) from error
    try:
        yield
    finally:
        if not keep:
            with suppress(OSError):  # some systems remove no open file
                path.unlink(missing_ok=True)
        lock.release()
