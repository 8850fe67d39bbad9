"""Do the gaps of two systems differ? Paired permutation tests and intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, to_numpy
from lingap.metrics.gap_inversion import GapEstimate, gap_difference, gap_estimate, gap_measure
from lingap.metrics.gap_over_seeds import gap_over_seeds
from lingap.records import Interval

_UNDEFINED = "Two languages score 0: their relative difference is undefined."
_BLOCK_VALUES = 1 << 20
_EXACT_SEEDS = 14  # 2^14 exchanges are enumerated; beyond that, drawn


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Gap of A minus gap of B, and the evidence against no difference.

    Args:
        difference: In the gap's unit; below 0 where A's gap is smaller.
        corrected: The same of the gaps corrected for noise (:mod:`lingap.metrics.gap_inversion`).
        p_value: Two-sided.
        p_smaller: One-sided, that A's gap is smaller.
        interval: Of the true difference; around `corrected`, not `difference`.
        n_units: Seeds or sentences that were exchanged.
        method: How the p-values were computed.
        smallest_p: Smallest two-sided p-value that `n_units` allow.
    """

    difference: float
    corrected: float | None
    p_value: float
    p_smaller: float
    interval: Interval | None
    n_units: int
    method: str
    smallest_p: float


def has_undefined_exchange(first: Array, second: Array) -> bool:
    """Whether some exchange of seeds leaves a system with two languages that score 0 throughout.

    Their relative difference, and so the test, is then undefined. Shapes: two
    (n_languages, n_seeds).
    """
    zeros = np.stack([first, second]) == 0  # (2, L, K)
    both = (zeros[:, :, None] & zeros[:, None, :]).any(axis=0).all(axis=-1)  # (L, L)
    return bool(np.triu(both, 1).any())


def _finite(values: Array) -> Array:
    if not np.isfinite(values).all():
        raise MetricError(_UNDEFINED)
    return values


def _table(values: ArrayInput, name: str) -> Array:
    table = to_numpy(values, name).astype(np.float64)
    if table.ndim != 2 or table.shape[0] < 2:
        raise MetricError(
            f"{name} must be (n_languages, n_seeds) with 2 languages or more; "
            f"got shape {table.shape}."
        )
    if not (np.isfinite(table) & (table >= 0)).all():
        raise MetricError(f"{name} contains a negative or non-finite score.")
    return table


@checked(MetricError)
def compare_over_seeds(
    first: ArrayInput,
    second: ArrayInput,
    *,
    gap: str = "mean_rpd",
    n_permutations: int = 9999,
    n_resamples: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> PairedTest:
    """Compare the gaps of two systems trained with the same seeds.

    Under the null hypothesis the two systems can be exchanged within a seed, all languages
    together; the gap is that of scores averaged over seeds. Up to 14 seeds all exchanges are
    enumerated: 5 seeds cannot give a two-sided p below 2/32.

    Args:
        first: (n_languages, n_seeds) scores of A.
        second: The same of B: same languages, same seeds.
        gap: ``mean_rpd`` (percent) or ``std``.
        n_permutations: Exchanges drawn for more than 14 seeds.
        n_resamples: As `n_draws` of :func:`~lingap.metrics.gap_inversion.gap_estimate`; 0 for no
            interval.
        level: Of confidence.
        seed: Of the draws.

    Raises:
        MetricError: For different shapes, one seed, bad scores, or two languages that score 0.
    """
    a, b = _table(first, "first"), _table(second, "second")
    if a.shape != b.shape:
        raise MetricError(f"Shapes differ: {a.shape} and {b.shape}; the systems must be paired.")
    [result] = compare_all_over_seeds(
        np.stack([a, b]), [(0, 1)], gap=gap, n_permutations=n_permutations,
        n_resamples=n_resamples, level=level, seed=seed,
    )  # fmt: skip
    return result


def compare_all_over_seeds(
    scores: Array,
    pairs: Sequence[tuple[int, int]],
    *,
    gap: str = "mean_rpd",
    n_permutations: int = 9999,
    n_resamples: int = 500,
    level: float = 0.95,
    seed: int = 0,
    item_errors: Array | None = None,
) -> list[PairedTest]:
    """Compare many pairs of systems of one table, as :func:`compare_over_seeds` compares one.

    Args:
        scores: (n_systems, n_languages, n_seeds), finite and >= 0.
        pairs: Indices of the systems A and B of each comparison.
        gap: ``mean_rpd`` or ``std``.
        n_permutations: Exchanges drawn for more than 14 seeds.
        n_resamples: As above.
        level: Of confidence.
        seed: Of the draws, the same for all pairs.
        item_errors: (n_systems, n_languages) standard errors of the means over test items, for the
            intervals; None where they are not known.

    Returns:
        A test per pair.

    Raises:
        MetricError: For one seed, or where :func:`has_undefined_exchange` of a pair.
    """
    measure = gap_measure(gap)
    n = scores.shape[-1]
    if n < 2:
        raise MetricError(
            "One seed cannot show whether a difference is more than chance; give two or more."
        )
    if gap == "mean_rpd" and any(has_undefined_exchange(scores[a], scores[b]) for a, b in pairs):
        raise MetricError(_UNDEFINED)
    exact = n <= _EXACT_SEEDS
    if exact:
        swap = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        method = f"all {2**n} exchanges of seeds"
    else:
        swap = np.random.default_rng(seed).integers(2, size=(n_permutations, n))
        method = f"{n_permutations} random exchanges of seeds"
    means = scores.mean(axis=-1)
    here = measure(means)
    estimates: list[GapEstimate] | None = None
    if n_resamples:
        known = [None] * len(scores) if item_errors is None else item_errors
        estimates = [
            gap_over_seeds(table, own, gap=gap, level=level, n_draws=n_resamples, seed=seed)
            for table, own in zip(scores, known, strict=True)
        ]
    results = []
    step = max(1, _BLOCK_VALUES // (len(swap) * scores.shape[1]))
    for at in range(0, len(pairs), step):
        some = pairs[at : at + step]
        index = np.array(some)
        a, b = scores[index[:, 0]], scores[index[:, 1]]
        moved = np.einsum("sk,plk->psl", swap / n, b - a)
        drawn = measure(means[index[:, 0], None] + moved)
        drawn -= measure(means[index[:, 1], None] - moved)
        differences = here[index[:, 0]] - here[index[:, 1]]
        for value, moved_by, (one, other) in zip(differences, drawn, some, strict=True):
            of_truth: _Difference = None, None
            if estimates is not None:
                of_truth = gap_difference(estimates[one], estimates[other])
            results.append(_result(float(value), moved_by, exact, of_truth, n, method))
    return results


_Difference = tuple[float, Interval] | tuple[None, None]


def _result(
    here: float, drawn: Array, exact: bool, of_truth: _Difference, n: int, method: str
) -> PairedTest:
    extra = 0 if exact else 1  # a sample also counts the observed order
    slack = 1e-12 * max(1.0, abs(here))
    count = len(drawn) + extra
    return PairedTest(
        difference=here,
        corrected=of_truth[0],
        p_value=float((extra + (np.abs(drawn) >= abs(here) - slack).sum()) / count),
        p_smaller=float((extra + (drawn <= here + slack).sum()) / count),
        interval=of_truth[1],
        n_units=n,
        method=method,
        smallest_p=2 / count if exact else 1 / count,
    )


@checked(MetricError)
def compare_estimates(
    scores: ArrayInput,
    errors: ArrayInput,
    *,
    gap: str = "mean_rpd",
    n_draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> PairedTest:
    """Compare the gaps of two systems, each scored once, from the standard errors of the scores.

    The errors count as independent between the systems. Where both are scored on the same test
    items, errors go together, and the test finds too little rather than too much. The p-values are
    those at which the interval of the true difference would end at 0, taking its arms as normal.

    Args:
        scores: (2, n_languages) of A and of B.
        errors: (2, n_languages) their standard errors.
        gap: ``mean_rpd`` (percent) or ``std``.
        n_draws: As in :func:`~lingap.metrics.gap_inversion.gap_estimate`.
        level: Of confidence.
        seed: Of the draws.

    Raises:
        MetricError: For other shapes, or numbers that are negative or not finite.

    >>> x, s = [[0.9, 0.3, 0.5], [0.7, 0.6, 0.65]], [[0.01] * 3, [0.01] * 3]
    >>> test = compare_estimates(x, s)
    >>> test.difference > 50, test.p_value < 0.001, test.p_smaller > 0.999
    (True, True, True)
    """
    x, s = (_table(values, name) for values, name in ((scores, "scores"), (errors, "errors")))
    if x.shape != s.shape or len(x) != 2:
        raise MetricError(
            f"scores and errors must both be (2, n_languages); got {x.shape} and {s.shape}."
        )
    measure = gap_measure(gap)
    estimates = [
        gap_estimate(mine, own, gap=gap, level=level, n_draws=n_draws, seed=seed)
        for mine, own in zip(x, s, strict=True)
    ]
    here, interval = gap_difference(*estimates)
    arm = here - interval.low if here > 0 else interval.high - here
    z = NormalDist().inv_cdf((1 + level) / 2) * here / arm if arm > 0 else math.copysign(
        math.inf if here else 0.0, here
    )  # fmt: skip
    return PairedTest(
        difference=float(np.subtract(*_finite(measure(x)))),
        corrected=here,
        p_value=2 * NormalDist().cdf(-abs(z)),
        p_smaller=NormalDist().cdf(z),
        interval=interval,
        n_units=1,
        method="the scores' intervals, systems as if independent",
        smallest_p=0.0,
    )


@checked(MetricError)
def compare_over_sentences(
    first: dict[str, ArrayInput],
    second: dict[str, ArrayInput],
    score: Callable[[Array], Array],
    *,
    gap: str = "mean_rpd",
    n_permutations: int = 1999,
    n_resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> PairedTest:
    """Compare the gaps of two systems scored on the same test sentences.

    Under the null hypothesis the two systems can be exchanged within a sentence. It compares one
    trained model of each: training noise is not included.

    Args:
        first: Language -> (n_sentences, k) counts of A, such as (tp, fp, fn); n may differ
            between languages.
        second: The same of B, over the same sentences.
        score: From summed counts (m, k) to scores (m,), such as ``f1_of_sums``.
        gap: ``mean_rpd`` (percent) or ``std``.
        n_permutations: Exchanges drawn.
        n_resamples: Of the bootstrap over sentences, paired over systems; 0 for no interval.
        level: Of confidence.
        seed: Of the draws.

    Raises:
        MetricError: For different languages or shapes, or two languages that score 0.
    """
    from lingap.metrics.bootstrap import resampled_sums

    def scored(sums: Array) -> Array:
        values = to_numpy(score(sums), "score")
        if values.shape != (len(sums),):
            raise MetricError(
                f"score: expected a function from sums {sums.shape} to scores ({len(sums)},), got "
                f"one that gives shape {values.shape}."
            )
        return values.astype(np.float64)

    measure = gap_measure(gap)
    if list(first) != list(second) or len(first) < 2:
        raise MetricError(
            f"Expected the same 2 or more languages; got {list(first)} and {list(second)}."
        )
    sides: list[list[Array]] = [[], []]
    draws: list[list[Array]] = [[], []]
    here: list[list[float]] = [[], []]
    n_units = 0
    for k, language in enumerate(first):
        a, b = (to_numpy(s[language], language).astype(np.float64) for s in (first, second))
        if a.ndim != 2 or a.shape != b.shape or not len(a):
            raise MetricError(
                f"{language}: counts must be (n_sentences, k) in both; got {a.shape} and {b.shape}."
            )
        n_units += len(a)
        moved = _moved(b - a, n_permutations, np.random.default_rng([seed, k]))
        for i, (mine, sign) in enumerate(((a, 1), (b, -1))):
            sides[i].append(scored(mine.sum(axis=0) + sign * moved))
            here[i].append(float(scored(mine.sum(axis=0)[None])[0]))
            if n_resamples:
                draws[i].append(
                    scored(resampled_sums(mine, n_resamples=n_resamples, seed=seed + 7919 * k))
                )
    drawn = np.subtract(*(_finite(measure(np.stack(s, axis=1))) for s in sides))
    observed = float(np.subtract(*(_finite(measure(np.array([h])))[0] for h in here)))
    of_truth: _Difference = None, None
    if n_resamples:
        tables = [np.stack(d, axis=1) for d in draws]  # (n_resamples, L) of A and of B
        estimates = [
            gap_estimate(here[i], table.std(axis=0, ddof=1), gap=gap, level=level, seed=seed)
            for i, table in enumerate(tables)
        ]
        gaps = [measure(np.maximum(table, 1e-9)) for table in tables]
        varies = min(float(g.std()) for g in gaps) > 0
        shared = float(np.corrcoef(gaps[0], gaps[1])[0, 1]) if varies else 0.0
        of_truth = gap_difference(*estimates, correlation=shared)
    method = f"{n_permutations} random exchanges of sentences"
    return _result(observed, drawn, False, of_truth, n_units, method)


def _moved(difference: Array, n_draws: int, rng: np.random.Generator) -> Array:
    """Sums of the differences of randomly chosen sentences, (n_draws, k)."""
    step = max(1, (1 << 22) // len(difference))
    parts = [
        rng.integers(2, size=(min(step, n_draws - at), len(difference)), dtype=np.int8).astype(
            np.float64
        )
        @ difference
        for at in range(0, n_draws, step)
    ]
    return np.concatenate(parts)
