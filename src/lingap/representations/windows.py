"""Overlapping windows over long sentences; each word is scored in exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of units and the words that are scored in it.

    Args:
        start: First unit.
        stop: One past the last unit.
        scored: First word scored here, and one past the last.
        truncated_word: A word longer than the window, cut to its first units; else None.
    """

    start: int
    stop: int
    scored: tuple[int, int]
    truncated_word: int | None = None


def _spans(word_of_unit: Sequence[int | None], n_words: int) -> list[tuple[int, int]]:
    """First unit and one past the last unit of each word."""
    starts, stops = [-1] * n_words, [0] * n_words
    for place, word in enumerate(word_of_unit):
        if word is not None:
            if starts[word] < 0:
                starts[word] = place
            stops[word] = place + 1
    return list(zip(starts, stops, strict=True))


def windows(
    word_of_unit: Sequence[int | None], n_words: int, *, max_units: int, overlap: float = 0.5
) -> list[Window]:
    """Cover a sentence with windows that start and end at words.

    Args:
        word_of_unit: As in :class:`lingap.records.EncodedSentence`.
        n_words: Words of the sentence.
        max_units: Units that a window may hold, at least 1.
        overlap: Share of a window that the next one repeats, 0 to below 1.

    Returns:
        Windows in order. Every word is scored in the one where it is farthest from the nearer cut
        edge (the ends of the sentence are not cuts). A word longer than a window gets a window of
        its own, cut to `max_units`.
    """
    if len(word_of_unit) <= max_units:
        return [Window(0, len(word_of_unit), (0, n_words))]
    spans = _spans(word_of_unit, n_words)
    reaches: list[tuple[int, int]] = []  # first word, one past the last word
    first = 0
    while True:
        last = first + 1
        while last < n_words and spans[last][1] - spans[first][0] <= max_units:
            last += 1
        reaches.append((first, last))
        if last == n_words:
            break
        keep_from = spans[last - 1][1] - int(max_units * overlap)
        following = first + 1
        while following < last and spans[following][0] < keep_from:
            following += 1
        # The next window must reach at least one word further than this one.
        while following < last and spans[last][1] - spans[following][0] > max_units:
            following += 1
        first = following

    def context(window: int, word: int) -> float:
        low, high = reaches[window]
        left = float("inf") if low == 0 else spans[word][0] - spans[low][0]
        right = float("inf") if high == n_words else spans[high - 1][1] - spans[word][1]
        return min(left, right)

    home: list[int] = []
    candidate = 0
    for word in range(n_words):
        while word >= reaches[candidate][1]:
            candidate += 1
        best = candidate
        for other in range(candidate + 1, len(reaches)):
            if reaches[other][0] > word:
                break
            if context(other, word) > context(best, word):
                best = other
        candidate = best
        home.append(best)
    found = []
    for number, (low, high) in enumerate(reaches):
        scored = [word for word in range(low, high) if home[word] == number]
        if not scored:
            continue
        start, stop = spans[low][0], spans[high - 1][1]
        too_long = low if stop - start > max_units else None
        found.append(
            Window(start, min(stop, start + max_units), (scored[0], scored[-1] + 1), too_long)
        )
    return found
