"""Texts from anywhere, made fit to be shown: nothing in them steers a terminal or a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_LANGUAGES = 16
"""With more, tables have neither a column nor a row for each: files, reports and --json do."""

# Control characters, line and paragraph separators, half surrogate pairs, and what embeds,
# overrides or isolates a direction and so makes the text after it read otherwise.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NOT_IN_JSON = re.compile(
    "[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)  # unescaped
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


def shown_json(text: str) -> str:
    r"""JSON text that means the same, with what would steer its display as an escape.

    >>> shown_json('["a\u202eb"]')
    '["a\\u202eb"]'
    """
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def first_of(names: Sequence[str], most: int, joint: str = ", ") -> str:
    """The first names, and how many there are beyond them.

    >>> first_of(["eng", "fra", "deu"], 2)
    'eng, fra and 1 more'
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{joint.join(names[:most])}{more}"


def in_a_title(codes: Sequence[str]) -> str:
    """Languages as a part of a title, of which no more than six are named.

    >>> in_a_title(["eng", "fra"]), in_a_title("abcdefgh")
    ('eng+fra', 'a+b+c+d+e+f and 2 more')
    """
    return first_of(codes, 6, "+")


def counted(n: int, noun: str) -> str:
    """A number and its noun, in the plural but for one.

    >>> counted(1, "word"), counted(1200, "word")
    ('1 word', '1,200 words')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
