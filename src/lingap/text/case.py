"""Lower case by the rules of a language."""

from __future__ import annotations

from lingap.text.words import nfc

# ISO 639-3: languages whose Latin alphabet has both i and ı.
_DOTLESS_I = frozenset(
    {"aze", "azj", "crh", "diq", "gag", "kaz", "kiu", "tat", "tly", "tur", "zza"}
)


def lower(text: str, language: str = "") -> str:
    """Lower case in NFC, without stray dots; Turkish and its neighbours keep i and ı apart.

    Args:
        text: A word or a text.
        language: ISO 639-3 code and script, as in ``tur-Latn``; "" for no such language.

    >>> lower("IŞIK İZMİR", "tur-Latn"), lower("IRIS İzmir", "eng-Latn")
    ('ışık izmir', 'iris izmir')
    """
    if language[3:8] == "-Latn" and language[:3] in _DOTLESS_I:
        text = text.replace("I\u0307", "İ").replace("I", "ı")
    return nfc(text.replace("İ", "i").lower().replace("i\u0307", "i"))
