"""Words of languages written without spaces: named segmenters, one package each."""

from __future__ import annotations

import importlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import chain

from lingap.errors import G2PError, LanguageError
from lingap.languages import Language, get_language
from lingap.registry import Registry
from lingap.text.display import first_of
from lingap.text.words import clean, count_invisible, split_words

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
    "yue": "pycantonese",
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


def _pycantonese() -> Segment:
    cut = _package("pycantonese", "segment", "pycantonese")
    return lambda text: list(cut(text))  # type: ignore[operator]


SEGMENTERS.add("spaces", _spaces)
SEGMENTERS.add("jieba", _jieba)
SEGMENTERS.add("janome", _janome)
SEGMENTERS.add("pycantonese", _pycantonese)
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


def words_of(text: str, language: str, segment: Segment | None = None) -> tuple[str, ...]:
    """Words of running text: :func:`lingap.text.words.split_words` after the segmenter, if any.

    Args:
        text: Any text; it may be empty.
        language: Code of its language.
        segment: Of :func:`make_segmenter`.

    >>> words_of("日本語。", "jpn", lambda text: [text[:2], text[2:]])
    ('日本', '語', '。')
    """
    if segment is not None:
        text = " ".join(chain.from_iterable(map(segment, clean(text).split())))
    return split_words(text, language)


def unsegmented_notes(n_texts: Mapping[str, int]) -> list[str]:
    """What a reader must know of texts that nothing split into words, in a sentence at most.

    Args:
        n_texts: Language to its number of such texts.

    >>> unsegmented_notes({"kor": 0, "tha": 2, "lao": 1})[0][:62]
    'lao (1), tha (2) are written without spaces and no segmenter w'
    """
    found = {language: n for language, n in sorted(n_texts.items()) if n}
    if not found:
        return []
    if len(found) == 1:
        [(language, n)] = found.items()
        who, where = f"{language} is", f"in {n:,} of its texts"
    else:
        each = [f"{language} ({n:,})" for language, n in found.items()]
        who, where = f"{first_of(each, 12)} are", "in so many texts of each"
    return [
        f"{who} written without spaces and no segmenter was named: {where}, stretches between "
        "spaces and punctuation count as words (texts_unsegmented)."
    ]


class WordReader:
    """Words of the texts of one language, one text a call.

    Args:
        language: Code of the language.
        segmenter: Name of a segmenter, or names by language code; only languages written without
            spaces use it. Without one, such a language gets stretches between spaces and
            punctuation as its words, counted as ``texts_unsegmented``.
        counts: Also gets ``invisible_characters``, those left out.

    Raises:
        UnknownName: When no segmenter has that name.
        G2PError: When its package is not installed.
    """

    def __init__(
        self, language: str, segmenter: str | Mapping[str, str] | None, counts: Counter[str]
    ):
        self._language, self._counts = language, counts
        names = segmenter if isinstance(segmenter, Mapping) else {language: segmenter}
        for named in filter(None, names.values()):
            SEGMENTERS[named]  # refuses an unknown name
        row = get_language(language)
        name = next((n for code, n in names.items() if n and get_language(code) == row), None)
        needs_one = not writes_spaces(row)
        self._segment = make_segmenter(row, name) if needs_one and name else None
        self._is_unsegmented = needs_one and name is None

    def __call__(self, text: str) -> tuple[str, ...]:
        """Words of one text, in order and in NFC."""
        words = words_of(text, self._language, self._segment)
        if invisible := count_invisible(text):
            self._counts["invisible_characters"] += invisible
        if words and self._is_unsegmented:
            self._counts["texts_unsegmented"] += 1
        return words


def _checked(segment: Segment) -> Segment:
    """A segmenter that may neither lose nor add letters."""

    def checked(text: str) -> list[str]:
        words = [word for piece in segment(text) for word in piece.split()]
        if "".join(words) != text:
            raise G2PError(f"The segmenter changed its text: {text[:40]!r} became {words[:8]!r}.")
        return words

    return checked
