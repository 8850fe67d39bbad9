"""Korean words respelled as they are pronounced, by the Standard Pronunciation rules.

Articles are those of the Standard Korean Pronunciation (표준 발음법, 1988, revised 2017). Rules
that need the history or the parts of a word are in :mod:`lingap.g2p.backends.korean_seams`.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from lingap.g2p.backends.korean_seams import at_seams

_FIRST, _LAST = 0xAC00, 0xD7A3
_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

_CLUSTERS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_SPOKEN_CODAS = {
    "ㄲ": "ㄱ", "ㅋ": "ㄱ", "ㄳ": "ㄱ", "ㄺ": "ㄱ", "ㄵ": "ㄴ", "ㄶ": "ㄴ", "ㅅ": "ㄷ", "ㅆ": "ㄷ",
    "ㅈ": "ㄷ", "ㅊ": "ㄷ", "ㅌ": "ㄷ", "ㅎ": "ㄷ", "ㄼ": "ㄹ", "ㄽ": "ㄹ", "ㄾ": "ㄹ", "ㅀ": "ㄹ",
    "ㄻ": "ㅁ", "ㅍ": "ㅂ", "ㄿ": "ㅂ", "ㅄ": "ㅂ",
}  # fmt: skip
_TENSE = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True))
_ASPIRATED = dict(zip("ㄱㄷㅂㅈ", "ㅋㅌㅍㅊ", strict=True))
_NASAL = dict(zip("ㄱㄷㅂ", "ㅇㄴㅁ", strict=True))
_FUTURE = re.compile("ㄹ(?:게요|걸요|거야|거예요|수록|지도|지라도)$")
_WHOLE_STOPS = frozenset("ㄳㅄ")
_KEEPS_K = frozenset("닭흙칡")  # nouns; in verbs ㄺ before ㄱ is ㄹ


def as_pronounced(word: str) -> str:
    """A Korean word in Hangul that spells its pronunciation, one letter a sound.

    >>> as_pronounced("읽는다"), as_pronounced("북한"), as_pronounced("없어요")
    ('잉는다', '부칸', '업써요')
    """
    word = at_seams(word)
    parts = [_parted(character) for character in word]
    for part in filter(None, parts):
        part[1] = _vowel(part[0], part[1])
    for place, (left, right) in enumerate(zip_longest(parts, parts[1:])):
        if left is None:
            continue
        _tense_after_future(word[place:], left, right)
        if right is None:
            left[2] = _final(word[place], left[2])
        else:
            left[2], right[0] = _joined(word[place], left[2], right[0], right[1])
    return "".join(
        character if part is None else _composed(part)
        for character, part in zip(word, parts, strict=True)
    )


def _parted(character: str) -> list[str] | None:
    """Onset, vowel, coda of a syllable; None for any other character."""
    if not _FIRST <= ord(character) <= _LAST:
        return None
    rest, coda = divmod(ord(character) - _FIRST, 28)
    onset, vowel = divmod(rest, 21)
    return [_ONSETS[onset], _VOWELS[vowel], _CODAS[coda]]


def _composed(part: list[str]) -> str:
    onset, vowel, coda = part
    place = (_ONSETS.index(onset) * 21 + _VOWELS.index(vowel)) * 28 + _CODAS.index(coda)
    return chr(_FIRST + place)


def _tense_after_future(rest: str, left: list[str], right: list[str] | None) -> None:
    """The ending -ㄹ tenses the consonant after it (article 27)."""
    if right is not None and left[2] == "ㄹ" and _FUTURE.match("ㄹ" + rest[1:]):
        right[0] = _TENSE.get(right[0], right[0])


def _final(syllable: str, coda: str) -> str:
    """A coda before a pause: one of seven consonants (articles 8 to 11)."""
    if syllable[0] == "밟":
        return "ㅂ"
    return _SPOKEN_CODAS.get(coda, coda)


def _joined(syllable: str, coda: str, onset: str, vowel: str) -> tuple[str, str]:
    """Coda and next onset as they are pronounced together."""
    first, last = _halves(coda)
    if last == "ㅎ":  # article 12
        if onset in "ㄱㄷㅈ":
            return first, _ASPIRATED[onset]
        if onset == "ㅅ":
            return first, "ㅆ"
        if onset == "ㅇ":
            return ("", first) if first else ("", "ㅇ")
        coda = first or ("ㄴ" if onset == "ㄴ" else "ㄷ")
    elif onset == "ㅎ" and (aspirate := _before_h(coda, vowel)):
        return "" if coda in _WHOLE_STOPS else first, aspirate
    elif onset == "ㅇ":
        return _linked(first, last, vowel)
    elif coda == "ㄺ" and onset == "ㄱ" and syllable not in _KEEPS_K:  # article 11
        return "ㄹ", "ㄲ"
    is_tensing = coda in ("ㄵ", "ㄻ", "ㄼ", "ㄾ", "ㄽ") or _SPOKEN_CODAS.get(coda, coda) in _NASAL
    coda = _final(syllable, coda)
    if is_tensing:
        onset = _TENSE.get(onset, onset)  # articles 23 to 25
    return _assimilated(coda, onset)


def _halves(coda: str) -> tuple[str, str]:
    """Both consonants of a coda; the first is "" where it has one or none."""
    pair = _CLUSTERS.get(coda)
    return ("", coda) if pair is None else (pair[0], pair[1])


def _before_h(coda: str, vowel: str) -> str:
    """The aspirate that a coda and ㅎ make (articles 12 and 17), or ""."""
    if coda in ("ㅈ", "ㅊ", "ㄵ") or (vowel == "ㅣ" and coda in ("ㄷ", "ㅌ")):
        return "ㅊ"
    if coda == "ㄼ":
        return "ㅍ"
    return _ASPIRATED.get(_SPOKEN_CODAS.get(coda, coda), "")


def _linked(first: str, last: str, vowel: str) -> tuple[str, str]:
    """A coda before a vowel moves into the next syllable (articles 13, 14 and 17)."""
    if last in ("", "ㅇ"):
        return last, "ㅇ"
    if vowel == "ㅣ" and last in ("ㄷ", "ㅌ"):
        return first, "ㅈ" if last == "ㄷ" else "ㅊ"
    return first, "ㅆ" if first and last == "ㅅ" else last


def _assimilated(coda: str, onset: str) -> tuple[str, str]:
    """Nasals and liquids beside each other and after stops (articles 18 to 20)."""
    if onset == "ㄹ" and coda in ("ㅁ", "ㅇ", "ㄱ", "ㅂ", "ㄷ"):
        onset = "ㄴ"
    if onset in "ㄴㅁ":
        coda = _NASAL.get(coda, coda)
    if (coda, onset) in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
        return "ㄹ", "ㄹ"
    return coda, onset


def _vowel(onset: str, vowel: str) -> str:
    """Vowels that the consonant before them simplifies (article 5)."""
    if onset in "ㅈㅉㅊ" and vowel == "ㅕ":
        return "ㅓ"
    return "ㅣ" if vowel == "ㅢ" and onset != "ㅇ" else vowel
