"""The IPA that eSpeak NG prints, corrected: mnemonics, tones, language switches."""

from __future__ import annotations

import re
from collections.abc import Sequence

SEPARATOR = "_"
"""Between two phonemes in eSpeak's output."""

_TONES = str.maketrans("1234567ɜ", "¹²³⁴⁵⁶⁷³")  # its IPA table reads the tone 3 as a vowel
_TONE_VOICES = frozenset({"cmn", "cmn-latn-pinyin", "yue", "vi", "th", "hak", "my", "shn"})
# Mnemonics for which its phoneme tables have no IPA.
_MNEMONICS = str.maketrans(
    {
        "ᵻ": "ɪ",
        "`": "ʼ",
        "?": "ʔ",
        "^": "ʲ",
        "#": "\u0325",
        "S": "ʃ",
        "Z": "ʒ",
        "X": "χ",
        "N": "ŋ",
        "A": "a",
        "Φ": "ɸ",
        '"': None,
        "+": None,
        "[": None,
        "]": None,
    }
)
_RARE = re.compile("[" + re.escape("".join(map(chr, _MNEMONICS))) + "]")
_AFFRICATE = re.compile("(?<![^_ \0])([ˈˌ]?[tdʈɖ])(?=[szʃʒɕʑʂʐ])")
_SWITCH = re.compile(r"\([a-z]{2,3}(?:-[a-z0-9-]+)?\)")


def ipa_of_all(printed: Sequence[str], voice: str) -> list[str]:
    """IPA of each word from its phonemes, separated by `SEPARATOR`.

    An affricate, which is one phoneme to eSpeak, gets its tie bar; tones become superscripts.

    >>> ipa_of_all(["t_ʃ", "tʃ_ˈeɪ"], "en-us")
    ['tʃ', 't͡ʃˈeɪ']
    """
    text = "\0".join(printed)  # one pass for all; eSpeak prints no NUL
    if "(" in text:
        text = _SWITCH.sub("", text)
    if voice in _TONE_VOICES:
        text = text.translate(_TONES)
    if _RARE.search(text):
        text = text.translate(_MNEMONICS)
    if voice == "ky":  # a mnemonic, too, but o and e are phonemes of their own
        text = text.replace("oe", "ø")
    text = _AFFRICATE.sub("\\1\u0361", text)
    if " " in text or "\n" in text:
        text = "".join(text.split())
    return text.replace(SEPARATOR, "").split("\0") if printed else []


def is_switched(printed: str) -> bool:
    """Whether a part of the word was read in another language.

    >>> is_switched("(en)k_l_ˈʌ_b(fr)")
    True
    """
    return "(" in printed and _SWITCH.search(printed) is not None
