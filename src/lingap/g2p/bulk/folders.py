"""Folders of Parquet files, phonemized file by file; what is finished is not done again."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

_KEY = b"lingap.made_from"


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What became of a folder: files written now, files found finished, and the new ones' cost."""

    written: tuple[Path, ...]
    finished_before: tuple[Path, ...]
    coverage: G2PCoverage


def made_from(source: Path, column: str, provenance: dict[str, str]) -> str:
    """Digest of what an output depends on: the source's size and time, the column, provenance."""
    facts = source.stat()
    text = json.dumps([source.name, facts.st_size, facts.st_mtime_ns, column, provenance])
    return hashlib.sha256(text.encode()).hexdigest()


def is_finished(source: Path, target: Path, column: str, provenance: dict[str, str]) -> bool:
    """Whether `target` is a whole Parquet file made from this very source in this very way."""
    try:
        metadata = parquet().read_schema(target).metadata or {}
    except (OSError, ValueError):  # absent, cut off, or something else
        return False
    return metadata.get(_KEY) == made_from(source, column, provenance).encode()


class ParquetOutput:
    """A Parquet file that appears under its name only when it is whole."""

    def __init__(self, source: Path | None, target: Path, column: str, provenance: dict[str, str]):
        schema = parquet_schema(source, column, provenance)
        if source is not None:
            key = {_KEY: made_from(source, column, provenance).encode()}
            schema = schema.with_metadata({**(schema.metadata or {}), **key})
        self._target = target
        self._partial = target.with_name(f"{target.name}.partial")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = parquet().ParquetWriter(self._partial, schema)
        self.write: Callable[[Records], None] = parquet_writer(self._file)

    def close(self, *, whole: bool) -> None:
        """Finish the file; one that is not whole is taken away."""
        self._file.close()
        if whole:
            self._partial.replace(self._target)
        else:
            self._partial.unlink(missing_ok=True)


def phonemize_folder(
    source: Path, target: Path, column: str, phonemizer: Phonemizer, *, processes: int = 1
) -> FolderReport:
    """Phonemize every Parquet file below a folder into a folder of the same shape.

    A file whose output is whole, newer runs' settings and source being the same, is left as it
    is, so a run that was stopped goes on where it was.

    Args:
        source: Folder with ``*.parquet`` at any depth.
        target: Folder for the outputs; made when missing.
        column: Column with texts or lists of words.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to spread over.

    Raises:
        CorpusError: When there is no Parquet file, or one cannot be read.
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

    current: list[Any] = [None, None]

    def write(records: Records) -> None:
        path = order.popleft()
        if path != current[0]:
            _close(current, whole=True)
            current[:] = [path, ParquetOutput(path, targets[path], column, provenance)]
        if records:
            current[1].write(records)

    try:
        coverage = phonemize_records(batches(), column, write, phonemizer, processes=processes)
    except BaseException:
        _close(current, whole=False)
        raise
    _close(current, whole=True)
    return FolderReport(tuple(targets[p] for p in todo), tuple(targets[p] for p in done), coverage)


def _close(current: list[Any], *, whole: bool) -> None:
    if current[1] is not None:
        current[1].close(whole=whole)
    current[:] = [None, None]
