"""Phonemes that a G2P back end writes for a language's names in Unicode CLDR."""

from __future__ import annotations

from collections import Counter
from functools import cache

from lingap.corpora.sources.cldr_names import each_name
from lingap.errors import LanguageError
from lingap.g2p.ipa.articulation import features_of
from lingap.g2p.phonemizer import Phonemizer, phonemizable
from lingap.languages import get_language

MOST_WORDS = 600
_OFTEN = 3  # words with a phoneme, below which it may be of a foreign name alone


@cache
def phoneme_inventory(code: str, backend: str = "epitran") -> frozenset[str]:
    """Phonemes in at least three of a language's names; empty where it has no back end or names.

    Names of territories, languages, currencies and so on, at most 600 distinct words, in the
    language's own script. Sounds are those of the back end, allophones included.

    Args:
        code: lingap's code of the language, as ``kor``.
        backend: One for all languages, so that inventories are written alike.
    """
    if not phonemizable(code, backend):
        return frozenset()
    words: dict[str, None] = {}
    try:
        for name in each_name(get_language(code)):
            words |= dict.fromkeys(name.words)
            if len(words) >= MOST_WORDS:
                break
    except LanguageError:
        return frozenset()
    spell = Phonemizer(code, backend, cache=False)
    counts = Counter(unit for one in spell([*words][:MOST_WORDS]) for unit in set(one.units))
    return frozenset(
        unit for unit, n in counts.items() if n >= _OFTEN and features_of(unit) is not None
    )
