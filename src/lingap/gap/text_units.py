"""Texts of a folder in the units of one representation, a language at a time, on several cores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lingap.g2p import DEFAULT_BACKEND
from lingap.g2p.bulk.parallel import map_in_order
from lingap.gap.text_folders import Texts
from lingap.records import Sentence
from lingap.representations import learn_words, load_representation
from lingap.representations.phoneme import Phonemes
from lingap.text.packed_sentences import PackedSentences

_FEW_WORDS = 100_000
"""Words of all languages together, below which more processes take longer than they save."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One language.

    Args:
        sentences: In units.
        notes: Sentences on what was lost.
        changed: Units that a common alphabet writes otherwise; None without one.
    """

    sentences: PackedSentences
    notes: Sequence[str]
    changed: Mapping[str, str] | None = None


def units_of(
    texts: Texts,
    representation: str,
    *,
    vocabulary_size: int = 4000,
    backend: str = DEFAULT_BACKEND,
    inventory: Path | str = "written",
    processes: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[dict[str, Sequence[Sequence[str]]], list[str]]:
    """Encode every sentence in units; the second value is notes on what was lost.

    Args:
        texts: Of :func:`~lingap.gap.text_folders.read_texts`.
        representation: ``character``, ``subword`` or ``phoneme``.
        vocabulary_size: Subwords: size of a vocabulary trained on all the texts together.
        backend: Phonemes: G2P back end.
        inventory: Phonemes: ``written``, ``broad`` or the file of a common alphabet.
        processes: Processes to use; short texts need only this one.
        tell: Hears of each language when it is encoded.

    Raises:
        LanguageError: For a language that the back end does not support.
        MissingExtra: For subwords without the ``tokenizers`` package.
    """
    notes = []
    make: Callable[[], Any] = partial(load_representation, representation)
    if representation == "subword":
        from lingap.representations.subword import train_subwords

        everything = [s for rows in texts.sentences.values() for s in rows]
        trained = train_subwords(everything, vocabulary_size=vocabulary_size)
        make, processes = lambda: trained, 1  # its library has threads of its own
        notes.append(
            f"Subwords: a vocabulary of {vocabulary_size:,} pieces, trained on these texts."
        )
    elif representation == "phoneme":
        make = partial(Phonemes, backend=backend or DEFAULT_BACKEND, inventory=inventory)
    n_words = sum(len(s.words) for rows in texts.sentences.values() for s in rows)
    found: dict[str, _Encoded] = {}
    made = map_in_order(
        _encoded, texts.sentences.values(), _itself, make, processes if n_words > _FEW_WORDS else 1
    )
    with closing(made) as results:
        for language, one in zip(texts.sentences, results, strict=True):
            found[language] = one
            notes += one.notes
            tell(language)
    if representation == "phoneme":
        notes += [*_changed_units(found), *_same_units(found, texts)]
    return {language: one.sentences for language, one in found.items()}, notes


def _itself(make: Callable[[], Any]) -> Callable[[], Any]:
    return make


def _encoded(make: Callable[[], Any], sentences: Sequence[Sentence]) -> _Encoded:
    """The sentences of one language."""
    spell = make()
    before = spell.counts()
    learn_words(spell, sentences)
    units = PackedSentences([spell.encode(sentence).units for sentence in sentences])
    language = sentences[0].language
    if isinstance(spell, Phonemes):
        unit_map = spell.prepare(language).unit_map
        changed = None if unit_map is None else unit_map.changed
        return _Encoded(units, _lost_by(spell, sentences), changed)
    after = spell.counts()
    lost, words = (after[name] - before[name] for name in ("words_unspelled", "words"))
    note = f"{language}: {lost:,} of {words:,} words have no {spell.name}s."
    return _Encoded(units, [note] if lost else [])


def _lost_by(spell: Phonemes, sentences: Sequence[Sentence]) -> list[str]:
    """What phonemization lost in the sentences of one language, and warnings of large losses."""
    notes = []
    for coverage in spell.coverage(sentences):
        if losses := coverage.losses():
            named = ", ".join(f"{n:,} {kind}" for kind, n in losses.items())
            notes.append(
                f"{coverage.language} by {coverage.backend}: of {coverage.words:,} words {named}."
            )
        notes += coverage.warnings()
    return notes


def _changed_units(found: Mapping[str, _Encoded]) -> list[str]:
    """What each language's units became in a common alphabet, as one note."""
    changed = {code: one.changed for code, one in found.items() if one.changed is not None}
    if not changed:
        return []
    listed = "; ".join(
        f"{language} {' '.join(f'{unit}={symbol}' for unit, symbol in units.items())}"
        for language, units in changed.items()
        if units
    )
    return [f"Units in a common alphabet, written=symbol: {listed or 'none changes'}."]


def _same_units(found: Mapping[str, _Encoded], texts: Texts) -> list[str]:
    """Warn of two languages with identical units, unless their texts are known to be equal."""
    seen: dict[object, str] = {}
    notes = []
    for language, one in found.items():
        first = seen.setdefault(one.sentences.key(), language)
        words, others = ([s.words for s in texts.sentences[code]] for code in (language, first))
        if first != language and not (texts.parallel and words == others):
            notes.append(f"{language} and {first} have identical units: is one file a copy?")
    return notes
