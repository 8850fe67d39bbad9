"""What a model makes of parallel text, layer by layer: similarity, retrieval, alignment, spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

import numpy as np

from lingap.errors import MetricError
from lingap.gap.correlation import (
    GapCorrelation,
    adjusted,
    correlate_pairs,
    correlate_with_reference,
    named_layer,
    pair_points,
)
from lingap.gap.linguistic import MEANS_OF_CKA, LinguisticGap, linguistic_gap
from lingap.gap.performance import PerformanceGap
from lingap.gap.result import GapResult, Row, columns, ends
from lingap.gap.rows import interval_of_items
from lingap.metrics.arrays import ArrayInput
from lingap.metrics.retrieval import alignment, anisotropy
from lingap.metrics.student import normal_interval
from lingap.metrics.threads import in_threads
from lingap.records import Interval

_METHOD = "standard error over sentences, normal"
_LOST = 3  # times chance; below that at every layer, a language's sentences are not found
Read = Callable[[str], Mapping[str, ArrayInput]]
"""A layer's name to its vectors: language -> (n_sentences, width), row i the same sentence."""


@dataclass(frozen=True, slots=True)
class LayerGap:
    """One layer of a model.

    Shares are of sentences, 0 to 1; their means leave out the reference.

    Args:
        layer: Its number; 0 is the input of the first.
        width: Of its vectors.
        mean_cka: Biased CKA, mean over all pairs of languages.
        mean_cka_interval: As in :class:`LinguisticGap`, as the next two.
        mean_cka_debiased: None where undefined.
        mean_cka_debiased_interval: Over sentences.
        mean_floor: What biased CKA is for shuffled sentences.
        n_within_floor: Pairs that are no more similar than shuffled sentences.
        cka_debiased: Of each language with the reference; biased where the debiased is undefined.
        retrieval_to: Language -> its sentences whose nearest one in the reference is their
            translation.
        retrieval_from: The same from the reference to the language.
        mexa: Language -> sentences nearer to their translation than all other pairs with either.
        mexa_interval: Of the mean.
        anisotropy: Language -> mean cosine of two different sentences; near 1 in a collapsed space.
    """

    layer: str
    width: int
    mean_cka: float
    mean_cka_interval: Interval | None
    mean_cka_debiased: float | None
    mean_cka_debiased_interval: Interval | None
    mean_floor: float
    n_within_floor: int
    cka_debiased: Mapping[str, float]
    retrieval_to: Mapping[str, float]
    retrieval_from: Mapping[str, float]
    mexa: Mapping[str, float]
    mexa_interval: Interval | None
    anisotropy: Mapping[str, float]

    @property
    def mean_mexa(self) -> float:
        """Mean of `mexa`."""
        return fmean(self.mexa.values())

    @property
    def mean_retrieval_to(self) -> float:
        """Mean of `retrieval_to`."""
        return fmean(self.retrieval_to.values())

    @property
    def mean_retrieval_from(self) -> float:
        """Mean of `retrieval_from`."""
        return fmean(self.retrieval_from.values())

    @property
    def mean_anisotropy(self) -> float:
        """Mean of `anisotropy`, with the reference."""
        return fmean(self.anisotropy.values())


@dataclass(frozen=True, slots=True)
class ModelGap(GapResult):
    """Parallel text in one model, at every layer asked for.

    Args:
        system: The model's name.
        corpus: The text.
        reference: The language to which the others are aligned.
        languages: In the order given.
        n_sentences: Parallel sentences.
        pooling: Units to sentence: ``mean``, ``cls``, ``last`` or ``weighted``.
        layers: In order; a layer where nothing can be compared is left out, with a warning.
        chosen: The layer shown in full: that asked for, or the one with the highest mean MEXA.
        depth: Number of the last layer.
        prefix: Text before each sentence.
        max_units: What the model reads of a sentence, special units included.
        n_cut: Language -> sentences longer than that; only those with any.
        origin: Revision or digest of the model.
        warnings: Caveats, in sentences.
    """

    system: str
    corpus: str
    reference: str
    languages: tuple[str, ...]
    n_sentences: int
    pooling: str
    layers: tuple[LayerGap, ...]
    chosen: str
    depth: int
    prefix: str = ""
    max_units: int | None = None
    n_cut: Mapping[str, int] = field(default_factory=dict)
    origin: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that the chosen layer is there, and that layers have a value for each language."""
        if self.layers and self.chosen not in [one.layer for one in self.layers]:
            raise MetricError(f"chosen: {self.system} has no layer {self.chosen!r}.")
        every = set(self.languages)
        others = every - {self.reference}
        if len(others) != len(self.languages) - 1 or not others or self.n_sentences < 1:
            raise MetricError(
                f"{self.system}: expected sentences in the reference {self.reference!r:.40} and "
                f"other languages; got {self.n_sentences} in {', '.join(self.languages)}."
            )
        for one in self.layers:
            of_others = one.cka_debiased, one.retrieval_to, one.retrieval_from, one.mexa
            if set(one.anisotropy) != every or any(set(part) != others for part in of_others):
                raise MetricError(
                    f"{self.system}, layer {one.layer}: expected a value for each language."
                )

    @property
    def best(self) -> LayerGap:
        """The chosen layer."""
        return next(one for one in self.layers if one.layer == self.chosen)

    @property
    def chance(self) -> float:
        """What a random choice of the row would retrieve: 1 / n_sentences."""
        return 1 / self.n_sentences

    @property
    def farthest(self) -> str:
        """The language with the lowest MEXA at the chosen layer."""
        return min(self.best.mexa, key=self.best.mexa.__getitem__)

    def summary_rows(self) -> list[Row]:
        """Return a row for each layer: the means."""
        return [
            {
                **self._place(one), **columns(one, MEANS_OF_CKA),
                "n_pairs_within_floor": one.n_within_floor,
                **columns(one, "mean_retrieval_to mean_retrieval_from mean_mexa"),
                **ends("mean_mexa", one.mexa_interval), "mean_anisotropy": one.mean_anisotropy,
            }
            for one in self.layers
        ]  # fmt: skip

    def to_rows(self) -> list[Row]:
        """Return a row for each layer and language other than the reference."""
        return [
            {
                **self._place(one), "reference": self.reference, "language": code,
                "cka_debiased": one.cka_debiased[code], "retrieval_to": one.retrieval_to[code],
                "retrieval_from": one.retrieval_from[code], "mexa": mexa,
                "anisotropy": one.anisotropy[code], "n_cut": self.n_cut.get(code, 0),
            }
            for one in self.layers
            for code, mexa in one.mexa.items()
        ]  # fmt: skip

    def _place(self, one: LayerGap) -> Row:
        return {
            "system": self.system, "corpus": self.corpus, "layer": one.layer,
            "pooling": self.pooling, "n_sentences": self.n_sentences, "width": one.width,
        }  # fmt: skip


def layer_gap(gap: LinguisticGap, vectors: Mapping[str, ArrayInput], reference: str) -> LayerGap:
    """Add alignment with the reference to the similarity of one layer.

    Args:
        gap: Of the same vectors, of two or more languages.
        vectors: Language -> (n, d), row i the same sentence.
        reference: One of the languages.

    Raises:
        MetricError: For a row of zeros, which has no direction.
    """
    names = [name for name in gap.languages if name != reference]
    pivot = vectors[reference]
    found = dict(
        zip(names, in_threads(lambda name: alignment(vectors[name], pivot), names), strict=True)
    )
    pairs = np.mean([one.mutual for one in found.values()], axis=0)
    interval = None
    if len(pairs) > 1:
        error = float(pairs.std(ddof=1)) / len(pairs) ** 0.5
        interval = normal_interval(
            float(pairs.mean()), error, level=0.95, method=_METHOD, low=0.0, high=1.0
        )
        if error == 0:  # all sentences alike, as where all are found: not certain of others
            interval = interval_of_items(float(pairs.mean()), len(pairs), "hit")
    similar = gap.similarity.values[gap.languages.index(reference)]
    assert gap.mean_cka is not None
    assert gap.mean_floor is not None
    return LayerGap(
        layer=gap.layer,
        width=gap.width,
        mean_cka=gap.mean_cka,
        mean_cka_interval=gap.mean_cka_interval,
        mean_cka_debiased=gap.mean_cka_debiased,
        mean_cka_debiased_interval=gap.mean_cka_debiased_interval,
        mean_floor=gap.mean_floor,
        n_within_floor=len(gap.within_floor),
        cka_debiased={
            name: value
            for name, value in zip(gap.languages, similar, strict=True)
            if name != reference
        },
        retrieval_to={name: float(one.there.mean()) for name, one in found.items()},
        retrieval_from={name: float(one.back.mean()) for name, one in found.items()},
        mexa={name: float(one.mutual.mean()) for name, one in found.items()},
        mexa_interval=interval,
        anisotropy={name: anisotropy(vectors[name]) for name in gap.languages},
    )


@dataclass(frozen=True, slots=True)
class ModelResult:
    """What was found of one model.

    Args:
        gap: Every layer.
        similarity: All pairs of languages at the chosen layer.
        correlations: With performance gaps, at every layer; adjusted for all of them.
    """

    gap: ModelGap
    similarity: LinguisticGap
    correlations: tuple[GapCorrelation, ...] = ()


def layer_gaps(
    made: ModelGap,
    read: Read,
    layers: Sequence[str],
    *,
    chosen: str | None,
    performance: Sequence[PerformanceGap],
    n_permutations: int,
    seed: int,
    tell: Callable[[str], None],
) -> ModelResult:
    """Compare the languages at each layer, of which one at a time is held.

    Args:
        made: The model and the text, still without layers; its warnings get what kept a layer from
            being compared.
        read: Gives a layer's vectors.
        layers: Their names.
        chosen: The layer to show in full; None for the one with the highest mean MEXA.
        performance: Performance gaps of the same system, to correlate.
        n_permutations: As of :func:`linguistic_gap`.
        seed: Of the pairings.
        tell: Hears of each layer before it is compared.

    Raises:
        MetricError: When no layer can be compared, or not the chosen one; it says why.
    """
    reference = made.reference
    compared: list[LayerGap] = []
    correlations: list[GapCorrelation] = []
    notes: list[str] = []
    shown: tuple[float, float, LinguisticGap] | None = None
    for layer in layers:
        tell(layer)
        vectors = read(layer)
        try:
            gap = linguistic_gap(
                vectors, system=made.system, layer=layer, corpus=made.corpus,
                n_permutations=n_permutations, seed=seed,
            )  # fmt: skip
            one = layer_gap(gap, vectors, reference)
        except MetricError as error:
            if layer == chosen:
                raise
            notes.append(f"Layer {layer} is left out: {error}")
            continue
        del vectors
        compared.append(one)
        rank = (one.mean_mexa, one.mean_cka_debiased or 0.0, gap)
        if layer == chosen or (chosen is None and (shown is None or rank[:2] > shown[:2])):
            shown = rank
        correlations += correlate_pairs(pair_points(performance, [gap]))
        name = f"MEXA, {named_layer(layer)}, gap to {reference}"
        for own in (each for each in performance if reference in each.scores):
            found = correlate_with_reference(own, reference, name, one.mexa)
            correlations += [] if found is None else [found]
    if shown is None:
        raise MetricError(f"{made.system}: no layer can be compared. {notes[0]}")
    similarity = shown[2]
    whole = replace(
        made, layers=tuple(compared), chosen=similarity.layer, warnings=(*made.warnings, *notes)
    )
    return ModelResult(whole, similarity, tuple(adjusted(correlations)))


def not_found(layers: Sequence[LayerGap], n: int) -> list[str]:
    """Languages whose sentences hardly find their translation at any layer."""
    return [
        name
        for name in layers[0].mexa
        if all(max(one.retrieval_to[name], one.retrieval_from[name]) <= _LOST / n for one in layers)
    ]
