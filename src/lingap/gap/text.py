"""Texts as units to the input gap: how similar languages are without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.result import GapResult, Matrix, Row, ends, matrix_rows
from lingap.metrics.arrays import Array
from lingap.metrics.domain import ngram_divergence
from lingap.metrics.student import normal_interval
from lingap.metrics.threads import in_threads
from lingap.metrics.units import (
    compressed_size,
    distance_of_sizes,
    inventory_overlaps,
    jensen_shannon,
    ngram_counts,
    token_overlaps,
    unit_bytes,
    unit_codes,
)
from lingap.records import Interval

Sentences = Sequence[Sequence[str]]
_COMPRESSED = 1 << 18  # bytes compressed of each text: about as many units
_COMPRESSION_LIMIT = 1 << 30  # units compressed in all pairs of texts: some minutes
_COMPRESSOR = 1 << 15  # units that take as long as one start of the compressor
_GROUPS = 20  # of sentences, each left out once
_METHOD = f"jackknife over {_GROUPS} groups of sentences, normal, for texts of this size"


@dataclass(frozen=True, slots=True)
class TextGap(GapResult):
    """Similarity of the inputs of several languages in one representation.

    Args:
        representation: How text was spelled in units.
        corpus: The text.
        languages: In the order given.
        n_sentences: Of each language.
        n_units: Running units of each language.
        n_types: Different units of each language.
        ngram: Units of the n-grams in `jsd`.
        inventory_overlap: (L, L) Jaccard index of the units in use; higher is closer.
        token_overlap: (L, L) share of running units that the other language uses too.
        jsd: (L, L) Jensen-Shannon divergence of n-grams, bit; lower is closer.
        compression: (L, L) normalized compression distance of some 262,144 units; lower is closer.
            Near 1 for most pairs: compare the order, not the level. Empty if left out.
        classifier: (L, L) H-divergence of an n-gram classifier, 0 to 2; empty if not requested.
        means: Mean over pairs of each of the five, by the names above.
        intervals: Of the means, over sentences, for texts of this size (divergences of counts fall
            and overlaps grow as texts do); None if there is none (compression; an overlap that no
            group of sentences changes).
        warnings: Caveats, in sentences.
    """

    _of_each_language: ClassVar[tuple[str, ...]] = ("n_sentences", "n_units", "n_types")

    representation: str
    corpus: str
    languages: tuple[str, ...]
    n_sentences: Mapping[str, int]
    n_units: Mapping[str, int]
    n_types: Mapping[str, int]
    ngram: int
    inventory_overlap: Matrix
    token_overlap: Matrix
    jsd: Matrix
    compression: Matrix
    classifier: Matrix
    means: Mapping[str, float]
    intervals: Mapping[str, Interval | None]
    warnings: tuple[str, ...] = ()

    def mean_rows(self) -> list[Row]:
        """Return a row for each measure: its mean over pairs and interval."""
        return [
            {
                "representation": self.representation, "corpus": self.corpus,
                "n_sentences": min(self.n_sentences.values()), "ngram": self.ngram,
                "measure": measure, "mean": mean, **ends("", self.intervals.get(measure)),
            }
            for measure, mean in self.means.items()
        ]  # fmt: skip

    def to_rows(self) -> list[Row]:
        """Return a row for each pair of languages."""
        return [
            {
                "representation": self.representation, "corpus": self.corpus, "language": one,
                "other": other, "inventory_overlap": self.inventory_overlap[i][j],
                "token_overlap": self.token_overlap[i][j], "jsd": self.jsd[i][j],
                "compression": self.compression[i][j] if self.compression else None,
                "classifier": self.classifier[i][j] if self.classifier else None,
            }
            for (i, one), (j, other) in combinations(enumerate(self.languages), 2)
        ]  # fmt: skip


@checked(MetricError)
def text_gap(
    texts: Mapping[str, Sentences],
    *,
    representation: str,
    corpus: str = "",
    ngram: int = 2,
    classifier: bool = False,
    compression: bool | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> TextGap:
    """Compare texts of several languages, given as units; no model is trained or needed.

    Args:
        texts: Language -> sentences of units; parallel or not. Texts should be of equal size.
        representation: How they were spelled.
        corpus: The text.
        ngram: Units of the n-grams whose distributions are compared.
        classifier: Also train an n-gram classifier on every pair (slower).
        compression: Whether to compress every pair of texts in both orders; None where that takes
            minutes at most, else a warning says so.
        level: Of confidence.
        seed: Of the classifier's folds and draws.

    Raises:
        MetricError: For fewer than two languages, a text without units, or one whose sentences
            are all too short for an n-gram.
    """
    names = tuple(texts)
    if len(names) < 2:
        raise MetricError(f"Only one language ({', '.join(names)}): no gap can be computed.")
    unigrams = _Counts.of(texts, 1)
    for name, count in zip(names, unigrams.total.sum(axis=1), strict=True):
        if not count:
            raise MetricError(f"{name}: the text has no units.")
    ngrams = _Counts.of(texts, ngram)
    for name, count in zip(names, ngrams.total.sum(axis=1), strict=True):
        if not count:
            longest = max(map(len, texts[name]))
            raise MetricError(
                f"{name}: no {ngram}-gram in the text, whose longest sentence has {longest} units. "
                "Pass ngram=2 for shorter ones."
            )
    full = _matrices(unigrams.total, ngrams.total)
    warnings = []
    n_units, n_types = unigrams.total.sum(axis=1), (unigrams.total > 0).sum(axis=1)
    if compression is None and _units_compressed(n_units) > _COMPRESSION_LIMIT:
        warnings.append(
            f"Compression distance is left out: it would compress {len(names) ** 2:,} pairs of "
            "texts. Pass compression=True to compute it, or choose languages."
        )
    elif compression is not False:
        full["compression"] = _compression(texts)
    upper = np.triu_indices(len(names), 1)
    means = {name: float(matrix[upper].mean()) for name, matrix in full.items()}
    intervals: dict[str, Interval | None] = {
        name: None
        if error is None
        else normal_interval(means[name], error, level=level, method=_METHOD, low=0.0, high=1.0)
        for name, error in _errors(unigrams, ngrams, min(map(len, texts.values()))).items()
        if name in full
    }
    sizes = {name: len(sentences) for name, sentences in texts.items()}
    if max(sizes.values()) > 1.2 * min(sizes.values()):
        warnings.append(
            f"Texts differ in size ({_range(sizes)} sentences): divergences of counts grow as "
            "texts shrink. Prefer parallel text."
        )
    matrix = np.zeros((0, 0))
    if classifier:
        matrix = np.zeros((len(names), len(names)))
        ends = []
        for i, j in combinations(range(len(names)), 2):
            found = ngram_divergence(texts[names[i]], texts[names[j]], level=level, seed=seed)
            matrix[i, j] = matrix[j, i] = found.estimate
            ends.append((found.interval.low, found.interval.high))
        means["classifier"] = float(matrix[upper].mean())
        low, high = np.mean(ends, axis=0)
        intervals["classifier"] = Interval(
            float(low), float(high), level, "bootstrap over held-out sentences, mean of pairs"
        )
    return TextGap(
        representation=representation,
        corpus=corpus,
        languages=names,
        n_sentences=sizes,
        n_units=dict(zip(names, n_units.astype(int).tolist(), strict=True)),
        n_types=dict(zip(names, n_types.astype(int).tolist(), strict=True)),
        ngram=ngram,
        inventory_overlap=matrix_rows(full["inventory_overlap"]),
        token_overlap=matrix_rows(full["token_overlap"]),
        jsd=matrix_rows(full["jsd"]),
        compression=matrix_rows(full.get("compression", ())),
        classifier=matrix_rows(matrix),
        means=means,
        intervals=intervals,
        warnings=tuple(warnings),
    )


def _range(sizes: Mapping[str, int]) -> str:
    least, most = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    return f"{least} {sizes[least]:,}, {most} {sizes[most]:,}"


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts of n-grams in L texts, all and by group of sentences; sparse arrays, (L, n-grams).

    Sentence i is in the same group in every language, so that parallel text varies together.
    """

    total: Any
    groups: tuple[Any, ...]

    @classmethod
    def of(cls, texts: Mapping[str, Sentences], n: int) -> _Counts:
        n_texts = len(texts)
        counts = ngram_counts(tuple(texts.values()), n=n, groups=_GROUPS)
        groups = tuple(counts[g * n_texts : (g + 1) * n_texts] for g in range(_GROUPS))
        return cls(sum(groups[1:], groups[0]), groups)

    def without(self) -> Iterator[Any]:
        """The counts without each group."""
        return (self.total - group for group in self.groups)


def _matrices(units: Any, ngrams: Any) -> dict[str, Array]:
    """(L, L) of each measure, from counts (L, units) and (L, n-grams)."""
    return {
        "inventory_overlap": inventory_overlaps(units),
        "token_overlap": token_overlaps(units),
        "jsd": jensen_shannon(ngrams),
    }


def _units_compressed(n_units: Array) -> float:
    """Units in all pairs of texts, both orders, that :func:`_compression` would compress.

    Each start of the compressor counts as some.
    """
    sizes = np.minimum(n_units, _COMPRESSED) + _COMPRESSOR / 2
    return float(2 * len(n_units) * sizes.sum())


def _compression(texts: Mapping[str, Sentences]) -> Array:
    codes = unit_codes(unit for rows in texts.values() for s in rows for unit in s)
    data = [unit_bytes(sentences, codes)[:_COMPRESSED] for sentences in texts.values()]
    k = range(len(data))
    single = list(in_threads(lambda i: compressed_size([data[i]]), k))
    pairs = [(i, j) for i in k for j in k]
    sizes = list(in_threads(lambda p: compressed_size([data[p[0]], data[p[1]]]), pairs))
    both = np.array(sizes, dtype=float).reshape(len(data), len(data))
    return np.array(
        [[distance_of_sizes(single[i], single[j], both[i, j], both[j, i]) for j in k] for i in k]
    )


def _errors(unigrams: _Counts, ngrams: _Counts, n: int) -> dict[str, float | None]:
    """Standard errors of the means over pairs, by a jackknife over groups."""
    names = ("inventory_overlap", "token_overlap", "jsd")
    errors: dict[str, float | None] = dict.fromkeys((*names, "compression"))
    if n < 2 * _GROUPS:
        return errors
    upper = np.triu_indices(unigrams.total.shape[0], 1)
    left: dict[str, list[float]] = {name: [] for name in names}
    for units, grams in zip(unigrams.without(), ngrams.without(), strict=True):
        if not (units.sum(axis=1).all() and grams.sum(axis=1).all()):
            return errors  # one group contains everything that a language has
        for name, matrix in _matrices(units, grams).items():
            left[name].append(float(matrix[upper].mean()))
    for name in names:
        error = float(np.std(left[name]) * np.sqrt(_GROUPS - 1))
        # Overlaps that are the same whichever group is left out tell nothing of units not seen.
        errors[name] = None if name != "jsd" and error < 1e-12 else error
    return errors
