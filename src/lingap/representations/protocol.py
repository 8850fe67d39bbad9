"""The protocol of a representation, and spelling word by word."""

from __future__ import annotations

import difflib
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from lingap.arguments import checked
from lingap.errors import ConfigError
from lingap.languages import Language, get_language
from lingap.records import EncodedSentence, Sentence
from lingap.registry import Registry
from lingap.text.units import BOUNDARY, UNKNOWN

"""The unit between two words; it belongs to neither (XPhoneBERT's convention)."""


class Representation(Protocol):
    """A way to spell a sentence for a model: subwords, characters or phonemes."""

    name: str

    def encode(self, sentence: Sentence, /) -> EncodedSentence:
        """Units of the sentence, at least one per word, in order; else AlignmentError."""

    def counts(self) -> Mapping[str, int]:
        """Losses so far, by name; they are stored with every score."""

    def provenance(self) -> dict[str, str]:
        """Versions and options that can change the output."""


REPRESENTATIONS: Registry[type[Any]] = Registry("representation")
REPRESENTATIONS.add("articulatory", "lingap.representations.articulatory:Articulatory")
REPRESENTATIONS.add("byte", "lingap.representations.character:Bytes")
REPRESENTATIONS.add("character", "lingap.representations.character:Characters")
REPRESENTATIONS.add("mixed", "lingap.representations.mixed:Mixed")
REPRESENTATIONS.add("phoneme-subword", "lingap.representations.respelled_subword:PhonemeSubwords")
REPRESENTATIONS.add("phoneme", "lingap.representations.phoneme:Phonemes")
REPRESENTATIONS.add("romanized", "lingap.representations.romanized:Romanized")
REPRESENTATIONS.add(
    "romanized-subword", "lingap.representations.respelled_subword:RomanizedSubwords"
)
REPRESENTATIONS.add("subword", "lingap.representations.subword:Subwords")


@checked(ConfigError)
def load_representation(
    name: str, *, language: str | Language | None = None, **options: Any
) -> Representation:
    """Make a representation by name.

    Args:
        name: ``character``, ``byte``, ``phoneme``, ``articulatory``, ``subword`` or any other.
        language: Checked at once (for a G2P back end), not at the first sentence. One
            representation serves any number of languages.
        options: Passed on: ``backend=`` for phonemes, ``tokenizer=`` (a ``tokenizer.json``) for
            subwords.

    Raises:
        UnknownName: For a name that is not registered.
        ConfigError: For an unknown option.
        LanguageError: For a language that the representation does not support.

    >>> spell = load_representation("character", language="kor")
    >>> spell.encode(Sentence("s1", "kor", ("세계", "!"))).units
    ('세', '계', '▁', '!')
    """
    make = REPRESENTATIONS[name]
    check_options(name, make, options)
    made: Representation = make(**options)
    if language is not None:
        code = get_language(language).code
        prepare = getattr(made, "prepare", None)
        if prepare is not None:
            prepare(code)
    return made


_IN_PIECES = ("subword", "phoneme-subword", "romanized-subword")
_OWNERS = {
    "algorithm": _IN_PIECES, "vocabulary_size": _IN_PIECES, "prosody": ("articulatory",),
    "join": ("mixed",), "view_dropout": ("mixed",), "test_view": ("mixed",),
}  # fmt: skip
"""Options that no back end of another representation can have."""


def check_options(
    name: str, make: Callable[..., Any], options: Mapping[str, Any], *, given: Sequence[str] = ()
) -> None:
    """Refuse unknown options of a representation.

    Args:
        name: Of the representation.
        make: Its class, or a function that makes it.
        options: By name.
        given: Arguments of `make` that are not options.

    Raises:
        ConfigError: For an unknown option, which lists the known ones; for one of other
            representations, which names them.
    """
    for option in options:
        owners = _OWNERS.get(option, (name,))
        if name not in owners:
            raise ConfigError(f"{option} is an option of {', '.join(owners)}, not of {name}.")
    parameters = inspect.signature(make).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return  # what it passes them on to checks them
    known = [option for option in parameters if option not in given]
    for option in options:
        if option not in known:
            near = difflib.get_close_matches(option, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            there = f"Known: {', '.join(known)}." if known else "It has none."
            raise ConfigError(f"The representation {name} has no option {option!r}.{hint} {there}")


class WordSpeller:
    """Spells a sentence word by word, each word type once, with a boundary between words.

    Subclasses implement :meth:`spell`; a word without units becomes
    :data:`lingap.text.units.UNKNOWN` and is counted under ``words_unspelled``. Other losses that
    :meth:`spell` notes in `lossy` are counted by name wherever the word occurs.
    """

    name = ""
    boundary = True

    def __init__(self) -> None:
        self._spelled: dict[tuple[str, str], tuple[str, ...]] = {}
        self._counts = Counter({"words": 0, "words_unspelled": 0})
        self.lossy: dict[tuple[str, str], tuple[str, ...]] = {}

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Units of each word, in order; an empty tuple if there are none."""
        raise NotImplementedError

    def learn(self, words: Iterable[str], language: str) -> None:
        """Spell those that are new, all at once: a back end takes many words faster than few."""
        known = self._spelled
        new = [word for word in dict.fromkeys(words) if (language, word) not in known]
        if new:
            for word, units in zip(new, self.spell(new, language), strict=True):
                known[language, word] = units

    def encode(self, sentence: Sentence, /) -> EncodedSentence:
        """Spell the sentence; each word owns at least one unit."""
        language, known = sentence.language, self._spelled
        self.learn(sentence.words, language)
        units_of_sentence: list[str] = []
        owners: list[int | None] = []
        for index, word in enumerate(sentence.words):
            if index and self.boundary:
                units_of_sentence.append(BOUNDARY)
                owners.append(None)
            units = known[language, word]
            if not units:
                self._counts["words_unspelled"] += 1
                units = (UNKNOWN,)
            if self.lossy and (language, word) in self.lossy:
                self._counts.update(self.lossy[language, word])
            units_of_sentence.extend(units)
            owners.extend([index] * len(units))
        self._counts["words"] += len(sentence.words)
        return EncodedSentence(
            sentence.id, tuple(units_of_sentence), tuple(owners), len(sentence.words)
        )

    def counts(self) -> Mapping[str, int]:
        """Words seen, words without units, and words with each other loss."""
        return dict(self._counts)


def learn_words(representation: Representation, sentences: Iterable[Sentence]) -> None:
    """Let a representation that spells word by word meet all words before it encodes sentences."""
    if not isinstance(representation, WordSpeller):
        return
    words: dict[str, dict[str, None]] = {}
    for sentence in sentences:
        words.setdefault(sentence.language, {}).update(dict.fromkeys(sentence.words))
    for language, own in words.items():
        representation.learn(own, language)
