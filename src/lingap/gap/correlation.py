"""Performance gaps against predictors, over seeds and pairs (the paper's table 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.linguistic import LinguisticGap
from lingap.gap.output import OutputGap
from lingap.gap.performance import PerformanceGap
from lingap.gap.result import GapResult, Row, columns
from lingap.metrics.correlation import RankCorrelation, rank_correlation
from lingap.metrics.language_permutations import Language
from lingap.metrics.multiple_tests import holm_of_known
from lingap.records import Interval

FEWEST_PAIRS = 6
"""Fewest pairs for a rank correlation: with fewer, even a perfect one may be chance."""

_ORDERS = 1999  # of the languages, in Mantel's test
_INCOMPLETE = "some pairs of languages have no value, so that languages cannot be permuted"


@dataclass(frozen=True, slots=True)
class GapCorrelation(GapResult):
    """Rank correlation of a gap with one predictor.

    Args:
        predictor: Its name.
        n_points: Points.
        n_blocks: Groups that share a training, such as seeds.
        spearman: Spearman's R; None if undefined, as all that follow.
        spearman_interval: Bootstrap over blocks.
        spearman_p: For independent points, as the paper prints it.
        spearman_p_blocks: Permutation of whole blocks; None without blocks.
        kendall: Kendall's tau-b.
        kendall_interval: Bootstrap over blocks.
        kendall_p: For independent points.
        kendall_p_blocks: Permutation of whole blocks; None without blocks.
        spearman_p_holm: `tested_p` adjusted for all correlations of one result (Holm's method).
        task: Of the scores, if known.
        system: Whose gaps, if one system's.
        note: Why it, or the permutation of languages, is undefined.
        spearman_p_languages: Permutation of languages, as points that share one are not
            independent (Mantel's test, where points are pairs); None where they cannot be
            exchanged. With n languages no p is below 1 / n!.
        kendall_p_languages: The same of Kendall's tau-b.
    """

    predictor: str
    n_points: int
    n_blocks: int
    spearman: float | None
    spearman_interval: Interval | None
    spearman_p: float | None
    spearman_p_blocks: float | None
    kendall: float | None
    kendall_interval: Interval | None
    kendall_p: float | None
    kendall_p_blocks: float | None
    spearman_p_holm: float | None
    task: str = ""
    system: str = ""
    note: str = ""
    spearman_p_languages: float | None = None
    kendall_p_languages: float | None = None

    @property
    def tested_p(self) -> float | None:
        """Spearman's p that allows for what points share: over whole seeds, else languages."""
        return (
            self.spearman_p_languages if self.spearman_p_blocks is None else self.spearman_p_blocks
        )

    def to_rows(self) -> list[Row]:
        """Return the correlation's row."""
        names = (
            "task system predictor n_points n_blocks spearman spearman_interval spearman_p "
            "spearman_p_blocks spearman_p_holm spearman_p_languages kendall kendall_interval "
            "kendall_p kendall_p_blocks kendall_p_languages note"
        )
        return [columns(self, names)]


@dataclass(frozen=True, slots=True)
class PairPoint:
    """One pair of languages under one model: its performance gap and a predictor of it.

    Args:
        system: Whose model.
        task: Of the scores.
        pair: The two languages.
        predictor: Such as ``debiased CKA, input layer`` or ``Sinkhorn distance``.
        value: The predictor's value.
        gap_percent: Relative percentage difference of the pair.
    """

    system: str
    task: str
    pair: tuple[str, str]
    predictor: str
    value: float
    gap_percent: float


@checked(MetricError)
def correlate_gaps(
    gaps: Sequence[float],
    predictors: Mapping[str, Sequence[float]],
    *,
    seeds: Sequence[int],
    languages: Sequence[Language] | None = None,
    n_permutations: int = 9999,
    n_resamples: int = 1999,
    seed: int = 0,
    task: str = "",
    system: str = "",
) -> list[GapCorrelation]:
    """Correlate gaps with each predictor; points of one training seed stay together.

    Args:
        gaps: (n,) performance gaps, one per seed and pair of languages.
        predictors: Name -> (n,) values of the same points.
        seeds: (n,) training seed of each point; the pairs in the same order within each seed.
        languages: (n,) the language of each point, or its two languages, each once a seed: adds
            p-values from permuting the languages.
        n_permutations: Of the permutation test, at least 99.
        n_resamples: Of the bootstrap.
        seed: Of both.
        task: Of the scores, for tables.
        system: Whose gaps, for tables.

    Raises:
        MetricError: As :func:`lingap.metrics.rank_correlation`; the message names the predictor.
    """
    if n_permutations < 99:
        raise MetricError(f"n_permutations must be at least 99; got {n_permutations}.")
    if not predictors:
        raise MetricError("At least one predictor is needed; got none.")
    found = []
    for name, values in predictors.items():
        try:
            c = rank_correlation(
                gaps, values, blocks=list(seeds), languages=languages,
                n_permutations=n_permutations, n_resamples=n_resamples, seed=seed,
            )  # fmt: skip
        except MetricError as error:
            raise MetricError(f"{name}: {error}") from None
        found.append(_row(name, c, task, system))
    return adjusted(found)


def adjusted(correlations: Sequence[GapCorrelation]) -> list[GapCorrelation]:
    """The same correlations, with `tested_p` adjusted for all that have one (Holm's method).

    Where correlations of several calls are put together, their p-values are adjusted anew.
    """
    raised = holm_of_known([row.tested_p for row in correlations])
    return [replace(row, spearman_p_holm=p) for row, p in zip(correlations, raised, strict=True)]


def _row(predictor: str, found: RankCorrelation, task: str, system: str) -> GapCorrelation:
    spearman, kendall = found.spearman, found.kendall
    return GapCorrelation(
        predictor=predictor,
        n_points=found.n,
        n_blocks=found.n_blocks,
        spearman=spearman.value,
        spearman_interval=spearman.interval,
        spearman_p=spearman.p_value,
        spearman_p_blocks=spearman.p_permutation,
        kendall=kendall.value,
        kendall_interval=kendall.interval,
        kendall_p=kendall.p_value,
        kendall_p_blocks=kendall.p_permutation,
        spearman_p_holm=None,
        task=task,
        system=system,
        spearman_p_languages=spearman.p_languages,
        kendall_p_languages=kendall.p_languages,
    )


def named_layer(layer: str) -> str:
    """A layer in a sentence.

    >>> named_layer("input"), named_layer("12")
    ('input layer', 'layer 12')
    """
    return f"layer {layer}" if layer.isdecimal() else f"{layer} layer"


def pair_points(
    performance: Sequence[PerformanceGap],
    linguistic: Sequence[LinguisticGap] = (),
    outputs: Sequence[OutputGap] = (),
) -> list[PairPoint]:
    """Join the gaps of each pair of languages: RPD with debiased CKA and Sinkhorn distance."""
    points = []
    for gap in performance:
        rpd = {frozenset((r["language"], r["other"])): r for r in gap.pair_rows()}
        predictors = [
            (f"{s.name}, {named_layer(one.layer)}", one.languages, s.values)
            for one, s in ((each, each.similarity) for each in linguistic)
            if one.system == gap.system and one.task in ("", gap.task)
        ]
        predictors += [
            ("Sinkhorn distance", one.languages, one.distance)
            for one in outputs
            if one.system == gap.system
        ]
        for name, languages, matrix in predictors:
            for (i, one), (j, other) in combinations(enumerate(languages), 2):
                row = rpd.get(frozenset((one, other)), {})
                if (percent := row.get("rpd_percent")) is not None:
                    pair = row["language"], row["other"]
                    points.append(
                        PairPoint(gap.system, gap.task, pair, name, matrix[i][j], percent)
                    )
    return points


def correlate_pairs(points: Sequence[PairPoint]) -> list[GapCorrelation]:
    """Rank correlation of gap and predictor within each system, task and predictor.

    Groups of fewer than six pairs are left out; one whose values do not vary gives a row that says
    why it is undefined. Pairs that share a language are not independent, so p-values that treat
    them as points are too small; those of Mantel's test, which permutes the languages, are not.
    """
    groups: dict[tuple[str, str, str], list[PairPoint]] = {}
    for point in points:
        groups.setdefault((point.task, point.predictor, point.system), []).append(point)
    found = []
    for (task, predictor, system), own in groups.items():
        if len(own) < FEWEST_PAIRS:
            continue
        found.append(
            _over_languages(
                predictor, [p.gap_percent for p in own], [p.value for p in own],
                [p.pair for p in own], task, system,
            )
        )  # fmt: skip
    return adjusted(found)


def correlate_with_reference(
    gap: PerformanceGap, reference: str, predictor: str, values: Mapping[str, float]
) -> GapCorrelation | None:
    """Rank correlation of each language's gap to the reference with a value of that language.

    Args:
        gap: Of one system and task.
        reference: One of its languages.
        predictor: What the values are.
        values: Language -> value; others than those of the gap are left out.

    Returns:
        The correlation, its p-value from permuting the languages and not adjusted; None for fewer
        than six languages besides the reference.

    Raises:
        MetricError: When the reference has no score.
    """
    gaps = {code: rpd for code, (rpd, _) in gap.gap_to(reference).items() if rpd is not None}
    names = [code for code in gaps if code in values]
    if len(names) < FEWEST_PAIRS:
        return None
    return _over_languages(
        predictor, [gaps[code] for code in names], [values[code] for code in names], names,
        gap.task, gap.system,
    )  # fmt: skip


def _over_languages(
    predictor: str,
    gaps: Sequence[float],
    values: Sequence[float],
    languages: Sequence[Language],
    task: str,
    system: str,
) -> GapCorrelation:
    """One correlation, with a note where it, or the permutation of languages, is undefined."""
    try:
        made = rank_correlation(
            gaps, values, languages=languages, n_permutations=_ORDERS, n_resamples=0
        )
    except MetricError as error:
        return GapCorrelation(
            predictor, len(gaps), len(gaps), None, None, None, None, None, None, None, None,
            None, task, system, note=str(error),
        )  # fmt: skip
    row = _row(predictor, made, task, system)
    return replace(row, note=_INCOMPLETE) if row.spearman_p_languages is None else row
