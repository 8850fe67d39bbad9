"""Archives, unpacked without trust: nothing leaves the folder, no links, all or nothing."""

from __future__ import annotations

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from lingap.errors import DISK_FAULTS, CorpusError
from lingap.storage.atomic import sweep, whole_folder
from lingap.storage.cache_folder import cache_folder, folder_on_disk
from lingap.storage.digests import file_digest

_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
_PLACE = "archives"
_MOST_BYTES = 20 * 2**30
_MOST_MEMBERS = 50_000
_MOST_HEADER_BYTES = 1 << 20


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive of several files."""
    return path.is_file() and path.name.lower().endswith(_ENDINGS)


def unpacked(archive: Path) -> Path:
    """Folder with the archive's content, made once per content and only when complete.

    It stays in the cache folder; where there is none (``LINGAP_CACHE=off``) or it cannot be
    written, it is in a temporary folder that is removed when this process ends.

    Raises:
        CorpusError: For a damaged archive, or a member that is a link or a device, or whose path
            leaves the folder.
    """
    name = file_digest(archive, 24)
    kept = cache_folder()
    if kept is not None and (kept / _PLACE / name).is_dir():  # perhaps read-only
        return kept / _PLACE / name
    home = folder_on_disk(_PLACE)
    if not (home / name).is_dir():
        sweep(home)
        with whole_folder(home / name, keep=True) as folder:
            extract(archive, folder)
    return home / name


def extract(archive: Path, folder: Path) -> None:
    """Write the archive's files below the folder.

    Raises:
        CorpusError: As :func:`unpacked`. Nothing outside the folder is ever written.
    """
    try:
        if archive.name.lower().endswith(".zip"):
            _extract_zip(archive, folder)
        else:
            _extract_tar(archive, folder)
    except (
        tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RecursionError
    ) as error:  # fmt: skip
        raise CorpusError(f"the archive is damaged ({_in_one_line(error)}).", archive) from error
    except OSError as error:  # of the disk, or of a name that no folder can hold
        if error.errno in DISK_FAULTS:
            raise
        reason = error.strerror or _in_one_line(error)
        raise CorpusError(
            f"the archive is damaged, or this disk cannot hold its names ({reason}).", archive
        ) from error
    except (RuntimeError, ValueError) as error:  # a password, an unknown way of packing
        if isinstance(error, CorpusError):
            raise
        raise CorpusError(
            f"the archive cannot be unpacked ({_in_one_line(error)}); unpack it yourself and pass "
            "the folder.",
            archive,
        ) from error


def _in_one_line(error: Exception) -> str:
    lines = str(error).split("\n")
    return lines[0].rstrip(":") if len(lines) > 1 else lines[0]


def _place_of(member: str, folder: Path, archive: Path) -> Path:
    parts = PurePosixPath(member.replace("\\", "/"))
    target = folder.joinpath(*parts.parts)
    drive = any(":" in part for part in parts.parts[:1])
    unsafe = parts.is_absolute() or ".." in parts.parts or drive
    if unsafe or not target.resolve().is_relative_to(folder.resolve()):
        raise CorpusError(
            f"refused: the member {member!r} would be written outside its folder.", archive
        )
    return target


def _write(
    name: str, folder: Path, archive: Path, *, is_folder: bool, read: Callable[[], Any]
) -> None:
    target = _place_of(name, folder, archive)
    (target if is_folder else target.parent).mkdir(parents=True, exist_ok=True)
    if not is_folder:
        with read() as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)


def _extract_zip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        members = file.infolist()
        _refuse_bombs(sum(info.file_size for info in members), len(members), archive)
        for info in members:
            if stat.S_ISLNK(info.external_attr >> 16):
                raise CorpusError(f"refused: the member {info.filename!r} is a link.", archive)
            read = partial(file.open, info)
            _write(info.filename, folder, archive, is_folder=info.is_dir(), read=read)


class _BoundedHeaders(tarfile.TarInfo):
    """A member whose names and attributes (pax, GNU) are refused before they fill the memory."""

    def _proc_member(self, file: Any) -> Any:
        kinds = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
                 tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)  # fmt: skip
        if self.type in kinds and self.size > _MOST_HEADER_BYTES:
            raise tarfile.TarError(f"a member's header has {self.size:,} bytes")
        if self.type == tarfile.GNUTYPE_SPARSE:
            raise tarfile.TarError("a sparse member")
        return super()._proc_member(file)  # type: ignore[misc]


def _extract_tar(archive: Path, folder: Path) -> None:
    total = 0
    with tarfile.open(archive, "r:*", tarinfo=_BoundedHeaders) as file:
        for n, info in enumerate(file, start=1):
            if not (info.isdir() or info.isfile()):
                raise CorpusError(
                    f"refused: the member {info.name!r} is a link or a device.", archive
                )
            total += info.size
            _refuse_bombs(total, n, archive)
            read = partial(file.extractfile, info)
            _write(info.name, folder, archive, is_folder=info.isdir(), read=read)
        # tarfile accepts an archive that is cut between two members.
        raw: Any = file.fileobj
        raw.seek(file.offset)
        if raw.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            raise CorpusError("the archive is damaged (its end is missing).", archive)


def _refuse_bombs(size: int, n_members: int, archive: Path) -> None:
    if size > _MOST_BYTES:
        raise CorpusError(
            f"refused: {size / 2**30:.0f} GiB unpacked; unpack it yourself and pass the folder.",
            archive,
        )
    if n_members > _MOST_MEMBERS:
        raise CorpusError(
            f"refused: more than {_MOST_MEMBERS:,} members; unpack it yourself and pass the "
            "folder.",
            archive,
        )
