"""Phonemes: the IPA segments of a word, from a G2P back end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from lingap.errors import ConfigError
from lingap.g2p import DEFAULT_BACKEND, G2PCoverage, Phonemizer, Policies, Pronunciation
from lingap.languages import get_language
from lingap.records import Sentence
from lingap.representations.protocol import WordSpeller

CAPITAL, CAPITALS = "↑", "⇑"
"""Marks of a word that begins with a capital, and of one in capitals only."""


DEFAULT = "default"
"""In settings by language, the key of the setting for all others."""


class ByCode(dict[str, Any]):
    """A setting by language code, perhaps with a :data:`DEFAULT`."""


def by_code(name: str, given: Mapping[str, Any]) -> ByCode:
    """A setting by language, its keys in the form of the language table.

    Raises:
        ConfigError: For a language named twice.
        LanguageError: For an unknown one.
    """
    found = ByCode(
        {key if key == DEFAULT else get_language(key).code: one for key, one in given.items()}
    )
    if len(found) < len(given):
        raise ConfigError(f"{name}: a language is named twice: {', '.join(given)}.")
    return found


class Phonemes(WordSpeller):
    """One unit per IPA segment, with a boundary between words, as XPhoneBERT reads text.

    Args:
        backend: Name of a G2P back end (``epitran`` as in Jung et al. 2024), or ``auto``; or one by
            language, such as ``{"hin": "epitran", "default": "auto"}``.
        case: What becomes of letter case, which sounds do not have: ``drop``, or ``mark``, a unit
            before the first phoneme of a capitalized word (:data:`CAPITAL`) or one in capitals
            (:data:`CAPITALS`), so that names can be told as in spelling.
        options: Passed to :class:`lingap.g2p.Phonemizer`: ``policies`` (choices by name, such as
            ``{"stress": "keep"}``), ``inventory``, and the back end's own; with ``vocabulary`` (a
            tokenizer file) the coverage counts the units that a model lacks. Each but ``policies``
            may be given by language in the same way; one without a default is not passed for
            other languages.
    """

    name = "phoneme"

    def __init__(
        self,
        backend: str | Mapping[str, str] = DEFAULT_BACKEND,
        *,
        case: Literal["drop", "mark"] = "drop",
        **options: Any,
    ):
        super().__init__()
        if case not in ("drop", "mark"):
            raise ConfigError(f"case: expected drop or mark, got {case!r}.")
        self.case = case
        self.marks = CAPITAL + CAPITALS if case == "mark" else ""
        if "policies" in options:
            options["policies"] = as_policies(options["policies"])
        self._options = {
            name: by_code(name, value)
            if isinstance(value, Mapping) and name not in ("options", "policies")
            else value
            for name, value in {"backend": backend, **options}.items()
        }
        self._phonemizers: dict[str, Phonemizer] = {}

    def prepare(self, language: str) -> Phonemizer:
        """The phonemizer of a language; LanguageError if the back end does not support it."""
        if language not in self._phonemizers:
            self._phonemizers[language] = Phonemizer(language, **self._of(language))
        return self._phonemizers[language]

    def _of(self, language: str) -> dict[str, Any]:
        """The settings of one language's phonemizer."""
        return {
            name: value.get(language, value.get(DEFAULT)) if isinstance(value, ByCode) else value
            for name, value in self._options.items()
            if not isinstance(value, ByCode) or value.keys() & {language, DEFAULT}
        }

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """IPA segments of each word; unmapped characters and other losses are noted by word."""
        pronunciations = self.prepare(language)(words)
        for word, spoken in zip(words, pronunciations, strict=True):
            if losses := _losses(spoken):
                self.lossy[language, word] = losses
        spelt = [spoken.units for spoken in pronunciations]
        if self.case == "drop":
            return spelt
        return [
            (*_case_mark(word), *units) if units else units
            for word, units in zip(words, spelt, strict=True)
        ]

    def coverage(
        self, sentences: Iterable[Sentence], vocabulary: Sequence[str] | None = None
    ) -> list[G2PCoverage]:
        """Coverage of these sentences over word tokens, one per language.

        Args:
            sentences: Of any languages.
            vocabulary: Units of a model; those it lacks are counted.
        """
        words: dict[str, list[str]] = {}
        for sentence in sentences:
            words.setdefault(sentence.language, []).extend(sentence.words)
        found = []
        for language, tokens in words.items():
            if vocabulary is None:
                phonemizer = self.prepare(language)  # knows the words, once encoded
                phonemizer.take_coverage()
            else:
                known = self._of(language) | {"vocabulary": vocabulary}
                phonemizer = Phonemizer(language, **known)
            phonemizer(tokens)
            found.append(phonemizer.take_coverage())
        return found

    def provenance(self) -> dict[str, str]:
        """The back end's versions and options, for every language prepared so far."""
        backend = self._options["backend"]
        named = "by language" if isinstance(backend, ByCode) else backend
        merged = {"representation": self.name, "backend": named}
        if self.case != "drop":
            merged["case"] = self.case
        for language, phonemizer in sorted(self._phonemizers.items()):
            merged |= {f"{language}.{k}": v for k, v in phonemizer.provenance().items()}
        return merged


def as_policies(given: Mapping[str, str] | Policies) -> Policies:
    """Policies of the phonemizer from choices by name; G2PError for an unknown one."""
    if not isinstance(given, Mapping | Policies):
        raise ConfigError(
            f"policies: expected choices by name, such as stress: keep, got {given!r}."
        )
    return given if isinstance(given, Policies) else Policies.parse(dict(given))


def _case_mark(word: str) -> tuple[str, ...]:
    """The mark of a word's capitals, if any.

    >>> [_case_mark(word) for word in ("Rome", "rome", "USA", "A", "iPad", "भारत")]
    [('↑',), (), ('⇑',), ('↑',), (), ()]
    """
    letters = [letter for letter in word if letter.isalpha()]
    if not letters or not (letters[0].isupper() or letters[0].istitle()):
        return ()
    return (CAPITALS,) if len(letters) > 1 and word.isupper() else (CAPITAL,)


def _losses(spoken: Pronunciation) -> tuple[str, ...]:
    """Names under which a word's losses are counted, such as ``words_tone_dropped``."""
    if spoken.is_lossless:
        return ()
    noted = tuple(f"words_{note.replace(' ', '_')}" for note in spoken.notes)
    return ("words_with_unmapped", *noted) if spoken.unmapped else noted
