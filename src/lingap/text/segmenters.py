"""Words of languages that are written without spaces: named segmenters, each an own package."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable

from lingap.errors import G2PError, LanguageError
from lingap.languages import Language
from lingap.registry import Registry

Segment = Callable[[str], list[str]]

_NO_SPACES = {
    "Hani", "Hans", "Hant", "Hira", "Jpan", "Kana", "Khmr", "Laoo", "Mymr", "Thai", "Tibt",
}  # fmt: skip
_SUGGESTED = {
    "jpn": "janome",
    "cmn": "jieba",
    "zho": "jieba",
    "tha": "pythainlp",
    "khm": "khmernltk",
}

SEGMENTERS: Registry[Callable[[], Segment]] = Registry("word segmenter")
"""Name to a function that makes the segmenter: a stretch without white space to its words."""


def _package(module: str, attribute: str, distribution: str) -> object:
    try:
        return getattr(importlib.import_module(module), attribute)
    except ImportError as error:
        raise G2PError(
            f"The segmenter needs a package that is not installed: pip install {distribution}"
        ) from error


def _spaces() -> Segment:
    return lambda text: [text]


def _jieba() -> Segment:
    cut = _package("jieba", "lcut", "jieba")
    logging.getLogger("jieba").setLevel(logging.WARNING)
    return lambda text: list(cut(text))  # type: ignore[operator]


def _janome() -> Segment:
    tokenizer = _package("janome.tokenizer", "Tokenizer", "janome")()  # type: ignore[operator]
    return lambda text: list(tokenizer.tokenize(text, wakati=True))


def _pythainlp() -> Segment:
    cut = _package("pythainlp.tokenize", "word_tokenize", "pythainlp")
    return lambda text: list(cut(text, engine="newmm"))  # type: ignore[operator]


def _khmernltk() -> Segment:
    cut = _package("khmernltk", "word_tokenize", "khmer-nltk")
    return lambda text: list(cut(text))  # type: ignore[operator]


SEGMENTERS.add("spaces", _spaces)
SEGMENTERS.add("jieba", _jieba)
SEGMENTERS.add("janome", _janome)
SEGMENTERS.add("pythainlp", _pythainlp)
SEGMENTERS.add("khmernltk", _khmernltk)


def writes_spaces(language: Language) -> bool:
    """Whether spaces split the words of the language in running text."""
    return language.script not in _NO_SPACES


def make_segmenter(language: Language, name: str | None) -> Segment | None:
    """The segmenter to use on running text; None where spaces do.

    Raises:
        LanguageError: When the language needs one and none is named.
        UnknownName: When no segmenter has that name.
        G2PError: When its package is not installed.
    """
    if name is None:
        if writes_spaces(language):
            return None
        suggested = _SUGGESTED.get(language.iso3)
        advice = f"name a segmenter (such as {suggested}), or " if suggested else ""
        raise LanguageError(
            f"{language.name} is written without spaces between words: {advice}split the words by "
            f"spaces yourself and pass segmenter='spaces'. Known: {', '.join(SEGMENTERS)}."
        )
    return None if name == "spaces" else _checked(SEGMENTERS[name]())


def _checked(segment: Segment) -> Segment:
    """A segmenter that may neither lose nor add letters."""

    def checked(text: str) -> list[str]:
        words = [word for piece in segment(text) for word in piece.split()]
        if "".join(words) != text:
            raise G2PError(f"The segmenter changed its text: {text[:40]!r} became {words[:8]!r}.")
        return words

    return checked
