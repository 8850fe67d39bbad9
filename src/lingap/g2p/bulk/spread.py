"""Folders of Parquet files, phonemized file by file by any engine, wherever they are."""

from __future__ import annotations

import os
import pickle
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from lingap.engines.each import Each, MakePool
from lingap.engines.loop import work_through
from lingap.engines.protocol import Say
from lingap.errors import DISK_FAULTS, CorpusError, LingapError, StoreError
from lingap.g2p.bulk.files import made_by
from lingap.g2p.bulk.folders import FolderReport
from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.records import read_parquet, spell_records
from lingap.g2p.bulk.shards import coverage_if_made_from, made_from, metadata, write_shard
from lingap.g2p.cache import Entry
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.atomic import sweep, this_machine
from lingap.storage.outputs import check_replaceable, held, make_folder, remember, written_by
from lingap.storage.places import OnDisk, Place


@dataclass(frozen=True, slots=True)
class Shard:
    """A file to phonemize.

    Args:
        id: Its name in the folder.
        n_bytes: Its size.
    """

    id: str
    n_bytes: int


Tell = Callable[[Shard, str, Any], None]
"""Hears of ``started``, ``step`` (rows done), ``log`` (a line), ``done`` and ``failed`` (why)."""


@dataclass(frozen=True, slots=True)
class _Settings:
    """What all files have in common.

    Args:
        source: The folder read.
        target: The folder written.
        column: With texts or lists of words.
        phonemizer: Pickled, since it opens its cache where it is unpickled.
        machine: That of the process that gives out the work, whose word cache is the user's.
        run: A name that no other run has: a speller counts a distinct word once in a run.
    """

    source: Place
    target: Place
    column: str
    phonemizer: bytes
    machine: str
    run: str


@dataclass(frozen=True, slots=True)
class _Spelled:
    """What became of a file: its coverage and words new to a cache elsewhere, or the fault."""

    coverage: str = ""
    new: dict[str, Entry] = field(default_factory=dict)
    fault: str = ""
    disk_fault: int | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """Files to phonemize, largest first, and those finished before with their coverage."""

    shards: tuple[Shard, ...]
    finished: Mapping[str, G2PCoverage]


def find_shards(
    source: Place, target: Place, column: str, phonemizer: Phonemizer, *, overwrite: bool = False
) -> Todo:
    """The files of a folder that are to be phonemized.

    Raises:
        CorpusError: Without a Parquet file.
        StoreError: For a target within the source, or with files of others.
    """
    _refuse_inside(source, target)
    sizes = source.sizes(".parquet")
    if not sizes:
        raise CorpusError("no *.parquet files in this folder.", str(source))
    phonemizer.split("")  # reports a missing segmenter
    provenance = phonemizer.provenance()
    finished = {}
    there = (
        target.sizes(".parquet") if not isinstance(target, OnDisk) or target.root.is_dir() else {}
    )
    for name in sizes.keys() & there.keys():
        found = metadata(target, name)
        key = made_from(source, name, column, provenance) if found is not None else ""
        if (coverage := coverage_if_made_from(found, key)) is not None:
            finished[name] = coverage
        elif not overwrite:
            _refuse_to_replace(source, target, name, is_whole=found is not None)
    shards = [Shard(name, size) for name, size in sizes.items() if name not in finished]
    shards.sort(key=lambda shard: (-shard.n_bytes, shard.id))
    return Todo(tuple(shards), finished)


def _refuse_inside(source: Place, target: Place) -> None:
    if isinstance(source, OnDisk) and isinstance(target, OnDisk):
        inside = target.root.resolve().is_relative_to(source.root.resolve())
    else:
        inside = f"{target}/".startswith(f"{source}/")
    if inside:
        raise StoreError(
            f"The output folder {target} is the input folder or in it, so that outputs would be "
            "read as inputs. Name another folder."
        )


def _refuse_to_replace(source: Place, target: Place, name: str, *, is_whole: bool) -> None:
    """Raise StoreError for an output that is not ours to replace."""
    if isinstance(target, OnDisk):
        own, path = made_by(source.full(name)), target.root / name
        if is_whole or not written_by(path, own):
            check_replaceable((path,), own)
    else:
        raise StoreError(
            f"{target.full(name)} is there already, and is not made from this source with these "
            "settings. Name another folder, or pass overwrite=True to have it replaced."
        )


def phonemize_spread(
    source: Place,
    target: Place,
    column: str,
    phonemizer: Phonemizer,
    make_pool: MakePool[Shard],
    *,
    overwrite: bool = False,
    tell: Callable[[Todo], Tell] = lambda _: lambda *_: None,
) -> FolderReport:
    """Phonemize every Parquet file of a folder into a folder of the same structure, by an engine.

    Largest files first; a file that is finished, from the same source with the same settings, is
    skipped. A file that cannot be read is reported and leaves the others whole.

    Args:
        source: Folder with ``*.parquet`` at any depth.
        target: Folder for the outputs.
        column: Column with texts or lists of words.
        phonemizer: Language, back end, policies, segmenter.
        make_pool: The engine, from what does one file.
        overwrite: Whether files that this did not write may be replaced.
        tell: Given the files, what hears of them.

    Raises:
        CorpusError: Without a Parquet file.
        StoreError: For a target within the source, with files of others, or being written.
        OSError: For a disk that is full or may not be written.
    """
    if isinstance(target, OnDisk):
        _refuse_inside(source, target)
        make_folder(target.root)
    with held(target.root) if isinstance(target, OnDisk) else nullcontext():
        todo = find_shards(source, target, column, phonemizer, overwrite=overwrite)
        if isinstance(target, OnDisk):
            for folder in {(target.root / shard.id).parent for shard in todo.shards}:
                sweep(folder)
        settings = _Settings(
            source, target, column, pickle.dumps(phonemizer), this_machine(), secrets.token_hex(8)
        )
        work = _Shards(todo, settings, phonemizer, tell(todo))
        if todo.shards:
            work_through(work, make_pool(partial(_do, settings=settings)))
    return work.report()


class _Shards(Each[Shard]):
    """The files as an engine takes them; only this process hears of results."""

    def __init__(self, todo: Todo, settings: _Settings, phonemizer: Phonemizer, tell: Tell):
        super().__init__(todo.shards, self._done)
        self._finished = todo.finished
        self._settings = settings
        self._store = phonemizer.store
        self._tell = tell
        self._total = phonemizer.new_counter()
        for coverage in todo.finished.values():
            self._total.merge(coverage)
        self._written: list[str] = []
        self._failures: list[str] = []

    def heard(self, item: Shard, event: str, value: Any) -> None:
        self._tell(item, event, value)

    def _done(self, item: Shard, result: _Spelled) -> None:
        if result.disk_fault is not None:
            where = self._settings.target.full(item.id)
            raise OSError(result.disk_fault, os.strerror(result.disk_fault), where)
        if result.fault:
            self.lost(item, result.fault)
            return
        target = self._settings.target
        if isinstance(target, OnDisk):
            remember(target.root / item.id, made_by(self._settings.source.full(item.id)))
        self._store.take_in(result.new)
        self._total.merge(G2PCoverage.from_json(result.coverage))
        self._written.append(item.id)
        self._tell(item, "done", None)

    def lost(self, item: Shard, reason: str) -> None:
        where = self._settings.source.full(item.id)
        said = reason if where in reason else f"{where}: {reason}"
        self._failures.append(said)
        self._tell(item, "failed", said)

    def report(self) -> FolderReport:
        full = self._settings.target.full
        return FolderReport(
            tuple(map(full, self._written)), tuple(map(full, self._finished)),
            self._total.snapshot(), tuple(self._failures),
        )  # fmt: skip


def _do(shard: Shard, say: Say, *, settings: _Settings) -> _Spelled:
    """Phonemize a file, on whatever machine."""
    is_here = this_machine() == settings.machine
    if not is_here:
        _use_own_cache()
    speller, phonemizer = _speller(settings.phonemizer, settings.run)
    new: dict[str, Entry] = {}
    phonemizer.store.tell_new = None if is_here else new.update
    name, column = shard.id, settings.column
    provenance = phonemizer.provenance()
    coverage = phonemizer.new_counter()
    read = settings.source.full(name)
    try:
        with settings.source.fetched(name) as path, settings.target.written(name) as aside:
            read, n_rows = str(path), 0

            def spelled() -> Iterator[Any]:
                nonlocal n_rows
                for records in read_parquet(path, column):
                    yield spell_records(speller, (column, records))
                    n_rows += len(records)
                    say("step", n_rows)

            key = made_from(settings.source, name, column, provenance)
            write_shard(aside, path, column, provenance, key, spelled(), coverage)
    except LingapError as error:
        _speller.cache_clear()  # it takes the words of this file for counted
        return _Spelled(fault=str(error).replace(read, settings.source.full(name)))
    except OSError as error:
        _speller.cache_clear()
        if error.errno in DISK_FAULTS:
            return _Spelled(disk_fault=error.errno)
        return _Spelled(fault=f"{type(error).__name__}: {error}")
    return _Spelled(coverage.snapshot().to_json(), new)


@lru_cache(maxsize=1)
def _speller(pickled: bytes, run: str) -> tuple[LineSpeller, Phonemizer]:
    """A speller, kept for the next file of this process in the same run."""
    phonemizer: Phonemizer = pickle.loads(pickled)
    return LineSpeller(phonemizer), phonemizer


def _use_own_cache() -> None:
    """Keep words on a disk of this machine: a cache on a network disk would be damaged.

    A folder that ``LINGAP_CACHE`` names on this machine is left as it is.
    """
    if os.environ.get("LINGAP_CACHE") or not hasattr(os, "getuid"):
        return
    folder = Path(tempfile.gettempdir()) / f"lingap-cache-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    own = folder.lstat().st_uid == os.getuid() and not folder.is_symlink()
    os.environ["LINGAP_CACHE"] = str(folder) if own else "off"
