"""Folders of files, on a disk or at any URL that fsspec reads, such as ``s3://``."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from lingap.errors import CorpusError, MissingExtra, StoreError
from lingap.storage.atomic import whole_file
from lingap.storage.digests import file_digest

_PUT_WHOLE = frozenset(
    ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "hf", "memory")
)
"""Protocols of object stores, where a file appears when it has been sent in full."""


class Place(Protocol):
    """A folder, wherever it is. It can be pickled, and read from other machines."""

    def sizes(self, ending: str) -> dict[str, int]:
        """Names, relative and with ``/``, of all files with an ending, and their bytes; sorted."""

    def mark(self, name: str) -> str:
        """What changes when the content of a file does."""

    def exists(self, name: str) -> bool:
        """Whether there is a file."""

    def open(self, name: str) -> BinaryIO:
        """A file to read at any position; OSError where there is none."""

    def fetched(self, name: str) -> AbstractContextManager[Path]:
        """A file's content on this machine's disk, for as long as the block lasts."""

    def written(self, name: str) -> AbstractContextManager[Path]:
        """A path to write a file at, which is there in full when the block ends, or not at all."""

    def full(self, name: str) -> str:
        """A file's path or URL, for messages."""


def place(text: str | Path) -> Place:
    """The folder that a path or URL names.

    Raises:
        CorpusError: For a URL of an unknown kind, or whose package is not installed.
    """
    named = str(text)
    if "://" not in named:
        return OnDisk(Path(named).absolute())
    if named.startswith("file://"):
        return OnDisk(Path(unquote(urlsplit(named).path)).absolute())
    found = AtUrl(named.rstrip("/"))
    found.system()
    return found


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A folder on a disk of this machine."""

    root: Path

    def __str__(self) -> str:
        return str(self.root)

    def sizes(self, ending: str) -> dict[str, int]:
        """Names and bytes of files at any depth."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            if path.suffix.lower() == ending and path.is_file():
                found[path.relative_to(self.root).as_posix()] = path.stat().st_size
        return found

    def mark(self, name: str) -> str:
        """The content's digest: a file can be replaced by one of the same size and time."""
        return file_digest(self.root / name)

    def exists(self, name: str) -> bool:
        """Whether something of that name is there."""
        return (self.root / name).exists()

    def open(self, name: str) -> BinaryIO:
        """The file."""
        return (self.root / name).open("rb")

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        """The file itself."""
        yield self.root / name

    def written(self, name: str) -> AbstractContextManager[Path]:
        """A path beside the file, which takes its place."""
        return whole_file(self.root / name)

    def full(self, name: str) -> str:
        """The path."""
        return str(self.root / name)


@dataclass(frozen=True, slots=True)
class AtUrl:
    """A folder at a URL. Files are fetched to be read, and sent when they are whole."""

    url: str

    def __str__(self) -> str:
        return self.url

    def system(self) -> tuple[Any, str]:
        """The file system of ``fsspec`` and the folder's path in it.

        Raises:
            MissingExtra: Without fsspec.
            CorpusError: For a URL of an unknown kind, or whose package is not installed.
        """
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise MissingExtra("cluster", "Reading from a URL") from error
        try:
            return url_to_fs(self.url)  # type: ignore[no-any-return]
        except (ImportError, ValueError, OSError) as error:
            raise CorpusError(f"cannot be opened: {_said(error)}.", self.url) from error

    def _path(self, name: str) -> tuple[Any, str]:
        system, root = self.system()
        return system, posixpath.join(root, name)

    def sizes(self, ending: str) -> dict[str, int]:
        """Names and bytes of files at any depth; CorpusError where they cannot be listed."""
        system, root = self.system()
        try:
            found = system.find(root, detail=True)
        except Exception as error:  # each file system has its own
            raise CorpusError(f"cannot be listed: {_said(error)}.", self.url) from error
        sizes = {
            posixpath.relpath(path, root): int(facts.get("size") or 0)
            for path, facts in found.items()
            if path.lower().endswith(ending)
        }
        return dict(sorted(sizes.items()))

    def mark(self, name: str) -> str:
        """What the store says of the file: its entity tag or checksum, size and time."""
        system, path = self._path(name)
        return str(system.ukey(path))

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        system, path = self._path(name)
        return bool(system.exists(path))

    def open(self, name: str) -> BinaryIO:
        """The file, of which only what is read is fetched."""
        system, path = self._path(name)
        return system.open(path, "rb")  # type: ignore[no-any-return]

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        """A copy; CorpusError where it cannot be fetched."""
        system, path = self._path(name)
        with tempfile.TemporaryDirectory(prefix="lingap-") as folder:
            copy = Path(folder) / posixpath.basename(name)
            try:
                system.get_file(path, str(copy))
            except Exception as error:
                raise CorpusError(f"cannot be fetched: {_said(error)}.", self.full(name)) from error
            yield copy

    @contextmanager
    def written(self, name: str) -> Iterator[Path]:
        """A path on this machine, sent at the end; StoreError where that fails."""
        with tempfile.TemporaryDirectory(prefix="lingap-") as folder:
            whole = Path(folder) / posixpath.basename(name)
            yield whole
            system, path = self._path(name)
            try:
                self._send(system, whole, path)
            except Exception as error:
                raise StoreError(f"{self.full(name)} cannot be written: {_said(error)}.") from error

    def _send(self, system: Any, whole: Path, path: str) -> None:
        kinds = {system.protocol} if isinstance(system.protocol, str) else {*system.protocol}
        if kinds & _PUT_WHOLE:
            system.put_file(str(whole), path)
            return
        system.makedirs(posixpath.dirname(path), exist_ok=True)
        folder, last = posixpath.split(path)
        aside = posixpath.join(folder, f".{last}.{whole.parent.name}.partial")
        try:
            system.put_file(str(whole), aside)
            system.mv(aside, path)
        except BaseException:
            with suppress(Exception):
                system.rm_file(aside)
            raise

    def full(self, name: str) -> str:
        """The URL."""
        return f"{self.url}/{name}"


def _said(error: BaseException) -> str:
    text = str(error).strip().rstrip(".") or "no reason given"
    return f"{type(error).__name__}: {text}"
