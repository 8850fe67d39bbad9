"""One spelling for IPA (length marks, tie bars, letters, stress), and the symbols of IPA."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = (
    "abcdefhijklmnopqrstuvwxyz"
    "ɐɑɒæɓʙβɔɕɖðɗɘəɚɛɜɝɞɟʄɡɠɢʛɦɧħɥʜɨɪʝɭɬɫɮʟɱɯɰŋɳɲɴøɵɸœɶɹɺɾɻʀʁɽʂʃʈʉʊʋⱱʌɣɤʍχʎʏʑʐʒʔʡʕʢǀǁǂǃ"
    "θꞎᶑȵȴȶȡɷɿʅʮʯᴀᴇ"
)
_MODIFIERS = "ʰʱʲʷˠˤⁿˡʼː˞ˑʳˀᵊᵐᵑⁱᵝᶢˣᶿᵈᵇᵗᵏᵖᵒᵃᵉᵘˢᶻᶠᵛʴʵʶᶮᶯᶬᶰᶲ˭ꟹ"
_TONES = "˥˦˧˨˩ꜛꜜ↗↘¹²³⁴⁵⁰"
_STRESS = "ˈˌ"
_MARKS = "".join(map(chr, [*range(0x300, 0x34F), *range(0x350, 0x363), 0x1DC4, 0x1DC5, 0x1DC8]))

KNOWN_SYMBOLS = frozenset(_LETTERS + _MODIFIERS + _TONES + _STRESS + _MARKS)
"""All characters of normalized IPA (NFD)."""

_SPELLINGS = {
    ord("g"): "ɡ",
    ord(":"): "ː",
    0xA789: "ː",
    ord("'"): "ʼ",
    ord("’"): "ʼ",
    ord("ǝ"): "ə",
    ord("ε"): "ɛ",
    ord("ɩ"): "ɪ",
    ord("ʦ"): "t͡s",
    ord("ʣ"): "d͡z",
    ord("ʧ"): "t͡ʃ",
    ord("ʤ"): "d͡ʒ",
    ord("ʨ"): "t͡ɕ",
    ord("ʥ"): "d͡ʑ",
    0x35C: "\u0361",
    ord("˖"): "\u031f",
    ord("˗"): "\u0320",
}
# Prosody and layout, which are not phonemes: breaks, linking, placeholders, joiners.
_NOT_PHONEMES = dict.fromkeys(map(ord, ". \t\n\r|‖‿⁀◌()[]/\u200b\u200c\u200d\u2060\ufeff-_"), "")
_WITHOUT_STRESS = dict.fromkeys(map(ord, _STRESS), "")
_TABLE_STRESSED = _SPELLINGS | _NOT_PHONEMES
_TABLE = _TABLE_STRESSED | _WITHOUT_STRESS
_MARK_AFTER_LENGTH = re.compile("([ːˑ]+)([\u0300-\u036f]+)")
_RHOTIC = (("ə˞", "ɚ"), ("ɜ˞", "ɝ"))


def normalize_ipa(ipa: str, *, keep_stress: bool = False) -> str:
    """IPA in one spelling: NFD, ``ɡ`` for ``g``, ``ː`` for ``:``, tie bars above, no stress.

    A combining mark goes before the length mark (``ɑ̃ː``), so that it stays on its vowel.

    Args:
        ipa: IPA of one word from any source.
        keep_stress: Keep ``ˈ`` and ``ˌ``.

    >>> normalize_ipa("ˈæ:gʤ.i")
    'æːɡd͡ʒi'
    """
    text = unicodedata.normalize("NFD", ipa)
    text = text.translate(_TABLE_STRESSED if keep_stress else _TABLE)
    if "˞" in text:
        for loose, letter in _RHOTIC:
            text = text.replace(loose, letter)
    if "ː" in text or "ˑ" in text:
        text = _MARK_AFTER_LENGTH.sub(r"\2\1", text)
    return unicodedata.normalize("NFD", text)
