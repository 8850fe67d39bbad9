"""Files of scores to explanations: which scores are explained, and of which languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lingap.errors import MetricError
from lingap.gap.coverage import require_languages
from lingap.gap.explain import explain_scores
from lingap.gap.explanation import Explanation
from lingap.gap.from_scores import read_any
from lingap.gap.hygiene import without_failed
from lingap.gap.language_features import language_features, languages_of_tokens
from lingap.gap.language_names import language_code
from lingap.gap.levels import near_chance_notes, score_levels
from lingap.gap.performance import performance_gaps
from lingap.gap.score_tables import Scale

MOST_SYSTEMS = 3
"""Of a task, explained one by one; of more, their mean is explained unless `each` is set."""


def explain_files(
    paths: Sequence[Path],
    *,
    reference: str = "eng",
    tokens: Path | None = None,
    data_size: Path | None = None,
    inventory: bool = True,
    predict: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    each: bool = False,
    tasks: Sequence[str] | None = None,
    metrics: Sequence[str] | None = None,
    scale: Scale = "auto",
    languages: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    missing: str = "auto",
    drop_failed: bool = False,
    n_permutations: int = 1999,
    seed: int = 0,
) -> tuple[list[Explanation], list[str]]:
    """Explain the scores of each task in files of results.

    Args:
        paths: As in :func:`~lingap.gap.read_results`, or one table of scores.
        reference: The language that distances are measured from.
        tokens: What ``lingap gap tokens --json`` wrote.
        data_size: As in :func:`~lingap.gap.language_features.language_features`.
        inventory: Likewise.
        predict: Languages without a score to predict it for; None for those of `tokens`.
        systems: Only these; None for all.
        each: Whether to explain each system, rather than the mean of more than three.
        tasks: Only these; None for all.
        metrics: As in :func:`~lingap.gap.read_results`.
        scale: Likewise.
        languages: Likewise.
        ignore: Likewise.
        missing: As in :func:`~lingap.gap.score_gaps`.
        drop_failed: Likewise.
        n_permutations: For p-values and intervals.
        seed: Of all draws.

    Returns:
        One explanation per task, measure and system, or mean of systems; and notes.

    Raises:
        MetricError: For files that are not as described, scores that nothing can explain, or a
            language to predict of which nothing is known.
    """
    read = read_any(
        list(paths), scale=scale, languages=languages, ignore=ignore, systems=systems, tasks=tasks,
        metrics=metrics,
    )  # fmt: skip
    where = ", ".join(map(str, paths))
    scores, failed = without_failed(read.scores, drop=drop_failed)
    rows, notes = require_languages(scores, missing=missing, where=where, damaged=read.damaged)
    groups: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    gaps = performance_gaps(rows, n_resamples=0)
    for gap in gaps:
        groups.setdefault((gap.task, gap.metric), {})[gap.system] = dict(gap.scores)
    notes = [*read.notes, *failed, *notes, *near_chance_notes(score_levels(gaps))]
    scored = dict.fromkeys(code for own in groups.values() for s in own.values() for code in s)
    unknown = [name for name in predict or () if language_code(name) is None]
    if unknown and tokens is None and data_size is None:
        raise MetricError(
            f"predict: no table knows {', '.join(unknown)}, and neither tokens nor data_size is "
            "given, so that nothing could predict a score. `lingap languages TEXT` finds codes."
        )
    extra = [language_code(name) or name for name in predict or ()]
    if predict is None and tokens is not None:
        extra = [language_code(name) or name for name in languages_of_tokens(tokens)]
    features = language_features(
        list(dict.fromkeys([*scored, *extra])), reference=reference, tokens=tokens,
        data_size=data_size, inventory=inventory,
    )  # fmt: skip
    found = []
    for (task, metric), own in groups.items():
        if len(own) > MOST_SYSTEMS and not each:
            codes = next(iter(own.values()))
            mean = {code: float(np.mean([s[code] for s in own.values()])) for code in codes}
            notes.append(
                f"{task}: the mean of {len(own)} systems is explained. Pass systems=, or each=True "
                "for each of them."
            )
            own = {f"mean of {len(own)} systems": mean}
        if alike := [system for system, scores in own.items() if len({*scores.values()}) == 1]:
            notes.append(
                f"{task}: the same score in all languages, not explained: {', '.join(alike)}."
            )
        try:
            found += [
                explain_scores(
                    scores,
                    features,
                    system=system,
                    task=task,
                    metric=metric,
                    reference=reference,
                    n_permutations=n_permutations,
                    seed=seed,
                )
                for system, scores in own.items()
                if system not in alike
            ]
        except MetricError as error:
            raise MetricError(f"{where}: {error}") from error
    if not found:
        raise MetricError(
            f"{where}: each system has the same score in all languages: nothing to explain."
        )
    return found, list(dict.fromkeys([*notes, *(w for one in found for w in one.warnings)]))
