"""Numbers in words, by the spell-out rules of Unicode CLDR (package unicode-rbnf).

A whole number is read as a cardinal; where years have words of their own, 1500 to 1999 without a
sign between thousands is one. A number of more than fifteen digits, or with a zero before it, is
read digit by digit. A number with the ending of an ordinal (``1st``) or of a decade (``1990s``) is
read as that, one with the language's decimal sign as a decimal, digit by digit after the sign, or
in tenths and hundredths where CLDR's rules do so (Russian, Kazakh, Kyrgyz).
A time (``10:30``) is two numbers, the second left out where it is zero; a date in the language's
short order, or ISO 8601's, is read as CLDR writes it out (``May 12, 2020``), its numbers as
cardinals. :mod:`.sign_names` reads the signs beside numbers.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from lingap.errors import MissingExtra
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.sign_names import sign_names
from lingap.g2p.spoken_numbers import french_number, korean_counter
from lingap.languages import Language

_LONGEST = 15
_RULES = ("spellout-numbering", "spellout-cardinal")
_YEAR = "spellout-numbering-year"
_YEARS = range(1500, 2000)
_WITH_YEARS = frozenset({"eng", "deu", "nld", "swe", "dan", "nob", "nno"})
_MASCULINE, _FEMININE = "spellout-ordinal-masculine", "spellout-ordinal-feminine"
_NEUTER = "spellout-ordinal-neuter"
_FEMININE_CARDINAL = "spellout-cardinal-feminine"
# ISO 639-3 -> CLDR's rule of tenths, hundredths …, and its words for one whole and for many.
_FRACTIONS = {
    "rus": ("fractions-feminine", "целая", "целых"),
    "kaz": ("fractions", "бүтін", "бүтін"),
    "kir": ("z-spellout-fraction", "бүтүн", "бүтүн"),
}
_LONGEST_FRACTION = 11
_LOCALES = {"nb": "no"}  # CLDR's names of rules that stand under another code
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
    "glg": _BY_GENDER,
    "rus": {"-?(?:ы?й|ий)": _MASCULINE, "-?а?я": _FEMININE, "-?о?е": _NEUTER},
    "ell": {"ος": _MASCULINE, "η": _FEMININE, "ο": _NEUTER},
}
_DECADES = {"eng": "'?s", "deu": "er"}
_TIME = re.compile(r"(\d\d?):([0-5]\d)(?::([0-5]\d))?")
_DATE = re.compile(r"(\d{1,4})([./-])(\d\d?)\2(\d{1,4})")
_WITH_SIGNS = re.compile(r"\d+(?:[^\w\s]\d+)+")
_DOTTED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])")
_ARABIC_DECIMAL = "\u066b"
_BETWEEN_WORDS = {ord("\u00ad"): "", ord("-"): " ", ord(","): " ", ord("\u200b"): " "}


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
        self._locale = language.cldr
        self.signs = sign_names(language.cldr) if self._engine else {}
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

    def find(self, word: str) -> tuple[int, int, tuple[str, ...]] | None:
        """Where a word has a decimal, time, date or Korean counter, and its words, or None."""
        if self._engine is None:
            return None
        if self._language == "kor" and (counted := korean_counter(word)):
            return *counted[:2], (counted[2],)
        for found in _WITH_SIGNS.finditer(word):
            written = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in found[0])
            if words := self._decimal(written) or self._time(written) or self._date(written):
                return *found.span(), words
        return None

    def ungrouped(self, word: str) -> str:
        """A word without full stops between thousands, where the sign of decimals is a comma."""
        is_plain = self._engine is None or "." not in word or self.group_sign == "."
        if is_plain or self._decimal_sign != ",":
            return word
        return _DOTTED_THOUSANDS.sub(lambda found: found[0].replace(".", ""), word)

    def _decimal(self, written: str) -> tuple[str, ...]:
        whole, sign, part = written.replace(_ARABIC_DECIMAL, self._decimal_sign).rpartition(
            self._decimal_sign
        )
        group = re.escape(self.group_sign)
        is_whole = re.fullmatch(rf"\d+|\d{{1,3}}(?:{group}\d{{3}})+", whole)
        if not sign or is_whole is None or not part.isdecimal():
            return ()
        if self._language in _FRACTIONS:
            return self._with_fraction(whole.replace(self.group_sign, ""), part)
        if not self._point:
            return ()
        digits = (word for digit in part for word in self._spell(digit, *_RULES))
        return (*self.words(whole), *self._point, *digits)

    def _with_fraction(self, whole: str, part: str) -> tuple[str, ...]:
        """``3,05`` as three wholes, five hundredths; empty for more digits than rules."""
        if len(whole) > _LONGEST or len(part) > _LONGEST_FRACTION:
            return ()
        rule, one, many = _FRACTIONS[self._language]
        number = self._counted(whole)
        # The rule is one of denominators: 5 · 100 is five hundredths.
        sample = "1" if _is_one(part) else "5"
        fraction = self._spell(f"{sample}{'0' * len(part)}", rule)
        at = fraction.index(self._counted(sample)[0])
        parts = (*fraction[:at], *self._counted(part), *fraction[at + 1 :])
        return (*number, one if _is_one(whole) else many, *parts)

    def _counted(self, digits: str) -> tuple[str, ...]:
        return self._spell(digits, _FEMININE_CARDINAL, *_RULES)

    def _time(self, written: str) -> tuple[str, ...]:
        found = _TIME.fullmatch(written)
        if found is None or int(found[1]) > 24:
            return ()
        hours, *others = [number for number in found.groups() if number is not None]
        if not int("".join(others)):
            others = []
        return (*self._spell(hours, *_RULES), *(w for n in others for w in self.words(n)))

    def _date(self, written: str) -> tuple[str, ...]:
        date = _date_of(written, self._locale)
        if date is None:
            return ()
        from babel.dates import format_date

        text = format_date(date, "long", locale=self._locale.replace("-", "_"))
        parts = (p for p in re.findall(r"\d+|[^\W\d_][^\s\d]*", text) if p[-1] != ".")
        return tuple(w for p in parts for w in (self.words(p) if p.isdecimal() else (p,)))

    @cached_property
    def _decimal_sign(self) -> str:
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(self._locale.replace("-", "_")) if self._locale else "."

    @cached_property
    def _point(self) -> tuple[str, ...]:
        """The words of the decimal sign, from 2.1; empty where rules fail."""
        from unicode_rbnf.engine import NoRuleForNumberError

        try:
            said = self._engine.format_number(Decimal("2.1")).text_by_ruleset
        except NoRuleForNumberError:  # Zulu has no rule of decimals
            return ()
        for name, text in said.items():
            two, one = (" ".join(self._spell(digit, name)) for digit in "21")
            found = re.fullmatch(rf"{re.escape(two)}(.*\w.*){re.escape(one)}", text.strip())
            if found is not None:
                return tuple(found[1].translate(_BETWEEN_WORDS).split())
        return ()

    def _year(self, digits: str) -> tuple[str, ...]:
        """A number that is a year where it can be one."""
        is_year = self._language in _WITH_YEARS and int(digits) in _YEARS
        return self._spell(digits, *((_YEAR, *_RULES) if is_year else _RULES))

    def _spell(self, digits: str, *rules: str) -> tuple[str, ...]:
        """The words by the first of the rules that the language has, or by its first one."""
        names = [rule for rule in rules if rule in self._engine.rulesets][:1]
        found = self._engine.format_number(int(digits), ruleset_names=names or None)
        text = next(iter(found.text_by_ruleset.values())).translate(_BETWEEN_WORDS)
        return tuple((french_number(text) if self._language == "fra" else text).split())


def _decade(word: str, language: str) -> str:
    """The last word of a decade: ``nineties``, ``neunziger``."""
    if language != "eng":
        return f"{word}er"
    return f"{word[:-1]}ies" if word[-1] == "y" else f"{word}s"


def _is_one(digits: str) -> bool:
    """Whether Russian has the singular after a number: 1, 21 and 101, not 11."""
    return digits[-1] == "1" and digits[-2:-1] != "1"


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
    name = supported.get(_LOCALES.get(code, code).replace("-", "_").lower())
    return RbnfEngine.for_language(name) if name else None


@cache
def _group_sign(locale: str) -> str:
    from babel import Locale
    from babel.numbers import get_group_symbol

    return get_group_symbol(Locale.parse(locale.replace("-", "_"))) if locale else ""


@cache
def _date_of(written: str, locale: str) -> date | None:
    """The date that a language writes so, with a year of four digits, or None."""
    found = _DATE.fullmatch(written)
    if found is None or not locale:
        return None
    from babel import Locale

    first, sign, second, third = found.groups()
    if len(first) == 4 and sign == "-":
        order = "ymd"
    else:
        pattern = Locale.parse(locale.replace("-", "_")).date_formats["short"].pattern
        order = "".join(dict.fromkeys(c for c in pattern.lower() if c in "dmy"))
    values = dict(zip(order, (first, second, third), strict=True))
    if len(values["y"]) != 4:
        return None
    try:
        return date(int(values["y"]), int(values["m"]), int(values["d"]))
    except ValueError:
        return None
