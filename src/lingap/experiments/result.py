"""The result of an experiment: scores, gaps and failures, from its folder."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lingap.experiments.records import FailedRecord
from lingap.experiments.schedule import Failure
from lingap.experiments.stored import StoredExperiment
from lingap.gap import GapResults, score_rows
from lingap.gap.notebook import ShownInNotebooks
from lingap.gap.result import HasRows
from lingap.records import Score


@dataclass(frozen=True, slots=True, repr=False)
class ExperimentResult(ShownInNotebooks, HasRows):
    """What an experiment has computed so far.

    Args:
        folder: The experiment's.
        scores: Of all finished runs, in the order of the plan.
        gaps: Over these runs; linguistic and output gaps as the last call of
            :meth:`~lingap.Experiment.run` measured them.
        failures: Jobs that failed, in that order; read from a folder, in the order of the plan.
        missing: Titles of runs that have not ended.
    """

    folder: Path
    scores: tuple[Score, ...]
    gaps: GapResults
    failures: tuple[Failure, ...] = ()
    missing: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: str | Path) -> ExperimentResult:
        """Read an experiment's folder, finished or not; nothing is trained or written.

        Performance gaps that the folder lacks, or that are older than its runs, are computed.

        Raises:
            StoreError: When it is not an experiment's, or a file in it is damaged.
        """
        stored = StoredExperiment.read(Path(folder), planned=True)
        failures = tuple(
            Failure(job.planned, job.record.reason, job.record.details)
            for job in (*stored.encoders, *stored.trials, *stored.runs)
            if isinstance(job.record, FailedRecord)
        )
        missing = tuple(job.planned.title for job in stored.runs if job.record is None)
        gaps, _ = stored.gaps()
        return cls(stored.folder, tuple(stored.scores), gaps, failures, missing)

    def to_rows(self) -> list[dict[str, Any]]:
        """The scores as flat rows; :func:`~lingap.read_scores` reads them back.

        The columns are those of :class:`~lingap.Score`, with ``low``, ``high``, ``interval_level``
        and ``interval_method`` in place of its interval, and a column for each count (0 where a
        row has none).
        """
        return score_rows(self.scores)

    def __repr__(self) -> str:
        gaps = ", ".join(
            f"{len(found)} {field.name}"
            for field in fields(self.gaps)
            if (found := getattr(self.gaps, field.name))
        )
        return (
            f"ExperimentResult({str(self.folder)!r}: {len(self.scores)} scores, "
            f"gaps: {gaps or 'none'}, {len(self.failures)} failures, {len(self.missing)} missing)"
        )
