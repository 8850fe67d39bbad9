"""Texts from anywhere, made fit to be shown: nothing in them steers a terminal or a page."""

from __future__ import annotations

import re

# Control characters, line and paragraph separators, half surrogate pairs, and what embeds,
# overrides or isolates a direction and so makes the text after it read otherwise.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKS = re.compile("[\u061c\u200e\u200f]")  # of direction, which show nothing


def shown(text: str) -> str:
    r"""A text on one line, with each character that would steer its display as U+FFFD.

    >>> shown("red \x1b[31m, \u202eback\n")
    'red �[31m, �back�'
    """
    return _STEERING.sub("\ufffd", _MARKS.sub("", text.replace("\t", " ")))


def shown_lines(text: str) -> str:
    r"""As :func:`shown`, of a text whose line feeds are its own.

    >>> shown_lines("one\ntwo\x07")
    'one\ntwo�'
    """
    return "\n".join(map(shown, text.split("\n")))
