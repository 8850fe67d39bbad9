"""An experiment folder: everything in it is there completely or not at all.

Layout::

    experiment.json            the configuration as run, versions
    pretraining/<id>/          an encoder in transformers' format, run.json
    trials/<id>/               run.json: the dev score of one candidate of a grid
    runs/<id>/                 run.json, predictions.parquet, embeddings.safetensors
    index.sqlite               the records as tables; made anew from the folders at any time
    logs/                      what trackers wrote
    gaps.json, coverage.json   the analysis over the runs of the plan
    report.html
    work/                      unfinished work and checkpoints; nothing there counts as done
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lingap.errors import StoreError
from lingap.experiments.records import DoneRecord, Record, read_record
from lingap.experiments.specs import Kind

FORMAT = "lingap experiment 1"
MARKER = ".lingap"
"""The file that says that a folder is an experiment, and of which format."""

_ASIDE = f".{MARKER}."


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file whole or not at all: aside, flushed to disk, then renamed."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    write_text(path, text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all: aside, flushed to disk, then renamed."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    """Make a rename in the folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Store:
    """The folder of one experiment.

    Args:
        root: The folder; made if it is not there.

    Raises:
        StoreError: When the folder cannot be written, is a file, or holds other things.
    """

    def __init__(self, root: Path):
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True)
            # A mark that another process is writing, or was when it was killed, is our own.
            found = sorted(p.name for p in root.iterdir() if not p.name.startswith(_ASIDE))
        except OSError as error:
            raise StoreError(f"{root} cannot be used as a folder: {error.strerror}.") from error
        if not os.access(root, os.W_OK | os.X_OK):
            raise StoreError(f"{root} cannot be written; choose another folder with --out.")
        if found and MARKER not in found:
            raise StoreError(
                f"{root} holds other files ({', '.join(found[:3])}{' …' * (len(found) > 3)}) and "
                "is no experiment of lingap; choose an empty or new folder."
            )
        marker = root / MARKER
        if not marker.exists():
            write_text(marker, FORMAT + "\n")
        elif marker.read_text(encoding="utf-8", errors="replace").strip() != FORMAT:
            raise StoreError(
                f"{marker} does not say {FORMAT!r}: the folder was written by another version of "
                "lingap or is damaged; choose another folder."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out while this one writes.

        Raises:
            StoreError: When another process is at work in the folder.
        """
        with (self.root / ".lock").open("a") as file:
            self._lock(file)
            yield

    def _lock(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                f"Another lingap is at work in {self.root}; wait for it or choose another folder."
            ) from error

    def folder(self, kind: Kind, job_id: str) -> Path:
        """Where a finished job lies."""
        return self.root / kind / job_id

    def workspace(self, job_id: str) -> Path:
        """Where an unfinished job keeps its checkpoints."""
        return self.root / "work" / job_id

    @property
    def shared(self) -> Path:
        """Where jobs keep what others need as well; it can be made again at any time."""
        return self.root / "work" / "encoded"

    def record(self, kind: Kind, job_id: str) -> Record | None:
        """The job's ``run.json``, or None when it has not ended.

        Raises:
            StoreError: As :func:`read_record`, or when a file of the job is missing or cut short.
        """
        folder = self.folder(kind, job_id)
        if not folder.is_dir():
            return None
        again = f"Delete {folder} to have it computed again."
        try:
            found = read_record(folder / "run.json")
        except StoreError as error:
            raise StoreError(f"{error} {again}") from error
        for name, size in found.files.items():
            path = folder / name
            has = path.stat().st_size if path.is_file() else None
            if has != size:
                raise StoreError(
                    f"{path} is {'missing' if has is None else f'damaged: {has} bytes'}, {size} "
                    f"bytes were written. {again}"
                )
        return found

    def is_done(self, kind: Kind, job_id: str) -> bool:
        """Whether the job ended well."""
        return isinstance(self.record(kind, job_id), DoneRecord)

    def commit(self, kind: Kind, job_id: str, fill: Callable[[Path], Record]) -> None:
        """Do a job as a transaction.

        Args:
            kind: Of the job.
            job_id: The job.
            fill: Writes the job's files into the folder it is given and returns its record.
        """
        aside = self.root / "work" / f"{job_id}.{os.getpid()}.partial"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            record = fill(aside)
            for path in aside.rglob("*"):
                if path.is_file():
                    with path.open("rb") as file:
                        os.fsync(file.fileno())
            files = {
                str(path.relative_to(aside)): path.stat().st_size
                for path in sorted(aside.rglob("*"))
                if path.is_file()
            }
            write_json(
                aside / "run.json",
                record.model_copy(update={"files": files}).model_dump(mode="json"),
            )
            target = self.folder(kind, job_id)
            target.parent.mkdir(exist_ok=True)
            if target.exists():  # an earlier, failed try
                target.rename(aside.with_suffix(".old"))
            aside.rename(target)
            _flush_folder(target.parent)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        shutil.rmtree(aside.with_suffix(".old"), ignore_errors=True)
        if record.status == "done":
            shutil.rmtree(self.workspace(job_id), ignore_errors=True)

    def sweep(self) -> None:
        """Clear away what killed processes left half-written; checkpoints stay."""
        for path in (self.root / "work").glob("*.partial"):
            shutil.rmtree(path, ignore_errors=True)
        for path in (self.root / "work").glob("*.old"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.shared.glob(".*"):
            path.unlink(missing_ok=True)
        for path in self.root.glob(".*.*"):  # as write_text names what is not yet renamed
            if path.name.rpartition(".")[2].isdecimal():
                path.unlink(missing_ok=True)
