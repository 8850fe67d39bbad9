"""Analysis of typed text: words, phonemes, coverage, units, and what languages share."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lingap.app.alignment import align
from lingap.errors import ConfigError, LingapError
from lingap.g2p import BACKENDS, DEFAULT_BACKEND, Phonemizer, Pronunciation
from lingap.languages import Language, all_languages, get_language
from lingap.records import UNKNOWN, Sentence
from lingap.representations import Representation, load_representation
from lingap.text.segmenters import WordReader, unsegmented_note

MAX_LINES = 8
MAX_CHARACTERS = 4_000
MAX_WORDS = 400
MOST_SIMILAR = 12
LEAST_SIMILARITY = 0.2

_LOCK = threading.RLock()  # phonemizers cache and count; one request at a time


@dataclass(frozen=True, slots=True)
class Line:
    """One typed sentence, its language and its back ends."""

    text: str
    language: str
    backends: tuple[str, ...]


def served_languages() -> list[dict[str, Any]]:
    """Languages supported here, each with its back ends, the default first."""
    serving: dict[str, list[str]] = {}
    for name in BACKENDS:
        backend = BACKENDS[name]
        if backend.missing() is None:
            for code in backend.languages():
                serving.setdefault(code, []).append(name)
    return [
        {
            "code": language.code,
            "name": _name(language),
            "tag": language.iso1 or language.iso3,
            "rtl": language.right_to_left,
            "backends": sorted(serving[language.code], key=lambda name: _rank(name, language)),
        }
        for language in sorted(all_languages(), key=lambda one: one.name)
        if language.code in serving
    ]


def _name(language: Language) -> str:
    own_name = language.is_default or language.variant
    return language.name if own_name else f"{language.name} ({language.script})"


def _rank(backend: str, language: Language) -> tuple[int, str]:
    order: tuple[str, ...] = (DEFAULT_BACKEND,)
    order += ("gruut-lang-en",) if language.code == "eng" else ()
    order += ("epitran", "orthography2ipa", "espeak")
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
        ConfigError: If it is malformed or too long.
        LanguageError: For an unknown language.
    """
    rows = content.get("lines") if isinstance(content, Mapping) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_LINES:
        raise ConfigError(f"Expected a list of 1 to {MAX_LINES} lines.")
    lines = []
    for row in rows:
        if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
            raise ConfigError("Each line needs a text and a language.")
        backends = row.get("backends")
        if not isinstance(backends, list) or not all(isinstance(one, str) for one in backends):
            raise ConfigError("Each line needs a list of back ends.")
        if len(row["text"]) > MAX_CHARACTERS:
            raise ConfigError(
                f"A line of {len(row['text']):,} characters is too long for this page "
                f"(at most {MAX_CHARACTERS:,}); `lingap phonemize` takes whole files."
            )
        language = get_language(str(row.get("language", ""))).code
        lines.append(Line(row["text"], language, tuple(dict.fromkeys(backends))[:4]))
    return lines


def analyse(lines: Sequence[Line], *, subwords: Representation | None = None) -> dict[str, Any]:
    """Everything the page shows for some lines.

    Args:
        lines: Typed sentences.
        subwords: The subword representation of the open experiment, if any.
    """
    with _LOCK:
        read = [_read_line(line, at, subwords) for at, line in enumerate(lines)]
    pairs = [_compare(read[i], read[j]) for i in range(len(read)) for j in range(i + 1, len(read))]
    return {"lines": read, "pairs": pairs}


def _read_line(line: Line, at: int, subwords: Representation | None) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    words = WordReader(line.language, None, counts)(line.text)[:MAX_WORDS]
    notes = [unsegmented_note(line.language, n)] if (n := counts["texts_unsegmented"]) else []
    spoken: list[dict[str, Any]] = []
    for backend in line.backends:
        try:
            pronunciations = pronounce(line.language, backend, words)
            name = _phonemizer(line.language, backend).backend.name  # the one that ``auto`` chose
        except LingapError as error:
            spoken.append({"backend": backend, "error": str(error)})
            continue
        spoken.append({"backend": name, **_spoken(words, pronunciations)})
    units = _units(line, at, words, subwords)
    first = next((one for one in spoken if "words" in one), None)
    if first is not None:
        units["phoneme"] = first["units"]
    return {
        "language": line.language, "words": words, "notes": notes, "spoken": spoken, "units": units,
    }  # fmt: skip


def _spoken(words: Sequence[str], pronunciations: Sequence[Pronunciation]) -> dict[str, Any]:
    unmapped = Counter(character for one in pronunciations for character in one.unmapped)
    units: list[str] = []
    for one in pronunciations:
        units += ([] if not units else ["▁"]) + list(one.units or (UNKNOWN,))
    return {
        "words": [{"units": one.units, "unmapped": one.unmapped} for one in pronunciations],
        "units": units,
        "coverage": {
            "words": len(words),
            "empty": sum(not one.units for one in pronunciations),
            "touched": sum(bool(one.unmapped) for one in pronunciations),
            "unmapped": unmapped.most_common(12),
        },
    }


def _units(
    line: Line, at: int, words: tuple[str, ...], subwords: Representation | None
) -> dict[str, Any]:
    if not words:
        return {}
    sentence = Sentence(f"line {at + 1}", line.language, words)
    spellers = {"character": load_representation("character")}
    if subwords is not None:
        spellers["subword"] = subwords
    return {name: speller.encode(sentence).units for name, speller in spellers.items()}


def _compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    shared = {}
    for name in one["units"]:
        if name in other["units"]:
            left, right = (set(line["units"][name]) - {"▁", UNKNOWN} for line in (one, other))
            shared[name] = {"both": sorted(left & right), "n_either": len(left | right)}
    return {
        "languages": [one["language"], other["language"]],
        "shared": shared,
        "similar": _most_similar(one, other),
    }


def _most_similar(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The most similar pairs of words by sound, each word once."""
    left, right = _sounding(one), _sounding(other)
    scored = [
        (align(a, b), word, partner) for word, a in left.items() for partner, b in right.items()
    ]
    scored.sort(key=lambda item: (-item[0].similarity, -len(item[0].pairs)))
    used: set[tuple[int, str]] = set()
    found = []
    for alignment, word, partner in scored:
        if alignment.similarity < LEAST_SIMILARITY:
            break
        if (0, word) in used or (1, partner) in used:
            continue
        used |= {(0, word), (1, partner)}
        found.append(
            {"words": [word, partner], "similarity": round(alignment.similarity, 3),
             "pairs": alignment.pairs}
        )  # fmt: skip
        if len(found) == MOST_SIMILAR:
            break
    return found


def _sounding(line: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Distinct words of a line that contain a letter, with the first back end's phonemes."""
    first = next((one for one in line["spoken"] if "words" in one), None)
    if first is None:
        return {}
    pairs = zip(line["words"], first["words"], strict=True)
    found = {
        word: tuple(spoken["units"])
        for word, spoken in pairs
        if spoken["units"] and any(character.isalpha() for character in word)
    }
    return dict(list(found.items())[:60])
