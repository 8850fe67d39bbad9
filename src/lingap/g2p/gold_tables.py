"""Tables of gold pronunciations: comments, names of columns, how often each word occurs."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from lingap.errors import CorpusError

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


def read_frequencies(path: Path) -> dict[str, float]:
    """Word -> occurrences, from the third column of a TSV of pronunciations.

    Of a word with several lines, the largest counts.

    Raises:
        CorpusError: For a line without a positive number there; the message names file and line.
    """
    frequencies: dict[str, float] = {}
    is_first = True
    for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
        line = raw.decode("utf-8", "replace").lstrip("\ufeff" if number == 1 else "")
        if not line.strip() or is_comment(line):
            continue
        begins, is_first = is_first, False
        if begins and is_header(line):
            continue
        word, *rest = line.split("\t")
        value = rest[1].strip() if len(rest) > 1 else ""
        try:
            occurrences = float(value)
        except ValueError:
            occurrences = 0.0
        if not 0 < occurrences < float("inf"):
            raise CorpusError(
                f"Expected the word's occurrences, a positive number, in column 3; got {value!r}.",
                path,
                number,
            )
        word = unicodedata.normalize("NFC", word.strip())
        frequencies[word] = max(occurrences, frequencies.get(word, 0.0))
    return frequencies


def _names(cell: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", cell.casefold())
