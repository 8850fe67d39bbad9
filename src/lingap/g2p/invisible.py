"""Which words of a text lost invisible characters when it was split."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby

from lingap.text.words import clean, count_invisible, is_invisible

DROPPED = "invisible dropped"
"""The note of such a word."""


def words_that_lost_invisible(text: str, words: Sequence[str]) -> tuple[int, ...]:
    r"""Places of the words in which, or right next to which, an invisible character was left out.

    U+200B is a space between words, so it is no loss.

    Args:
        text: Running text.
        words: Its words, in order.

    >>> words_that_lost_invisible("a\u00ad\u00adb, c", ("ab", ",", "c"))
    (0,)
    """
    if not count_invisible(text):
        return ()
    visible = clean(text)
    touched: set[int] = set()
    starts: list[int] = []
    ends: list[int] = []
    end = 0
    for place, word in enumerate(words):
        start = max(visible.find(word, end), end)
        before = visible[end:start]
        if before and is_invisible(before[-1]):  # with no letter before it to shape
            touched.add(place)
        end = start + len(word)
        starts.append(start)
        ends.append(end)
    at = 0
    for is_hidden, characters in groupby(text, lambda c: not clean(c)):
        if not is_hidden:
            at += len(clean("".join(characters)))
        elif (place := bisect_left(ends, at)) < len(words) and starts[place] <= at:
            touched.add(place)
    return tuple(sorted(touched))
