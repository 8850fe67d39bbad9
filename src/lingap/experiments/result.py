"""The result of an experiment: scores, gaps and failures, from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, StoreError
from lingap.experiments.records import FailedRecord, RunRecord, read_plan, read_record
from lingap.experiments.schedule import Failure
from lingap.gap import LinguisticGap, OutputGap, PerformanceGap, performance_gaps
from lingap.gap.correlation import GapCorrelation
from lingap.records import Score
from lingap.storage.json_file import read_json

GAPS = "gaps.json"
_KINDS: Mapping[str, Any] = {
    "performance": PerformanceGap,
    "linguistic": LinguisticGap,
    "output": OutputGap,
    "correlations": GapCorrelation,
}


@dataclass(frozen=True, slots=True)
class ExperimentGaps:
    """The gaps of an experiment.

    Args:
        performance: Between scores; one per task, measure and system.
        linguistic: Between embeddings of parallel text; one per task, system and layer.
        output: Between the label distributions of NLI test pairs; one per system.
        correlations: Of the performance gap with the others, over five seeds or more.
    """

    performance: tuple[PerformanceGap, ...] = ()
    linguistic: tuple[LinguisticGap, ...] = ()
    output: tuple[OutputGap, ...] = ()
    correlations: tuple[GapCorrelation, ...] = ()

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """As ``gaps.json`` holds them."""
        return {kind: [gap.to_dict() for gap in getattr(self, kind)] for kind in _KINDS}

    @classmethod
    def read(cls, path: Path) -> ExperimentGaps:
        """Read ``gaps.json``; StoreError, naming file and place, when it is missing or damaged."""
        content = read_json(path)
        if not isinstance(content, dict) or set(content) - set(_KINDS):
            raise StoreError(f"{path}: expected an object of {', '.join(_KINDS)}.")
        try:
            read = {k: tuple(map(_KINDS[k].from_dict, rows)) for k, rows in content.items()}
            return cls(**read)
        except (MetricError, TypeError) as error:
            raise StoreError(f"{path} is damaged: {error}") from error


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
    gaps: ExperimentGaps
    failures: tuple[Failure, ...] = ()
    missing: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: str | Path) -> ExperimentResult:
        """Read an experiment's folder, finished or not; nothing is computed or written.

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
        stored = ExperimentGaps()
        if (folder / GAPS).is_file():
            stored = ExperimentGaps.read(folder / GAPS)
        gaps = ExperimentGaps(
            tuple(performance_gaps(scores)), stored.linguistic, stored.output, stored.correlations
        )
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
            f"{len(getattr(self.gaps, kind))} {kind}" for kind in _KINDS if getattr(self.gaps, kind)
        )
        return (
            f"ExperimentResult({str(self.folder)!r}: {len(self.scores)} scores, "
            f"gaps: {gaps or 'none'}, {len(self.failures)} failures, {len(self.missing)} missing)"
        )
