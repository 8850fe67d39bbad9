"""What phonemization cost: words, empty words, characters that no rule covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lingap.errors import G2PError
from lingap.g2p.distinct import DistinctWords
from lingap.g2p.protocol import Pronunciation

_EXAMPLES_EACH = 3


@dataclass(frozen=True, slots=True)
class G2PCoverage:
    """What phonemization cost in one language with one back end.

    Coverages of parts, such as what each worker process counted, add up: ``first + second``, or
    ``first.merge(*others)``.

    Args:
        language: Code of the language.
        backend: Name of the back end.
        words: Word tokens seen.
        distinct: Which words were seen, as far as it takes to count them.
        empty_words: Tokens of which nothing could be spelled; they become the unknown unit.
        words_with_unmapped: Tokens that hold at least one unmapped character.
        unmapped: Character that no rule covers -> its occurrences.
        examples: Such a character -> up to three words that hold it.
        notes: Other losses by name (``foreign script``, ``emoji dropped``) -> tokens.
        units: Units written for all tokens, unknown ones not counted.
        vocabulary: Name of the vocabulary that units were held against, or "" for none.
        lacking: Unit that the vocabulary lacks -> its occurrences.
        stand_ins: Such a unit -> the known one written for it under the policy ``nearest``.
    """

    language: str
    backend: str
    words: int = 0
    distinct: DistinctWords = field(default_factory=DistinctWords, repr=False)
    empty_words: int = 0
    words_with_unmapped: int = 0
    unmapped: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    units: int = 0
    vocabulary: str = ""
    lacking: Mapping[str, int] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    @property
    def types(self) -> int:
        """Distinct words seen: exact up to 100,000, then an estimate."""
        return len(self.distinct)

    def merge(self, *others: G2PCoverage) -> G2PCoverage:
        """The coverage of all parts together; examples stay those first met.

        Raises:
            G2PError: For parts of another language, back end or vocabulary.
        """
        total = CoverageCounter(self.language, self.backend, self.vocabulary)
        for part in (self, *others):
            total.merge(part)
        return total.snapshot()

    def __add__(self, other: G2PCoverage) -> G2PCoverage:
        return self.merge(other)

    @property
    def lacking_units(self) -> int:
        """Occurrences of units that the vocabulary lacks."""
        return sum(self.lacking.values())

    @property
    def lacking_percent(self) -> float:
        """Share of units that the vocabulary lacks, 0 to 100; 0 for no units."""
        return 100.0 * self.lacking_units / self.units if self.units else 0.0

    @property
    def foreign_words(self) -> int:
        """Tokens with letters of a script that the language does not use."""
        return self.notes.get("foreign script", 0)

    @property
    def empty_percent(self) -> float:
        """Share of tokens that could not be spelled, 0 to 100; 0 for no words."""
        return 100.0 * self.empty_words / self.words if self.words else 0.0

    @property
    def unmapped_percent(self) -> float:
        """Share of tokens with an unmapped character, 0 to 100; 0 for no words."""
        return 100.0 * self.words_with_unmapped / self.words if self.words else 0.0

    @property
    def foreign_percent(self) -> float:
        """Share of tokens with letters of a foreign script, 0 to 100; 0 for no words."""
        return 100.0 * self.foreign_words / self.words if self.words else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Everything in plain types, characters by falling count, ready for JSON.

        What a vocabulary lacks is there only where one was given.
        """
        facts: dict[str, Any] = {
            "language": self.language,
            "backend": self.backend,
            "words": self.words,
            "types": self.types,
            "empty_words": self.empty_words,
            "empty_percent": round(self.empty_percent, 4),
            "words_with_unmapped": self.words_with_unmapped,
            "unmapped_percent": round(self.unmapped_percent, 4),
            "foreign_words": self.foreign_words,
            "foreign_percent": round(self.foreign_percent, 4),
            "unmapped": dict(self.unmapped),
            "examples": {character: list(words) for character, words in self.examples.items()},
            "notes": dict(self.notes),
            "units": self.units,
        }
        if self.vocabulary:
            facts |= {
                "vocabulary": self.vocabulary,
                "lacking_units": self.lacking_units,
                "lacking_percent": round(self.lacking_percent, 4),
                "lacking": dict(self.lacking),
                "stand_ins": dict(self.stand_ins),
            }
        return facts

    def as_text(self) -> str:
        """A summary of a few lines."""
        lines = [
            f"{self.language} by {self.backend}: {self.words:,} words, {self.types:,} types; "
            f"{self.empty_words:,} empty ({self.empty_percent:.2f} %), "
            f"{self.words_with_unmapped:,} with unmapped characters "
            f"({self.unmapped_percent:.2f} %)"
        ]
        for character, count in list(self.unmapped.items())[:10]:
            words = ", ".join(map(printable, self.examples.get(character, ())))
            lines.append(f"  unmapped {printable(character)} × {count:,} ({words})")
        if len(self.unmapped) > 10:
            lines.append(f"  and {len(self.unmapped) - 10} more characters")
        lines += [f"  {note}: {count:,} words" for note, count in self.notes.items()]
        if self.vocabulary:
            lines.append(
                f"  {self.vocabulary} lacks {self.lacking_units:,} of {self.units:,} units "
                f"({self.lacking_percent:.2f} %), {len(self.lacking):,} different"
            )
            for unit, count in list(self.lacking.items())[:10]:
                to = self.stand_ins.get(unit)
                lines.append(f"    {printable(unit)} × {count:,}{f' -> {to}' if to else ''}")
            if len(self.lacking) > 10:
                lines.append(f"    and {len(self.lacking) - 10} more units")
        return "\n".join(lines)


def printable(text: str) -> str:
    """Text that any terminal takes: lone marks on a circle, the unprintable by code point.

    >>> printable("a"), printable(chr(0x301)), printable(chr(0xD800))
    ('a', '◌́', 'U+D800')
    """
    import unicodedata

    if len(text) == 1 and unicodedata.category(text)[0] == "M":
        return "◌" + text
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text[:40])


class CoverageCounter:
    """Adds up coverage over batches and over processes.

    Args:
        language: Code of the language.
        backend: Name of the back end.
        vocabulary: Name of the vocabulary that units are held against, or "".
    """

    def __init__(self, language: str, backend: str, vocabulary: str = ""):
        self.language = language
        self.backend = backend
        self.words = 0
        self.distinct = DistinctWords()
        self.empty_words = 0
        self.words_with_unmapped = 0
        self.unmapped: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.examples: dict[str, tuple[str, ...]] = {}
        self.vocabulary = vocabulary
        self.units = 0
        self.lacking: Counter[str] = Counter()
        self.stand_ins: dict[str, str] = {}

    def add(self, word: str, pronunciation: Pronunciation, tokens: int) -> None:
        """Count a word that lost something; call it once a batch with its number of tokens."""
        if not pronunciation.units:
            self.empty_words += tokens
        if pronunciation.unmapped:
            self.words_with_unmapped += tokens
            for character in pronunciation.unmapped:
                self.unmapped[character] += tokens
                known = self.examples.get(character, ())
                if len(known) < _EXAMPLES_EACH and word not in known:
                    self.examples[character] = (*known, word)
        for note in pronunciation.notes:
            self.notes[note] += tokens
        if pronunciation.lacking:
            self.notes["unit not in the vocabulary"] += tokens
        for unit in pronunciation.lacking:
            self.lacking[unit] += tokens
        pairs = zip(pronunciation.lacking, pronunciation.stand_ins, strict=False)
        self.stand_ins |= {unit: to for unit, to in pairs if to}

    def merge(self, other: CoverageCounter | G2PCoverage) -> None:
        """Add what another one counted; examples stay those first met.

        Raises:
            G2PError: For one of another language, back end or vocabulary.
        """
        ours, theirs = (
            f"{one.language} by {one.backend}{f' against {one.vocabulary}' * bool(one.vocabulary)}"
            for one in (self, other)
        )
        if ours != theirs:
            raise G2PError(f"Expected a coverage of {ours}, got one of {theirs}. Add like to like.")
        self.words += other.words
        self.distinct.merge(other.distinct)
        self.empty_words += other.empty_words
        self.words_with_unmapped += other.words_with_unmapped
        self.unmapped.update(other.unmapped)
        self.notes.update(other.notes)
        self.units += other.units
        self.lacking.update(other.lacking)
        self.stand_ins |= other.stand_ins
        for character, words in other.examples.items():
            merged = dict.fromkeys((*self.examples.get(character, ()), *words))
            self.examples[character] = tuple(merged)[:_EXAMPLES_EACH]

    def snapshot(self) -> G2PCoverage:
        """What was counted so far."""
        by_count = sorted(self.unmapped.items(), key=lambda item: (-item[1], item[0]))
        lacking = dict(sorted(self.lacking.items(), key=lambda item: (-item[1], item[0])))
        return G2PCoverage(
            language=self.language,
            backend=self.backend,
            words=self.words,
            distinct=self.distinct.copy(),
            empty_words=self.empty_words,
            words_with_unmapped=self.words_with_unmapped,
            unmapped=dict(by_count),
            examples={character: self.examples[character] for character, _ in by_count},
            notes=dict(sorted(self.notes.items())),
            units=self.units,
            vocabulary=self.vocabulary,
            lacking=lacking,
            stand_ins={unit: self.stand_ins[unit] for unit in lacking if unit in self.stand_ins},
        )
