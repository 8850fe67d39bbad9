"""An experiment's folder as it lies there: the plan, the record of each job, and gaps as of now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lingap.experiments.records import (
    CoverageRecord,
    PlannedJob,
    PlanRecord,
    Record,
    RunRecord,
    read_coverage,
    read_plan,
    read_record,
)
from lingap.experiments.specs import Kind
from lingap.gap import GapResults, PerformanceGap, gaps_of_scores, performance_gaps, read_gaps
from lingap.languages import use_languages
from lingap.records import Score
from lingap.storage.json_file import read_json

GAPS, COVERAGE = "gaps.json", "coverage.json"
IN_LANGUAGE = "in language"
_UNMEASURED = (
    "The gaps are of the runs that are done so far; those of vectors are measured at the "
    "experiment's end."
)
_OUTDATED = (
    "Runs ended after gaps.json was written. Performance gaps are taken anew from all runs that "
    "are done; what was measured on vectors and outputs is of the earlier ones."
)


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job as planned, and its record; None where it has not ended."""

    planned: PlannedJob
    record: Record | None


@dataclass(frozen=True, slots=True)
class StoredExperiment:
    """What a folder holds of an experiment, finished or not.

    Args:
        folder: The experiment's.
        plan: What was planned; empty where ``experiment.json`` is not there.
        runs: The planned runs in their order, or without a plan all that are stored.
        encoders: The same of pre-trainings.
        trials: The same of trials of grids.
    """

    folder: Path
    plan: PlanRecord
    runs: tuple[StoredJob, ...]
    encoders: tuple[StoredJob, ...]
    trials: tuple[StoredJob, ...] = ()

    @classmethod
    def read(cls, folder: Path, *, planned: bool = False) -> StoredExperiment:
        """Read the plan and all records.

        Args:
            folder: The experiment's.
            planned: Whether a folder without ``experiment.json`` is refused.

        Raises:
            StoreError: When a file is damaged; it names file and place.
        """
        about = folder / "experiment.json"
        known = planned or about.is_file()
        plan = read_plan(about) if known else PlanRecord()
        use_languages(one.row for one in plan.config.own_languages)

        def jobs(kind: Kind) -> tuple[StoredJob, ...]:
            listed: tuple[PlannedJob, ...] = getattr(plan, kind)
            if not listed:
                found = map(read_record, sorted(folder.glob(f"{kind}/*/run.json")))
                return tuple(
                    StoredJob(PlannedJob(id=one.run_id, title=one.run_id, config=one.config), one)
                    for one in found
                )
            files = [folder / kind / job.id / "run.json" for job in listed]
            records = (read_record(file) if file.is_file() else None for file in files)
            return tuple(map(StoredJob, listed, records))

        return cls(folder, plan, jobs("runs"), jobs("pretraining"), jobs("trials"))

    @property
    def _finished(self) -> list[RunRecord]:
        return [job.record for job in self.runs if isinstance(job.record, RunRecord)]

    @property
    def done(self) -> tuple[str, ...]:
        """The ids of the runs that are done."""
        return tuple(run.run_id for run in self._finished)

    @property
    def scores(self) -> list[Score]:
        """Of all runs that are done, in the order of the plan."""
        return [score for run in self._finished for score in run.own_scores]

    @property
    def coverage(self) -> tuple[CoverageRecord, ...]:
        """Losses of phonemization, as the analysis stored them; StoreError when damaged."""
        return read_coverage(self.folder / COVERAGE)

    def gaps(self) -> tuple[GapResults, list[str]]:
        """The gaps over the runs that are done, and notes on them; nothing is written.

        Those of vectors and outputs are as they were stored. Performance gaps, their comparisons
        and correlations are made here where they are not stored or runs have ended since.

        Raises:
            StoreError: When ``gaps.json`` is damaged.
        """
        scores = [*self.scores, *own_language_scores(self._finished)]
        path = self.folder / GAPS
        found = read_gaps(path) if path.is_file() else GapResults()
        notes = []
        if scores and not found.performance:
            notes.append(_UNMEASURED)
            found = _with_gaps_of(found, scores)
        elif scores and _is_outdated(path, self.done, found.performance, scores):
            notes.append(_OUTDATED)
            found = _with_gaps_of(found, scores)
        elif scores and not (found.by_language or found.comparisons):  # of an earlier version
            found = replace(_with_gaps_of(found, scores), performance=found.performance)
        return found.with_correlations(), notes


def own_language_scores(runs: Iterable[RunRecord]) -> list[Score]:
    """The scores of zero-shot runs in the language that they were trained on, as one task.

    So that a transfer matrix has the gap between its sources, its diagonal, beside those from each
    source to its targets. Runs of one kind of task belong together that are of one corpus, trained
    alike; none are given of those with a single source.
    """
    found: dict[tuple[str, str], dict[tuple[str, int | None, str], Score]] = defaultdict(dict)
    titles: dict[tuple[str, str], str] = {}
    for run in runs:
        spec = run.config
        if spec.protocol != "zero-shot":
            continue
        source = spec.train_languages[0]
        alike = (str(spec.task), repr((spec.corpus, spec.finetuning)))
        if alike not in titles:
            titles[alike] = spec.title if str(spec.task) in titles.values() else str(spec.task)
        for score in run.own_scores:
            if score.language == source:
                own = replace(score, task=f"{titles[alike]} {IN_LANGUAGE}")
                found[alike].setdefault((score.system, score.seed, source), own)
    return [
        score
        for scores in found.values()
        if len({score.language for score in scores.values()}) > 1
        for score in scores.values()
    ]


def _with_gaps_of(found: GapResults, scores: Sequence[Score]) -> GapResults:
    """The gaps with those that scores alone tell taken anew; baselines stay as they were stored."""
    made = gaps_of_scores(scores, baselines=found.baselines)
    own = ("performance", "by_language", "comparisons", "origins")
    return replace(found, **{name: getattr(made, name) for name in own})


def _is_outdated(
    gaps: Path, done: Sequence[str], stored: Sequence[PerformanceGap], scores: Sequence[Score]
) -> bool:
    """Whether stored gaps rest on other scores than those of the runs that are done.

    A file of gaps names its runs, since times can mislead: where the clock was set back, a later
    run looks older. Those of a file without names are compared by time.
    """
    content = read_json(gaps)
    named = content.get("runs") if isinstance(content, dict) else None
    if isinstance(named, list):
        return not set(done) <= set(map(str, named))
    written = gaps.stat().st_mtime
    is_later = any(file.stat().st_mtime > written for file in gaps.parent.glob("runs/*/run.json"))
    return is_later and _content(stored) != _content(performance_gaps(scores, n_resamples=0))


def _content(gaps: Sequence[PerformanceGap]) -> set[tuple[Any, ...]]:
    return {
        (gap.task, gap.metric, gap.system, gap.n_seeds, language, round(value, 9))
        for gap in gaps
        for language, value in gap.scores.items()
    }
