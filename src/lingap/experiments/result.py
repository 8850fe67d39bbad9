"""The result of an experiment: scores, gaps and failures, from its folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lingap.experiments.records import FailedRecord, RunRecord, read_plan, read_record
from lingap.experiments.schedule import Failure
from lingap.experiments.stored import present_gaps
from lingap.gap import GapResults
from lingap.records import Score


@dataclass(frozen=True, slots=True, repr=False)
class ExperimentResult:
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
        folder = Path(folder)
        plan = read_plan(folder / "experiment.json")
        scores: list[Score] = []
        failures, missing = [], []
        for job in (*plan.pretraining, *plan.trials, *plan.runs):
            path = folder / job.config.kind / job.id / "run.json"
            record = read_record(path) if path.parent.is_dir() else None
            if isinstance(record, RunRecord):
                scores += record.own_scores
            elif isinstance(record, FailedRecord):
                failures.append(Failure(job, record.reason, record.details))
            elif record is None and job in plan.runs:
                missing.append(job.title)
        gaps, _ = present_gaps(folder, scores)
        return cls(folder, tuple(scores), gaps, tuple(failures), tuple(missing))

    def rows(self) -> list[dict[str, Any]]:
        """The scores as flat rows for tables: ``pandas.DataFrame(result.rows())``.

        The columns are those of :class:`~lingap.Score`, with `low` and `high` in place of its
        interval, and a column for each count (0 where a row has none).
        """
        counts = dict.fromkeys(name for score in self.scores for name in score.counts)
        found = []
        for score in self.scores:
            row = asdict(score)
            interval, own = row.pop("interval") or {}, row.pop("counts")
            row |= {"low": interval.get("low"), "high": interval.get("high")}
            found.append(row | {name: own.get(name, 0) for name in counts})
        return found

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
