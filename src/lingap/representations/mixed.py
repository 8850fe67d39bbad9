"""Letters and phonemes at once: each word in both, one after the other or unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from lingap.errors import ConfigError, LanguageError
from lingap.g2p import DEFAULT_BACKEND, G2PCoverage, Phonemizer
from lingap.records import Sentence
from lingap.representations.character import Characters
from lingap.representations.phoneme import Phonemes
from lingap.representations.protocol import WordSpeller
from lingap.representations.views import Ints, Thin, one_view_at_random
from lingap.representations.vocabulary import UnitIds

JOINT = "¦"
"""The unit between a word's letters and its phonemes; it belongs to the word. In a unit of
``join="sum"`` it is between the letter and the phoneme."""

_INSTEAD = "|"  # of a letter that looks like the joint

Join = Literal["mark", "sum"]
View = Literal["both", "letters", "phonemes"]


class Mixed(WordSpeller):
    """Each word in letters and in phonemes, so that no view has to do without the other.

    A word that cannot be pronounced has its letters alone, and is counted.

    Args:
        backend, options: As of :class:`Phonemes`.
        join: ``mark`` writes a word's letters, :data:`JOINT`, and its phonemes; a letter and a
            phoneme written alike (``a``) share their unit. ``sum`` writes pairs of a letter and a
            phoneme, the shorter of the two views spread over the longer; a matched encoder embeds
            a pair as the sum of its two parts.
        view_dropout: Share of the sentences, 0 to below 1, of which training reads one view alone,
            either as often as the other, drawn anew in each epoch.
        test_view: What is read of the words that are scored or embedded: ``both``, or one view
            alone, for which the encoder needs `view_dropout`.

    Raises:
        ConfigError: For another choice, or a single view without `view_dropout`.
    """

    name = "mixed"
    test_options = ("test_view",)

    def __init__(
        self,
        backend: str = DEFAULT_BACKEND,
        *,
        join: Join = "mark",
        view_dropout: float = 0.0,
        test_view: View = "both",
        **options: Any,
    ):
        super().__init__()
        _check("join", join, get_args(Join))
        _check("test_view", test_view, get_args(View))
        is_number = isinstance(view_dropout, int | float) and not isinstance(view_dropout, bool)
        if not is_number or not 0 <= view_dropout < 1:
            raise ConfigError(
                f"view_dropout: expected a share from 0 to below 1, got {view_dropout!r}."
            )
        if test_view != "both" and not view_dropout:
            raise ConfigError(
                f"test_view={test_view} and view_dropout=0 exclude each other: an encoder that was "
                f"always given both views cannot read {test_view} alone. Train with a view_dropout "
                "above 0, such as 0.5, or test on both."
            )
        if join == "sum" and options.get("case", "drop") != "drop":
            raise ConfigError(
                f"join=sum and case={options['case']} exclude each other: letters show their case, "
                "and a mark would take a phoneme's place beside a letter. Leave case out."
            )
        self.join, self.view_dropout, self.test_view = join, view_dropout, test_view
        self._made_with = {"backend": backend, "join": join, **options}
        self._view: View = "both"
        self._letters, self._phonemes = Characters(), Phonemes(backend, **options)
        if join == "sum":
            self.unit_features = self._unit_features

    @cached_property
    def at_test(self) -> Mixed:
        """What reads words to be scored or embedded."""
        if self.test_view == "both":
            return self
        made = Mixed(**self._made_with)
        made._view = self.test_view
        return made

    def prepare(self, language: str) -> Phonemizer:
        """The phonemizer of a language; LanguageError if the back end does not support it."""
        try:
            return self._phonemes.prepare(language)
        except LanguageError as error:
            raise LanguageError(
                f"The representation mixed reads {language} in letters and in phonemes, and there "
                f"are no phonemes to join to its letters: {error} Leave the language out, or name "
                "the representation character."
            ) from error

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Both views of each word, or the one that is read."""
        found = []
        letters_of = self._letters.spell([w.replace(JOINT, _INSTEAD) for w in words], language)
        phonemes_of = self._phonemes.spell(words, language)
        for word, letters, spoken in zip(words, letters_of, phonemes_of, strict=True):
            phonemes = tuple(unit for unit in spoken if unit != JOINT)
            losses = self._phonemes.lossy.get((language, word), ())
            if not phonemes:
                losses = (*losses, "words_without_phonemes")
            if losses:
                self.lossy[language, word] = losses
            found.append(self._joined(letters, phonemes))
        return found

    def _joined(self, letters: tuple[str, ...], phonemes: tuple[str, ...]) -> tuple[str, ...]:
        if not phonemes or self._view == "letters":
            return letters
        if self.join == "mark":
            return (JOINT, *phonemes) if self._view == "phonemes" else (*letters, JOINT, *phonemes)
        if self._view == "phonemes":
            return tuple(f"{JOINT}{unit}" for unit in phonemes)
        return tuple(
            f"{letter}{JOINT}{phoneme}" if phoneme else letter
            for letter, phoneme in _spread(letters, phonemes)
        )

    @property
    def units(self) -> Iterator[str]:
        """Units that an encoder needs besides those it was given: the parts of pairs read so far.

        They are found when the iterator is first asked.
        """
        return self._parts()

    def _parts(self) -> Iterator[str]:
        if self.join == "sum":
            pairs = {unit for units in self._spelled.values() for unit in units}
            yield from sorted({part for unit in pairs for part in _views(unit) if part})

    def thinning(self, ids: UnitIds) -> Thin | None:
        """What hides one view in training; None without `view_dropout`."""
        if not self.view_dropout:
            return None
        if self.join == "mark":
            joint = int(ids.ids([JOINT])[0])

            def letters(units: Ints, items: Ints) -> Ints:
                return np.where(_from_joint(units, items, joint), -1, units)

            def phonemes(units: Ints, items: Ints) -> Ints:
                return np.where(_from_joint(units, items, joint) | (items < 0), units, -1)

            return one_view_at_random((letters, phonemes), self.view_dropout)
        return one_view_at_random(
            [partial(_looked_up, of) for of in _tables(ids)], self.view_dropout
        )

    def _unit_features(self, units: Sequence[str]) -> npt.NDArray[np.float32]:
        """Parts of each unit of a vocabulary, shape (n_units, n_parts), 1 for a part that it has.

        A pair has two, any other unit one of its own.
        """
        parts = [
            [part for part in _views(unit) if part] if JOINT in unit[1:] else [unit]
            for unit in units
        ]
        columns = {
            part: at for at, part in enumerate(dict.fromkeys(part for own in parts for part in own))
        }
        found = np.zeros((len(units), len(columns)), dtype=np.float32)
        for place, own in enumerate(parts):
            found[place, [columns[part] for part in own]] = 1
        return found

    def coverage(
        self, sentences: Iterable[Sentence], vocabulary: Sequence[str] | None = None
    ) -> list[G2PCoverage]:
        """Coverage of the phonemes, as of :class:`Phonemes`."""
        if vocabulary is not None and self.join == "sum":
            vocabulary = [*vocabulary, *(unit[1:] for unit in vocabulary if unit[:1] == JOINT)]
        return self._phonemes.coverage(sentences, vocabulary)

    def provenance(self) -> dict[str, str]:
        """Provenance of the letters and of the phonemes."""
        how = {} if self.join == "mark" else {"join": self.join}
        return {
            **self._letters.provenance(), **self._phonemes.provenance(), **how,
            "representation": self.name,
        }  # fmt: skip


def _check(name: str, given: Any, known: Sequence[str]) -> None:
    if given not in known:
        raise ConfigError(f"{name}: expected {' or '.join(known)}, got {given!r}.")


def _spread(letters: Sequence[str], phonemes: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs in order; the shorter view is spread over the longer, "" standing for no part.

    >>> _spread("shop", ("ʃ", "ɒ", "p"))
    [('s', 'ʃ'), ('h', ''), ('o', 'ɒ'), ('p', 'p')]
    """
    n = max(len(letters), len(phonemes))
    pairs = [["", ""] for _ in range(n)]
    for side, view in enumerate((letters, phonemes)):
        for at, part in enumerate(view):
            pairs[(2 * at + 1) * n // (2 * len(view))][side] = part
    return [(letter, phoneme) for letter, phoneme in pairs]


def _views(unit: str) -> tuple[str, str]:
    """The letter alone and the phoneme alone, as units; "" for the view that a unit lacks.

    >>> _views("s¦ʃ"), _views("¦ʃ"), _views("s")
    (('s', '¦ʃ'), ('', '¦ʃ'), ('s', ''))
    """
    letter, joint, phoneme = unit.partition(JOINT)
    return letter, joint + phoneme if phoneme else ""


def _looked_up(table: Ints, units: Ints, items: Ints) -> Ints:
    return np.where(items < 0, units, table[units])


def _from_joint(units: Ints, items: Ints, joint: int) -> npt.NDArray[np.bool_]:
    """Whether each unit is its item's joint or comes after it; an item's units are together."""
    n_joints = np.cumsum((units == joint) & (items >= 0))
    starts = np.flatnonzero(np.diff(items, prepend=items[:1] - 1))
    before = n_joints[starts] - (units[starts] == joint)
    lengths = np.diff(starts, append=len(items))
    return np.asarray((n_joints > np.repeat(before, lengths)) & (items >= 0))


def _tables(ids: UnitIds) -> list[Ints]:
    """For each view, unit id to the id of that view alone, -1 where the unit lacks it."""
    listed = getattr(ids, "units", None)
    table = {u: i for i, u in enumerate(listed)} if listed else dict(getattr(ids, "table", {}))
    found = [np.full(len(ids), -1, dtype=np.int32) for _ in range(2)]
    for unit, number in table.items():
        for own, part in zip(found, _views(unit), strict=True):
            own[number] = table.get(part, ids.unknown_id) if part else -1
    return found
