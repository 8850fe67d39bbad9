"""Folders of Parquet files, phonemized file by file; finished files are skipped."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from lingap.errors import CorpusError, G2PError, StoreError
from lingap.g2p.bulk.files import made_by
from lingap.g2p.bulk.records import (
    Records,
    parquet,
    parquet_file,
    parquet_schema,
    read_parquet,
    spelled_records,
)
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.atomic import sweep, whole_file
from lingap.storage.digests import digest_of, file_digest
from lingap.storage.outputs import (
    check_replaceable,
    held,
    make_folder,
    refuse_same,
    remember,
    written_by,
)

_KEY, _COVERAGE = "made_from", "coverage"  # in the metadata of an output, after "lingap."


@dataclass(frozen=True, slots=True)
class FolderReport:
    """Output files written now, files finished before, and the coverage of all of them."""

    written: tuple[Path, ...]
    finished_before: tuple[Path, ...]
    coverage: G2PCoverage


def made_from(source: Path, column: str, provenance: Mapping[str, str]) -> str:
    """Digest of everything that an output depends on: content of the source, column, provenance.

    Sizes and times of files do not tell: a file can be replaced by one of the same size and time.
    """
    facts = [source.name, file_digest(source), column, sorted(provenance.items())]
    return digest_of(json.dumps(facts))


def _finished(target: Path, key: str) -> G2PCoverage | None:
    """The coverage of `target` where it is a whole Parquet file with this key."""
    metadata = _metadata(target)
    if metadata is None or metadata.get(f"lingap.{_KEY}".encode()) != key.encode():
        return None
    try:
        return G2PCoverage.from_json(metadata.get(f"lingap.{_COVERAGE}".encode(), b"").decode())
    except (G2PError, UnicodeDecodeError):
        return None


def _metadata(path: Path) -> Mapping[bytes, bytes] | None:
    """Metadata of a Parquet file; None for one that is missing, truncated, or not Parquet."""
    try:
        return parquet().read_metadata(path).metadata or {}
    except (OSError, ValueError):
        return None


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
    was interrupted continues where it stopped. Each output holds its coverage in its metadata.

    Args:
        source: Folder with ``*.parquet`` at any depth.
        target: Folder for the outputs; created when missing.
        column: Column with texts or lists of words.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to use.
        overwrite: Whether files that this did not write may be replaced.

    Raises:
        CorpusError: Without a Parquet file, or for one that cannot be read.
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


def _phonemize(
    targets: Mapping[Path, Path],
    column: str,
    phonemizer: Phonemizer,
    processes: int,
    overwrite: bool,
) -> FolderReport:
    provenance = phonemizer.provenance()
    total = phonemizer.new_counter()
    keys = {path: made_from(path, column, provenance) for path in targets}
    todo, done = [], []
    for path, target in targets.items():
        before = _finished(target, keys[path])
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
    order: deque[Path] = deque()

    def batches() -> Iterator[Records]:
        for path in todo:
            empty = True
            for records in read_parquet(path, column):
                order.append(path)
                empty = False
                yield records
            if empty:
                order.append(path)
                yield []

    results = spelled_records(batches(), column, phonemizer, processes=processes)
    with closing(results):
        for path, parts in groupby(results, key=lambda _: order.popleft()):
            coverage = phonemizer.new_counter()
            schema = parquet_schema(path, column, {**provenance, _KEY: keys[path]})
            with whole_file(targets[path]) as aside, parquet_file(aside, schema) as file:
                for records, part in parts:
                    if records:
                        file.write(records)
                    coverage.merge(part)
                file.note({f"lingap.{_COVERAGE}": coverage.snapshot().to_json()})
            remember(targets[path], made_by(path))
            total.merge(coverage)
    return FolderReport(tuple(targets[path] for path in todo), tuple(done), total.snapshot())
