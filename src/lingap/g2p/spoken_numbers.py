"""Numbers that are said otherwise than Unicode CLDR spells them: Korean counters, French vingt."""

from __future__ import annotations

import re

_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_MONTHS = {"6": "유월", "10": "시월"}
# Counters of native numbers, not where they begin another word (개월, 달러, 시장).
_COUNTERS = (
    "명(?!령|절)|개(?![월국년소사교팀주점업])|살|마리|번째|가지|사람|곳|달(?!러)"
    "|시(?=간|반|쯤|경|에|까지|부터|가|의|를|와|로|이|께|정각|[^가-힣]|$)"
)
_KOREAN = re.compile(rf"(?<![\d.,:/])(\d{{1,2}})(월(?=에|의|[^가-힣]|$)|(?:{_COUNTERS}))([가-힣]*)")
_TWENTY_OR_TEN = re.compile(
    r"(?<!quatre )\bvingt(?= (?:et|deux|trois|quatre|cinq|six|sept|huit|neuf))"
    r"|\bdix(?= (?:huit|neuf))"
)


def korean_counter(word: str) -> tuple[int, int, str] | None:
    """Where a word has a number and its counter, and how both are said; None without them.

    Args:
        word: A Korean word with digits 0 to 9.

    >>> korean_counter("20살이"), korean_counter("6월"), korean_counter("5개월")
    ((0, 4, '스무살이'), (0, 2, '유월'), None)
    """
    for found in _KOREAN.finditer(word):
        number, counter, rest = found.groups()
        if counter == "월":
            said = _MONTHS.get(number, "")
        elif int(number) > 0 and number[0] != "0":
            ten, one = divmod(int(number), 10)
            said = "스무" if number == "20" else _TENS[ten] + _ONES[one]
            said += counter
        else:
            said = ""
        if said:
            return *found.span(), said + rest
    return None


def french_number(words: str) -> str:
    """A French number as it is said inside: the t of ``vingt-deux``, the z of ``dix-huit``.

    >>> french_number("vingt et un"), french_number("quatre vingt deux"), french_number("dix neuf")
    ('vinte et un', 'quatre vingt deux', 'dize neuf')
    """
    return _TWENTY_OR_TEN.sub(lambda found: {"vingt": "vinte", "dix": "dize"}[found[0]], words)
