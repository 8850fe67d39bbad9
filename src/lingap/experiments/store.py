"""An experiment folder; everything in it is there completely or not at all.

Layout::

    experiment.json            the configuration as run, versions
    pretraining/<id>/          an encoder in transformers' format, run.json
    trials/<id>/               run.json: the dev score of one candidate of a grid
    runs/<id>/                 run.json, predictions.parquet, embeddings.safetensors
    logs/                      what trackers wrote
    gaps.json, coverage.json   the analysis over the runs of the plan
    projection.json            parallel sentences in two dimensions
    report.html
    work/                      unfinished work and checkpoints; nothing there counts as done
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lingap.errors import MetricError, StoreError
from lingap.experiments.records import DoneRecord, Record, read_record
from lingap.experiments.specs import Kind
from lingap.gap.safetensors_file import tensor_names
from lingap.storage.atomic import (
    is_unfinished,
    put_in_place,
    set_aside,
    staged_folder,
    sweep,
    write_whole,
)
from lingap.storage.digests import file_digest
from lingap.storage.json_file import as_json
from lingap.storage.lock import locked

FORMAT = "lingap experiment 1"
_log = logging.getLogger("lingap")

MARKER = ".lingap"
"""The file that says that a folder is an experiment, and of which format."""


class Store:
    """The folder of one experiment; made if it does not exist.

    Raises:
        StoreError: When the folder cannot be written, is a file, or holds other things.
    """

    def __init__(self, root: Path):
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True)
            found = sorted(p.name for p in root.iterdir() if not is_unfinished(p))
        except OSError as error:
            raise StoreError(f"{root} cannot be used as a folder: {error.strerror}.") from error
        if not os.access(root, os.W_OK | os.X_OK):
            raise StoreError(f"{root} cannot be written; choose another folder.")
        if found and MARKER not in found:
            raise StoreError(
                f"{root} holds other files ({', '.join(found[:3])}{' …' * (len(found) > 3)}) and "
                "is not an experiment of lingap; choose an empty or new folder."
            )
        marker = root / MARKER
        if not marker.exists():
            write_whole(marker, FORMAT + "\n", durable=True)
        elif marker.read_text(encoding="utf-8", errors="replace").strip() != FORMAT:
            raise StoreError(
                f"{marker} does not say {FORMAT!r}: the folder was written by another version of "
                "lingap or is damaged; choose another folder."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out while this one writes; StoreError when another is writing.

        At either end, what killed processes, or workers ended with this one, left half-written is
        removed; checkpoints stay.
        """
        busy = f"Another lingap is at work in {self.root}; wait for it or choose another folder."
        with locked(self.root / ".lock", busy=busy):
            self.sweep()
            try:
                yield
            finally:
                self.sweep()

    def folder(self, kind: Kind, job_id: str) -> Path:
        """Where a finished job is stored."""
        return self.root / kind / job_id

    def workspace(self, job_id: str) -> Path:
        """Where an unfinished job keeps its checkpoints."""
        return self.root / "work" / job_id

    @property
    def shared(self) -> Path:
        """Where jobs keep what others need as well; can be deleted at any time."""
        return self.root / "work" / "encoded"

    def record(self, kind: Kind, job_id: str) -> Record | None:
        """The job's ``run.json``, or None when it has not ended.

        Raises:
            StoreError: As :func:`read_record`, or when a file of the job is missing or truncated.
        """
        folder = self.folder(kind, job_id)
        if not folder.is_dir():
            return None
        again = f"Delete {folder} to have it recomputed."
        try:
            found = read_record(folder / "run.json")
        except StoreError as error:
            raise StoreError(f"{error} {again}") from error
        for name, size in found.files.items():
            path = folder / name
            got = path.stat().st_size if path.is_file() else None
            if got != size:
                fault = "missing" if got is None else f"damaged: {got} bytes"
                raise StoreError(f"{path} is {fault}, {size} bytes were written. {again}")
        return found

    def is_done(self, kind: Kind, job_id: str) -> bool:
        """Whether the job has succeeded."""
        return isinstance(self.record(kind, job_id), DoneRecord)

    def set_aside_damaged(self, kind: Kind, job_id: str) -> None:
        """Move a job that cannot be read out of the way, with a warning, so that it is done anew.

        Beyond :meth:`record`, contents are compared with their digests, and the tables of vectors
        and weights are opened, so that no damage is found only after all other jobs have been done.
        """
        try:
            if (record := self.record(kind, job_id)) is None:
                return
            for name in record.files:
                path = self.folder(kind, job_id) / name
                if name in record.digests and file_digest(path) != record.digests[name]:
                    raise StoreError(f"{path} has other contents than were written.")
                if name.endswith(".safetensors"):
                    tensor_names(path)
        except (StoreError, MetricError) as error:
            folder = self.folder(kind, job_id)
            aside = self.root / "work" / f"damaged-{kind}-{job_id}"
            aside.parent.mkdir(exist_ok=True)
            _log.warning(
                "%s It is set aside as %s and computed anew.",
                str(error).removesuffix(f" Delete {folder} to have it recomputed."),
                set_aside(folder, aside),
            )  # fmt: skip

    def commit(self, kind: Kind, job_id: str, fill: Callable[[Path], Record]) -> None:
        """Do a job as a transaction: :meth:`stage` and :meth:`adopt`."""
        self.adopt(kind, job_id, self.stage(kind, job_id, fill))

    def stage(self, kind: Kind, job_id: str, fill: Callable[[Path], Record]) -> Path:
        """Do a job, for :meth:`adopt`; `fill` writes files into a folder and returns the record.

        What is staged and never adopted is swept away.
        """
        target = self.root / "work" / f"{kind}-{job_id}"
        with staged_folder(target, durable=True) as aside:
            record = fill(aside)
            paths = {
                str(path.relative_to(aside)): path
                for path in sorted(aside.rglob("*"))
                if path.is_file()
            }
            kept = {
                "files": {name: path.stat().st_size for name, path in paths.items()},
                "digests": {name: file_digest(path) for name, path in paths.items()},
            }
            stored = record.model_copy(update=kept).model_dump(mode="json")
            (aside / "run.json").write_text(as_json(stored), encoding="utf-8")
        return aside

    def adopt(self, kind: Kind, job_id: str, staged: Path) -> None:
        """Put what was staged in its place; only for who holds the lock."""
        put_in_place(staged, self.folder(kind, job_id), durable=True)
        if self.is_done(kind, job_id):
            shutil.rmtree(self.workspace(job_id), ignore_errors=True)

    def sweep(self) -> None:
        """Remove all that is half-written; only for who holds the lock."""
        for folder in (self.root, self.root / "work", self.shared):
            sweep(folder, live=True)
