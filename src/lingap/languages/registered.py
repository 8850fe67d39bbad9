"""Tags kept whole by the IANA registry of language subtags or by Wikipedia; why one is no language.

Source: https://www.iana.org/assignments/language-subtag-registry (Type: grandfathered), and the
editions of Wikipedia with other codes than the standards'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lingap.languages.iso639 import subtag

PREFERRED: Mapping[str, str] = {
    "art-lojban": "jbo", "en-gb-oed": "eng-GB", "i-ami": "ami", "i-bnn": "bnn", "i-hak": "hak",
    "i-klingon": "tlh", "i-lux": "ltz", "i-navajo": "nav", "i-pwn": "pwn", "i-tao": "tao",
    "i-tay": "tay", "i-tsu": "tsu", "no-bok": "nob", "no-nyn": "nno", "sgn-be-fr": "sfb",
    "sgn-be-nl": "vgt", "sgn-ch-de": "sgg", "zh-guoyu": "cmn", "zh-hakka": "hak",
    "zh-min-nan": "nan", "zh-xiang": "hsn",
    "roa-rup": "rup", "simple": "eng-simple",
}  # fmt: skip
"""Tag to the code of the language that it means."""

_WITHOUT = frozenset({"cel-gaulish", "i-default", "i-enochian", "i-mingo", "zh-min"})
_RETIRED = "a code that ISO 639-3 retired, of {name}"
_WHY = {
    "special": "a code that stands for no one language ({name})",
    "group": "a group, {name}; pass the code of one of them",
    "merged": f"{_RETIRED}: merged into {{means}}, the code to pass",
    "split": f"{_RETIRED}: {{means}}",
    "none": f"{_RETIRED}: there is no such language",
}
_PRIVATE = re.compile(r"x-.*|q[a-t][a-z](-.*)?|.*-x-.*")


def why_no_language(key: str) -> str | None:
    """Why a tag, in small letters with hyphens, means no language; None for any other tag.

    >>> why_no_language("i-default")
    'a registered tag that means no single language'
    >>> why_no_language("qaa-latn").partition(",")[0], why_no_language("que")
    ('for private use', None)
    >>> why_no_language("roa")
    'a group, Romance languages; pass the code of one of them'
    >>> why_no_language("prv")
    'a code that ISO 639-3 retired, of Provençal: merged into oci, the code to pass'
    """
    if key in _WITHOUT:
        return "a registered tag that means no single language"
    if _PRIVATE.fullmatch(key):
        return (
            "for private use, and means a language only where a configuration gives its name, "
            "script and family"
        )
    kind, name, means = subtag(key.partition("-")[0])
    return _WHY[kind].format(name=name, means=means) if kind in _WHY else None
