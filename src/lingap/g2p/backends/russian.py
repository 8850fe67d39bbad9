"""The stress of Russian words, which spelling leaves out and on which every vowel depends.

Frequent words and stems are in ``russian_stress.txt``. Suffixes that fix the stress (-ация, -ение,
-ировать) come next. Any other word keeps the guess of the rules. Before that, ``russian_yo.txt``
restores the letter ё, which bears the stress and which most texts write as е.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_ACUTE = "\u0301"
_VOWELS = frozenset("аеёиоуыэюя")
_LONGEST_ENDING = 4
_ENDINGS = {  # of the stems in russian_yo.txt, by the sign after them
    "-": re.compile("[ыи][йемх]|[ыи]ми|ую|ая|о[ейм]|ого|ому|ост[ьи]|остью"),
    "=": re.compile("[ауеыи]?|[оа]м|ов|ами|ах"),
    "~": re.compile("(?:т|шь|м)(?:ся)?|те|тесь"),
}
_THREE = re.compile("^(тр|четыр)е(х[а-я]{4})")  # трёхлетний
_HOMOGRAPHS = frozenset({"теплом"})  # the warmth, not the warm one
_GENITIVE = re.compile("[ое]го$")  # has rules of its own

_SUFFIXES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("^(вы)(?=[бвгджзкмнпрстхцчшщ][а-я]+ть(?:ся)?$)", "\\1́"),
        ("([аеияую])(?=ци(?:я|и|ю|ей|й|ям|ями|ях|он[а-я]*)$)", "\\1́"),
        ("([ае])(?=ни(?:е|я|ю|ем|и|й|ям|ями|ях)$)", "\\1́"),
        ("([ои])(?=(?:логи|графи|номи|метри|скопи)(?:я|и|ю|ей|й)$)", "\\1́"),
        ("(ло|гра|но|кра|ме)(?=(?:ги|фи|ми|ти|три)(?:я|и|ю|ей)$)", "\\1́"),
        ("([и])(?=(?:ческ|чн|стск|зм|ст)(?:[а-я]{0,3})$)", "\\1́"),
        ("([и])(?=ров[ао])", "\\1́"),
        ("(ова)(?=ть(?:ся)?$|л[аио]?(?:сь|ся)?$)", "\\1́"),
        ("([аеиоуэюя])(?=[^аеиоуыэюя]*[ыи]ва(?:ть|ю|ет|ем|л|в|я|й|ни)[а-я]{0,4}$)", "\\1́"),
        ("([аеия])(?=тел[ьяюеи][а-я]{0,2}$)", "\\1́"),
        ("([ая])(?=ющ[а-я]{2,4}$)", "\\1́"),
        ("([аеияу])(?=ть(?:ся)?$)", "\\1́"),
        ("([аеия])(?=л(?:а|о|и|ся|ась|ось|ись)?$)", "\\1́"),
        ("([а])(?=(?:ет|ют|ем|ешь|ете|ется|ются|ю|й|йте|юсь)$)", "\\1́"),
        ("([аиуо])(?=ль(?:н[а-я]{2,3})$)", "\\1́"),
        ("([ае])(?=нт(?:а|у|ом|е|ы|ов|ам|ами|ах)?$)", "\\1́"),
        ("([и])(?=на$|ны$|ной$|ну$)", "\\1́"),
    )
)


def with_stress(word: str) -> str:
    """A lower-case Russian word with an acute after its stressed vowel, where that is known.

    >>> with_stress("вода"), with_stress("работой"), with_stress("организация"), with_stress("мост")
    ('вода́', 'рабо́той', 'организа́ция', 'мост')
    """
    word = with_yo(word)
    if "ё" in word or _ACUTE in word or sum(map(_VOWELS.__contains__, word)) < 2:
        return word
    if _GENITIVE.search(word):
        return word
    for prefix in ("", "не"):
        if word.startswith(prefix) and (found := _known(word[len(prefix) :])):
            return prefix + found
    for pattern, to in _SUFFIXES:
        if (match := pattern.search(word)) is not None:
            return word[: match.start()] + match.expand(to) + word[match.end() :]
    return word


def with_yo(word: str) -> str:
    """A lower-case Russian word with ё where е stands for it and no other word is meant.

    >>> with_yo("пришел"), with_yo("идет"), with_yo("неопределенность"), with_yo("все")
    ('пришёл', 'идёт', 'неопределённость', 'все')
    """
    if "е" not in word or "ё" in word or word in _HOMOGRAPHS:
        return word
    word = _THREE.sub(r"\1ё\2", word)
    words, stems = _words_with_yo()
    for prefix in ("", "не"):
        rest = word.removeprefix(prefix) if word.startswith(prefix) else ""
        if rest in words:
            return prefix + words[rest]
        for cut in range(min(_LONGEST_ENDING + 1, len(rest) - 1)):
            stem, ending = rest[: len(rest) - cut], rest[len(rest) - cut :]
            if stem in stems and stems[stem][1].fullmatch(ending):
                return prefix + stems[stem][0] + ending
    return word


def _known(word: str) -> str:
    """The word with the stress of the list, or ""."""
    words, stems = _stresses()
    if word in words:
        return words[word]
    for cut in range(min(_LONGEST_ENDING, len(word) - 2) + 1):
        stem = word[: len(word) - cut]
        if stem in stems:
            return stems[stem] + word[len(stem) :]
    return ""


@cache
def _stresses() -> tuple[dict[str, str], dict[str, str]]:
    """Words and stems without and with stress."""
    text = resources.files(__package__).joinpath("russian_stress.txt").read_text(encoding="utf-8")
    entries = [
        entry for row in text.splitlines() if not row.startswith("#") for entry in row.split()
    ]
    words = {entry.replace(_ACUTE, ""): entry for entry in entries if entry[-1] != "-"}
    stems = {entry[:-1].replace(_ACUTE, ""): entry[:-1] for entry in entries if entry[-1] == "-"}
    return words, stems


@cache
def _words_with_yo() -> tuple[dict[str, str], dict[str, tuple[str, re.Pattern[str]]]]:
    """Words and stems as they are written to those with ё; stems with their endings."""
    text = resources.files(__package__).joinpath("russian_yo.txt").read_text(encoding="utf-8")
    rows = (row for row in text.splitlines() if not row.startswith("#"))
    entries = [entry.lower() for row in rows for entry in row.split()]
    words = {entry.replace("ё", "е"): entry for entry in entries if entry[-1] not in _ENDINGS}
    stems = {
        entry[:-1].replace("ё", "е"): (entry[:-1], _ENDINGS[entry[-1]])
        for entry in entries
        if entry[-1] in _ENDINGS
    }
    return words, stems
