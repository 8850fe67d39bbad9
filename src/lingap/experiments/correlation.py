"""Performance gap against its predictors over seeds, the set-up of the paper's Table 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lingap.experiments.config import ExperimentConfig
from lingap.gap import LinguisticGap
from lingap.gap.correlation import GapCorrelation, correlate_gaps
from lingap.metrics import relative_percentage_difference, sinkhorn_distance
from lingap.records import Score

SeedGaps = dict[tuple[str, str], dict[int, LinguisticGap]]
"""(system, layer) to the linguistic gap under each seed."""

FEWEST_SEEDS = 5
"""With fewer no correlation is given: the points of one seed are not independent."""


def correlate_over_seeds(
    scores: Sequence[Score],
    linguistic: SeedGaps,
    outputs: Mapping[tuple[str, int, str], Any],
    config: ExperimentConfig,
) -> list[GapCorrelation]:
    """Correlate the gap to the source language with what may predict it.

    A point is a seed and a language other than the source (``eng`` where it is there, else the
    first): its RPD to the source, beside the source's score, the CKA of the pair in each layer,
    biased as in the paper and debiased, and the Sinkhorn distance of the pair's outputs.

    Args:
        scores: Of the finished runs.
        linguistic: As measured under each seed.
        outputs: (system, seed, language) to output distributions (n, n_labels), if any.
        config: Of the experiment.

    Returns:
        A row for each system and predictor; none with fewer than five seeds or where nothing
        varies.
    """
    source = "eng" if "eng" in config.languages else config.languages[0]
    value = {(row.system, row.seed, row.language): row.value for row in scores}
    others = [code for code in config.languages if code != source]
    found = []
    for system in dict.fromkeys(row.system for row in scores):
        seeds = [
            seed for seed in config.seeds
            if all(value.get((system, seed, code), 0) > 0 for code in config.languages)
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
            languages = next(iter(by_seed.values())).languages
            if owner != system or not set(seeds) <= set(by_seed):
                continue
            if not set(config.languages) <= set(languages):
                continue
            here = {code: place for place, code in enumerate(languages)}
            for name in ("cka", "cka_debiased"):
                kind = "CKA" if name == "cka" else "CKA debiased"
                predictors[f"{kind}, {layer} layer"] = [
                    getattr(by_seed[seed], name)[here[source]][here[code]] for seed, code in points
                ]
        if all((system, seed, code) in outputs for seed in seeds for code in config.languages):
            predictors["Sinkhorn distance"] = [
                sinkhorn_distance(outputs[system, seed, source], outputs[system, seed, code])
                for seed, code in points
            ]
        named = {
            f"{system}: {name}": values
            for name, values in predictors.items()
            if len(set(values)) > 1
        }
        if named and len(set(gaps)) > 1:
            found += correlate_gaps(gaps, named, seeds=[seed for seed, _ in points])
    return found
