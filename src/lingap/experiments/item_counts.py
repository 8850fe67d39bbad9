"""What the stored predictions of runs tell of test items: counts of each, and baselines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from lingap.evaluation.prediction_files import read_predictions
from lingap.experiments.records import RunRecord
from lingap.experiments.store import Store
from lingap.gap import Baseline
from lingap.metrics import chance_share
from lingap.records import Prediction, Score
from lingap.tasks import Scoring, make_task

PREDICTIONS = "predictions.parquet"


@dataclass(slots=True)
class TestItems:
    """Counts of test items by run and language, the baselines, and who gave one label only."""

    counts: dict[tuple[str, str, str, str, int], Any] = field(default_factory=dict)
    baselines: tuple[Baseline, ...] = ()
    one_label: set[tuple[str, str, str]] = field(default_factory=set)


def read_test_items(store: Store, runs: Iterable[RunRecord], scores: Iterable[Score]) -> TestItems:
    """Score the stored predictions of finished runs again, item by item.

    Args:
        store: Has the predictions.
        runs: Finished ones.
        scores: What is told of, each with the id of its run.

    A run whose file of predictions is missing is left out: its scores then have the intervals that
    they were stored with, and are not paired.

    Raises:
        StoreError: When a file is damaged.
    """
    found = TestItems()
    majority: dict[tuple[str, str], dict[str, tuple[str, float]]] = {}
    chance: dict[tuple[str, str], dict[str, list[float]]] = {}
    constant: dict[tuple[str, str, str], list[bool]] = {}
    of_run: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        of_run[score.run_id].append(score)
    for run in runs:
        path = store.folder("runs", run.run_id) / PREDICTIONS
        if not path.is_file():
            continue
        task = make_task(run.config.task, run.labels)
        by_language: dict[str, list[Prediction]] = {}
        for prediction in read_predictions(path):
            by_language.setdefault(prediction.language, []).append(prediction)
        for score in of_run[run.run_id]:
            predictions, language = by_language.get(score.language), score.language
            if not predictions:
                continue
            scoring = task.score(predictions)
            place = score.task, score.metric
            if scoring.item_counts is not None:
                key = (*place, score.system, language, score.seed)
                found.counts[key] = scoring.item_counts
            majority.setdefault(place, {})[language] = scoring.majority
            if (guessed := _chance(run, scoring, language)) is not None:
                chance.setdefault(place, {}).setdefault(language, []).append(guessed)
            one = score.task, score.system, language
            constant.setdefault(one, []).append(scoring.one_label)
    found.one_label = {key for key, said in constant.items() if all(said)}
    found.baselines = tuple(
        Baseline(
            task=place[0],
            metric=place[1],
            majority={language: share for language, (_, share) in by_language.items()},
            labels={language: label for language, (label, _) in by_language.items()},
            chance={code: fmean(own) for code, own in chance.get(place, {}).items()},
        )
        for place, by_language in majority.items()
    )
    return found


def _chance(run: RunRecord, scoring: Scoring, language: str) -> float | None:
    """The score of guessing; records of earlier versions tell it of shares alone."""
    is_share = scoring.majority[1] > 0
    known = chance_share(len(run.labels)) if is_share and run.labels else None
    return run.chance.get(language, known)
