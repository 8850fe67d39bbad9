"""Names of the signs beside numbers, from Unicode CLDR: percent, degree, currencies.

CLDR names currencies of countries (``US dollars``), a sign only the kind (``dollars``): its name is
what those of several countries have in common, or else that of the first; so too for degrees. ``¥``
stays a symbol, as it is two kinds, and so does any sign that CLDR does not name in the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_CURRENCIES = {
    "€": ("EUR",),
    "$": ("USD", "CAD", "AUD"),
    "£": ("GBP", "EGP", "SYP"),
    "₹": ("INR", "PKR", "LKR"),
    "₽": ("RUB", "BYN"),
}
_UNITS = {
    "%": ("concentr-percent",),
    "°": ("temperature-celsius", "temperature-fahrenheit"),
}
CURRENCY_SIGNS = frozenset(_CURRENCIES)
_MANY = 5


@cache
def sign_names(locale: str) -> dict[str, tuple[str, ...]]:
    """A sign to the words of its name after a number of many; without those that have none.

    >>> names = sign_names("en")
    >>> names["$"], names["%"], names["€"]
    (('dollars',), ('percent',), ('euros',))
    """
    from babel import Locale
    from babel.numbers import get_currency_name
    from babel.units import format_unit

    if not locale:
        return {}
    found = Locale.parse(locale.replace("-", "_"))
    names: dict[str, tuple[str, ...]] = {}
    for sign, units in _UNITS.items():
        long = [(unit, format_unit(_MANY, unit, length="long", locale=found)) for unit in units]
        names[sign] = _in_common(
            re.sub(r"[\d\s]+", " ", name) for unit, name in long if unit not in name
        )
    for sign, codes in _CURRENCIES.items():
        of_countries = [(code, get_currency_name(code, _MANY, found)) for code in codes]
        names[sign] = _in_common(name for code, name in of_countries if code != name)
    return {sign: name for sign, name in names.items() if re.search(r"[^\W\d_]", "".join(name))}


def _in_common(names: Iterable[str]) -> tuple[str, ...]:
    """The words of the first name that all have; all of them where there is no such word."""
    split = [tuple(re.split(r"[\s-]+", name.strip())) for name in names]
    if not split:
        return ()
    folded = [{word.casefold() for word in name} for name in split]
    shared = tuple(word for word in split[0] if all(word.casefold() in name for name in folded))
    return shared or split[0]
