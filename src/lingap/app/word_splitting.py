"""Typed text to words: white space parts them, and punctuation at their ends stands alone."""

from __future__ import annotations

import unicodedata

MAX_WORDS = 400


def split_words(text: str) -> tuple[str, ...]:
    """Words of a line in NFC; marks at a word's ends become words, marks inside stay.

    >>> split_words("«L'été», dit-il … 3.5 %!")
    ('«', "L'été", '»', ',', 'dit-il', '…', '3.5', '%', '!')
    """
    words: list[str] = []
    for token in unicodedata.normalize("NFC", text).split():
        start, end = 0, len(token)
        while start < end and _stands_alone(token[start]):
            start += 1
        while end > start and _stands_alone(token[end - 1]):
            end -= 1
        words += token[:start]
        if start < end:
            words.append(token[start:end])
        words += token[end:]
    return tuple(words[:MAX_WORDS])


def _stands_alone(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
