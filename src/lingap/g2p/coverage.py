"""What phonemization cost: empty words, unmapped characters, other losses."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from lingap.errors import G2PError
from lingap.g2p.distinct import DistinctWords
from lingap.g2p.protocol import Pronunciation
from lingap.text.display import counted

_EXAMPLES_EACH = 3
_SHOWN = 10
_READ_AS = "read as "  # how the note on a variant begins
LARGE_PERCENT = 5.0
"""Words with one kind of loss, in percent of all words, from which a warning is due."""


@dataclass(frozen=True, slots=True)
class G2PCoverage:
    """What phonemization cost in one language with one back end.

    Coverages of parts, such as those of worker processes, add up: ``first + second``, or
    ``first.merge(*others)``.

    Args:
        language: Code of the language.
        backend: Name of the back end.
        words: Word tokens seen.
        distinct: Counter of distinct words.
        empty_words: Tokens that could not be spelled and become the unknown unit.
        words_with_unmapped: Tokens with an unmapped character.
        unmapped: Character that no rule covers -> occurrences.
        examples: Such a character -> up to three words with it.
        notes: Other losses by name (``foreign script``, ``emoji dropped``) -> tokens.
        units: Units of all tokens, without unknown units.
        vocabulary: Name of the vocabulary that units were checked against, or "".
        lacking: Unit that the vocabulary lacks -> occurrences.
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
        """The coverage of all parts together; the first examples are kept.

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
        """Units that the vocabulary lacks, in percent of all units; 0 without units."""
        return _percent(self.lacking_units, self.units)

    @property
    def foreign_words(self) -> int:
        """Word tokens with letters of a script that the language does not use."""
        return self.notes.get("foreign script", 0)

    @property
    def empty_percent(self) -> float:
        """Empty words, in percent of all words; 0 without words."""
        return _percent(self.empty_words, self.words)

    @property
    def unmapped_percent(self) -> float:
        """Words with an unmapped character, in percent of all words; 0 without words."""
        return _percent(self.words_with_unmapped, self.words)

    @property
    def foreign_percent(self) -> float:
        """Words with letters of a foreign script, in percent of all words; 0 without words."""
        return _percent(self.foreign_words, self.words)

    @property
    def read_as(self) -> str:
        """The language whose G2P read the words of a variant, or ""."""
        kin = (note.removeprefix(_READ_AS) for note in self.notes if note.startswith(_READ_AS))
        return next(kin, "")

    def losses(self) -> dict[str, int]:
        """Kind of loss in words -> word tokens that have it, without those of none."""
        counted = {
            "without a phoneme": self.empty_words,
            "with unmapped characters": self.words_with_unmapped,
            **{
                note if note.startswith(_READ_AS) else f"with {note}": n
                for note, n in self.notes.items()
            },
        }
        return {kind: n for kind, n in counted.items() if n}

    def warnings(self) -> tuple[str, ...]:
        """A sentence for each loss in at least 5 % of the words, as of tones; often empty."""
        found = []
        for kind, n in self.losses().items():
            if (percent := _percent(n, self.words)) >= LARGE_PERCENT:
                most = ", ".join(map(printable, list(self.unmapped)[:3]))
                named = f" ({most})" if most and "unmapped" in kind else ""
                found.append(
                    f"{self.language} by {self.backend}: {percent:.1f} % of words {kind}{named}. "
                    "What is measured on these phonemes also measures that loss: compare with "
                    "another back end (`lingap languages` lists them)."
                )
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """All fields in plain types for JSON; those of a vocabulary only where one was given."""
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
            "warnings": list(self.warnings()),
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

    def to_json(self) -> str:
        """All that :meth:`from_json` needs to give an equal coverage, distinct words included."""
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(facts | {"distinct": self.distinct.to_text()})

    @classmethod
    def from_json(cls, text: str) -> G2PCoverage:
        """The coverage that :meth:`to_json` wrote; G2PError for any other text."""
        try:
            facts = json.loads(text)
            facts["distinct"] = DistinctWords.from_text(facts["distinct"])
            facts["examples"] = {sign: tuple(words) for sign, words in facts["examples"].items()}
            return cls(**facts)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise G2PError(f"Expected a stored coverage; {error}.") from error

    def as_text(self) -> str:
        """A summary of a few lines."""
        lines = [
            f"{self.language} by {self.backend}: {counted(self.words, 'word')}, "
            f"{counted(self.types, 'type')}; {self.empty_words:,} empty "
            f"({self.empty_percent:.2f} %), {self.words_with_unmapped:,} with unmapped characters "
            f"({self.unmapped_percent:.2f} %)"
        ]
        for character, count in list(self.unmapped.items())[:_SHOWN]:
            words = ", ".join(map(printable, self.examples.get(character, ())))
            lines.append(f"  unmapped {printable(character)} × {count:,} ({words})")
        if len(self.unmapped) > _SHOWN:
            lines.append(f"  and {len(self.unmapped) - _SHOWN} more characters")
        lines += [f"  {note}: {counted(count, 'word')}" for note, count in self.notes.items()]
        if self.vocabulary:
            lines.append(
                f"  {self.vocabulary} lacks {self.lacking_units:,} of {self.units:,} units "
                f"({self.lacking_percent:.2f} %), {len(self.lacking):,} distinct"
            )
            for unit, count in list(self.lacking.items())[:_SHOWN]:
                to = self.stand_ins.get(unit)
                lines.append(f"    {printable(unit)} × {count:,}{f' -> {to}' if to else ''}")
            if len(self.lacking) > _SHOWN:
                lines.append(f"    and {len(self.lacking) - _SHOWN} more units")
        lines += [f"  warning: {warning}" for warning in self.warnings()]
        return "\n".join(lines)


def printable(text: str) -> str:
    """Text that any terminal can show: a lone mark on a circle, unprintable characters as U+….

    >>> printable("a"), printable(chr(0x301)), printable(chr(0xD800))
    ('a', '◌́', 'U+D800')
    """
    if len(text) == 1 and unicodedata.category(text)[0] == "M":
        return "◌" + text
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text[:40])


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0


def _by_count(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(slots=True)
class CoverageCounter:
    """Adds up coverage over batches and processes; fields as in :class:`G2PCoverage`."""

    language: str
    backend: str
    vocabulary: str = ""
    read_as: str = ""  # the language whose G2P reads a variant
    words: int = 0
    distinct: DistinctWords = field(default_factory=DistinctWords)
    empty_words: int = 0
    words_with_unmapped: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    units: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    stand_ins: dict[str, str] = field(default_factory=dict)

    def add(self, word: str, pronunciation: Pronunciation, tokens: int) -> None:
        """Count a lossy word; call it once per batch, with the word's number of tokens."""
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
        """Add another count; the first examples are kept.

        Raises:
            G2PError: For a count of another language, back end or vocabulary.
        """
        ours, theirs = (
            f"{one.language} by {one.backend}{f' against {one.vocabulary}' * bool(one.vocabulary)}"
            for one in (self, other)
        )
        if ours != theirs:
            raise G2PError(f"Expected a coverage of {ours}, got one of {theirs}.")
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
        """The coverage so far."""
        unmapped, lacking = _by_count(self.unmapped), _by_count(self.lacking)
        notes = dict(self.notes)
        if self.read_as and self.words:
            notes[_READ_AS + self.read_as] = self.words
        return G2PCoverage(
            language=self.language,
            backend=self.backend,
            words=self.words,
            distinct=self.distinct.copy(),
            empty_words=self.empty_words,
            words_with_unmapped=self.words_with_unmapped,
            unmapped=unmapped,
            examples={character: self.examples[character] for character in unmapped},
            notes=dict(sorted(notes.items())),
            units=self.units,
            vocabulary=self.vocabulary,
            lacking=lacking,
            stand_ins={unit: self.stand_ins[unit] for unit in lacking if unit in self.stand_ins},
        )
