"""Embeddings of parallel sentences to the linguistic gap of one system and layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from statistics import fmean
from typing import NamedTuple

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.bound import DivergencePair
from lingap.gap.result import GapResult, Matrix, Row, columns, matrix_rows
from lingap.metrics.all_pairs import (
    GramMoments,
    cka_of_moments,
    gram_moments,
    named_embeddings,
    pairwise_floor,
    prepared,
)
from lingap.metrics.arrays import Array, ArrayInput, as_matrix
from lingap.metrics.cka_jackknife import CkaErrors, jackknife_cka
from lingap.metrics.student import normal_interval
from lingap.records import Interval

_METHOD = "jackknife over sentences, normal"
_BIASED = f"{_METHOD} (biased CKA: of its mean at this number of sentences)"
_GRAMS_LIMIT = 1 << 26  # values of all Gram matrices held at once
_RETRIEVAL_LIMIT = 2e12  # multiplications; minutes of a core
_SAMPLING_LIMIT = 3e10  # multiplications for shuffled rows; beyond that, exact moments
MEANS_OF_CKA = "mean_cka mean_cka_interval mean_cka_debiased mean_cka_debiased_interval mean_floor"
"""Fields of a layer's means over pairs, for tables."""


class Similarity(NamedTuple):
    """Similarities of all pairs, (L, L), their mean and its interval, and what they are called."""

    name: str
    values: Matrix
    mean: float | None
    mean_interval: Interval | None


@dataclass(frozen=True, slots=True)
class LinguisticGap(GapResult):
    """Similarity of one system's embeddings of the same sentences between languages.

    Args:
        system: What made the embeddings.
        layer: Where they come from: ``input``, ``last``, or another layer's name.
        corpus: The parallel sentences.
        n_sentences: Rows.
        width: Columns; of the widest language if they differ.
        languages: In the order given.
        cka: (L, L) biased linear CKA, as in the paper; higher is closer.
        cka_debiased: (L, L) debiased; 0 on average for unrelated embeddings, may be slightly
            negative. Empty if undefined, with a warning.
        floor_mean: (L, L) mean biased CKA over all pairings of rows: its value for unrelated rows.
        floor_high: (L, L) 95th percentile over pairings.
        mean_cka: Over pairs; None for a single language, as all that follow.
        mean_cka_interval: Over sentences, of the mean of biased CKA at this number of sentences;
            with more of them it falls, so it is not an interval of the limit for unlimited text.
        mean_cka_debiased: Over pairs.
        mean_cka_debiased_interval: Over sentences, of the limit for unlimited text.
        mean_floor: Mean of `floor_mean` over pairs.
        within_floor: Pairs whose biased CKA does not exceed their `floor_high`.
        warnings: Caveats, in sentences.
        cka_error: (L, L) standard error of `cka` over sentences; empty where not computed.
        cka_debiased_error: The same of `cka_debiased`.
        anisotropy: Mean cosine of two different rows, by language; near 1 in a collapsed space.
            Empty where not computed, as all that follow; :func:`with_checks` fills these three.
        directions: Participation ratio by language: effective number of directions.
        retrieval: (L, L) share of rows of the row's language whose nearest row in the column's
            language is the same sentence.
        bounds: Divergence of each pair and theorem 4.1's bound.
        task: Of the fine-tuned encoders that made the embeddings, if an experiment has several.
    """

    system: str
    layer: str
    corpus: str
    n_sentences: int
    width: int
    languages: tuple[str, ...]
    cka: Matrix
    cka_debiased: Matrix
    floor_mean: Matrix
    floor_high: Matrix
    mean_cka: float | None
    mean_cka_interval: Interval | None
    mean_cka_debiased: float | None
    mean_cka_debiased_interval: Interval | None
    mean_floor: float | None
    within_floor: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    cka_error: Matrix = ()
    cka_debiased_error: Matrix = ()
    anisotropy: Mapping[str, float] = field(default_factory=dict)
    directions: Mapping[str, float] = field(default_factory=dict)
    retrieval: Matrix = ()
    bounds: tuple[DivergencePair, ...] = ()
    task: str = ""

    def __post_init__(self) -> None:
        """Check what is divided by."""
        if self.n_sentences < 1:
            raise MetricError(f"n_sentences: expected 1 or more, got {self.n_sentences}.")

    @property
    def similarity(self) -> Similarity:
        """Debiased CKA of all pairs; biased, and called so, where the debiased one is undefined."""
        if self.cka_debiased:
            return Similarity(
                "debiased CKA", self.cka_debiased, self.mean_cka_debiased,
                self.mean_cka_debiased_interval,
            )  # fmt: skip
        return Similarity("CKA", self.cka, self.mean_cka, self.mean_cka_interval)

    @property
    def mean_retrieval(self) -> float | None:
        """Mean of `retrieval` over ordered pairs; None where not computed."""
        n = len(self.retrieval)
        values = [self.retrieval[i][j] for i in range(n) for j in range(n) if i != j]
        return fmean(values) if values else None

    @property
    def chance_retrieval(self) -> float:
        """What a random choice of the row would retrieve: 1 / n_sentences."""
        return 1 / self.n_sentences

    @property
    def mean_anisotropy(self) -> float | None:
        """Mean of `anisotropy` over languages; None where not computed."""
        return fmean(self.anisotropy.values()) if self.anisotropy else None

    @property
    def mean_directions(self) -> float | None:
        """Mean of `directions` over languages; None where not computed."""
        return fmean(self.directions.values()) if self.directions else None

    def summary(self) -> Row:
        """Return the means in one row."""
        names = f"system layer corpus n_sentences width {MEANS_OF_CKA}"
        return columns(self, names) | {"n_pairs_within_floor": len(self.within_floor)}

    def to_rows(self) -> list[Row]:
        """Return a row for each pair of languages."""
        return [
            {
                **columns(self, "system layer corpus"), "language": one, "other": other,
                "cka": self.cka[i][j],
                "cka_debiased": self.cka_debiased[i][j] if self.cka_debiased else None,
                "floor_mean": self.floor_mean[i][j], "floor_high": self.floor_high[i][j],
            }
            for (i, one), (j, other) in combinations(enumerate(self.languages), 2)
        ]  # fmt: skip


@checked(MetricError)
def linguistic_gap(
    embeddings: Mapping[str, ArrayInput],
    *,
    system: str = "all",
    layer: str = "input",
    corpus: str = "",
    n_permutations: int = 100,
    seed: int = 0,
    level: float = 0.95,
) -> LinguisticGap:
    """Compare the embeddings of the same sentences in several languages.

    >>> import numpy as np
    >>> vectors = np.random.default_rng(0).normal(size=(20, 3))
    >>> gap = linguistic_gap({"eng": vectors, "kor": 2 * vectors}, system="mine")
    >>> round(gap.mean_cka, 6), gap.within_floor
    (1.0, ())

    Args:
        embeddings: Language -> (n, d) array or tensor; row i is the same sentence everywhere.
        system: What made the embeddings.
        layer: Where they come from.
        corpus: The parallel sentences.
        n_permutations: Pairings sampled for the floor's percentile. If 0, or if sampling would take
            long (many languages or sentences), a gamma distribution with the exact mean and
            variance over all pairings is used.
        seed: Of the pairings.
        level: Of confidence.

    Raises:
        MetricError: For different numbers of rows, fewer than 4, non-finite rows, or zero variance.
    """
    names, items = named_embeddings(embeddings)
    n = len(items[0])
    if n < 4:
        raise MetricError(f"A linguistic gap needs at least 4 parallel sentences; got {n}.")
    moments = gram_moments(embeddings)
    cka = cka_of_moments(moments)
    warnings = []
    try:
        debiased = cka_of_moments(moments, estimator="debiased")
    except MetricError as error:
        debiased = np.zeros((0, 0))
        warnings.append(str(error))
    floor_mean, floor_sd = pairwise_floor(moments)
    cost = len(names) * (len(names) + 3) * n * n * n_permutations
    if 0 < cost <= _SAMPLING_LIMIT and len(names) * n * n <= _GRAMS_LIMIT:
        floor_high = _sampled_floor(prepared(embeddings), moments, n_permutations, seed)
    else:
        floor_high = _gamma_quantile(floor_mean, floor_sd, 0.95)
    errors: tuple[CkaErrors, CkaErrors] | None = None
    if len(names) > 1 and len(debiased):
        try:
            errors = jackknife_cka(embeddings, moments)
        except MetricError as error:
            warnings.append(f"No interval: {error}")
    upper = np.triu_indices(len(names), 1)
    pairs = list(zip(*(axis.tolist() for axis in upper), strict=True))
    within = tuple((names[i], names[j]) for i, j in pairs if cka[i, j] <= floor_high[i, j])
    if within:
        shown = ", ".join(f"{a}-{b}" for a, b in within[:5]) + (" …" if len(within) > 5 else "")
        warnings.append(
            f"{len(within)} of {len(pairs)} pairs lie within the floor of biased CKA ({shown}): "
            "they are no more similar than shuffled sentences. Read the debiased values."
        )
    several = len(names) > 1
    if not several:
        warnings.append(f"Only one language ({names[0]}): no gap can be computed.")
    mean = float(cka[upper].mean()) if several else None
    mean_debiased = float(debiased[upper].mean()) if several and len(debiased) else None
    return LinguisticGap(
        system=system,
        layer=layer,
        corpus=corpus,
        n_sentences=n,
        width=max(int(item.shape[1]) for item in items),
        languages=names,
        cka=matrix_rows(cka),
        cka_debiased=matrix_rows(debiased),
        floor_mean=matrix_rows(floor_mean),
        floor_high=matrix_rows(floor_high),
        mean_cka=mean,
        mean_cka_interval=_interval(mean, errors and errors[0], level, _BIASED, low=0.0),
        mean_cka_debiased=mean_debiased,
        mean_cka_debiased_interval=_interval(
            mean_debiased, errors and errors[1], level, _METHOD, low=-1.0
        ),
        mean_floor=float(floor_mean[upper].mean()) if several else None,
        within_floor=within,
        warnings=tuple(warnings),
        cka_error=() if errors is None else matrix_rows(errors[0].pairs),
        cka_debiased_error=() if errors is None else matrix_rows(errors[1].pairs),
    )


def with_checks(
    gap: LinguisticGap, embeddings: Mapping[str, ArrayInput], *, retrieval: bool | None = None
) -> LinguisticGap:
    """Add anisotropy, effective directions and, if all widths are equal, retrieval accuracy.

    They distinguish a high CKA from shared meaning from that of a collapsed space.

    Args:
        gap: Of the same embeddings.
        embeddings: Language -> (n, d).
        retrieval: Whether to compute retrieval accuracy, which compares each sentence with all of
            every language; None where that takes minutes at most, else a warning says so.

    Raises:
        MetricError: For a row of zeros, which has no direction.
    """
    from lingap.metrics.retrieval import anisotropy, participation_ratio, retrieval_accuracies

    names, items = named_embeddings(embeddings)
    found: Matrix = ()
    warnings = list(gap.warnings)
    cost = sum(len(x) for x in items) ** 2 * items[0].shape[1]
    if len({x.shape[1] for x in items}) > 1 or retrieval is False:
        pass
    elif retrieval is None and cost > _RETRIEVAL_LIMIT:
        warnings.append(
            f"Retrieval accuracy is left out: it would compare {len(items):,} languages of "
            f"{len(items[0]):,} sentences. Pass retrieval=True to compute it, or choose languages."
        )
    else:
        found = matrix_rows(retrieval_accuracies(items, names))
    spread, directions = {}, {}
    for name, item in zip(names, items, strict=True):
        rows = as_matrix(item, name)
        spread[name], directions[name] = anisotropy(rows), participation_ratio(rows)
    if narrow := [name for name, value in spread.items() if value > 0.9]:
        warnings.append(
            f"Nearly all embeddings point one way (mean cosine above 0.9) in {', '.join(narrow)}: "
            "check retrieval and the debiased CKA."
        )
    return replace(
        gap, anisotropy=spread, directions=directions, retrieval=found, warnings=tuple(warnings)
    )


def _interval(
    value: float | None, errors: CkaErrors | None, level: float, method: str, *, low: float
) -> Interval | None:
    if value is None or errors is None:
        return None
    return normal_interval(value, errors.mean, level=level, method=method, low=low, high=1.0)


def _sampled_floor(rows: list[Array], moments: GramMoments, n_draws: int, seed: int) -> Array:
    """95th percentile of biased CKA over shuffled rows, (L, L), symmetric."""
    grams = np.stack([(x @ x.T).astype(np.float32) for x in rows])
    flat = grams.reshape(len(rows), -1)
    scale = np.sqrt(np.diag(moments.hsic))
    rng = np.random.default_rng(seed)
    values = np.empty((n_draws, len(rows), len(rows)), dtype=np.float32)
    for draw in values:
        order = rng.permutation(grams.shape[1])
        shuffled = np.stack([gram[order][:, order] for gram in grams])
        draw[:] = flat @ shuffled.reshape(len(rows), -1).T
    both = np.concatenate([values, values.transpose(0, 2, 1)]) / np.outer(scale, scale)
    return np.asarray(np.quantile(both, 0.95, axis=0), dtype=np.float64)


def _gamma_quantile(mean: Array, sd: Array, q: float) -> Array:
    from scipy.special import gammaincinv

    narrow = sd < 1e-4 * mean  # hardly any spread
    shape = (mean / np.where(narrow, mean, sd)) ** 2
    return np.where(narrow, mean, gammaincinv(shape, q) * sd**2 / mean)
