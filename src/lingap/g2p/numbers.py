"""Numbers in words, by the spell-out rules of Unicode CLDR (package unicode-rbnf).

A whole number is read as a cardinal. One of more than fifteen digits, or with a zero before it, is
read digit by digit, and so is all that follows a decimal sign.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_group_symbol

from lingap.errors import MissingExtra
from lingap.g2p.backends.installed import installed_version
from lingap.languages import Language

_LONGEST = 15
_RULES = ("spellout-numbering", "spellout-cardinal")
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

    @property
    def version(self) -> str:
        """What spells the numbers, with its version; ``none`` for a language without rules."""
        return f"unicode-rbnf {installed_version('unicode-rbnf')}" if self._engine else "none"

    def words(self, digits: str) -> tuple[str, ...]:
        """The words of a number; empty for a language without spell-out rules.

        Args:
            digits: Digits 0 to 9 without signs.
        """
        if self._engine is None:
            return ()
        if len(digits) > _LONGEST or (digits[0] == "0" and len(digits) > 1):
            return tuple(word for digit in digits for word in self._spell(digit))
        return self._spell(digits)

    def _spell(self, digits: str) -> tuple[str, ...]:
        found = self._engine.format_number(int(digits)).text_by_ruleset
        text = next((found[rule] for rule in _RULES if rule in found), next(iter(found.values())))
        return tuple(text.translate(_BETWEEN_WORDS).split())


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
    return get_group_symbol(Locale.parse(locale.replace("-", "_"))) if locale else ""
