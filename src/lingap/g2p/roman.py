"""Roman numerals in running text, as the digits that they stand for.

Only 1 to 39 in capitals are read so, written as a rule has it and of two letters or more: numerals
with L, C, D and M are rare, and most such words are initials (``CD``, ``MM``). A word of the list
is no numeral (Swedish ``VI``, we).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lingap.languages import Language

_SCRIPTS = frozenset({"Latn", "Cyrl", "Grek"})
_CYRILLIC = str.maketrans("ХІ", "XI")
_NUMERAL = re.compile(r"(X{0,3})(IX|IV|V?I{0,3})")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_SIGN = re.compile(r"([-‐‑–:'’])")
_WITH_APOSTROPHE = frozenset({"tur", "aze", "crh", "eng", "uzb"})  # elsewhere in names (Xi'an)
_GENDERS = "[ºª]"
# ISO 639-3 -> endings of ordinals that are written without a sign.
_ENDINGS = {
    "fra": "er|ers|[èe]?res?|e|es|i?[èe]mes?", "eng": "st|nd|rd|th", "nld": "e|de|ste",
    "cat": "[rnt]|è|a", "spa": _GENDERS, "ita": _GENDERS, "por": _GENDERS, "glg": _GENDERS,
}  # fmt: skip
_ONE_LETTER = frozenset({"fra"})  # whose ``Ier`` and ``Xe`` are no words


def with_digits(word: str, language: Language, is_listed: Callable[[str], bool]) -> str:
    """A word with digits for its Roman numerals; "" for a word that has none or anything else.

    Args:
        word: A word; numerals may have endings and be joined by hyphens.
        language: Its language.
        is_listed: Whether a part is a word of its own.

    >>> from lingap.languages import get_language
    >>> french = get_language("fra")
    >>> [with_digits(w, french, lambda part: False) for w in ("XXe", "XIX-XX", "Ier", "CD", "IIX")]
    ['20e', '19-20', '1er', '', '']
    """
    if word[0] not in "IVXХІ" or len(word) < 2:
        return ""
    if language.script not in _SCRIPTS:
        return ""
    if language.iso3 not in _WITH_APOSTROPHE and not {"'", "’"}.isdisjoint(word):
        return ""
    done: list[str] = []
    is_numeral = False
    for part in _SIGN.split(word):
        number, ending = _number(part.translate(_CYRILLIC), language.iso3)
        if number and not is_listed(part):
            n_letters = len(part) - len(ending)
            is_numeral |= n_letters > 1 or (bool(ending) and language.iso3 in _ONE_LETTER)
            done.append(f"{number}{ending}")
        elif _SIGN.fullmatch(part) or (done and part.isalpha() and part.islower()):
            done.append(part)
        else:
            return ""
    return "".join(done) if is_numeral else ""


def _number(part: str, language: str) -> tuple[int, str]:
    """The number that a part of a word begins with, 0 for none, and the ending of an ordinal."""
    found = _NUMERAL.match(part)
    if found is None or not found[0]:
        return 0, ""
    ending = part[found.end() :]
    if ending and not re.fullmatch(_ENDINGS.get(language, ""), ending):
        return 0, ""
    return 10 * len(found[1]) + _ONES.index(found[2]), ending
