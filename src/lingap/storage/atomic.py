"""Files and folders that are complete or absent.

What is written stands aside under a name of its own and takes its place when it is whole. An
exception, Ctrl-C included, removes it; :func:`sweep` removes what killed processes left. Permission
bits are those that the user's umask gives to any new file.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import socket
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_ASIDE = re.compile(r"\..*\.([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}\.partial", re.DOTALL)
_CHARACTERS_OF_NAME = 40  # a file's name has 255 bytes at most
_FORGOTTEN_SECONDS = 7 * 24 * 3600.0
_MAX_SWAPS = 100


@contextmanager
def whole_file(target: Path, *, durable: bool = False) -> Iterator[Path]:
    """A path to write a file at, which takes the place of `target` when the block ends.

    Args:
        target: Where the file goes; folders above it are made. One that is there is replaced.
        durable: Whether it must survive a power loss, which takes a moment.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = _beside(target)
    try:
        yield aside
        _share(aside)
        if durable:
            flush(aside)
        aside.replace(target)
    except BaseException:
        _remove(aside)
        raise
    if durable:
        flush(target.parent)


def write_whole(target: Path, content: str | bytes, *, durable: bool = False) -> None:
    """Write text or bytes to a file; see :func:`whole_file`.

    Text becomes UTF-8. Halves of surrogate pairs, which it cannot hold, become escapes.
    """
    data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    with whole_file(target, durable=durable) as aside:
        aside.write_bytes(data)


@contextmanager
def whole_folder(target: Path, *, durable: bool = False, keep: bool = False) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of `target` when the block ends.

    Args:
        target: Where the folder goes; folders above it are made.
        durable: Whether it must survive a power loss.
        keep: Whether a folder that is there by then stays, since readers may be in it. Else it is
            replaced, and there is none for a moment.
    """
    with staged_folder(target, durable=durable) as aside:
        yield aside
    put_in_place(aside, target, durable=durable, keep=keep)


@contextmanager
def staged_folder(target: Path, *, durable: bool = False) -> Iterator[Path]:
    """An empty folder to fill beside `target`, for :func:`put_in_place`, also by another process.

    An exception removes it, and so does :func:`sweep`.
    """
    aside = _beside(target)
    try:
        aside.mkdir(parents=True)
        yield aside
        for path in (*aside.rglob("*"), aside):
            _share(path)
            if durable:
                flush(path)
    except BaseException:
        _remove(aside)
        raise


def put_in_place(aside: Path, target: Path, *, durable: bool = False, keep: bool = False) -> None:
    """Move a whole folder to its place on the same disk; see :func:`whole_folder`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _move(aside, target, keep=keep)
    finally:
        _remove(aside)
    if durable:
        flush(target.parent)


def set_aside(path: Path, aside: Path | None = None) -> Path:
    """Move what is damaged out of the way: to `aside`, else ``damaged-NAME`` beside it."""
    aside = aside or path.with_name(f"damaged-{path.name}")
    shutil.rmtree(aside, ignore_errors=True)
    path.replace(aside)
    return aside


def sweep(folder: Path, *, live: bool = False) -> None:
    """Remove what killed processes left unfinished in a folder; what cannot be removed stays.

    Args:
        folder: Where targets, or staged folders, lie; it may be absent.
        live: Whether all that is unfinished is to go, as the caller knows that nobody else writes
            there. Else what belongs to a running process of this machine stays, as does for a week
            what belongs to another machine's.
    """
    with suppress(OSError):
        for path in list(folder.iterdir()):
            found = _ASIDE.fullmatch(path.name)
            if found and (live or _is_left(path, found[1], int(found[2]))):
                _remove(path)


def is_unfinished(path: Path) -> bool:
    """Whether the name is that of something unfinished, which its writer will move or remove."""
    return _ASIDE.fullmatch(path.name) is not None


def flush(path: Path) -> None:
    """Make the disk hold a file's content, or a folder's names where the system can."""
    is_folder = path.is_dir()
    if is_folder and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(target: Path) -> Path:
    """A name that no other writer has, and that tells :func:`sweep` whose it is."""
    own = f"{this_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    return target.with_name(f".{target.name[:_CHARACTERS_OF_NAME]}.{own}.partial")


@cache
def this_machine() -> str:
    """Where a process id means the same process: the host, and its part that a container sees."""
    place = socket.gethostname()
    with suppress(OSError):
        place += str(Path("/proc/self/ns/pid").stat().st_ino)
    return f"{zlib.crc32(place.encode()):08x}"


def _is_left(path: Path, machine: str, process: int) -> bool:
    if (
        machine == this_machine() and os.name == "posix"
    ):  # elsewhere, signal 0 would end the process
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return True
        except OSError:
            pass
        return False
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS
    return False


def _share(path: Path) -> None:
    """Give a file the bits of any new one; safetensors keeps what it writes for its owner alone."""
    mode = path.lstat().st_mode
    if stat.S_ISREG(mode) and stat.S_IMODE(mode) == 0o600:
        probe = _beside(path)
        try:
            probe.touch()
            path.chmod(stat.S_IMODE(probe.stat().st_mode))
        finally:
            _remove(probe)


def _move(aside: Path, target: Path, *, keep: bool) -> None:
    """Rename a folder; others may be doing the same."""
    for again in reversed(range(_MAX_SWAPS)):
        try:
            aside.rename(target)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not again:
                raise
        if keep:
            return
        old = _beside(aside)
        with suppress(FileNotFoundError):  # another writer was quicker
            target.rename(old)
        _remove(old)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
