"""Lower case by the rules of a language."""

from __future__ import annotations

from functools import cache

from lingap.errors import LanguageError
from lingap.languages import get_language
from lingap.text.words import nfc

# ISO 639-3: languages whose Latin alphabet has both i and ı.
_DOTLESS_I = frozenset(
    {"aze", "azj", "crh", "diq", "gag", "kaz", "kir", "kiu", "tat", "tly", "tur", "zza"}
)


def lower(text: str, language: str = "") -> str:
    """Lower case in NFC, without stray dots; Turkish and its neighbours keep i and ı apart.

    Args:
        text: A word or a text.
        language: ISO 639-3 code, also with a script, as in ``tur-Latn`` (without one, the default
            script of the language); "" for no such language.

    >>> lower("IŞIK İZMİR", "tur-Latn"), lower("IRIS İzmir", "eng-Latn")
    ('ışık izmir', 'iris izmir')
    """
    if language.partition("-")[0] in _DOTLESS_I and _script(language) == "Latn":
        text = text.replace("I\u0307", "İ").replace("I", "ı")
    return nfc(text.replace("İ", "i").lower().replace("i\u0307", "i"))


@cache
def _script(code: str) -> str:
    try:
        return get_language(code).script
    except LanguageError:  # not in the table: those listed above are written in Latin letters
        return "Latn"
