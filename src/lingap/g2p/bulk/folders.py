"""Folders of Parquet files, phonemized file by file; finished files are skipped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from lingap.errors import CorpusError, StoreError
from lingap.g2p.bulk.files import made_by
from lingap.g2p.bulk.records import Records, read_parquet, spelled_records
from lingap.g2p.bulk.shards import coverage_if_made_from, made_from, metadata, write_shard
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.atomic import sweep, whole_file
from lingap.storage.outputs import (
    check_replaceable,
    held,
    make_folder,
    refuse_same,
    remember,
    written_by,
)
from lingap.storage.places import OnDisk


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What became of the files of a folder.

    Args:
        written: Output files written now; URLs where they are not on a disk.
        finished_before: Those that were finished.
        coverage: Of all of them.
        failures: A line on each file that could not be read.
    """

    written: tuple[Path | str, ...]
    finished_before: tuple[Path | str, ...]
    coverage: G2PCoverage
    failures: tuple[str, ...] = ()


def phonemize_folder(
    source: Path,
    target: Path,
    column: str,
    phonemizer: Phonemizer,
    *,
    processes: int = 1,
    overwrite: bool = False,
) -> FolderReport:
    """Phonemize every Parquet file below a folder into a folder of the same structure.

    A file that is finished, from the same source with the same settings, is skipped, so a run that
    was interrupted continues where it stopped. Each output holds its coverage in its metadata. A
    file that cannot be read is reported and leaves the others whole.

    Args:
        source: Folder with ``*.parquet`` at any depth.
        target: Folder for the outputs; created when missing.
        column: Column with texts or lists of words.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to use.
        overwrite: Whether files that this did not write may be replaced.

    Raises:
        CorpusError: Without a Parquet file.
        StoreError: For a target within the source, with files of others, or being written.
    """
    if target.resolve().is_relative_to(source.resolve()):
        raise StoreError(
            f"The output folder {target} is the input folder or in it, so that outputs would be "
            "read as inputs. Name another folder."
        )
    files = sorted(
        path for path in source.rglob("*") if path.suffix.lower() == ".parquet" and path.is_file()
    )
    if not files:
        raise CorpusError("no *.parquet files in this folder.", source)
    targets = {path: target / path.relative_to(source) for path in files}
    for one in targets.values():
        refuse_same(one, files)
    make_folder(target)
    with held(target):
        return _phonemize(targets, column, phonemizer, processes, overwrite)


def _metadata(path: Path) -> Mapping[bytes, bytes] | None:
    return metadata(OnDisk(path.parent), path.name)


def _phonemize(
    targets: Mapping[Path, Path],
    column: str,
    phonemizer: Phonemizer,
    processes: int,
    overwrite: bool,
) -> FolderReport:
    provenance = phonemizer.provenance()
    total = phonemizer.new_counter()
    keys = {path: made_from(OnDisk(path.parent), path.name, column, provenance) for path in targets}
    todo, done = [], []
    for path, target in targets.items():
        before = coverage_if_made_from(_metadata(target), keys[path])
        if before is None:
            todo.append(path)
        else:
            done.append(target)
            total.merge(before)
    for path in todo:
        own = made_by(path)
        if not (written_by(targets[path], own) and _metadata(targets[path]) is None):
            check_replaceable((targets[path],), own, overwrite=overwrite)
    for folder in {target.parent for target in targets.values()}:
        sweep(folder)
    written: list[Path] = []
    failures: list[str] = []
    while todo:
        damaged: list[Path] = []
        try:
            for path, parts in _spelled_files(todo, column, phonemizer, processes, damaged):
                coverage = phonemizer.new_counter()
                with whole_file(targets[path]) as aside:
                    write_shard(aside, path, column, provenance, keys[path], parts, coverage)
                remember(targets[path], made_by(path))
                total.merge(coverage)
                written.append(path)
        except CorpusError as error:
            damaged = damaged or [path]  # its output could not be begun
            failures.append(str(error))  # the others are begun anew: its words are not counted
        todo = [path for path in todo if path not in {*written, *damaged}]
    return FolderReport(
        tuple(targets[path] for path in written), tuple(done), total.snapshot(), tuple(failures)
    )


def _spelled_files(
    paths: Sequence[Path],
    column: str,
    phonemizer: Phonemizer,
    processes: int,
    damaged: list[Path],
) -> Iterator[tuple[Path, Iterator[tuple[Records, CoverageCounter]]]]:
    """Each file with its spelled batches; one that cannot be read is added to `damaged`."""
    order: deque[Path] = deque()

    def batches() -> Iterator[Records]:
        for path in paths:
            empty = True
            try:
                for records in read_parquet(path, column):
                    order.append(path)
                    empty = False
                    yield records
            except CorpusError:
                damaged.append(path)
                raise
            if empty:
                order.append(path)
                yield []

    with closing(spelled_records(batches(), column, phonemizer, processes=processes)) as results:
        yield from groupby(results, key=lambda _: order.popleft())
