"""Phoneme error rate and word accuracy of a back end against gold pronunciations.

Pronunciations are compared in three ways, all without stress:

``phonemic``
    Symbols without length, ties and combining marks, which a phonemic transcription does not
    mark: ``t͡ʃʰaː`` is t ʃ ʰ a. The main figure, since gold lists differ in how narrow they are.
``marked``
    Symbols and combining marks, each on its own: ``t̪a̠`` is t, the mark, a, the mark.
``segments``
    Whole segments as a model reads them, with all marks, ties and length.

Each rate is over the gold words (types); with frequencies also over running text (tokens), where
each word weighs as often as it occurs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lingap.errors import G2PError
from lingap.g2p.backends.lexicon import read_with_header
from lingap.g2p.gold_notes import note_on_header, notes_on
from lingap.g2p.gold_tables import read_frequencies
from lingap.g2p.ipa.segmentation import segment
from lingap.g2p.ipa.symbols import normalize_ipa
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import DEFAULT_BACKEND
from lingap.metrics.bootstrap import bootstrap_interval
from lingap.records import Interval

Comparison = Literal["phonemic", "marked", "segments"]
COMPARISONS: tuple[Comparison, ...] = ("phonemic", "marked", "segments")

GOLD_POLICIES = Policies(punctuation="drop", symbols="drop", emoji="drop", unmapped="drop")
"""Gold lists have no punctuation, so the system under test spells none."""

_UNMARKED = frozenset("ːˑ\u0361\u035c")


def symbols_of(ipa: str, comparison: Comparison = "phonemic") -> tuple[str, ...]:
    """The symbols of one pronunciation that are compared.

    >>> symbols_of("ˈt͡ʃʰãː")
    ('t', 'ʃ', 'ʰ', 'a')
    >>> symbols_of("ˈt͡ʃʰaː", "segments")
    ('t͡ʃʰ', 'aː')
    """
    text = normalize_ipa("".join(ipa.split()))
    if comparison == "segments":
        return segment(text)
    keeps_marks = comparison == "marked"
    return tuple(
        c for c in text if c not in _UNMARKED and (keeps_marks or unicodedata.category(c) != "Mn")
    )


def edit_distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Least number of insertions, deletions and substitutions (Levenshtein 1966).

    >>> edit_distance("kitten", "sitting")
    3
    """
    if first == second:
        return 0
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        corner, row[0] = row[0], i
        for j, b in enumerate(second, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
    return row[-1]


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """One error rate in percent and its bootstrap interval over words.

    Args:
        percent: Errors per 100 gold symbols; 0 is perfect, over 100 possible.
        errors: Insertions, deletions and substitutions against the nearest variants.
        symbols: Gold symbols of those variants.
        interval: In percent.
    """

    percent: float
    errors: int
    symbols: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class TokenErrorRate:
    """One error rate over running text, in percent, and its bootstrap interval over words.

    Args:
        percent: Errors per 100 gold symbols, words weighted by their occurrences.
        interval: In percent.
    """

    percent: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class G2PEvaluation:
    """A back end against gold pronunciations of one language.

    Args:
        language: Code of the language.
        backend: Name of the back end; for ``auto`` with its choice.
        n_words: Gold words, all of them scored: every symbol of an empty word is an error.
        n_empty: Words that could not be spelled.
        n_unmapped: Words with an unmapped character.
        error_rates: Comparison -> error rate.
        accuracy_percent: Words without an error under ``phonemic``.
        accuracy_interval: Of the accuracy, in percent.
        provenance: Everything that can change the output.
        token_error_rates: Comparison -> error rate over running text; empty without frequencies.
        notes: What to know about the gold pronunciations: a header, symbols that are not IPA.
    """

    language: str
    backend: str
    n_words: int
    n_empty: int
    n_unmapped: int
    error_rates: Mapping[Comparison, ErrorRate]
    accuracy_percent: float
    accuracy_interval: Interval
    provenance: Mapping[str, str]
    token_error_rates: Mapping[Comparison, TokenErrorRate] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """All fields in plain types for JSON."""
        return {
            "language": self.language,
            "backend": self.backend,
            "words": self.n_words,
            "empty_words": self.n_empty,
            "words_with_unmapped": self.n_unmapped,
            "phoneme_error_rate_percent": {
                comparison: _rounded(rate.percent, rate.interval)
                | {"errors": rate.errors, "symbols": rate.symbols}
                for comparison, rate in self.error_rates.items()
            },
            "phoneme_error_rate_by_tokens_percent": {
                comparison: _rounded(rate.percent, rate.interval)
                for comparison, rate in self.token_error_rates.items()
            },
            "word_accuracy_percent": _rounded(self.accuracy_percent, self.accuracy_interval),
            "interval": f"{self.accuracy_interval.level:.0%}, {self.accuracy_interval.method}",
            "notes": list(self.notes),
            "provenance": dict(self.provenance),
        }

    def as_text(self) -> str:
        """A few lines for a terminal."""
        lines = [f"{self.language} by {self.backend}: {self.n_words:,} words"]
        for comparison, rate in self.error_rates.items():
            lines.append(
                f"  phoneme error rate, {comparison + ':':10}{rate.percent:6.2f} %  "
                f"[{rate.interval.low:.2f}, {rate.interval.high:.2f}]"
            )
        for comparison, token_rate in self.token_error_rates.items():
            lines.append(
                f"  by tokens,          {comparison + ':':10}{token_rate.percent:6.2f} %  "
                f"[{token_rate.interval.low:.2f}, {token_rate.interval.high:.2f}]"
            )
        low, high = self.accuracy_interval.low, self.accuracy_interval.high
        lines += [
            f"  word accuracy, phonemic:      {self.accuracy_percent:6.2f} %  "
            f"[{low:.2f}, {high:.2f}]",
            f"  empty {self.n_empty:,}, with unmapped characters {self.n_unmapped:,}; intervals: "
            f"{self.accuracy_interval.level:.0%} {self.accuracy_interval.method}",
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)


def _rounded(value: float, interval: Interval) -> dict[str, float]:
    facts = {"value": value, "low": interval.low, "high": interval.high}
    return {name: round(number, 3) for name, number in facts.items()}


def counts_of(
    pronunciations: Sequence[str], gold: Sequence[Sequence[str]], comparison: Comparison
) -> NDArray[np.float64]:
    """Errors against, and symbols of, the proportionally nearest variant of each word.

    Args:
        pronunciations: IPA of each word, length n.
        gold: One or more variants of each word, length n.
        comparison: What is compared.

    Returns:
        Array (n, 2): errors, gold symbols.
    """
    rows = []
    for ipa, variants in zip(pronunciations, gold, strict=True):
        answer = symbols_of(ipa, comparison)
        symbols = [symbols_of(variant, comparison) for variant in variants]
        distances = [(edit_distance(answer, variant), len(variant)) for variant in symbols]
        rows.append(min(distances, key=lambda pair: pair[0] / max(1, pair[1])))
    return np.asarray(rows, dtype=np.float64).reshape(-1, 2)


def evaluate_pronunciations(
    pronunciations: Sequence[str],
    gold: Sequence[Sequence[str]],
    *,
    seed: int = 0,
    n_resamples: int = 1000,
) -> tuple[dict[Comparison, ErrorRate], float, Interval]:
    """Error rate for each comparison, and word accuracy in percent with its interval.

    Args:
        pronunciations: IPA of each word; "" for none.
        gold: One or more pronunciations of each word; the nearest counts.
        seed: Seed of the bootstrap over words.
        n_resamples: Bootstrap samples.

    Raises:
        G2PError: Without words.
    """
    if not gold:
        raise G2PError("Expected at least one word with a gold pronunciation, got none.")

    rates: dict[Comparison, ErrorRate] = {}
    right = np.zeros(len(gold))
    for comparison in COMPARISONS:
        counts = counts_of(pronunciations, gold, comparison)
        errors, symbols = counts.sum(axis=0)
        interval = bootstrap_interval(
            counts, _percent, n_resamples=n_resamples, seed=seed, unit="words"
        )
        value = 100.0 * errors / max(symbols, 1.0)
        rates[comparison] = ErrorRate(float(value), int(errors), int(symbols), interval)
        if comparison == "phonemic":
            right = (counts[:, 0] == 0) * 100.0
    interval = bootstrap_interval(right, n_resamples=n_resamples, seed=seed, unit="words")
    return rates, float(right.mean()), interval


def _percent(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(100.0 * sums[:, 0] / np.maximum(sums[:, 1], 1e-12))


def token_error_rates(
    pronunciations: Sequence[str],
    gold: Sequence[Sequence[str]],
    frequencies: Sequence[float],
    *,
    seed: int = 0,
    n_resamples: int = 1000,
) -> dict[Comparison, TokenErrorRate]:
    """Error rate over running text for each comparison.

    Args:
        pronunciations: IPA of each word, length n; "" for none.
        gold: One or more pronunciations of each word, length n; the nearest counts.
        frequencies: Occurrences of each word, length n, in any unit; positive.
        seed: Seed of the bootstrap over words.
        n_resamples: Bootstrap samples.

    Raises:
        G2PError: For a frequency that is not a positive number, or a wrong number of them.

    >>> rates = token_error_rates(["a", "b"], [["a"], ["c"]], [9.0, 1.0])
    >>> round(rates["phonemic"].percent, 1)
    10.0
    """
    weights = np.asarray(frequencies, dtype=np.float64)
    if weights.shape != (len(gold),) or not np.all((weights > 0) & np.isfinite(weights)):
        raise G2PError(
            f"Expected a positive frequency for each of {len(gold)} words; got "
            f"{len(weights)}, of which {int(np.sum(weights > 0))} are positive."
        )
    rates: dict[Comparison, TokenErrorRate] = {}
    for comparison in COMPARISONS:
        counts = counts_of(pronunciations, gold, comparison) * weights[:, None]
        interval = bootstrap_interval(
            counts, _percent, n_resamples=n_resamples, seed=seed, unit="words"
        )
        value = float(_percent(counts.sum(axis=0)[None, :])[0])
        rates[comparison] = TokenErrorRate(value, interval)
    return rates


def lost_symbols(pronunciations: Sequence[str], gold: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """By how many symbols each pronunciation is shorter than its shortest gold variant.

    A back end that leaves out a letter it does not know loses a sound, and often a syllable, where
    another writes a neighbouring one, at the same error rate.

    Returns:
        Array (n,), 0 or more.

    >>> lost_symbols(["kl", "kol"], [["køl"], ["køl"]])
    array([1, 0])
    """
    shortest = [min(len(symbols_of(variant)) for variant in variants) for variants in gold]
    lengths = [len(symbols_of(ipa)) for ipa in pronunciations]
    return np.asarray(np.maximum(np.subtract(shortest, lengths), 0), dtype=np.int64)


def evaluate_g2p(
    phonemizer: Phonemizer,
    gold: Mapping[str, Sequence[str]],
    *,
    frequencies: Mapping[str, float] | None = None,
    seed: int = 0,
    n_resamples: int = 1000,
) -> G2PEvaluation:
    """Score a phonemizer against gold pronunciations.

    Args:
        phonemizer: As made by :func:`gold_phonemizer`, without punctuation.
        gold: Word -> one or more pronunciations.
        frequencies: Word -> occurrences in any unit, for the rates over running text.
        seed: Seed of the bootstrap.
        n_resamples: Bootstrap samples.
    """
    pronunciations = phonemizer(list(gold))
    ipa = ["".join(word.units) for word in pronunciations]
    variants = list(gold.values())
    rates, accuracy, interval = evaluate_pronunciations(
        ipa, variants, seed=seed, n_resamples=n_resamples
    )
    by_tokens = {}
    if frequencies is not None:
        if unknown := next((word for word in gold if word not in frequencies), None):
            raise G2PError(f"The gold word {unknown!r} has no frequency; give one for each word.")
        weights = [frequencies[word] for word in gold]
        by_tokens = token_error_rates(ipa, variants, weights, seed=seed, n_resamples=n_resamples)
    return G2PEvaluation(
        language=phonemizer.language.code,
        backend=phonemizer.backend.name,
        n_words=len(gold),
        n_empty=sum(word.is_empty for word in pronunciations),
        n_unmapped=sum(bool(word.unmapped) for word in pronunciations),
        error_rates=rates,
        accuracy_percent=accuracy,
        accuracy_interval=interval,
        provenance=phonemizer.provenance(),
        token_error_rates=by_tokens,
        notes=notes_on(gold),
    )


def gold_phonemizer(language: str, backend: str = DEFAULT_BACKEND, /, **options: str) -> Phonemizer:
    """A phonemizer with `GOLD_POLICIES` and without the word cache."""
    return Phonemizer(language, backend, policies=GOLD_POLICIES, cache=False, options=options)


def evaluate_file(
    language: str,
    path: Path,
    backend: str = DEFAULT_BACKEND,
    /,
    *,
    frequencies: bool = False,
    seed: int = 0,
    **options: str,
) -> G2PEvaluation:
    """Score a back end against a TSV of word, tab, IPA; variants by comma or on lines of their own.

    Args:
        language: Any code that the table of languages knows.
        path: The TSV.
        backend: As for a phonemizer.
        frequencies: The third column holds each word's occurrences, in any unit: also give error
            rates over running text.
        seed: Seed of the bootstrap.
        options: Options of the back end.

    Raises:
        CorpusError: For a malformed line; the message names file and line.
    """
    gold, header = read_with_header(path)
    found = evaluate_g2p(
        gold_phonemizer(language, backend, **options),
        gold,
        frequencies=read_frequencies(path) if frequencies else None,
        seed=seed,
    )
    return replace(found, notes=(*note_on_header(header), *found.notes))
