"""Text in, phonemes out, a chunk of lines at a time: the fast way through."""

from __future__ import annotations

import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from lingap.g2p.cache import Entry
from lingap.g2p.coverage import CoverageCounter
from lingap.g2p.distinct import fingerprints
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import Pronunciation
from lingap.g2p.segmenters import Segment, make_segmenter
from lingap.g2p.store import pronunciation_of
from lingap.g2p.words import split_token

WORD_BOUNDARY = " ▁ "
UNKNOWN_UNIT = "<unk>"

_KEPT_TOKENS = 70_000  # of each of two generations; bounds the memory of a process
_BOUNDARY = WORD_BOUNDARY.encode()
_MARK = "▁".encode()
# Bytes that no UTF-8 text holds, so that they can stand among the tokens of a chunk.
_LINE_END = b"\xff"
_NO_WORD = b"\xfe"
_REMARKABLE = b"\xfd"  # followed by three bytes: the number of a token whose losses are counted
_NUMBERS = 64**3
_REPLACEMENT = "\ufffd"


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
    """Spells chunks of lines, bytes to bytes; a token is looked into once while it is remembered.

    A *token* is what ASCII white space parts; its words are found once, and from then on it is
    one look-up. Tokens are kept in two generations, so that memory is bounded and those in use
    stay.

    Args:
        settings: Language, back end, policies.
    """

    def __init__(self, settings: TextSettings):
        phonemizer = settings.phonemizer()
        self._language = phonemizer.language
        self._backend = phonemizer.backend.name
        self._store = phonemizer.store
        self._segment: Segment | None = make_segmenter(self._language, settings.segmenter)
        self._final_apostrophe = phonemizer.reads_final_apostrophe()
        self._young: dict[bytes, bytes] = {_LINE_END: b"\n"}
        self._old: dict[bytes, bytes] = {}
        self._tidy_size = 4_000
        self._losses: dict[bytes, tuple[tuple[str, Pronunciation], ...]] = {}
        self._next_number = 0

    def spell(self, chunk: bytes) -> tuple[bytes, ChunkReport]:
        """Phonemes of some lines.

        Args:
            chunk: Lines of UTF-8, the last with or without its end; only a line feed ends a line.

        Returns:
            One line for each line of the chunk, all ended, and what they cost.
        """
        chunk = chunk.removesuffix(b"\n")
        report = self.report()
        chunk = _valid(chunk, report.coverage)
        tokens = chunk.replace(b"\n", b" \xff ").split()
        spelled = list(map(self._young.get, tokens))
        if None in spelled:
            unknown = dict.fromkeys(t for t, s in zip(tokens, spelled, strict=True) if s is None)
            self._learn(unknown, report)
            spelled = list(map(self._young.get, tokens))
        line = _BOUNDARY.join(spelled)  # type: ignore[arg-type]
        if _NO_WORD in line:
            line = line.replace(_NO_WORD + _BOUNDARY, b"").replace(_BOUNDARY + _NO_WORD, b"")
            line = line.replace(_NO_WORD, b"")
        if line:
            report.coverage.words = line.count(_MARK) + 1 - chunk.count(b"\n")
        if _REMARKABLE in line:
            line = self._count_losses(line, report)
        line = line.replace(_BOUNDARY + b"\n", b"\n").replace(b"\n" + _BOUNDARY, b"\n")
        if len(self._young) > _KEPT_TOKENS:
            self._age(tokens)
        elif len(self._young) >= 4 * self._tidy_size:
            self._young = self._frequent(tokens) | self._young
            self._tidy_size = len(self._young)
        return line + b"\n", report

    def spell_words(self, rows: list[list[str]]) -> tuple[list[list[list[str]]], ChunkReport]:
        """Units of words that are parted already: one list of units a word, one of words a row."""
        counts = Counter(word for row in rows for word in row)
        report = self.report()
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

    def report(self) -> ChunkReport:
        """An empty report."""
        return ChunkReport(CoverageCounter(self._language.code, self._backend), array("Q"))

    def _learn(self, unknown: Iterable[bytes], report: ChunkReport) -> None:
        """Make the young generation know these tokens."""
        words_of: dict[bytes, list[str]] = {}
        for token in unknown:
            spelled = self._old.get(token)
            if spelled is None:
                words_of[token] = self._words(token)
            else:
                self._young[token] = spelled
        distinct = list(dict.fromkeys(chain.from_iterable(words_of.values())))
        report.prints.extend(fingerprints(distinct))
        entries = self._store.entries(distinct)
        for token, words in words_of.items():
            found = [entries[word] for word in words]
            spelled = WORD_BOUNDARY.join([units or UNKNOWN_UNIT for units, _ in found]).encode()
            if any(loss for _, loss in found):
                spelled = self._mark_losses(token, words, found) + spelled
            self._young[token] = spelled or _NO_WORD

    def _words(self, token: bytes) -> list[str]:
        text = token.decode("utf-8")
        if text.isalpha() and unicodedata.is_normalized("NFC", text) and self._segment is None:
            return [text]
        return [
            word
            for part in unicodedata.normalize("NFC", text).split()
            for stretch in (self._segment(part) if self._segment else (part,))
            for word in split_token(stretch, final_apostrophe=self._final_apostrophe)
        ]

    def _mark_losses(self, token: bytes, words: list[str], found: list[Entry]) -> bytes:
        """What to write before a token's units so that its losses are counted."""
        lossy = tuple(
            (word, pronunciation_of(entry))
            for word, entry in zip(words, found, strict=True)
            if entry[1]
        )
        while True:
            number = self._next_number = (self._next_number + 1) % _NUMBERS
            name = bytes((48 + number // 4096, 48 + number // 64 % 64, 48 + number % 64))
            if name not in self._losses:
                break
        self._losses[name] = lossy
        return _REMARKABLE + name

    def _count_losses(self, line: bytes, report: ChunkReport) -> bytes:
        """Take the marks of lossy tokens out of a chunk's spelling and count what they say."""
        start, *parts = line.split(_REMARKABLE)
        for name, times in Counter([part[:3] for part in parts]).items():
            for word, said in self._losses[name]:
                report.coverage.add(word, said, times)
        return b"".join([start, *[part[3:] for part in parts]])

    def _frequent(self, tokens: list[bytes]) -> dict[bytes, bytes]:
        """The tokens of a chunk and their spellings, anew, the most frequent first.

        Those that are asked for most then lie side by side in memory, which look-ups feel.
        """
        young = self._young
        return {
            bytes(bytearray(token)): bytes(bytearray(young[token]))
            for token, _ in Counter(tokens).most_common()
        }

    def _age(self, tokens: list[bytes]) -> None:
        """Begin a new generation with this chunk; what the last one did not use is forgotten."""
        kept = {s[1:4] for s in self._young.values() if s[:1] == _REMARKABLE}
        self._losses = {name: losses for name, losses in self._losses.items() if name in kept}
        self._old, self._young = self._young, self._frequent(tokens) | {_LINE_END: b"\n"}
        self._tidy_size = len(self._young)


def _valid(chunk: bytes, coverage: CoverageCounter) -> bytes:
    """UTF-8 with the replacement character for every sequence that is none, and those counted."""
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError:
        text = chunk.decode("utf-8", "replace")
        coverage.notes["invalid UTF-8"] += text.count(_REPLACEMENT) - chunk.count(
            _REPLACEMENT.encode()
        )
        return text.encode("utf-8")
    return chunk
