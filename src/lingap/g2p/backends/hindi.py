"""Hindi schwas: where the inherent vowel of a consonant is spoken, and where it is silent.

A schwa is silent between a vowel with one consonant and a consonant with a vowel, from the end of
the word on (Ohala 1983). The rules of orthography2ipa keep it where another schwa follows
(बचपन), and drop it before clusters (नमस्ते) and geminates (मुकम्मल).
"""

from __future__ import annotations

import re

_C = "(?:[td]͡[ʃʒ][ʰʱ]?|[bdfɡɣhɦjklmnɳŋpqɾsʃʂtʈɖɽʋxzʒ]̪?[ʰʱ]?)"
_V = "[ɑaeɛəiɪoɔuʊ]\u0303?ː?"
_OF_NAGAR = "nəɡəɾ(?:iː|õː)?$"

_STEPS = (
    # No vowel is dropped before a geminate or before s or k with a stop.
    (f"({_V}{_C})(?=([bdfɡjklmnpqstʈɖʋzɾ]̪?|[td]͡[ʃʒ])\\2)", r"\1ə"),
    (f"({_V}(?![nɳŋs]){_C})(?=s[tkp]|ʂʈ|kt̪|kʂ|[ɾl]{_C}|n[sʃ])", r"\1ə"),
    (f"({_V}ʋ)(?={_C}{_C})", r"\1ə"),
    (f"(kʂ)(?=k{_V})", r"\1ə"),
    # What is said twice is said alike (सनसनी), and an ending does not move the vowel (मतलबी).
    (f"^({_C})ə({_C})ə\\1(?=\\2{_V})", r"\1ə\2\1ə"),
    (f"^({_C}ə{_C})ə({_C})(?=[bdɾɽkl]̪?[ʰʱ]?(?:iː|ɑː|eː|õː|oː)$)", r"\1\2ə"),
    # From the end on: a silent vowel before another one that is spoken.
    (
        f"^(?!əsəpʰ|əs|pɾə{_C}ə{_C}ə{_C}?$)(.*{_V}{_C})ə(?={_C}ə(?!̃)(?!ː)(?:{_C}|$))(?!{_OF_NAGAR})",
        r"\1",
    ),
    (f"(ː{_C})ə(?={_OF_NAGAR})", r"\1"),
    # After a nasal and a stop (ढूंढता, आतंकवाद).
    ("([mnɳŋ](?:[bdɡpkʈɖ]̪?|[td]͡[ʃʒ])[ʰʱ]?)ə(?=(?:[ɽɾʋ]|t̪|(?<!mpə)n)[ɑeio]\u0303?ː?)", r"\1"),
    # Short high vowels at the end of longer words are long.
    (f"({_V}.*)ɪ$", r"\1iː"),
    (f"({_V}.*)ʊ$", r"\1uː"),
)
_RULES = tuple((re.compile(pattern), to) for pattern, to in _STEPS)


def with_schwas(ipa: str) -> str:
    """IPA of a Hindi word with its schwas where they are spoken.

    Args:
        ipa: As orthography2ipa gives it after other repairs, with tie bars in affricates.

    >>> with_schwas("bət͡ʃəpən"), with_schwas("bʱʊlkkəɽ"), with_schwas("nəmst̪eː")
    ('bət͡ʃpən', 'bʱʊləkkəɽ', 'nəməst̪eː')
    """
    for pattern, to in _RULES:
        ipa = pattern.sub(to, ipa)
    return ipa
