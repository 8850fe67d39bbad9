"""Folders of Parquet files, phonemized file by file; finished files are skipped."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lingap.errors import CorpusError
from lingap.g2p.bulk.records import (
    Records,
    parquet,
    parquet_schema,
    parquet_writer,
    phonemize_records,
    read_parquet,
)
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.atomic import sweep, whole_file

_KEY = b"lingap.made_from"


@dataclass(frozen=True, slots=True)
class FolderReport:
    """Output files written now, files finished before, and the coverage of those written."""

    written: tuple[Path, ...]
    finished_before: tuple[Path, ...]
    coverage: G2PCoverage


def made_from(source: Path, column: str, provenance: dict[str, str]) -> str:
    """Digest of everything that an output depends on: source, column, provenance."""
    facts = source.stat()
    text = json.dumps([source.name, facts.st_size, facts.st_mtime_ns, column, provenance])
    return hashlib.sha256(text.encode()).hexdigest()


def is_finished(source: Path, target: Path, column: str, provenance: dict[str, str]) -> bool:
    """Whether `target` is a whole Parquet file made from this source with these settings."""
    try:
        metadata = parquet().read_schema(target).metadata or {}
    except (OSError, ValueError):  # missing, truncated, or not Parquet
        return False
    return metadata.get(_KEY) == made_from(source, column, provenance).encode()


@contextmanager
def parquet_output(
    source: Path | None, target: Path, column: str, provenance: dict[str, str]
) -> Iterator[Callable[[Records], None]]:
    """A writer of records to a Parquet file, which appears only when it is whole."""
    schema = parquet_schema(source, column, provenance)
    if source is not None:
        key = {_KEY: made_from(source, column, provenance).encode()}
        schema = schema.with_metadata({**(schema.metadata or {}), **key})
    with whole_file(target) as aside, parquet().ParquetWriter(aside, schema) as file:
        yield parquet_writer(file)


def phonemize_folder(
    source: Path, target: Path, column: str, phonemizer: Phonemizer, *, processes: int = 1
) -> FolderReport:
    """Phonemize every Parquet file below a folder into a folder of the same structure.

    A file that is finished, from the same source with the same settings, is skipped, so a run that
    was interrupted continues where it stopped.

    Args:
        source: Folder with ``*.parquet`` at any depth.
        target: Folder for the outputs; created when missing.
        column: Column with texts or lists of words.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to use.

    Raises:
        CorpusError: Without a Parquet file, or for one that cannot be read.
    """
    files = sorted(path for path in source.rglob("*.parquet") if path.is_file())
    if not files:
        raise CorpusError("no *.parquet files in this folder.", source)
    provenance = phonemizer.provenance()
    targets = {path: target / path.relative_to(source) for path in files}
    done = [p for p in files if is_finished(p, targets[p], column, provenance)]
    todo = [path for path in files if path not in set(done)]
    order: deque[Path] = deque()

    def batches() -> Iterator[Records]:
        for path in todo:
            yielded = False
            for records in read_parquet(path, column):
                order.append(path)
                yielded = True
                yield records
            if not yielded:
                order.append(path)
                yield []

    current, place, output = ExitStack(), None, None

    def write(records: Records) -> None:
        nonlocal place, output
        path = order.popleft()
        if path != place:
            current.close()
            output = current.enter_context(parquet_output(path, targets[path], column, provenance))
            place = path
        if records:
            assert output is not None
            output(records)

    for folder in {path.parent for path in targets.values()}:
        sweep(folder)
    with current:
        coverage = phonemize_records(batches(), column, write, phonemizer, processes=processes)
    return FolderReport(tuple(targets[p] for p in todo), tuple(targets[p] for p in done), coverage)
