"""Subwords over another spelling of words: their pronunciations, or their romanizations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

from lingap.records import Sentence
from lingap.representations.phoneme import Phonemes
from lingap.representations.pieces import without_pieces
from lingap.representations.protocol import check_options
from lingap.representations.romanized import Romanized
from lingap.representations.subword import Subwords, train_subwords


class RespelledSubwords(Subwords):
    """Pieces of words that are spelled otherwise first; never across words.

    The vocabulary is trained on the other spelling by the algorithms of
    :func:`~lingap.representations.subword.train_subwords`, so that two representations differ in
    nothing but the spelling.

    Args:
        tokenizer: A ``tokenizer.json`` over that spelling, or its text.
        options: Of what spells the words.
    """

    over: ClassVar[type[Any]]
    """What spells the words, and is prepared for a language."""

    def __init__(self, tokenizer: Path | str | None = None, **options: Any):
        super().__init__(tokenizer)
        self.base = self.over(**options)
        self.prepare = self.base.prepare

    @classmethod
    def learned(cls, sentences: Iterable[Sentence], **options: Any) -> Self:
        """Train the pieces on sentences as they are spelled; options of both."""
        own = without_pieces(options)
        base = cls.over(**own)
        respelled = (
            replace(s, words=_joined(base.spell([*s.words], s.language), s.words), labels=None)
            for s in sentences
        )
        pieces = {name: value for name, value in options.items() if name not in own}
        made = train_subwords(respelled, apart=getattr(base, "marks", ""), **pieces)
        return cls(made.to_json(), **own)

    @classmethod
    def base_of(cls, options: Mapping[str, Any]) -> Any:
        """What spells the words before they are cut into pieces."""
        own = without_pieces(options)
        check_options(cls.name, cls.over, own)
        return cls.over(**own)

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Pieces of each word as it is spelled; none for a word without such a spelling."""
        spelled = self.base.spell(words, language)
        for word in words:
            if losses := self.base.lossy.get((language, word)):
                self.lossy[language, word] = losses
        pieces = super().spell([*_joined(spelled, words)], language)
        return [found if units else () for found, units in zip(pieces, spelled, strict=True)]

    def provenance(self) -> dict[str, str]:
        """Provenance of the spelling, and of the pieces."""
        return {**self.base.provenance(), **super().provenance()}


class PhonemeSubwords(RespelledSubwords):
    """Pieces of pronunciations. A piece can end within a phoneme of several code points.

    Args:
        tokenizer: A ``tokenizer.json`` over IPA, or its text.
        options: As of :class:`Phonemes`.
    """

    name = "phoneme-subword"
    over = Phonemes

    def __init__(self, tokenizer: Path | str | None = None, **options: Any):
        super().__init__(tokenizer, **options)
        self.coverage = self.base.coverage


class RomanizedSubwords(RespelledSubwords):
    """Pieces of romanizations, the rival of pieces of pronunciations across scripts.

    Args:
        tokenizer: A ``tokenizer.json`` over Latin letters, or its text.

    Raises:
        MissingExtra: Without the extra ``romanize``.
    """

    name = "romanized-subword"
    over = Romanized


def _joined(spelled: Iterable[tuple[str, ...]], words: Iterable[str]) -> tuple[str, ...]:
    """Each word's units in one string; a word without any stays as it is written."""
    return tuple("".join(units) or word for units, word in zip(spelled, words, strict=True))
