"""IPA text of one word to phonemes, as segmented by ``segments.Tokenizer()(word, ipa=True)``.

The reference (Moran and Cysouw 2018, *The Unicode Cookbook for Linguists*) works on grapheme
clusters from the end of the word. For plain IPA one regular expression gives the same segments;
only other strings take the slow path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import cast

_TIES = "\u0361\u035c"
_STRESS = "ˈˌ"
_MARK = "\u0300-\u036f"
_MODIFIER = (
    "\u02b0-\u02c1\u02c6\u02c7\u02c9-\u02cb\u02cd-\u02d1\u02e0-\u02e4\u02ec\u02ee"
    "\u1d2c-\u1d6a\u1d78\u1d9b-\u1dbf\u2071\u207f\u2090-\u209c"
)  # letters of category Lm, without the stress marks
_LETTER = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0373\u0391-\u03ff"
)
_PLAIN_WORD = re.compile(f"(?![{_MARK}{_MODIFIER}])[{_LETTER}{_MARK}{_MODIFIER}]+")
_SEGMENT = f"(?:[{_LETTER}][{_MARK}]*|[{_MODIFIER}][{_MARK}]+)(?:[{_MODIFIER}](?![{_MARK}]))*"
_CUT = re.compile(f"(?:{_SEGMENT})")


def segment(ipa: str) -> tuple[str, ...]:
    """Split the IPA of one word, without white space, into segments in NFD.

    Marks and modifier letters belong to the letter before them, a tie bar joins two letters, stress
    belongs to the segment after it. A tie bar with nothing after it ends its segment.

    >>> segment("t͡ʃʰaːd͡ʒ")
    ('t͡ʃʰ', 'aː', 'd͡ʒ')
    """
    text = unicodedata.normalize("NFD", ipa)
    if _PLAIN_WORD.fullmatch(text):
        pieces = _CUT.findall(text)
    else:
        pieces = _attach_modifiers(_cluster_finder()(text))
    if _TIES[0] in text or _TIES[1] in text:
        pieces = _join_ties(pieces)
    return tuple(pieces)


@cache
def _cluster_finder() -> Callable[[str], list[str]]:
    """Splits text into grapheme clusters (Unicode Standard Annex 29)."""
    import regex  # slow to import, and seldom needed

    return cast("Callable[[str], list[str]]", regex.compile(r"\X").findall)


def _attach_modifiers(clusters: list[str]) -> list[str]:
    """Join modifier letters to the cluster before, stress to the one after, contour tones."""
    done: list[list[str]] = []  # last segment first, each with its last cluster first
    pending: list[str] = []
    for place in range(len(clusters) - 1, -1, -1):
        cluster = clusters[place]
        single = len(cluster) == 1
        category = unicodedata.category(cluster) if single else ""
        if category == "Lm" and cluster not in _STRESS and len(clusters) > 1:
            pending.append(cluster)
            if place == 0:
                done[-1:] = [[*(done[-1] if done else ()), *pending]]
            continue
        if single and cluster in _STRESS and done:
            # A modifier after a stress mark has no letter before it; it joins the one after.
            done[-1] += [*pending, cluster]
        elif category == "Sk" and done and unicodedata.category(done[-1][-1][0]) == "Sk":
            done[-1] += [*pending, cluster]
        else:
            done.append([*pending, cluster])
        pending = []
    return ["".join(reversed(segment)) for segment in reversed(done)]


def _join_ties(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    place = 0
    while place < len(pieces):
        ends_open = pieces[place][-1] in _TIES and place + 1 < len(pieces)
        joined.append("".join(pieces[place : place + 1 + ends_open]))
        place += 1 + ends_open
    return joined
