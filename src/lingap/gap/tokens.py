"""Token gap: how many tokens each language needs for the same content."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lingap.engines.each import MakePool, do_each
from lingap.engines.here import Here
from lingap.engines.protocol import Say
from lingap.errors import MetricError
from lingap.gap.language_names import reference_among
from lingap.gap.parallel_checks import notes_on_order
from lingap.gap.result import GapResult, Row, ends
from lingap.gap.text_folders import parallel_lines
from lingap.gap.tokenizers import Counts, Tokenizer
from lingap.metrics.bootstrap import percentile_interval
from lingap.metrics.tokens import gini, premium_draws, token_premiums
from lingap.records import Interval
from lingap.text.display import first_of
from lingap.text.segmenters import WordReader, unsegmented_notes

_FEW = 30  # sentences, below which a percentile bootstrap is too narrow
_LOST = 0.01  # of tokens or characters, above which premiums are doubted
_METHOD = "bootstrap over sentences, percentile"


@dataclass(frozen=True, slots=True)
class TokenGap(GapResult):
    """Tokens of parallel text in each language, with one tokenizer.

    Args:
        tokenizer: Its name.
        corpus: The text.
        reference: The language to which the others are compared.
        languages: In the order given.
        n_sentences: Parallel sentences.
        n_tokens: Tokens of each language, without special ones.
        premium: Tokens per token of the reference, > 0; 2 is twice as many, so twice the cost
            where tokens are paid, and half the content in a context of fixed length.
        intervals: Of the premiums, over sentences; none if none was requested.
        fertility: Tokens per word (punctuation marks are words), > 0.
        bytes_per_token: UTF-8 bytes per token; higher is better compression.
        unknown_share: Share of tokens that are the unknown token, 0 to 1.
        spelled_out: Share of running words of two or more characters that have at least as many
            tokens as characters, 0 to 1; empty for units that are no pieces of words.
        gini: Gini coefficient of the languages' tokens: 0 where all need equally many.
        vocabulary_size: Of the tokenizer; None if it has none.
        origin: Version, digest or revision of the tokenizer.
        price: Of a million tokens, in any currency; None if unknown.
        warnings: Caveats, in sentences.
    """

    _of_each_language: ClassVar[tuple[str, ...]] = (
        "n_tokens", "premium", "fertility", "bytes_per_token", "unknown_share",
    )  # fmt: skip

    tokenizer: str
    corpus: str
    reference: str
    languages: tuple[str, ...]
    n_sentences: int
    n_tokens: Mapping[str, int]
    premium: Mapping[str, float]
    intervals: Mapping[str, Interval]
    fertility: Mapping[str, float]
    bytes_per_token: Mapping[str, float]
    unknown_share: Mapping[str, float]
    spelled_out: Mapping[str, float]
    gini: float
    vocabulary_size: int | None = None
    origin: str = ""
    price: float | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what is divided by."""
        least = min((self.n_sentences, *self.premium.values(), *self.fertility.values()), default=0)
        if not least > 0:
            raise MetricError("Sentences, premiums and fertility must be above 0.")
        if self.reference not in self.languages:
            raise MetricError(f"reference: {self.reference!r:.40} is none of the languages.")

    @property
    def mean_premium(self) -> float:
        """Mean premium over the languages other than the reference, > 0."""
        return float(np.mean([p for name, p in self.premium.items() if name != self.reference]))

    @property
    def mean_fertility(self) -> float:
        """Mean fertility over languages, > 0."""
        return float(np.mean([*self.fertility.values()]))

    @property
    def mean_unknown_share(self) -> float:
        """Mean share of unknown tokens over languages, 0 to 1."""
        return float(np.mean([*self.unknown_share.values()]))

    @property
    def worst(self) -> str:
        """The language, other than the reference, with the highest premium."""
        others = (name for name in self.premium if name != self.reference)
        return max(others, key=self.premium.__getitem__, default=self.reference)

    def context_left(self, language: str) -> float:
        """Content that fits a context of fixed length, relative to the reference, > 0."""
        return 1 / self.premium[language]

    def cost(self, language: str) -> float | None:
        """What a thousand sentences cost, in the currency of the price."""
        if self.price is None:
            return None
        return self.price * 1000 * self.n_tokens[language] / self.n_sentences / 1e6

    def to_rows(self) -> list[Row]:
        """Return a row for each language."""
        return [
            {
                "tokenizer": self.tokenizer, "corpus": self.corpus, "reference": self.reference,
                "language": name, "n_tokens": self.n_tokens[name],
                "tokens_per_sentence": self.n_tokens[name] / self.n_sentences,
                "premium": self.premium[name], **ends("premium", self.intervals.get(name)),
                "fertility": self.fertility[name], "bytes_per_token": self.bytes_per_token[name],
                "unknown_share": self.unknown_share[name],
                "spelled_out": self.spelled_out.get(name), "context_left": self.context_left(name),
                "cost_of_1000_sentences": self.cost(name),
            }
            for name in self.languages
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ParallelText:
    """Lines of parallel text by language, as they are in their files.

    Args:
        lines: Language -> lines; line i is the same sentence in each, and none is empty.
        words: Language -> how often each word occurs.
        notes: Sentences on what was left out.
        n_bytes: Language -> size of its lines in UTF-8.
    """

    lines: Mapping[str, Sequence[str]]
    words: Mapping[str, Counter[str]]
    notes: tuple[str, ...] = ()
    n_bytes: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        sizes = {name: sum(len(line.encode()) for line in own) for name, own in self.lines.items()}
        object.__setattr__(self, "n_bytes", sizes)


def read_parallel_text(
    folder: Path,
    *,
    languages: list[str] | None = None,
    limit: int | None = None,
    segmenter: str | Mapping[str, str] | None = None,
    reference: str | None = None,
) -> ParallelText:
    """Read a folder of parallel text, one file per language, one sentence per line.

    A line that is empty in one language is left out of all.

    Args:
        folder: Files named by language, as ``kor.txt`` or ``kor_Hang.devtest``.
        languages: Only these; None for all.
        limit: Lines read of each; None for all.
        segmenter: Word segmenter of languages written without spaces, or one by language code.
        reference: A language that is read besides `languages` if the folder has it.

    Raises:
        MetricError: For texts that are not parallel, or no line with text in all of them.
        CorpusError: For bytes that are not UTF-8.
    """
    rows, notes = parallel_lines(folder, languages=languages, limit=limit, reference=reference)
    notes += notes_on_order(rows)
    words: dict[str, Counter[str]] = {}
    unsegmented = {}
    for name in rows:
        counts: Counter[str] = Counter()
        words_of = WordReader(name, segmenter, counts)
        words[name] = Counter(word for line in rows[name] for word in words_of(line))
        unsegmented[name] = counts["texts_unsegmented"]
    notes += unsegmented_notes(unsegmented)
    return ParallelText(rows, words, tuple(notes))


def token_gap(
    text: ParallelText,
    tokenizer: Tokenizer,
    *,
    reference: str = "eng",
    corpus: str = "",
    joined: bool = False,
    n_resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    price: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
    make_pool: MakePool[Any] = Here,
) -> TokenGap:
    """Count the tokens of parallel text and compare the languages.

    Args:
        text: Of :func:`read_parallel_text`.
        tokenizer: Of :func:`~lingap.gap.load_tokenizer`.
        reference: Any code of one of the languages.
        corpus: The text's name.
        joined: Tokenize all lines at once, joined by spaces, as Petrov et al. (2023) did; there
            is then no interval.
        n_resamples: Draws for the intervals; 0 for none.
        level: Of confidence.
        seed: Of the draws.
        price: Of a million tokens, in any currency.
        tell: Hears of each language when its tokens are counted.
        make_pool: The engine that counts, see :mod:`lingap.engines`.

    Raises:
        MetricError: For fewer than two languages, an absent reference, a language without tokens,
            or a price that is not above 0.

    Source: Petrov et al. (2023) for premiums; fertility and spelled-out words after Rust et al.
    (2021), *How Good is Your Tokenizer?*
    """
    names = tuple(text.lines)
    if price is not None and not (math.isfinite(price) and price > 0):
        raise MetricError(f"{tokenizer.name}: expected a price above 0, got {price:g}.")
    base = reference_among(names, reference)
    if len(names) < 2:
        raise MetricError(
            f"Only one language ({', '.join(names)}): no gap can be computed. Add the same "
            "sentences in another."
        )
    counted: dict[str, _Counted] = {}

    def take(text: _Text, found: _Counted) -> None:
        counted[text.id] = found
        tell(text.id)

    items = [_Text(name, tuple(lines), text.words[name]) for name, lines in text.lines.items()]
    do_each(items, partial(_count, tokenizer=tokenizer, joined=joined), take, make_pool)
    tokens = np.array([counted[name].tokens for name in names])
    totals = dict(zip(names, tokens.sum(axis=1).tolist(), strict=True))
    if silent := [name for name, total in totals.items() if not total]:
        raise MetricError(f"{tokenizer.name} makes no token of {', '.join(silent)}.")
    at = names.index(base)
    intervals = {}
    n = len(text.lines[base])
    if n_resamples and not joined and n > 1:
        draws = premium_draws(tokens, at, n_resamples=n_resamples, seed=seed)
        intervals = {
            name: percentile_interval(draws[:, i], level=level, method=_METHOD)
            for i, name in enumerate(names)
            if i != at
        }
    shares = {name: counted[name].n_unknown / totals[name] for name in names}
    warnings = list(text.notes)
    if not joined and n < _FEW:
        warnings.append(
            f"Only {n} sentence{'s' if n > 1 else ''}: premiums hang on them, and "
            + ("intervals are rough." if n > 1 else "there is no interval.")
        )
    if lossy := [name for name, share in shares.items() if share > _LOST]:
        warnings.append(
            f"{tokenizer.name}: more than 1 % of the tokens are unknown in {first_of(lossy, 6)}: "
            "one unknown token can stand for a whole word, so their premiums are too low."
        )
    if gone := [
        f"{name} ({one.dropped:.0%})" for name, one in counted.items() if one.dropped > _LOST
    ]:
        warnings.append(
            f"{tokenizer.name} makes no token of characters that it does not know, not even an "
            f"unknown one, so these premiums are too low: {first_of(gone, 6)} of the text."
        )
    return TokenGap(
        tokenizer=tokenizer.name,
        corpus=corpus,
        reference=base,
        languages=names,
        n_sentences=n,
        n_tokens=totals,
        premium=dict(zip(names, token_premiums(tokens, at).tolist(), strict=True)),
        intervals=intervals,
        fertility={name: totals[name] / text.words[name].total() for name in names},
        bytes_per_token={name: text.n_bytes[name] / totals[name] for name in names},
        unknown_share=shares,
        spelled_out={
            name: share for name in names if (share := counted[name].spelled_out) is not None
        },
        gini=gini(list(totals.values())),
        vocabulary_size=tokenizer.vocabulary_size,
        origin=tokenizer.origin,
        price=price,
        warnings=tuple(warnings),
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A language, its lines, and how often each word occurs in them."""

    id: str
    lines: tuple[str, ...]
    words: Counter[str]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Tokens of each line, (n_lines,); unknown ones in all; share of words spelled out.

    And the share of characters of which no token was made.
    """

    tokens: Counts
    n_unknown: int
    spelled_out: float | None
    dropped: float


def _count(text: _Text, say: Say, *, tokenizer: Tokenizer, joined: bool) -> _Counted:
    lines = [" ".join(text.lines)] if joined else text.lines
    tokens, unknown = tokenizer.count(lines, text.id)
    spelled_out = _spelled_out(text, tokenizer) if tokenizer.pieces else None
    dropped = 0.0
    if tokenizer.n_dropped is not None:
        dropped = tokenizer.n_dropped(lines) / sum(map(len, lines))
    return _Counted(tokens, int(unknown.sum()), spelled_out, dropped)


def _spelled_out(text: _Text, tokenizer: Tokenizer) -> float | None:
    """Share of running words of two or more characters with a token for every character."""
    long = [word for word in text.words if len(word) > 1]
    if not long:
        return None
    times = np.array([text.words[word] for word in long])
    tokens, _ = tokenizer.count([f" {word}" for word in long], text.id)
    spelled = tokens >= np.fromiter(map(len, long), np.int64, len(long))
    return float(times[spelled].sum() / times.sum())
