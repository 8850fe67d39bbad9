"""Tags that the IANA registry of language subtags keeps whole, and those for private use.

Source: https://www.iana.org/assignments/language-subtag-registry (Type: grandfathered).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PREFERRED: Mapping[str, str] = {
    "art-lojban": "jbo", "en-gb-oed": "eng-GB", "i-ami": "ami", "i-bnn": "bnn", "i-hak": "hak",
    "i-klingon": "tlh", "i-lux": "ltz", "i-navajo": "nav", "i-pwn": "pwn", "i-tao": "tao",
    "i-tay": "tay", "i-tsu": "tsu", "no-bok": "nob", "no-nyn": "nno", "sgn-be-fr": "sfb",
    "sgn-be-nl": "vgt", "sgn-ch-de": "sgg", "zh-guoyu": "cmn", "zh-hakka": "hak",
    "zh-min-nan": "nan", "zh-xiang": "hsn",
}  # fmt: skip
"""Tag to the code of the language that it means."""

_WITHOUT = frozenset({"cel-gaulish", "i-default", "i-enochian", "i-mingo", "zh-min"})
_PRIVATE = re.compile(r"x-.*|q[a-t][a-z](-.*)?|.*-x-.*")


def why_no_language(key: str) -> str | None:
    """Why a tag, in small letters with hyphens, means no language; None for any other tag.

    >>> why_no_language("i-default")
    'a registered tag that means no single language'
    >>> why_no_language("qaa-latn").partition(",")[0], why_no_language("que")
    ('for private use', None)
    """
    if key in _WITHOUT:
        return "a registered tag that means no single language"
    if _PRIVATE.fullmatch(key):
        return (
            "for private use, and means a language only where a configuration gives its name, "
            "script and family"
        )
    return None
