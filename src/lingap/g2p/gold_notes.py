"""What to know about gold pronunciations before a rate of errors against them is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lingap.g2p.coverage import printable
from lingap.g2p.ipa.symbols import KNOWN_SYMBOLS, normalize_ipa

_SHOWN = 8


def note_on_header(header: str) -> tuple[str, ...]:
    """A note that the first line of the file, "" if it was a word, names columns."""
    if not header:
        return ()
    names = ", ".join(printable(name.strip()) for name in header.split("\t"))
    return (f"the first line is a header, not a word: {names}.",)


def notes_on(gold: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A note where pronunciations hold symbols that are not IPA, all of which count as errors.

    >>> notes_on({"cat": ["kæt"]})
    ()
    """
    strange: Counter[str] = Counter()
    n_words = 0
    for variants in gold.values():
        signs = set(normalize_ipa("".join(variants))) - KNOWN_SYMBOLS
        n_words += bool(signs)
        strange.update(signs)
    if not strange:
        return ()
    most = sorted(strange, key=lambda sign: (-strange[sign], sign))[:_SHOWN]
    return (
        f"{n_words:,} of {len(gold):,} gold words have symbols that are not IPA "
        f"({' '.join(map(printable, most))}); each of these counts as an error. Convert them to "
        "IPA first, such as from ARPABET.",
    )
