"""Whether a table of pronunciations begins with the names of its columns."""

from __future__ import annotations

import re

_OF_WORDS = frozenset(
    {
        "entry", "form", "grapheme", "graphemes", "headword", "lemma", "orthography", "spelling",
        "term", "text", "token", "word", "words",
    }
)  # fmt: skip
_OF_PRONUNCIATIONS = frozenset(
    {
        "gold", "ipa", "phone", "phoneme", "phonemes", "phonemic", "phones", "phonetic",
        "phonetics", "pron", "pronunciation", "pronunciations", "transcript", "transcription",
        "transcriptions",
    }
)  # fmt: skip


def is_comment(line: str) -> bool:
    r"""Whether a line of a table begins with ``#`` and has no tab, as the head of a dictionary.

    >>> is_comment("# Licence: CC BY-SA"), is_comment("#\thæʃ")
    (True, False)
    """
    return line.startswith("#") and "\t" not in line


def is_header(line: str) -> bool:
    r"""Whether the first line of a table holds names of columns, and no word.

    A word that is said /ipa/ is one, so that name in lower case needs a known one before it.

    Args:
        line: Columns split by tabs: word, pronunciation.

    >>> is_header("Wort\tIPA"), is_header("word\tipa"), is_header("word\twɜːd")
    (True, True, False)
    >>> is_header("ipa\tipa")
    False
    """
    word, said = (*line.split("\t"), "")[:2]
    names, firsts = _names(said), _names(word)
    if not names or not _OF_PRONUNCIATIONS.issuperset(names):
        return False
    return said.strip() != "ipa" or any(name in _OF_WORDS for name in firsts)


def _names(cell: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", cell.casefold())
