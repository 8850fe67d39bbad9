"""What the demo shows before it trains: names as letters and phonemes, and their input gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lingap.corpora import load_parallel
from lingap.gap import TextGap, text_gap
from lingap.gap.text_folders import Texts, chosen
from lingap.gap.text_units import units_of
from lingap.languages import get_language

CORPUS = "cldr_names"
_SHOWN = ("MX", "BR", "CA", "JP")
"""Territories whose names sound alike in many languages; the first that all languages have."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """One name in each language, and the gap of all names in each representation.

    Args:
        names: Language -> the name as written.
        phonemes: Language -> its phonemes.
        gaps: Character, subword (where ``tokenizers`` is installed) and phoneme.
        notes: What was lost on the way, in sentences.
    """

    names: Mapping[str, str]
    phonemes: Mapping[str, tuple[str, ...]]
    gaps: tuple[TextGap, ...]
    notes: tuple[str, ...]


def first_look(languages: Sequence[str]) -> FirstLook:
    """Measure the names of Unicode CLDR as ``lingap gap text`` measures a folder of text.

    Raises:
        LingapError: For a language that CLDR or every back end lacks.
    """
    parallel = load_parallel(CORPUS, languages=[get_language(code).code for code in languages])
    texts = Texts(parallel.sentences, parallel=True, notes=())
    rows = {s.id: at for at, s in enumerate(next(iter(parallel.sentences.values())))}
    row = next(
        (rows[f"cldr-territory-{one}"] for one in _SHOWN if f"cldr-territory-{one}" in rows), 0
    )
    gaps, notes = [], []
    for name in chosen(None):
        units, said = units_of(texts, name)
        gaps.append(text_gap(units, representation=name, corpus=CORPUS, compression=False))
        notes += said
    names = {code: " ".join(own[row].words) for code, own in parallel.sentences.items()}
    phonemes = {code: tuple(own[row]) for code, own in units.items()}  # of the last, phonemes
    return FirstLook(names, phonemes, tuple(gaps), tuple(notes))
