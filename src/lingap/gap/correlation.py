"""Performance gaps against what may explain them, over seeds and pairs (the paper's table 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lingap.errors import MetricError
from lingap.gap.json_record import JsonRecord
from lingap.metrics.correlation import rank_correlation
from lingap.metrics.paired import holm
from lingap.records import Interval


@dataclass(frozen=True, slots=True)
class GapCorrelation(JsonRecord):
    """Rank correlation of a gap with one predictor.

    Args:
        predictor: Its name.
        n_points: Points.
        n_blocks: Groups that share a training, such as seeds.
        spearman: Spearman's R.
        spearman_interval: Bootstrap over blocks.
        spearman_p: For independent points, as the paper prints it.
        spearman_p_blocks: Permutation of whole blocks.
        kendall: Kendall's tau-b.
        kendall_interval: Bootstrap over blocks.
        kendall_p: For independent points.
        kendall_p_blocks: Permutation of whole blocks.
        spearman_p_holm: `spearman_p_blocks` adjusted over all predictors.
    """

    predictor: str
    n_points: int
    n_blocks: int
    spearman: float
    spearman_interval: Interval | None
    spearman_p: float
    spearman_p_blocks: float
    kendall: float
    kendall_interval: Interval | None
    kendall_p: float
    kendall_p_blocks: float
    spearman_p_holm: float


def correlate_gaps(
    gaps: Sequence[float],
    predictors: Mapping[str, Sequence[float]],
    *,
    seeds: Sequence[int],
    n_permutations: int = 9999,
    n_resamples: int = 1999,
    seed: int = 0,
) -> list[GapCorrelation]:
    """Correlate gaps with each predictor; points of one training seed stay together.

    Args:
        gaps: (n,) performance gaps, one a seed and pair of languages.
        predictors: Name -> (n,) values of the same points.
        seeds: (n,) training seed of each point; the pairs in equal order within each seed.
        n_permutations: Of the permutation test, at least 99.
        n_resamples: Of the bootstrap.
        seed: Of both.

    Raises:
        MetricError: As :func:`lingap.metrics.rank_correlation`; the message names the predictor.
    """
    if n_permutations < 99:
        raise MetricError(f"n_permutations must be at least 99; {n_permutations} came.")
    found = {}
    for name, values in predictors.items():
        try:
            found[name] = rank_correlation(
                gaps, values, blocks=list(seeds),
                n_permutations=n_permutations, n_resamples=n_resamples, seed=seed,
            )  # fmt: skip
        except MetricError as error:
            raise MetricError(f"{name}: {error}") from None
    if not found:
        raise MetricError("No predictor came; at least one is needed.")
    p_blocks = [
        (_tested(c.spearman.p_permutation), _tested(c.kendall.p_permutation))
        for c in found.values()
    ]
    adjusted = holm([p for p, _ in p_blocks])
    return [
        GapCorrelation(
            predictor=name,
            n_points=c.n,
            n_blocks=c.n_blocks,
            spearman=c.spearman.value,
            spearman_interval=c.spearman.interval,
            spearman_p=c.spearman.p_value,
            spearman_p_blocks=blocks[0],
            kendall=c.kendall.value,
            kendall_interval=c.kendall.interval,
            kendall_p=c.kendall.p_value,
            kendall_p_blocks=blocks[1],
            spearman_p_holm=float(p),
        )
        for (name, c), blocks, p in zip(found.items(), p_blocks, adjusted, strict=True)
    ]


def _tested(p_value: float | None) -> float:
    assert p_value is not None, "permutations were asked for"
    return p_value
