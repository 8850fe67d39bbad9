"""Text in, phonemes out, a chunk of lines at a time: the fast way through."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lingap.g2p.coverage import CoverageCounter
from lingap.g2p.distinct import fingerprints
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.policies import Policies
from lingap.g2p.segmenters import Segment, make_segmenter
from lingap.g2p.store import pronunciation_of
from lingap.g2p.words import split_token

WORD_BOUNDARY = " ▁ "
UNKNOWN_UNIT = "<unk>"
_LINE_END = "\ufdd0"  # a noncharacter: stands for the line's end among the tokens of a chunk
_KEPT_TOKENS = 60_000  # of each of two generations; bounds the memory of a process


@dataclass(frozen=True, slots=True)
class TextSettings:
    """All that it takes to phonemize running text, small enough to send to another process.

    Args:
        language: Code of the language.
        backend: Name of the back end.
        policies: What happens to what no rule spells.
        options: The back end's own options.
        cache: As for :class:`~lingap.g2p.phonemizer.Phonemizer`.
        segmenter: Name of a word segmenter, or None.
    """

    language: str
    backend: str = "epitran"
    policies: Policies = field(default_factory=Policies)
    options: Mapping[str, str] = field(default_factory=dict)
    cache: str | bool = True
    segmenter: str | None = None

    def phonemizer(self) -> Phonemizer:
        """A phonemizer of words with these settings."""
        return Phonemizer(
            self.language,
            self.backend,
            policies=self.policies,
            cache=self.cache,
            options=self.options,
        )

    def provenance(self) -> dict[str, str]:
        """Names and versions of all that can change the output."""
        facts = self.phonemizer().provenance()
        return facts | ({"segmenter": self.segmenter} if self.segmenter else {})


@dataclass(slots=True)
class ChunkReport:
    """What one chunk cost: its coverage, and fingerprints of words that may be new."""

    coverage: CoverageCounter
    prints: array[int]


class LineSpeller:
    """Spells chunks of lines; each token type is looked at once while it stays in memory.

    A *token* is what white space parts; its words are found once. Two generations of tokens are
    kept, so that memory is bounded and frequent tokens stay.
    """

    def __init__(self, settings: TextSettings):
        phonemizer = settings.phonemizer()
        self._language = phonemizer.language
        self._backend = phonemizer.backend.name
        self._store = phonemizer.store
        self._segment: Segment | None = make_segmenter(self._language, settings.segmenter)
        self._final_apostrophe = phonemizer.reads_final_apostrophe()
        self._young: dict[str, str] = {}
        self._old: dict[str, str] = {}
        self._details: dict[str, _Token] = {}

    def spell(self, text: str) -> tuple[str, ChunkReport]:
        """Phonemes of some lines.

        Args:
            text: Lines, each with or without its end; nothing but a line feed ends a line.

        Returns:
            One line for each line of text, all ended, and what they cost.
        """
        text = text.removesuffix("\n")
        if _LINE_END in text:
            text = text.replace(_LINE_END, "\ufffd")
        tokens = text.replace("\n", f" {_LINE_END} ").split()
        counts = Counter(tokens)
        n_ends = counts.pop(_LINE_END, 0)
        report = self._report()
        table = self._resolve(counts, report)
        self._count(counts, len(tokens) - n_ends, report.coverage)
        table[_LINE_END] = _LINE_END
        spelled = WORD_BOUNDARY.join(map(table.__getitem__, tokens))
        if n_ends:
            spelled = spelled.replace(WORD_BOUNDARY + _LINE_END, _LINE_END)
            spelled = spelled.replace(_LINE_END + WORD_BOUNDARY, _LINE_END)
            spelled = spelled.replace(_LINE_END, "\n")
        return spelled + "\n", report

    def spell_words(self, rows: list[list[str]]) -> tuple[list[list[list[str]]], ChunkReport]:
        """Units of words that are parted already: one list of units a word, one of words a row."""
        counts = Counter(word for row in rows for word in row)
        report = self._report()
        entries = self._store.entries(list(counts))
        report.prints.extend(fingerprints(counts))
        units: dict[str, list[str]] = {}
        for word, number in counts.items():
            said = pronunciation_of(entries[word])
            units[word] = list(said.units) or [UNKNOWN_UNIT]
            if entries[word][1]:
                report.coverage.add(word, said, number)
        report.coverage.words = counts.total()
        return [[units[word] for word in row] for row in rows], report

    def _report(self) -> ChunkReport:
        return ChunkReport(CoverageCounter(self._language.code, self._backend), array("Q"))

    def _resolve(self, counts: Counter[str], report: ChunkReport) -> dict[str, str]:
        """Spelling of every token of a chunk."""
        young, old = self._young, self._old
        table: dict[str, str] = {}
        unknown: list[str] = []
        for token in counts:
            spelled = young.get(token)
            if spelled is None:
                spelled = old.get(token)
                if spelled is None:
                    unknown.append(token)
                    continue
                young[token] = spelled
            table[token] = spelled
        if unknown:
            words_of = {token: self._words(token) for token in unknown}
            distinct = dict.fromkeys(word for words in words_of.values() for word in words)
            report.prints.extend(fingerprints(distinct))
            entries = self._store.entries(list(distinct))
            for token, words in words_of.items():
                found = [entries[word] for word in words]
                spelled = WORD_BOUNDARY.join([units or UNKNOWN_UNIT for units, _ in found])
                table[token] = young[token] = spelled
                lossy = tuple((w, entry) for w, entry in zip(words, found, strict=True) if entry[1])
                if lossy or len(words) != 1:
                    self._details[token] = _Token(len(words), lossy)
        if len(young) > _KEPT_TOKENS:
            gone = old.keys() - young.keys()
            for token in gone & self._details.keys():
                del self._details[token]
            self._old, self._young = young, {}
        return table

    def _words(self, token: str) -> list[str]:
        stretches = self._segment(token) if self._segment else (token,)
        return [
            word
            for stretch in stretches
            for word in split_token(stretch, final_apostrophe=self._final_apostrophe)
        ]

    def _count(self, counts: Counter[str], n_tokens: int, coverage: CoverageCounter) -> None:
        coverage.words = n_tokens
        details = self._details
        for token in filter(details.__contains__, counts):
            number = counts[token]
            coverage.words += number * (details[token].n_words - 1)
            for word, entry in details[token].lossy:
                coverage.add(word, pronunciation_of(entry), number)


@dataclass(frozen=True, slots=True)
class _Token:
    """What is remarkable about a token: words other than one, or losses."""

    n_words: int
    lossy: tuple[tuple[str, tuple[str, str]], ...]
