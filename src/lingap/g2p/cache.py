"""The word cache: one SQLite file per language, back end and options.

Safe for several processes (write-ahead log, one writer at a time) and under ``kill -9`` (a
transaction is written in full or not at all). Each row has a checksum; a file that SQLite or a
checksum finds damaged, or that is no word cache, is renamed and a new one is started, with a
warning. Only a cache that is busy, or for which the disk has no room or no right, is not used.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sqlite3
import threading
import warnings
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path

from lingap.storage.digests import digest_of, files_digest

Entry = tuple[str, str]
"""Units of a word, joined by spaces, and its losses as JSON, or "" for none."""

_BUSY_SECONDS = 60
_PAGES_KIB = 8_000  # of the file that each process keeps in memory
_LOG_PAGES = 8_000  # written before the log is merged; words hit pages at random
_AT_ONCE = (4, 32, 256)  # words per SELECT: few sizes, since SQLite caches a plan for each
_OF_PARENTS: list[sqlite3.Connection] = []  # kept, so that no forked process closes them
_SUFFIXES = ("", "-wal", "-shm")  # of the files of one database
_NOT_DAMAGED = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_CANTOPEN,
    }
)  # fmt: skip
_Fault = (sqlite3.Error, UnicodeError, TypeError, ValueError, OverflowError, MemoryError)
"""What reading a damaged file can raise: SQLite's errors, and values of wrong kinds."""

_log = logging.getLogger("lingap")


class CacheWarning(UserWarning):
    """A damaged word cache was replaced."""


@cache
def _sources() -> str:
    """Digest of all code and tables that decide a word's phonemes, so that no entry is stale."""
    rooms = Path(__file__).parent.parent
    return digest_of_code([rooms / "g2p", rooms / "text", rooms / "languages"])


def digest_of_code(folders: Iterable[Path]) -> str:
    """SHA-256 of the names and contents of all code and tables below some folders."""
    return files_digest(sorted(file for folder in folders for file in _code_in(folder)))


def _code_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Path from the folder, with ``/``, and path of each file that is code or a table."""
    for place, _, names in os.walk(folder):
        within = place[len(str(folder)) :].replace(os.sep, "/")
        for name in names:
            if name.endswith((".py", ".tsv", ".csv", ".txt", ".json")):
                yield f"{within}/{name}", f"{place}{os.sep}{name}"


def cache_path(folder: Path, provenance: Mapping[str, str]) -> Path:
    """Cache file for one provenance: language, back end, versions, options, policies."""
    facts = json.dumps([_sources(), dict(sorted(provenance.items()))])
    key = digest_of(facts, 20)
    backend = re.sub(r"[^\w+-]+", "-", provenance["g2p"]).strip("-")[:60]
    return folder / "g2p" / f"{provenance['language']}-{backend}-{key}.sqlite"


def _checksum(word: str, units: str, loss: str) -> int:
    return zlib.crc32(f"{word}\0{units}\0{loss}".encode())


def _storable(word: str) -> bool:
    """Whether SQLite can store a word: a lone surrogate has no UTF-8, and NUL ends a text."""
    return word.isprintable() or not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in word)


def _close(connection: sqlite3.Connection, process: int) -> None:
    """Close a connection in the process that opened it; SQLite forbids it to forked ones."""
    if process != os.getpid():
        _OF_PARENTS.append(connection)
        return
    with contextlib.suppress(sqlite3.Error):
        connection.close()


class WordCache:
    """Entries by word, on disk.

    Without a writable folder, or with a full disk, it stays empty.

    Args:
        path: The file; created with its folders when missing.
        provenance: Stored with the entries, as documentation.
    """

    def __init__(self, path: Path, provenance: Mapping[str, str]):
        self.path = path
        self._provenance = dict(provenance)
        self._connection: sqlite3.Connection | None = None
        self._file: int | None = None  # the inode of what was opened
        self._is_off = False
        self._lock = threading.RLock()  # several threads may share a phonemizer
        self._process = os.getpid()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._give_up(error)
            return
        try:
            self._connection = self._connect()
        except _Fault as error:
            self._fail(error)

    def _connect(self) -> sqlite3.Connection:
        self._file = self._inode()
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(f"PRAGMA cache_size=-{_PAGES_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS lexicon (word TEXT PRIMARY KEY, units TEXT NOT NULL, "
                "loss TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID"
            )
            connection.execute(
                "CREATE TABLE IF NOT EXISTS provenance (fact TEXT PRIMARY KEY, value TEXT)"
            )
            if connection.execute("SELECT 1 FROM provenance LIMIT 1").fetchone() is None:
                connection.executemany(
                    "INSERT OR IGNORE INTO provenance VALUES (?, ?)", self._provenance.items()
                )
            connection.execute("SELECT word, units, loss, checksum FROM lexicon LIMIT 1").fetchone()
        except BaseException:
            connection.close()
            raise
        finally:
            self._file = self._file or self._inode()
        weakref.finalize(self, _close, connection, os.getpid())
        return connection

    def _renew_after_fork(self) -> None:
        """Reconnect in a forked process: SQLite forbids it to use or close the old connection."""
        if self._connection is None or self._process == os.getpid():
            return
        self._connection = None
        self._process = os.getpid()
        self._reconnect()

    def _reconnect(self) -> None:
        try:
            self._connection = self._connect()
        except _Fault as error:
            self._give_up(error)

    def get(self, words: Sequence[str]) -> dict[str, Entry]:
        """The entries found, by word."""
        with self._lock:
            self._renew_after_fork()
            try:
                return dict(self._rows(words))
            except _Fault as error:
                self._fail(error)
                return {}

    def _rows(self, words: Sequence[str]) -> Iterator[tuple[str, Entry]]:
        if self._connection is None:
            return
        words = words if _storable("".join(words)) else [w for w in words if _storable(w)]
        for start in range(0, len(words), _AT_ONCE[-1]):
            part: list[str | None] = [*words[start : start + _AT_ONCE[-1]]]
            size = next(size for size in _AT_ONCE if size >= len(part))
            rows = self._connection.execute(
                "SELECT word, units, loss, checksum FROM lexicon WHERE word IN "
                f"({','.join('?' * size)})",
                part + [None] * (size - len(part)),
            )
            for word, units, loss, checksum in rows:
                if _checksum(word, units, loss) != checksum:
                    raise sqlite3.DatabaseError("an entry does not match its checksum")
                yield word, (units, loss)

    def put(self, entries: Iterable[tuple[str, Entry]]) -> None:
        """Store entries, all of them or none."""
        rows = [
            (word, units, loss, _checksum(word, units, loss))
            for word, (units, loss) in sorted(entries)  # neighbours share a page of the file
            if _storable(word)
        ]
        with self._lock:
            self._renew_after_fork()
            if (connection := self._connection) is None:
                return
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    connection.executemany("INSERT OR IGNORE INTO lexicon VALUES (?,?,?,?)", rows)
                    connection.execute("COMMIT")
                except BaseException:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise
            except _Fault as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Continue without a cache that is locked, full or not ours; replace a damaged one."""
        if self._is_damage(error):
            self._set_aside(error)
        else:
            self._give_up(error)

    def _is_damage(self, error: Exception) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        code = code if code is None else code & 0xFF  # without the details
        if self._is_misplaced():
            return True
        if code == sqlite3.SQLITE_READONLY:  # also where the header claims a newer format
            return self._is_ours()
        return code not in _NOT_DAMAGED

    def _is_ours(self) -> bool:
        return all(
            os.access(path, os.W_OK) for path in (self.path, self.path.parent) if path.exists()
        )

    def _is_misplaced(self) -> bool:
        """Whether a folder, pipe or the like is where a file of the database should be."""
        paths = (self.path.with_name(self.path.name + suffix) for suffix in _SUFFIXES)
        return any(os.path.lexists(path) and not path.is_file() for path in paths)

    def _inode(self) -> int | None:
        try:
            return self.path.stat().st_ino
        except OSError:
            return None

    def _give_up(self, error: Exception) -> None:
        """Continue without a cache, which costs only speed."""
        self.close()
        if not self._is_off:
            self._is_off = True
            _log.warning("word cache %s cannot be used (%s); continuing without", self.path, error)

    def _set_aside(self, error: Exception) -> None:
        self.close()
        aside = self._aside()
        try:
            if self._inode() == self._file:  # else another process was quicker
                for suffix in _SUFFIXES:
                    with contextlib.suppress(FileNotFoundError):
                        self.path.with_name(self.path.name + suffix).rename(
                            aside.with_name(aside.name + suffix)
                        )
        except OSError as second:
            self._give_up(second)
            return
        self._reconnect()
        if self._is_off:
            return
        warnings.warn(
            f"The word cache {self.path.name} was damaged ({error}). It was set aside as "
            f"{aside.name} and is being rebuilt.",
            CacheWarning,
            stacklevel=4,
        )

    def _aside(self) -> Path:
        """A name that is free."""
        name = f"{self.path.name}.corrupt-{os.getpid()}"
        names = (name if n == 1 else f"{name}-{n}" for n in count(1))
        return next(path for path in map(self.path.with_name, names) if not os.path.lexists(path))

    def close(self) -> None:
        """Close the file; from here on, the cache is empty and stores nothing."""
        if self._connection is not None:
            _close(self._connection, self._process)
            self._connection = None
