"""Numbers in words, by the spell-out rules of Unicode CLDR (package unicode-rbnf).

A whole number is read as a cardinal; where years have words of their own, 1500 to 1999 without a
sign between thousands is one. A number of more than fifteen digits, or with a zero before it, is
read digit by digit. A number with the ending of an ordinal (``1st``) or of a decade (``1990s``) is
read as that. The signs of percent and euro are read by their names in CLDR; others are symbols.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lingap.errors import MissingExtra
from lingap.g2p.backends.installed import installed_version
from lingap.languages import Language

_LONGEST = 15
_RULES = ("spellout-numbering", "spellout-cardinal")
_YEAR = "spellout-numbering-year"
_YEARS = range(1500, 2000)
_WITH_YEARS = frozenset({"eng", "deu", "nld", "swe", "dan", "nob", "nno"})
_MASCULINE, _FEMININE = "spellout-ordinal-masculine", "spellout-ordinal-feminine"
_BY_GENDER = {r"\.?[ºo°]": _MASCULINE, r"\.?ª": _FEMININE}
# ISO 639-3 -> ending after the digits -> rule of the ordinal.
_ORDINALS = {
    "eng": {"st|nd|rd|th": "spellout-ordinal"},
    "fra": {
        "er": _MASCULINE,
        "ers": f"{_MASCULINE}-plural",
        "[èe]?re": _FEMININE,
        "[èe]?res": f"{_FEMININE}-plural",
        "e|i?[èe]me": _MASCULINE,
        "es|i?[èe]mes": f"{_MASCULINE}-plural",
    },
    "spa": {**_BY_GENDER, r"\.?er": f"{_MASCULINE}-adjective"},
    "ita": _BY_GENDER,
    "por": _BY_GENDER,
    "cat": {"[rnt]|è": _MASCULINE, "a": _FEMININE},
    "nld": {"e|de|ste": "spellout-ordinal"},
    "swe": {":a": _FEMININE, ":e": _MASCULINE},
}
_DECADES = {"eng": "'?s", "deu": "er"}
_BETWEEN_WORDS = {ord("\u00ad"): "", ord("-"): " ", ord(","): " "}


class NumberWords:
    """Spells the numbers of one language.

    Args:
        language: The language.

    Raises:
        MissingExtra: Where unicode-rbnf is not installed.
    """

    def __init__(self, language: Language):
        self._engine = _engine(language.cldr or (language.iso1 if language.is_default else ""))
        self.group_sign = _group_sign(language.cldr)
        """The sign between thousands, or ""."""
        self._language = language.iso3
        self.signs = _sign_names(language.cldr) if self._engine else {}
        """A sign to the words of its name, as after a number of many."""

    @property
    def version(self) -> str:
        """What spells the numbers, with its version; ``none`` for a language without rules."""
        return f"unicode-rbnf {installed_version('unicode-rbnf')}" if self._engine else "none"

    def words(self, number: str) -> tuple[str, ...]:
        """The words of a number; empty for a language without spell-out rules.

        Args:
            number: Digits 0 to 9, and perhaps signs between thousands.
        """
        if self._engine is None:
            return ()
        digits = number.replace(self.group_sign, "")
        if len(digits) > _LONGEST or (digits[0] == "0" and len(digits) > 1):
            return tuple(word for digit in digits for word in self._spell(digit, *_RULES))
        return self._year(digits) if digits == number else self._spell(digits, *_RULES)

    def with_ending(self, word: str) -> tuple[str, ...]:
        """The words of a number and its ending (``1st``, ``1990s``); empty for anything else."""
        found = re.fullmatch(r"(\d+(?:\D\d{3})*)(\D+)", word) if self._engine else None
        if found is None:
            return ()
        number, ending = found[1].replace(self.group_sign, ""), found[2]
        if not number.isdecimal() or len(number) > _LONGEST or number[0] == "0":
            return ()
        for pattern, rule in _ORDINALS.get(self._language, {}).items():
            if re.fullmatch(pattern, ending):
                return self._spell(number, rule)
        decade = _DECADES.get(self._language)
        if decade and number[-1] == "0" and re.fullmatch(decade, ending.replace("’", "'")):
            *others, last = self._year(number)
            return (*others, _decade(last, self._language))
        return ()

    def _year(self, digits: str) -> tuple[str, ...]:
        """A number that is a year where it can be one."""
        is_year = self._language in _WITH_YEARS and int(digits) in _YEARS
        return self._spell(digits, *((_YEAR, *_RULES) if is_year else _RULES))

    def _spell(self, digits: str, *rules: str) -> tuple[str, ...]:
        """The words by the first of the rules that the language has, or by its first one."""
        names = [rule for rule in rules if rule in self._engine.rulesets][:1]
        found = self._engine.format_number(int(digits), ruleset_names=names or None)
        return tuple(next(iter(found.text_by_ruleset.values())).translate(_BETWEEN_WORDS).split())


def _decade(word: str, language: str) -> str:
    """The last word of a decade: ``nineties``, ``neunziger``."""
    if language != "eng":
        return f"{word}er"
    return f"{word[:-1]}ies" if word[-1] == "y" else f"{word}s"


def check_numbers() -> None:
    """MissingExtra where unicode-rbnf is not installed."""
    if installed_version("unicode-rbnf") is None:
        raise MissingExtra("numbers", "The policy digits=words")


@cache
def _engine(code: str) -> Any:
    """The spell-out rules of a language, or None."""
    check_numbers()
    from unicode_rbnf import RbnfEngine

    supported = {name.lower(): name for name in RbnfEngine.get_supported_languages()}
    name = supported.get(code.replace("-", "_").lower())
    return RbnfEngine.for_language(name) if name else None


@cache
def _group_sign(locale: str) -> str:
    from babel import Locale
    from babel.numbers import get_group_symbol

    return get_group_symbol(Locale.parse(locale.replace("-", "_"))) if locale else ""


@cache
def _sign_names(locale: str) -> dict[str, tuple[str, ...]]:
    from babel import Locale
    from babel.numbers import get_currency_name
    from babel.units import format_unit

    if not locale:
        return {}
    found = Locale.parse(locale.replace("-", "_"))
    percent = re.sub(r"\d", "", format_unit(5, "concentr-percent", length="long", locale=found))
    names = {"%": percent, "€": get_currency_name("EUR", 5, found)}
    is_named = {"%": "concentr" not in percent, "€": names["€"] != "EUR"}
    return {
        sign: tuple(name.split())
        for sign, name in names.items()
        if is_named[sign] and re.search(r"\w", name)
    }
