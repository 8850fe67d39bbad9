"""Stress and tone as features of a vowel, not units of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import normalize

from lingap.g2p.ipa.articulation import feature_names, features_of

_STRESS = {"ˈ": 1.0, "ˌ": 0.5}
_HEIGHTS = {"˩": -1.0, "˨": -0.5, "˧": 0.0, "˦": 0.5, "˥": 1.0}
_DIGITS = {"¹": -1.0, "²": -0.5, "³": 0.0, "⁴": 0.5, "⁵": 1.0, "⁰": 0.0, "⁶": 0.0, "⁷": 0.0}
_TONES = _HEIGHTS | _DIGITS
_MARKS = {
    "\u030b": "˥", "\u0301": "˦", "\u0304": "˧", "\u0300": "˨", "\u030f": "˩",
    "\u030c": "˩˥", "\u0302": "˥˩", "\u1dc4": "˧˥", "\u1dc5": "˩˧", "\u1dc7": "˥˧",
    "\u1dc6": "˧˩", "\u1dc8": "˧˦˨",
}  # fmt: skip
"""Tones written over a vowel, and the same in letters (IPA Handbook 1999)."""

NAMES = ("stress", "tone", "tone starts", "tone ends")
"""Of the features: stress 1 (primary), 0.5 or 0; tone 1 or 0; its first and its last height, from
-1 (the lowest of Chao's five, 1930) to 1."""


class Prosody(NamedTuple):
    """A unit without its prosody, and that."""

    segment: str
    stress: float
    tone: str

    @property
    def values(self) -> tuple[float, ...]:
        """In the order of :data:`NAMES`; a tone known only by its number has no heights."""
        if not self.tone:
            return self.stress, 0.0, 0.0, 0.0
        if self.number:
            return self.stress, 1.0, 0.0, 0.0
        return self.stress, 1.0, _TONES[self.tone[0]], _TONES[self.tone[-1]]

    @property
    def number(self) -> str:
        """The tone's number, such as eSpeak's ``²``; two digits or more are heights."""
        return self.tone if len(self.tone) == 1 and self.tone in _DIGITS else ""


def is_tone(unit: str) -> bool:
    """Whether a unit is a tone.

    >>> is_tone("˥˩"), is_tone("²"), is_tone("a")
    (True, True, False)
    """
    return bool(unit) and all(sign in _TONES for sign in unit)


def of_unit(unit: str) -> Prosody:
    """The parts of a unit of :func:`on_vowels`.

    >>> of_unit("ˈa˥˩")
    Prosody(segment='a', stress=1.0, tone='˥˩')
    >>> of_unit("ɔ̀")
    Prosody(segment='ɔ', stress=0.0, tone='˨')
    """
    stress = 0.0
    while unit[:1] in _STRESS and len(unit) > 1:
        stress, unit = max(stress, _STRESS[unit[0]]), unit[1:]
    at = len(unit)
    while at > 1 and unit[at - 1] in _TONES:
        at -= 1
    segment, tone = unit[:at], unit[at:]
    signs = normalize("NFD", segment)
    if any(sign in _MARKS for sign in signs[1:]):
        tone = "".join(_MARKS.get(sign, "") for sign in signs[1:]) + tone
        kept = (sign for at, sign in enumerate(signs) if not at or sign not in _MARKS)
        segment = normalize("NFC", "".join(kept))
    return Prosody(segment, stress, tone)


def on_vowels(units: Sequence[str]) -> tuple[str, ...]:
    """Units with stress and tone at the vowel of their syllable.

    Stress, which IPA writes before a syllable, goes to the next syllabic unit; a tone, which is
    written after it, to the last one. Without one in the word they stay at, or go to, the unit
    beside them; a tone with no unit before it stays a unit.

    >>> on_vowels(("ˈt", "a", "ŋ", "˥˩"))
    ('t', 'ˈa˥˩', 'ŋ')
    """
    found: list[str] = []
    waiting = ""
    since = 0  # first unit of the stressed syllable
    for unit in units:
        if is_tone(unit) and found:
            place = next(
                (at for at in range(len(found) - 1, -1, -1) if _is_syllabic(found[at])),
                len(found) - 1,
            )
            found[place] += unit
            continue
        mark = unit[: len(unit) - len(unit.lstrip("ˈˌ"))]
        if mark and mark != unit:
            if waiting:
                found[since] = waiting + found[since]
            waiting, since, unit = mark, len(found), unit[len(mark) :]
        if waiting and _is_syllabic(unit):
            waiting, unit = "", waiting + unit
        found.append(unit)
    if waiting:
        found[since] = waiting + found[since]
    return tuple(found)


def _is_syllabic(unit: str) -> bool:
    signs = features_of(of_unit(unit).segment)
    return signs is not None and signs[feature_names().index("syl")] > 0
