"""Transfer from several languages, seen in language: each source scored in itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from lingap.experiments.records import RunRecord
from lingap.records import Score

IN_LANGUAGE = "in language"


def own_language_scores(runs: Iterable[RunRecord]) -> list[Score]:
    """The scores of zero-shot runs in the language that they were trained on, as one task.

    So that a transfer matrix has the gap between its sources, its diagonal, beside those from each
    source to its targets. None of a task with a single source.
    """
    found: dict[str, list[Score]] = defaultdict(list)
    for run in runs:
        spec = run.config
        if spec.protocol != "zero-shot":
            continue
        source = spec.train_languages[0]
        task = f"{spec.title.removesuffix(f' from {source}')} {IN_LANGUAGE}"
        own = [score for score in run.own_scores if score.language == source]
        found[task] += [replace(score, task=task) for score in own]
    return [
        score
        for scores in found.values()
        if len({score.language for score in scores}) > 1
        for score in scores
    ]
