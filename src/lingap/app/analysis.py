"""Analysis of typed text: words, phonemes, coverage, units, and what languages share."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from lingap.app.alignment import align, similarities
from lingap.app.compared import Compared
from lingap.app.work import Abandoned, OutOfTime, Work
from lingap.errors import ConfigError, LingapError
from lingap.g2p import BACKENDS, DEFAULT_BACKEND, Phonemizer, Pronunciation
from lingap.g2p.choice import by_error
from lingap.g2p.coverage import CoverageCounter
from lingap.languages import Language, all_languages, get_language
from lingap.records import Sentence
from lingap.representations import Representation, load_representation
from lingap.text.segmenters import WordReader, unsegmented_notes
from lingap.text.units import BOUNDARY, UNKNOWN

MAX_LINES = 8
MAX_CHARACTERS = 4_000
MAX_WORDS = 400
MAX_BACKENDS = 4
MAX_COMPARED = 60
"""Distinct words of a line that are compared with those of another."""
MAX_PHONEMES = 30
"""Longer words are not compared: the work grows with the square of their length."""
LIMITS = {
    "lines": MAX_LINES, "characters": MAX_CHARACTERS, "words": MAX_WORDS, "backends": MAX_BACKENDS,
    "compared": MAX_COMPARED, "phonemes": MAX_PHONEMES,
}  # fmt: skip
"""What the page tells of them."""
MOST_SIMILAR = 12
LEAST_SIMILARITY = 0.2
WORDS_AT_ONCE = 20

_LOCK = threading.Lock()  # phonemizers cache and count


@dataclass(frozen=True, slots=True)
class Line:
    """One typed sentence, its language and its back ends."""

    text: str
    language: str
    backends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The words of a line as one back end reads them, or why it does not."""

    backend: str
    error: str = ""
    pronunciations: tuple[Pronunciation, ...] = ()
    units: tuple[str, ...] = ()
    lost: CoverageCounter | None = None

    def shown(self) -> dict[str, Any]:
        """As the page reads it."""
        if self.lost is None:
            return {"backend": self.backend, "error": self.error}
        return {
            "backend": self.backend,
            "words": [
                {"units": one.units, "unmapped": one.unmapped} for one in self.pronunciations
            ],
            "units": self.units,
            "coverage": {
                "words": self.lost.words,
                "empty": self.lost.empty_words,
                "touched": self.lost.words_with_unmapped,
                "unmapped": self.lost.unmapped.most_common(12),
                "notes": self.lost.notes.most_common(),
            },
        }


@dataclass(frozen=True, slots=True)
class _ReadLine:
    """What was read in a line: words, phonemes by back end, units by representation."""

    language: str
    words: tuple[str, ...]
    notes: list[str]
    spoken: list[_Spoken]
    units: dict[str, tuple[str, ...]]

    @property
    def phonemes(self) -> tuple[Pronunciation, ...]:
        """Of each word, by the first back end that reads them; none where none does."""
        return next((one.pronunciations for one in self.spoken if one.lost is not None), ())

    def shown(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "language": self.language, "words": self.words, "notes": self.notes,
            "spoken": [one.shown() for one in self.spoken], "units": self.units,
        }  # fmt: skip


def _serving() -> dict[str, list[str]]:
    """Language to the back ends that are installed and need no option."""
    serving: dict[str, list[str]] = {}
    for name in BACKENDS:
        backend = BACKENDS[name]
        served = list(backend.languages()) if backend.missing() is None else []
        try:
            for code in served[:1]:
                backend.provenance(get_language(code), {})
        except LingapError:
            continue
        for code in served:
            serving.setdefault(code, []).append(name)
    return serving


@lru_cache(maxsize=1)
def served_languages() -> list[dict[str, Any]]:
    """Languages supported here, each with its back ends, the default first."""
    serving = _serving()
    known = {language.code for language in all_languages()}
    added = [get_language(code) for code in serving if code not in known]
    return [
        {
            "code": language.code,
            "name": language.name
            if language.is_default or language.variant
            else f"{language.name} ({language.script})",
            "tag": language.iso1 or language.iso3,
            "rtl": language.right_to_left,
            "backends": sorted(serving[language.code], key=lambda name: _rank(name, language)),
        }
        for language in sorted((*all_languages(), *added), key=lambda one: one.name)
        if language.code in serving
    ]


def _rank(backend: str, language: Language) -> tuple[int, str]:
    order = (DEFAULT_BACKEND, *by_error(language))
    return (order.index(backend) if backend in order else len(order), backend)


@lru_cache(maxsize=64)
def _phonemizer(language: str, backend: str) -> Phonemizer:
    # Typed text stays in memory: it is not written to the word cache on disk.
    return Phonemizer(language, backend=backend, remember=50_000, cache=False)


def pronounce(language: str, backend: str, words: Sequence[str]) -> list[Pronunciation]:
    """Phonemes of words; a back end is loaded on first use.

    Raises:
        LingapError: If the back end does not support the language or is not installed.
    """
    with _LOCK:
        return _phonemizer(language, backend)(words)


def parse_lines(content: Any) -> list[Line]:
    """The lines of a request.

    Raises:
        ConfigError: If it is malformed, or more than :data:`LIMITS` allow.
        LanguageError: For an unknown language.
    """
    rows = content.get("lines") if isinstance(content, Mapping) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_LINES:
        raise ConfigError(f"Expected a list of 1 to {MAX_LINES} lines.")
    lines = []
    for row in rows:
        if not isinstance(row, Mapping) or not all(
            isinstance(row.get(name), str) for name in ("text", "language")
        ):
            raise ConfigError("Each line needs a text and a language.")
        backends = row.get("backends")
        if not isinstance(backends, list) or not all(isinstance(one, str) for one in backends):
            raise ConfigError("Each line needs a list of back ends.")
        if (n := len(set(backends))) > MAX_BACKENDS:
            raise ConfigError(f"Expected at most {MAX_BACKENDS} back ends a line, got {n}.")
        if len(row["text"]) > MAX_CHARACTERS:
            raise ConfigError(
                f"A line of {len(row['text']):,} characters is too long for this page "
                f"(at most {MAX_CHARACTERS:,}); `lingap phonemize` takes whole files."
            )
        language = get_language(row["language"]).code
        lines.append(Line(row["text"], language, tuple(dict.fromkeys(backends))))
    return lines


def analyse(
    lines: Sequence[Line],
    *,
    subwords: Representation | None = None,
    compared: Compared | None = None,
    work: Work | None = None,
) -> dict[str, Any]:
    """Everything the page shows for some lines.

    Args:
        lines: Typed sentences.
        subwords: The subword representation of the open experiment, if any.
        compared: Tokenizers and models that the command named.
        work: Bounds the time; unbounded by default.

    Raises:
        Abandoned: If nobody waits for it.
        OutOfTime: If the time is over.
    """
    work = work or Work(float("inf"))
    read = [_read_line(line, at, subwords, work) for at, line in enumerate(lines)]
    models: list[dict[str, Any]] = []
    if compared is not None:
        for line, one in zip(lines, read, strict=True):
            if line.text.strip():
                one.units.update(compared.units(line.text, line.language, work))
        if len(lines) > 1 and all(line.text.strip() for line in lines):
            models = compared.cosines([line.text for line in lines], work)
    pairs = []
    for one, other in combinations(read, 2):
        work.step()
        pairs.append(_compare(one, other))
    return {"lines": [line.shown() for line in read], "pairs": pairs, "models": models}


def _read_line(line: Line, at: int, subwords: Representation | None, work: Work) -> _ReadLine:
    counts: Counter[str] = Counter()
    found = WordReader(line.language, None, counts)(line.text)
    words = found[:MAX_WORDS]
    notes = unsegmented_notes({line.language: counts["texts_unsegmented"]})
    if len(found) > MAX_WORDS:
        notes.append(f"Only the first {MAX_WORDS:,} of {len(found):,} words are read here.")
    spoken: list[_Spoken] = []
    for backend in line.backends:
        try:
            pronunciations = _pronounced(line.language, backend, words, work)
            name = _phonemizer(line.language, backend).backend.name  # the one that ``auto`` chose
        except (Abandoned, OutOfTime):
            raise
        except LingapError as error:
            spoken.append(_Spoken(backend, str(error)))
            continue
        spoken.append(_spoken(line.language, name, words, pronunciations))
    units = _units(line, at, words, subwords)
    if (first := next((one for one in spoken if one.lost is not None), None)) is not None:
        units["phoneme"] = first.units
    return _ReadLine(line.language, words, notes, spoken, units)


def _pronounced(
    language: str, backend: str, words: Sequence[str], work: Work
) -> list[Pronunciation]:
    found: list[Pronunciation] = []
    for start in range(0, len(words), WORDS_AT_ONCE):
        work.step()
        found += pronounce(language, backend, words[start : start + WORDS_AT_ONCE])
    return found


def _spoken(
    language: str, backend: str, words: Sequence[str], pronunciations: Sequence[Pronunciation]
) -> _Spoken:
    lost = CoverageCounter(language, backend, words=len(words))
    units: list[str] = []
    for word, one in zip(words, pronunciations, strict=True):
        lost.add(word, one, 1)
        units += ([] if not units else [BOUNDARY]) + list(one.units or (UNKNOWN,))
    return _Spoken(backend, "", tuple(pronunciations), tuple(units), lost)


def _units(
    line: Line, at: int, words: tuple[str, ...], subwords: Representation | None
) -> dict[str, tuple[str, ...]]:
    if not words:
        return {}
    sentence = Sentence(f"line {at + 1}", line.language, words)
    spellers = {"character": load_representation("character")}
    if subwords is not None:
        spellers["subword"] = subwords
    return {name: speller.encode(sentence).units for name, speller in spellers.items()}


def _compare(one: _ReadLine, other: _ReadLine) -> dict[str, Any]:
    shared = {}
    for name in one.units:
        if name in other.units:
            left, right = (set(line.units[name]) - {BOUNDARY, UNKNOWN} for line in (one, other))
            shared[name] = {"both": sorted(left & right), "n_either": len(left | right)}
    (own, n_own), (others, n_others) = _sounding(one), _sounding(other)
    return {
        "languages": [one.language, other.language],
        "shared": shared,
        "similar": _most_similar(own, others),
        "n_uncompared": n_own + n_others,
    }


def _most_similar(
    left: Mapping[str, tuple[str, ...]], right: Mapping[str, tuple[str, ...]]
) -> list[dict[str, Any]]:
    """The most similar pairs of words by sound, each word once; longer ones first among equals."""
    words, partners = list(left), list(right)
    found = similarities([*left.values()], [*right.values()])
    longest = np.maximum.outer([len(left[w]) for w in words], [len(right[w]) for w in partners])
    i, j = np.nonzero(found >= LEAST_SIMILARITY)
    used: set[tuple[int, int]] = set()
    pairs: list[dict[str, Any]] = []
    for at in np.lexsort((-longest[i, j], -found[i, j])):
        place = {(0, int(i[at])), (1, int(j[at]))}
        if used & place:
            continue
        used |= place
        word, partner = words[i[at]], partners[j[at]]
        aligned = align(left[word], right[partner]).pairs
        pairs.append(
            {
                "words": [word, partner],
                "similarity": round(float(found[i[at], j[at]]), 3),
                "pairs": aligned,
            }
        )
        if len(pairs) == MOST_SIMILAR:
            break
    return pairs


def _sounding(line: _ReadLine) -> tuple[dict[str, tuple[str, ...]], int]:
    """Words of a line to compare, with the first back end's phonemes; and how many are left out.

    They are distinct and contain a letter.
    """
    found = {
        word: spoken.units
        for word, spoken in zip(line.words, line.phonemes, strict=False)
        if spoken.units and any(character.isalpha() for character in word)
    }
    short = [word for word, units in found.items() if len(units) <= MAX_PHONEMES][:MAX_COMPARED]
    return {word: found[word] for word in short}, len(found) - len(short)
