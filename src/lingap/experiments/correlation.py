"""Performance gap against its predictors over seeds, the set-up of the paper's Table 3."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.gap import LinguisticGap, OutputGap
from lingap.gap.correlation import GapCorrelation, correlate_gaps
from lingap.metrics import relative_percentage_difference
from lingap.records import Score

SeedGaps = dict[tuple[str, str], dict[int, LinguisticGap]]
"""(system, layer) to the linguistic gap under each seed."""

SeedOutputGaps = dict[str, dict[int, OutputGap]]
"""System to the output gap under each seed."""

FEWEST_SEEDS = 5
"""With fewer, no correlation is given: the points of one seed are not independent."""


def correlate_over_seeds(
    scores: Sequence[Score],
    linguistic: SeedGaps,
    outputs: SeedOutputGaps,
    *,
    languages: Sequence[str],
    all_seeds: Sequence[int],
    task: str = "",
    source: str | None = None,
) -> list[GapCorrelation]:
    """Correlate the gap to the source language with what may predict it.

    A point is a seed and a language other than the source (by default ``eng`` if present, else the
    first): its RPD to the source, against the source's score, the CKA of the pair in each layer,
    biased as in the paper and debiased, and the Sinkhorn distance of the pair's outputs.

    Args:
        scores: Of the finished runs of one task.
        linguistic: Linguistic gap under each seed.
        outputs: Output gap under each seed, if any.
        languages: Of the task.
        all_seeds: Of the experiment.
        task: Of the scores, for tables.
        source: The language that was trained on, under zero-shot.

    Returns:
        A row for each system and predictor; none with fewer than five seeds or where nothing
        varies.
    """
    source = source or ("eng" if "eng" in languages else languages[0])
    value = {(row.system, row.seed, row.language): row.value for row in scores}
    others = [code for code in languages if code != source]
    found = []
    for system in dict.fromkeys(row.system for row in scores):
        seeds = [
            seed for seed in all_seeds
            if all(value.get((system, seed, code), 0) > 0 for code in languages)
        ]  # fmt: skip
        if len(seeds) < FEWEST_SEEDS or not others:
            continue
        points = [(seed, code) for seed in seeds for code in others]
        of_source = [value[system, seed, source] for seed, _ in points]
        gaps = [
            float(relative_percentage_difference(ours, value[system, *point]))
            for ours, point in zip(of_source, points, strict=True)
        ]
        predictors = {f"{source} score": of_source}
        for (owner, layer), by_seed in linguistic.items():
            measured = next(iter(by_seed.values())).languages
            complete = set(seeds) <= set(by_seed) and set(languages) <= set(measured)
            if owner != system or not complete:
                continue
            place = measured.index
            for name, kind in (("cka", "CKA"), ("cka_debiased", "debiased CKA")):
                matrices = {seed: getattr(by_seed[seed], name) for seed in seeds}
                if all(matrices.values()):  # empty where the debiased value is undefined
                    predictors[f"{kind}, {layer} layer"] = [
                        matrices[seed][place(source)][place(code)] for seed, code in points
                    ]
        of_outputs = outputs.get(system, {})
        if set(seeds) <= set(of_outputs):
            place = next(iter(of_outputs.values())).languages.index
            predictors["Sinkhorn distance"] = [
                of_outputs[seed].distance[place(source)][place(code)] for seed, code in points
            ]
        named = {name: values for name, values in predictors.items() if len(set(values)) > 1}
        if named and len(set(gaps)) > 1:
            found += correlate_gaps(
                gaps, named, seeds=[seed for seed, _ in points],
                languages=[code for _, code in points], task=task, system=system,
            )  # fmt: skip
    return found
