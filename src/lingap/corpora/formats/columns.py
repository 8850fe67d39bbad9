"""What a column holds, a word or a label: neither white space around it nor control characters."""

from __future__ import annotations

import re
from collections import Counter

from lingap.errors import CorpusError

_CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029]")
_MISREAD = re.compile("[\x80-\x9f]")  # of text once decoded wrongly, common in crawled words


def plain_word(word: str, counts: Counter[str]) -> str:
    r"""A word of a file without the white space around it; what is left of it may be empty.

    Counts ``words_stripped``, and ``words_misread``: with U+0080 to U+009F, which are letters or
    quotation marks decoded wrongly. These are kept.

    Raises:
        CorpusError: For another control character, such as NUL or a carriage return.

    >>> plain_word("a\u00a0", Counter()), plain_word("New York", Counter())
    ('a', 'New York')
    """
    if word.isprintable() and word == word.strip():
        return word
    if control := _CONTROL.search(word):
        raise CorpusError(f"the word {word!r:.80} holds {_named(control[0])}; clean the file.")
    bare = word.strip()
    if bare and bare != word:
        counts["words_stripped"] += 1
    if _MISREAD.search(bare):
        counts["words_misread"] += 1
    return bare


def check_strict(text: str, what: str) -> str:
    r"""A word or label as it is.

    Raises:
        CorpusError: For white space around it or a control character in it.
    """
    if text.isprintable() and text == text.strip():
        return text
    if control := _CONTROL.search(text) or _MISREAD.search(text):
        raise CorpusError(f"the {what} {text!r:.80} holds {_named(control[0])}; clean the file.")
    if text != text.strip():
        raise CorpusError(f"the {what} {text!r:.80} has white space before or after it; remove it.")
    return text


def _named(control: str) -> str:
    names = {"\0": "NUL", "\r": "a carriage return", "\n": "a line feed", "\t": "a tab"}
    return names.get(control, f"the control character U+{ord(control):04X}")
