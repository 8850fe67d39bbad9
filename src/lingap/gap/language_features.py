"""What is known of languages that may explain their scores: each feature with its source."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from lingap.corpora.sources.cldr_names import each_name
from lingap.errors import LanguageError, MetricError, StoreError
from lingap.g2p.ipa.articulation import features_of
from lingap.g2p.phonemizer import Phonemizer, phonemizable
from lingap.gap.language_names import language_code
from lingap.gap.results_file import read_gaps
from lingap.gap.score_files import rows_of_file
from lingap.gap.tokens import TokenGap
from lingap.gap.uriel import KINDS, has_uriel, uriel_distances, uriel_version
from lingap.languages import get_language
from lingap.metrics.arrays import Array
from lingap.text.numbers import decimal

_BACKEND = "epitran"  # one for all languages, so that inventories are written alike
_MOST_WORDS = 600
_OFTEN = 3  # words with a phoneme, below which it may be of a foreign name alone


@dataclass(frozen=True, slots=True)
class LanguageFeatures:
    """Features of languages, and distances between them.

    Args:
        languages: Codes, in the order of all arrays.
        families: The family of each; a language of unknown family is its own.
        numbers: Feature to its values, (L,), NaN where unknown.
        categories: Feature to the category of each language, "" where unknown.
        distances: Kind to (L, L), NaN where unknown.
        sources: Sentences on where they are from, and what could not be had.
    """

    languages: tuple[str, ...]
    families: tuple[str, ...]
    numbers: Mapping[str, Array]
    categories: Mapping[str, tuple[str, ...]]
    distances: Mapping[str, Array] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def language_features(
    languages: Sequence[str],
    *,
    reference: str = "eng",
    tokens: Path | None = None,
    data_size: Path | None = None,
    inventory: bool = True,
) -> LanguageFeatures:
    """Collect the features of languages; with the extra ``explain`` also URIEL+'s distances.

    Args:
        languages: Codes.
        reference: The language that distances are measured from.
        tokens: What ``lingap gap tokens --json`` wrote; premiums of each of its tokenizers.
        data_size: A table with a column ``language`` and one or more of numbers above 0, such as
            tokens of training text; their logarithm is the feature.
        inventory: Whether to count the phonemes that Epitran's tables write (a minute at most).

    Raises:
        MetricError: For a file that is not as described, or a reference that no table knows.
        StoreError: For a file of tokens that is damaged.
    """
    codes = tuple(languages)
    base = language_code(reference)
    if base is None:
        raise MetricError(f"The reference {reference!r} is a language that no table knows.")
    rows = [_row(code) for code in codes]
    families = tuple(
        row[0] if row[0] not in ("", "Unknown") else f"({code})"
        for code, row in zip(codes, rows, strict=True)
    )
    scripts = tuple("" if script == "Zzzz" else script for _, script in rows)
    numbers: dict[str, Array] = {}
    sources = ["Families and scripts: lingap's table of languages (Glottolog 5.1, Unicode CLDR)."]
    if unknown := [code for code, row in zip(codes, rows, strict=True) if not row[0]]:
        sources.append(f"Languages that no table knows: {', '.join(unknown)}.")
    distances = {
        "another family": _differs(families, [not row[0] for row in rows]),
        "another script": _differs(scripts, [not script for script in scripts]),
    }
    if has_uriel():
        every = uriel_distances([*codes, base])
        for kind in KINDS:
            distances[f"{kind} distance"] = every[kind][:-1, :-1]
            numbers[f"{kind} distance to {base}"] = every[kind][:-1, -1]
        sources.append(f"Distances: {uriel_version()} (CC BY-SA 4.0).")
    else:
        sources.append(
            "Without the extra `explain` (pip install 'lingap[explain]') there are no distances "
            "but the same or another family and script."
        )
    if inventory:
        own = [phoneme_inventory(code) for code in codes]
        of_base = phoneme_inventory(base)
        numbers["phonemes"] = np.array([len(one) or math.nan for one in own], dtype=float)
        if of_base:
            shared = [len(one & of_base) / len(one | of_base) if one else math.nan for one in own]
            numbers[f"phonemes not shared with {base}"] = 1 - np.array(shared)
        sources.append("Phonemes: those that Epitran writes for the names of Unicode CLDR.")
    if tokens is not None:
        numbers |= _premiums(tokens, codes)
        sources.append(f"Token premiums: {tokens}.")
    if data_size is not None:
        numbers |= _sizes(data_size, codes)
        sources.append(f"Data size, as log10: {data_size}.")
    return LanguageFeatures(
        codes, families, numbers, {"script": scripts}, distances, tuple(sources)
    )


def languages_of_tokens(path: Path) -> tuple[str, ...]:
    """Languages with token premiums in a file."""
    return tuple(dict.fromkeys(name for gap in _token_gaps(path) for name in gap.languages))


def _token_gaps(path: Path) -> tuple[TokenGap, ...]:
    expected = "expected what `lingap gap tokens … --json` writes"
    try:
        gaps = read_gaps(path).tokens
    except StoreError as error:
        raise MetricError(f"{str(error).rstrip('.')}; {expected}.") from None
    if not gaps:
        raise MetricError(f"{path}: no token premiums; {expected}.")
    return gaps


def _row(code: str) -> tuple[str, str]:
    """Family and script; "" for a language that no table knows."""
    try:
        language = get_language(code)
    except LanguageError:
        return "", ""
    return language.family, language.script


@cache
def phoneme_inventory(code: str) -> frozenset[str]:
    """Phonemes in at least three of a language's names; empty where it has no tables or names.

    Names of territories, languages, currencies and so on, at most 600 distinct words, in the
    language's own script. Sounds are those of the back end, allophones included.
    """
    if not phonemizable(code, _BACKEND):
        return frozenset()
    words: dict[str, None] = {}
    try:
        for name in each_name(get_language(code)):
            words |= dict.fromkeys(name.words)
            if len(words) >= _MOST_WORDS:
                break
    except LanguageError:
        return frozenset()
    spell = Phonemizer(code, _BACKEND, cache=False)
    counts = Counter(unit for one in spell([*words][:_MOST_WORDS]) for unit in set(one.units))
    return frozenset(
        unit for unit, n in counts.items() if n >= _OFTEN and features_of(unit) is not None
    )


def _differs(labels: Sequence[str], unknown: Sequence[bool]) -> Array:
    names = np.array(labels, dtype=object)
    found = (names[:, None] != names).astype(float)
    gone = np.array(unknown, dtype=bool)
    found[gone] = found[:, gone] = math.nan
    return np.asarray(found)


def _premiums(path: Path, codes: Sequence[str]) -> dict[str, Array]:
    gaps = _token_gaps(path)
    found = {}
    for gap in gaps:
        premium = {language_code(name) or name: value for name, value in gap.premium.items()}
        name = f"token premium of {gap.tokenizer}"
        if name in found:
            raise MetricError(f"{path}: two results of the tokenizer {gap.tokenizer!r}; keep one.")
        found[name] = np.array([math.log(premium.get(code, math.nan)) for code in codes])
    return found


def _sizes(path: Path, codes: Sequence[str]) -> dict[str, Array]:
    rows = rows_of_file(path)
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    key = next((name for name in columns if name.strip().lower() in ("language", "lang")), None)
    sizes = [name for name in columns if name != key]
    if key is None or not sizes:
        raise MetricError(
            f"{path}: expected a column language and one or more with sizes; "
            f"the columns are {', '.join(columns) or 'none'}."
        )
    found: dict[str, dict[str, float]] = {name: {} for name in sizes}
    for where, row in rows:
        written = row.get(key)
        if not isinstance(written, str) or not written.strip():
            raise MetricError(f"{where}: {key} is {written!r:.80}; expected a language.")
        code = language_code(written.strip()) or written.strip()
        for name in sizes:
            text = str(row[name] if row.get(name) is not None else "").strip()
            if not text:
                continue
            try:
                value = decimal(text)
            except ValueError:
                value = math.nan
            if not (value > 0 and math.isfinite(value)):
                raise MetricError(
                    f"{where}: {name} is {text!r:.80}; expected a number above 0, or nothing where "
                    "it is unknown."
                )
            if code in found[name]:
                raise MetricError(f"{where}: a second size for {code}; keep one.")
            found[name][code] = math.log10(value)
    return {
        f"data size ({name})": np.array([known.get(code, math.nan) for code in codes])
        for name, known in found.items()
    }
