"""Which script a letter is of, by Unicode's own table."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

import regex

# ISO 15924 code -> scripts of Unicode that it is made of.
_MADE_OF = {
    "Hans": ("Hani", "Bopo"), "Hant": ("Hani", "Bopo"), "Hanb": ("Hani", "Bopo"),
    "Hrkt": ("Hira", "Kana"), "Jpan": ("Hani", "Hira", "Kana"), "Kore": ("Hang", "Hani"),
}  # fmt: skip
# Every script of Unicode, the most written first; those that `regex` does not know are skipped.
_SCRIPTS = (
    "Latn", "Cyrl", "Grek", "Arab", "Hebr", "Deva", "Beng", "Guru", "Gujr", "Orya", "Taml",
    "Telu", "Knda", "Mlym", "Sinh", "Thai", "Laoo", "Tibt", "Mymr", "Geor", "Hang", "Hani",
    "Hira", "Kana", "Bopo", "Ethi", "Armn", "Khmr", "Cher", "Cans", "Mong", "Thaa", "Syrc",
    "Nkoo", "Adlm", "Rohg", "Tfng", "Vaii", "Yiii", "Olck", "Mtei", "Cakm", "Sund", "Java",
    "Bali", "Limb", "Lisu", "Bugi", "Copt", "Goth", "Runr", "Ogam",
    "Aghb", "Ahom", "Armi", "Avst", "Bamu", "Bass", "Batk", "Berf", "Bhks", "Brah", "Brai",
    "Buhd", "Cari", "Cham", "Chrs", "Cpmn", "Cprt", "Diak", "Dogr", "Dsrt", "Dupl", "Egyp",
    "Elba", "Elym", "Gara", "Glag", "Gong", "Gonm", "Gran", "Gukh", "Hano", "Hatr", "Hluw",
    "Hmng", "Hmnp", "Hung", "Ital", "Kali", "Kawi", "Khar", "Khoj", "Kits", "Krai", "Kthi",
    "Lana", "Lepc", "Lina", "Linb", "Lyci", "Lydi", "Mahj", "Maka", "Mand", "Mani", "Marc",
    "Medf", "Mend", "Merc", "Mero", "Modi", "Mroo", "Mult", "Nagm", "Nand", "Narb", "Nbat",
    "Newa", "Nshu", "Onao", "Orkh", "Osge", "Osma", "Ougr", "Palm", "Pauc", "Perm", "Phag",
    "Phli", "Phlp", "Phnx", "Plrd", "Prti", "Rjng", "Samr", "Sarb", "Saur", "Seal", "Sgnw",
    "Shaw", "Shrd", "Sidd", "Sidt", "Sind", "Sogd", "Sogo", "Sora", "Soyo", "Sunu", "Sylo",
    "Tagb", "Takr", "Tale", "Talu", "Tang", "Tavt", "Tayo", "Tglg", "Tirh", "Tnsa", "Todr",
    "Tols", "Toto", "Tutg", "Ugar", "Vith", "Wara", "Wcho", "Xpeo", "Xsux", "Yezi", "Zanb",
)  # fmt: skip


@cache
def is_in_script(script: str) -> Callable[[str], bool]:
    """A test whether a letter may be of a script.

    Letters that several scripts share, such as the mark of long vowels of both kana, are of each
    of them; those that any script may use are of all.

    Args:
        script: ISO 15924 code, also of a mixture (``Jpan``, ``Kore``, ``Hans``). A code that
            Unicode does not know owns every letter, and so does ``Zzzz``, the unknown script.

    >>> is_in_script("Jpan")("漢"), is_in_script("Kana")("漢")
    (True, False)
    """
    parts = (*_MADE_OF.get(script, (script,)), "Zyyy", "Zinh")
    if script == "Zzzz" or not all(map(_is_known, parts)):
        return lambda letter: True
    pattern = regex.compile("[" + "".join(f"\\p{{scx={part}}}" for part in parts) + "]")
    return lambda letter: pattern.match(letter) is not None


@cache
def _is_known(script: str) -> bool:
    try:
        return bool(regex.compile(f"\\p{{scx={script}}}"))
    except regex.error:
        return False


@cache
def script_of(letter: str) -> str:
    """ISO 15924 code of a letter's script; ``Zyyy`` for what is no letter or of no one script.

    >>> script_of("я"), script_of("漢"), script_of("5")
    ('Cyrl', 'Hani', 'Zyyy')
    """
    if unicodedata.category(letter)[0] != "L":
        return "Zyyy"
    if is_in_script("Zyyy")(letter):
        return "Zyyy"
    return next((s for s in _SCRIPTS if _is_known(s) and is_in_script(s)(letter)), "Zzzz")


@cache
def _is_own(letter: str, script: str) -> bool | None:
    """Whether a letter is of the script; None for what is no letter."""
    return is_in_script(script)(letter) if unicodedata.category(letter)[0] == "L" else None


def count_letters(text: str, script: str) -> tuple[int, int]:
    """Letters of the script, and letters of others; a script not known here owns every letter.

    >>> count_letters("서울 KBS", "Hang")
    (2, 3)
    """
    found = [_is_own(character, script) for character in text]
    return found.count(True), found.count(False)
