"""Syllables of Mandarin (pinyin), Cantonese (Jyutping) and Japanese (kana) in IPA.

Sources: Lee and Zee (2003) for Mandarin, Zee (1991) and Bauer and Benedict (1997) for Cantonese,
Okada (1991) for Japanese.
"""

from __future__ import annotations

import re
import unicodedata


def _pairs(text: str) -> dict[str, str]:
    """``letters=IPA`` pairs, separated by spaces."""
    return dict(pair.split("=") for pair in text.split())


_PINYIN_INITIALS = {"": ""} | _pairs(
    "b=p p=pʰ m=m f=f d=t t=tʰ n=n l=l g=k k=kʰ h=x j=t͡ɕ q=t͡ɕʰ x=ɕ zh=ʈ͡ʂ ch=ʈ͡ʂʰ sh=ʂ r=ʐ "
    "z=t͡s c=t͡sʰ s=s"
)
_PINYIN_FINALS = _pairs(
    "a=a o=wo e=ɤ ê=ɛ i=i u=u v=y er=aɻ ai=ai̯ ei=ei̯ ao=au̯ ou=ou̯ ia=ja io=jɔ ie=jɛ iao=jau̯ "
    "iou=jou̯ ua=wa uo=wo uai=wai̯ uei=wei̯ ve=ɥɛ an=an en=ən ang=aŋ eng=əŋ ong=ʊŋ ian=jɛn "
    "in=in iang=jaŋ ing=iŋ iong=jʊŋ uan=wan uen=wən uang=waŋ ueng=wəŋ van=ɥɛn vn=yn m=m̩ n=n̩ ng=ŋ̍"
)
_APICAL = dict.fromkeys(("z", "c", "s"), "ɹ̩") | dict.fromkeys(("zh", "ch", "sh", "r"), "ɻ̩")
_MANDARIN_TONES = {"1": "˥", "2": "˧˥", "3": "˨˩˦", "4": "˥˩", "5": ""}


def pinyin_ipa(initial: str, final: str) -> str | None:
    """IPA of a syllable; None where it is not one.

    Args:
        initial: In strict pinyin, such as ``zh``, or "".
        final: In strict pinyin with ``v`` for ``ü`` and a digit from 1 to 5, such as ``uei4``.

    >>> pinyin_ipa("zh", "ong1"), pinyin_ipa("sh", "i4"), pinyin_ipa("", "")
    ('ʈ͡ʂʊŋ˥', 'ʂɻ̩˥˩', None)
    """
    onset = _PINYIN_INITIALS.get(initial)
    rhyme = _PINYIN_FINALS.get(final[:-1].replace("ü", "v"))
    tone = _MANDARIN_TONES.get(final[-1:])
    if onset is None or rhyme is None or tone is None:
        return None
    if final[:-1] == "i":
        rhyme = _APICAL.get(initial, rhyme)
    return onset + rhyme + tone


_JYUTPING = re.compile(
    "(?P<onset>ng(?=[aeiouy])|gw|kw|[bpmfdtnlgkhwzcsj]?)"
    "(?P<nucleus>aa|eo|oe|yu|[aeiou]|(?<![a-z])(?:ng|m)(?=[1-6]))?"
    "(?P<coda>ng|[iumnptk]?)(?P<tone>[1-6])"
)
_JYUTPING_ONSETS = {"": ""} | _pairs(
    "b=p p=pʰ m=m f=f d=t t=tʰ n=n l=l g=k k=kʰ ng=ŋ h=h gw=kʷ kw=kʷʰ w=w z=t͡s c=t͡sʰ s=s j=j"
)
_NUCLEI = {
    "aa": "aː", "a": "ɐ", "e": "ɛː", "i": "iː", "o": "ɔː", "u": "uː", "oe": "œː", "eo": "ɵ",
    "yu": "yː",
}  # fmt: skip
_CLOSE = {"ei": "ei̯", "ou": "ou̯", "eoi": "ɵy̯", "ing": "ɪŋ", "ik": "ɪk̚", "ung": "ʊŋ", "uk": "ʊk̚"}
_CODAS = {"": "", "i": "i̯", "u": "u̯", "m": "m", "n": "n", "ng": "ŋ", "p": "p̚", "t": "t̚", "k": "k̚"}
_SYLLABIC = {"m": "m̩", "ng": "ŋ̍"}
_CANTONESE_TONES = {"1": "˥", "2": "˧˥", "3": "˧", "4": "˨˩", "5": "˩˧", "6": "˨"}


def jyutping_ipa(reading: str) -> str | None:
    """IPA of a syllable in Jyutping, with its tone; None where it is not one.

    >>> jyutping_ipa("gwong2"), jyutping_ipa("m4"), jyutping_ipa("hoeng1"), jyutping_ipa("x")
    ('kʷɔːŋ˧˥', 'm̩˨˩', 'hœːŋ˥', None)
    """
    bare, tone = reading[:-1], _CANTONESE_TONES.get(reading[-1:])
    if tone is not None and bare in ("m", "ng", "hm", "hng"):
        return "h" * bare.startswith("h") + _SYLLABIC[bare.removeprefix("h")] + tone
    found = _JYUTPING.fullmatch(reading)
    if found is None or not found["nucleus"] or tone is None:
        return None
    nucleus, coda = found["nucleus"], found["coda"]
    rhyme = _CLOSE.get(nucleus + coda) or _NUCLEI[nucleus] + _CODAS[coda]
    return _JYUTPING_ONSETS[found["onset"]] + rhyme + tone


_VOWELS = {"ア": "a", "イ": "i", "ウ": "ɯ", "エ": "e", "オ": "o"}
_ROWS = {
    "カキクケコ": "k", "ガギグゲゴ": "ɡ", "サシスセソ": "s", "ザジズゼゾ": "z", "タチツテト": "t",
    "ダヂヅデド": "d", "ナニヌネノ": "n", "ハヒフヘホ": "h", "バビブベボ": "b", "パピプペポ": "p",
    "マミムメモ": "m", "ラリルレロ": "ɾ",
}  # fmt: skip
_BEFORE_I = {"s": "ɕ", "z": "d͡ʑ", "t": "t͡ɕ", "d": "d͡ʑ", "h": "ç", "n": "ɲ"}
_BEFORE_U = {"z": "z", "t": "t͡s", "d": "z", "h": "ɸ"}
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "ɯ", "ェ": "e", "ォ": "o"}
_GLIDES = {"ャ": "a", "ュ": "ɯ", "ョ": "o"}


def _morae() -> dict[str, tuple[str, str]]:
    """Kana, one or two, to consonant and vowel."""
    found = {kana: ("", vowel) for kana, vowel in _VOWELS.items()}
    for kana, consonant in _ROWS.items():
        for letter, vowel in zip(kana, "aiɯeo", strict=True):
            special = _BEFORE_I if vowel == "i" else _BEFORE_U if vowel == "ɯ" else {}
            found[letter] = (special.get(consonant, consonant), vowel)
    found |= {"ヤ": ("j", "a"), "ユ": ("j", "ɯ"), "ヨ": ("j", "o"), "ワ": ("w", "a")}
    found |= {"ヲ": ("", "o"), "ヴ": ("v", "ɯ"), "ヰ": ("", "i"), "ヱ": ("", "e")}
    single = dict(found)
    for letter, (consonant, vowel) in single.items():
        if vowel == "i" and consonant:  # キャ, シェ
            soft = consonant if consonant in _BEFORE_I.values() else f"{consonant}ʲ"
            found |= {letter + small: (soft, after) for small, after in _GLIDES.items()}
            found[f"{letter}ェ"] = (soft, "e")
        if vowel == "ɯ" and consonant:  # ファ, ツォ, クァ
            lips = f"{consonant}ʷ" if consonant in "kɡ" else consonant
            found |= {letter + small: (lips, after) for small, after in _SMALL.items()}
    for letter, consonant in (("テ", "t"), ("デ", "d")):
        found |= {f"{letter}ィ": (consonant, "i"), f"{letter}ュ": (f"{consonant}ʲ", "ɯ")}
    found |= {"トゥ": ("t", "ɯ"), "ドゥ": ("d", "ɯ"), "フュ": ("ɸʲ", "ɯ"), "ヴュ": ("vʲ", "ɯ")}
    found |= {f"ウ{small}": ("w", vowel) for small, vowel in _SMALL.items() if small != "ゥ"}
    found["イェ"] = ("j", "e")
    return found | {small: ("", vowel) for small, vowel in _SMALL.items()}


_MORAE = _morae()
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def kana_ipa(text: str) -> str | None:
    """IPA of kana; None where a character is none.

    >>> kana_ipa("トーキョー"), kana_ipa("がっこう"), kana_ipa("東")
    ('toːkʲoː', 'ɡakːoɯ', None)
    """
    kana = unicodedata.normalize("NFKC", text).translate(_KATAKANA)
    ipa, place, is_long = "", 0, False
    while place < len(kana):
        letter = kana[place]
        if letter in "ーン":
            ipa += "ː" * (letter == "ー" and bool(ipa)) + "ɴ" * (letter == "ン")
        elif letter == "ッ":
            is_long = True
        else:
            size = 2 if kana[place : place + 2] in _MORAE else 1
            mora = _MORAE.get(kana[place : place + size])
            if mora is None:
                return None
            consonant, vowel = mora
            ipa += consonant + ("ː" if is_long and consonant else "") + vowel
            is_long = False
            place += size - 1
        place += 1
    return ipa + "ʔ" * is_long
