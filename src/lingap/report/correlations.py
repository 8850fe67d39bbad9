"""Each pair of languages: its performance gap beside what may predict it (Table 3 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.errors import MetricError
from lingap.gap import LinguisticGap, PerformanceGap
from lingap.report.summary import Correlation, OutputDistance, PairPoint

FEWEST_POINTS = 6
"""Below this no rank correlation is given: even a perfect one is then a matter of chance."""


def pair_points(
    performance: Sequence[PerformanceGap],
    linguistic: Sequence[LinguisticGap],
    distances: Sequence[OutputDistance] = (),
) -> tuple[PairPoint, ...]:
    """Join the stored gaps of each pair: RPD with debiased CKA and, where known, with Sinkhorn."""
    points = []
    for gap in performance:
        rpd = {
            frozenset((one, other)): ((one, other), gap.rpd[i][j])
            for i, one in enumerate(gap.languages)
            for j, other in enumerate(gap.languages)
            if i < j
        }
        for likeness in linguistic:
            if likeness.system != gap.system or likeness.task not in ("", gap.task):
                continue
            matrix = likeness.cka_debiased or likeness.cka
            kind = "debiased CKA" if likeness.cka_debiased else "CKA"
            for i, one in enumerate(likeness.languages):
                for j in range(i + 1, len(likeness.languages)):
                    pair, value = rpd.get(frozenset((one, likeness.languages[j])), (None, None))
                    if pair is not None and value is not None:
                        name = f"{kind}, {likeness.layer} layer"
                        points.append(
                            PairPoint(gap.system, gap.task, pair, None, name, matrix[i][j], value)
                        )
        for distance in distances:
            if distance.system == gap.system and distance.task in ("", gap.task):
                pair, value = rpd.get(frozenset(distance.pair), (None, None))
                if pair is not None and value is not None:
                    points.append(
                        PairPoint(
                            gap.system, gap.task, pair, None, "Sinkhorn distance", distance.value,
                            value,
                        )
                    )  # fmt: skip
    return tuple(points)


def correlations_of(points: Sequence[PairPoint]) -> tuple[Correlation, ...]:
    """Rank correlation of gap and predictor within each system, task and predictor."""
    from lingap.metrics.correlation import rank_correlation

    groups: dict[tuple[str, str, str], list[PairPoint]] = {}
    for point in points:
        groups.setdefault((point.task, point.predictor, point.system), []).append(point)
    found = []
    for (task, predictor, system), own in groups.items():
        if len(own) < FEWEST_POINTS:
            continue
        name = f"{predictor} · {system}"
        try:
            result = rank_correlation(
                [point.gap_percent for point in own],
                [point.value for point in own],
                n_permutations=0,
                n_resamples=0,
            )
        except MetricError as error:
            found.append(Correlation(task, name, len(own), None, None, None, None, note=str(error)))
            continue
        found.append(
            Correlation(
                task, name, len(own),
                result.spearman.value, result.spearman.p_value,
                result.kendall.value, result.kendall.p_value,
            )
        )  # fmt: skip
    return tuple(found)
