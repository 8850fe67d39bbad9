"""Words of a list that the split of running text would cut: ``esim.``, ``'t``, ``z. B.``.

:func:`lingap.text.words.split_words` knows no list, so it ends a word before its full stop and
after an apostrophe that opens it. :class:`ListedForms` finds such words of one language's list and
leaves the rest of the text to that function. A full stop joins its word only where it changes how
the word is read (``Gov.``, but ``Dr`` and ``.``). An apostrophe does not open a word that one
closes, too (``'t huis``, but ``'t'``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lingap.text.words import clean, split_words

_TIE = "\u00a0"
_SPACES = " \u00a0\u2009\u202f"
_APOSTROPHE = "['’‘`´ʼ]"
_BEGIN = r"(?<![\w.:@#/&=‐-])(?<!\w['’])"
_NAMES = frozenset({"mia."})  # names of people where they have a capital
_INNER_STOP = re.compile(r"(?<=\.)(?=[^\W\d_])")


class ListedForms:
    """Splits running text of one language into words, those of its list uncut.

    Args:
        entries: Word of the list -> IPA.
        clitics: Those of them that are cut from the word that they are written with.
        language: Code of the language.

    >>> forms = ListedForms({"esim.": "esimerkiksi", "n.": "noin"}, frozenset(), "fin")
    >>> forms.split("Esim. talo, N. N. (n. 5)")
    ('Esim.', 'talo', ',', 'N', '.', 'N', '.', '(', 'n.', '5', ')')
    """

    def __init__(self, entries: Mapping[str, str], clitics: Iterable[str], language: str):
        self._language = language
        cut = [word for word in entries if _is_cut(word, entries, language)]
        spaced = [word for word in entries if word[-1] == "." and _INNER_STOP.search(word)]
        heads = {word for word in clitics if word[-1] == "'"}
        forms = [_form(word) for word in cut if word not in heads]
        forms += map(_spaced_form, spaced)
        longest_first = sorted(forms, key=len, reverse=True)
        self._find = (
            re.compile(f"{_BEGIN}(?:{'|'.join(longest_first)})").finditer if forms else None
        )
        later = sorted({part for word in spaced for part in _INNER_STOP.split(word)[1:]})
        tied = rf"\. (?={'|'.join(map(re.escape, later))})"  # also of words that are not listed
        self._tie = re.compile(tied.encode()).sub if spaced else None

    def tie(self, text: bytes) -> bytes:
        """UTF-8 text whose words of the list have no ASCII space, so that no token ends in one."""
        if self._tie is None:
            return text
        return self._tie(f".{_TIE}".encode(), text)

    def split(self, text: str) -> tuple[str, ...]:
        """Words of a text, in order and in NFC; one of the list has plain spaces inside."""
        if self._find is None:
            return split_words(text, self._language)
        words: list[str] = []
        at = 0
        text = clean(text)
        for found in self._find(text):
            words += split_words(text[at : found.start()], self._language)
            words.append(" ".join(found[0].split()))
            at = found.end()
        return (*words, *split_words(text[at:], self._language))


def _is_cut(word: str, entries: Mapping[str, str], language: str) -> bool:
    """Whether the split cuts a word of the list, and what is left is read otherwise."""
    is_same = word[-1] == "." and entries.get(word[:-1]) == entries[word]
    return split_words(word, language) != (word,) and not is_same


def _form(word: str) -> str:
    """Pattern of a word in any case, or in its own: capitals, and one letter (``В. Путин``)."""
    pattern = re.escape(word).replace("'", _APOSTROPHE)
    if word.islower() and sum(map(str.isalpha, word)) > 1 and word not in _NAMES:
        pattern = f"(?i:{pattern})"
    return pattern + _end(word)


def _spaced_form(word: str) -> str:
    """Pattern of an abbreviation with a space after a full stop inside, perhaps a capital first."""
    first = f"(?:{re.escape(word[0])}|{re.escape(word[0].upper())})"
    parts = map(re.escape, _INNER_STOP.split(word[1:]))
    return first + f"[{_SPACES}]?".join(parts) + _end(word)


def _end(word: str) -> str:
    """What may not follow a word."""
    if word[-1] == ".":
        return r"(?![\w.])"
    return r"(?![\w'’‐-])" if word[-1].isalpha() else r"(?![^\W\d_])"
