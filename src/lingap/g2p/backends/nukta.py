"""Devanagari letters with a dot below (nukta), for rules that know only the plain letter.

orthography2ipa gives such a letter no inherent vowel (ज़मीन becomes zmiːn), so the word is read
without dots, and the consonants are put back in their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_NUKTA = "\u093c"
_SOUNDS = {
    "क": ("k(?!ʰ)", "q"),
    "ख": ("kʰ", "x"),
    "ग": ("ɡ(?!ʱ)", "ɣ"),
    "ज": ("dʒ(?!ʱ)", "z"),
    "फ": ("pʰ", "f"),
    "ड": ("[ɖɽ](?!ʱ)", "ɽ"),
    "ढ": ("[ɖɽ]ʱ", "ɽʱ"),
}
"""Plain letter -> pattern of its sound, the sound with the dot."""


def read_dotted(word: str, read: Callable[[str], str]) -> str:
    """IPA of a word, whose dotted letters keep the vowels of plain ones.

    Args:
        word: In NFC, so with the dot as a character of its own.
        read: Reads a word without dots.

    >>> read_dotted("ज़रा", {"जरा": "dʒəɾaː", "ज़रा": "zɾaː"}.__getitem__)
    'zəɾaː'
    """
    plain = "".join(
        letter
        for letter, before in zip(word, " " + word, strict=False)
        if letter != _NUKTA or before not in _SOUNDS
    )
    if plain == word:
        return read(word)
    ipa = read(plain)
    for letter, (pattern, sound) in _SOUNDS.items():
        dots = re.findall(f"{letter}({_NUKTA}?)", word)
        sounds = re.findall(pattern, ipa)
        if any(dots) and len(dots) != len(sounds):
            return read(word)  # the sounds cannot be told apart
        if any(dots):
            between = re.split(pattern, ipa)
            spoken = [sound if dot else old for dot, old in zip(dots, sounds, strict=True)]
            ipa = "".join(map("".join, zip(between, [*spoken, ""], strict=True)))
    return ipa
