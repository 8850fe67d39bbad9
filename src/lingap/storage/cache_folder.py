"""Where lingap keeps what can be made again, and what it does where it may keep nothing."""

from __future__ import annotations

import atexit
import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_log = logging.getLogger("lingap")


def cache_folder() -> Path | None:
    """Folder for what can be made again; None where nothing may be kept.

    It is ``LINGAP_CACHE`` if set, else ``lingap`` in ``XDG_CACHE_HOME`` or ``~/.cache``. None
    stands for ``LINGAP_CACHE=off``, and for a user without a home folder, which is warned of once.
    """
    named = os.environ.get("LINGAP_CACHE")
    if named == "off":
        return None
    if named:
        return Path(named)
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():  # the standard has relative ones ignored
        return base / "lingap"
    return _below_home()


@cache
def _below_home() -> Path | None:
    try:
        return Path.home() / ".cache" / "lingap"
    except RuntimeError:
        _log.warning("No home folder is known, so nothing is cached; LINGAP_CACHE can name one.")
        return None


@contextmanager
def a_home() -> Iterator[None]:
    """A home folder for packages that ask for one when imported, of a user who has none."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.path.abspath(os.sep)  # noqa: PTH100
        try:
            yield
        finally:
            del os.environ["HOME"]
    else:
        yield


def folder_on_disk(name: str) -> Path:
    """Folder for what must be on disk to be read, such as the content of an archive.

    It is `name` in the cache folder. Where there is no cache folder (``LINGAP_CACHE=off``), or it
    cannot be written, it is in a temporary folder of this process, which is removed at its exit.
    """
    base = cache_folder()
    if base is not None and is_usable(base / name):
        return base / name
    folder = _temporary(os.getpid()) / name
    folder.mkdir(exist_ok=True)
    return folder


def is_usable(folder: Path) -> bool:
    """Whether a folder of the cache exists or could be made, and can be written.

    Else a warning says why it is not used: a cache that cannot be kept is no reason to stop.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return True
        reason = os.strerror(errno.EACCES)
    except OSError as error:
        reason = str(error.strerror)
    _log.warning("The cache %s is not used: %s.", folder, reason)
    return False


@cache
def _temporary(process: int) -> Path:
    """One folder a process; a forked one must not remove its parent's."""
    folder = Path(tempfile.mkdtemp(prefix="lingap-"))

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder
