"""Affricates in IPA that is written without tie bars."""

from __future__ import annotations

import re
from collections.abc import Collection

AFFRICATE = re.compile("([tdʈɖ])([\u0300-\u0360\u0362-\u036f]*)(ː?)([szʃʒɕʑʂʐ])")
"""A stop, its marks and length, and a fricative, in NFD."""


def tied(ipa: str, affricates: Collection[str]) -> str:
    """IPA in NFD with a tie bar in each affricate, the length mark after it.

    orthography2ipa writes no ties, so segmentation would cut affricates in two.

    >>> tied("mɒtːʃ", {"tʃ"})
    'mɒt͡ʃː'
    """

    def tie(found: re.Match[str]) -> str:
        stop, marks, length, fricative = found.groups()
        return (
            f"{stop}{marks}\u0361{fricative}{length}"
            if stop + fricative in affricates
            else found[0]
        )

    return AFFRICATE.sub(tie, ipa) if affricates else ipa
