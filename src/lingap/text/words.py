"""Running text to words: the one definition that every room uses.

It follows the word boundaries of Unicode Standard Annex 29 and, where they differ, the treebanks
of Universal Dependencies:

* White space and the zero-width space split words. Other marks that neither show nor
  spell anything (of direction, soft hyphens, byte order marks, control characters) are left out,
  and :func:`count_invisible` counts them.
* Letters, marks, digits and whatever else is neither punctuation nor a symbol make words.
* Between two of those, an apostrophe, a hyphen, a middle dot, a low line or a full stop stays
  inside the word: ``d’Ivoire``, ``Guinea-Bissau``, ``col·lecció``, ``U.S``, ``example.org``.
* Between two decimal digits a comma, colon, slash and their like too: ``3,5``, ``1.000.000``,
  ``10:30``, ``1/2``, ``٣٫٥``, ``2.4Ghz``. Signs and units are words: ``-``, ``5``, ``%``.
* The last full stop belongs to the word where one inside shows an abbreviation, that is, where
  each part is of at most three letters: ``U.S.``, ``p.m.``, ``т.е.``; but ``etc`` ``.``.
* A URL (with ``://`` or ``www.``), an e-mail address, an @account and a #tag are one word each,
  without the punctuation that follows them.
* Every other mark is a word, alone or repeated (``...``), and so is an emoji with all that
  modifies it.
* Some letters look like marks: Hebrew geresh, and inside words gershayim (``צה״ל``, ``צה"ל``); the
  abbreviation signs and the accents of Armenian and of Indic scripts; tone letters. Modifier
  letters such as the ʻokina are letters anywhere.
* Languages decide three times: an apostrophe may end a word of those that end words so (Swahili
  ``ng'``, Maltese ``ta'``) and a cut word of a few (Italian ``po'``), unless an apostrophe opens
  it, and open one of those where it is a
  letter (Samoan ``‘au``, Hausa ``'ya``) or the article (Afrikaans ``'n``), unless one closes it;
  and a colon joins the case endings of Finnish and Swedish (``EU:n``).

Scripts without spaces are split only at punctuation here; :mod:`lingap.text.segmenters` does the
rest.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import regex

APOSTROPHES = frozenset("'’ʼ‘ʻ`´ʹ′＇‛ʽ")
"""Signs that people type for an apostrophe, some of them letters."""

# ISO 639-3: languages that end words in an apostrophe that is a letter, part of one or its rest.
_FINAL_APOSTROPHE = frozenset(
    {
        "aym", "bem", "bjn", "bug", "bxk", "ceb", "fuv", "ful", "gla", "grn", "hau", "ilo", "ind",
        "kgp", "kik", "krl", "lkt", "lsm", "lug", "luo", "min", "mlt", "mos", "nya", "olo", "ood",
        "orm", "pag", "que", "seh", "sms", "som", "swa", "tum", "uzb", "vep", "war", "xho", "xty",
    }
)  # fmt: skip
# ISO 639-3 -> words that are cut before an apostrophe.
_CUT_WORDS = {"ita": "po|mo|be|di|va|fa|da|sta|to"}
# ISO 639-3 -> what follows an apostrophe that begins a word.
_GLOTTAL = "[aeiouāēīōūAEIOUĀĒĪŌŪ]"
_INITIAL_APOSTROPHE = {
    "afr": r"[nN]\b", "hau": "[yY]", "haw": _GLOTTAL, "sag": "[bB]", "smo": _GLOTTAL,
    "tah": _GLOTTAL, "ton": _GLOTTAL,
}  # fmt: skip
COLON_LANGUAGES = frozenset({"fin", "swe"})
"""ISO 639-3: languages that write an ending after a colon."""

# What shows nothing and spells nothing.
_INVISIBLE = dict.fromkeys(
    [
        *range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x061C,
        0x180E, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
        *range(0xFFF9, 0xFFFC),
    ]
) | {0x200B: " "}  # fmt: skip
# What shows nothing alone, but shapes the letter or emoji before it.
_SHAPING = (
    "\u034f\u200c\u200d"
    + "".join(map(chr, (*range(0x180B, 0x180E), 0x180F, *range(0xFE00, 0xFE10))))
    + "".join(map(chr, (*range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0))))
)
_shapes_nothing = frozenset(_SHAPING).isdisjoint
_LETTERS_BY_USE = (
    "\u055a-\u055c\u055e\u055f\u05f3\u0970\u0af0\u02c2-\u02c5\u02d2-\u02df\u02e5-\u02ff"
    "\ua700-\ua721\ua789\ua78a\ufffd"
)


_OPENING = frozenset('([{«“„"')
_CLOSING = frozenset(',.!?:;…)]»”"،؟؛।。、')
# By far the most common: letters and digits, joined or not, and at most one mark after them.
_simple = re.compile(rf"([^\W_]+(?:['’\-‐‑][^\W_]+)*)([{re.escape(''.join(_CLOSING))}]?)").fullmatch
_LETTER = rf"[[^\s\p{{P}}\p{{S}}]{_LETTERS_BY_USE}]"
_is_plain = regex.compile(r"[^\s\p{P}\p{S}]++", regex.VERSION1).fullmatch
_PICTOGRAPH = r"\p{Extended_Pictographic}"
_is_pictograph = regex.compile(rf"[{_PICTOGRAPH}\p{{RI}}]").fullmatch
_WEB = ("@", "#", "://", "www.", "WWW.")


@cache
def _pattern(
    final_apostrophe: bool, colon: bool, web: bool, initial: str = "", cut_words: str = ""
) -> Any:
    """One word of a stretch without white space; linear, since no part can be split in two ways."""
    apostrophe = "['’‘`´′＇‛]"
    join = (
        rf"(?: [.․'’‘`´′＇‛\-‐‑֊־᠆·‧״_‿{':' if colon else ''}]"
        rf'| (?<=\d)[,:/٫٬⁄．，：](?=\d) | (?<=[א-ת])"(?=[א-ת]) )'
    )
    short = rf"(?:(?:\p{{L}}\p{{M}}*+){{1,3}}+\.){{2,}}+(?![.]|{_LETTER})"
    word = rf"(?: {short} | {_LETTER}++ ) (?: ['’\-‐‑]{short} | {join}{_LETTER}++ )*+"
    end = apostrophe if final_apostrophe else "(?<=[א-ת])['’]"
    if cut_words:
        end += rf" | (?<=\b(?i:{cut_words}))['’]"
    begun = rf"{apostrophe}(?={initial}){word}(?!{apostrophe}) | " if initial else ""
    pictograph = _PICTOGRAPH + r"[\p{EMod}\ufe0f\u20e3\U000e0020-\U000e007f]*+"
    return regex.compile(
        rf"""{_web() if web else ""}
          {begun}(?<={apostrophe}){word} | {word}(?:{end})?+
        | (?: \p{{RI}}\p{{RI}} | {pictograph}(?:\u200d{pictograph})*+
            | (?P<mark>[\p{{P}}\p{{S}}])(?P=mark)*+ ) [\p{{M}}{_SHAPING}]*+
        """,
        regex.VERBOSE | regex.VERSION1,
    )


def _web() -> str:
    """A URL, an e-mail address, an account, a tag."""
    part = r"[^\s()<>\[\]{}\"'«»“”„‘’、。，！？；：「」『』（）《》【】.,;:!?*…]"
    name = r"[\p{L}\p{M}\p{N}\-]++"
    return rf"""
          (?: (?: [A-Za-z][A-Za-z0-9+.\-]{{1,15}}+:// | [wW]{{3}}\.(?={_LETTER}) )
            (?: {part} | \([^\s()<>]*+\) | [.,;:!?'*…]++(?={part}) )++
        | [\p{{L}}\p{{N}}._%+\-]{{1,64}}+@{name}(?:\.{name})++
        | (?<!{_LETTER})@[\p{{L}}\p{{M}}\p{{N}}_]++
        | (?<!{_LETTER})\#\p{{N}}*+[\p{{L}}_][\p{{L}}\p{{M}}\p{{N}}_]*+
          ) [\p{{M}}{_SHAPING}]*+
        |"""


@cache
def _nothing_before() -> re.Pattern[str]:
    """Shaping characters at the start of a stretch, where there is no letter to shape."""
    return re.compile(rf"(?<!\S)[{_SHAPING}]+")


def clean(text: str) -> str:
    r"""Text in NFC and without what neither shows nor spells anything.

    >>> clean("e\u0301\u200f") == "é"
    True
    """
    return nfc(text if text.isprintable() else text.translate(_INVISIBLE))


_MARKS_IN_A_ROW = 256


@cache
def _too_many_marks() -> Any:
    mark = r"\P{ccc=0}"
    return regex.compile(rf"{mark}{{{_MARKS_IN_A_ROW}}}(?={mark})").sub


def nfc(text: str) -> str:
    """Text in NFC; returned unchanged if it already is.

    Normalization sorts the marks of a letter, in a time quadratic in their number: after 256 of
    them in a row, the grapheme joiner U+034F, which shows nothing, begins anew, as after 30 in
    Unicode's stream-safe format (Standard Annex 15).
    """
    if len(text) > _MARKS_IN_A_ROW and not text.isascii():
        text = _too_many_marks()("\\g<0>\u034f", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def split_words(text: str, language: str = "") -> tuple[str, ...]:
    """Words of a text, in order and in NFC, as defined at the top of this file.

    Args:
        text: Any text; it may be empty.
        language: Code of its language, as :attr:`lingap.languages.Language.code`.

    >>> split_words("Côte d’Ivoire: 3,5 kg... (U.S.)")
    ('Côte', 'd’Ivoire', ':', '3,5', 'kg', '...', '(', 'U.S.', ')')
    >>> split_words("日本、韓国"), split_words("ng'ombe ng'", "swa")
    (('日本', '、', '韓国'), ("ng'ombe", "ng'"))
    """
    words: list[str] = []
    language = language.partition("-")[0]
    for chunk in clean(text).split():
        if chunk.isalpha():
            words.append(chunk)
        else:
            words += _split_chunk(chunk, language)
    return tuple(words)


def _split_chunk(chunk: str, language: str) -> tuple[str, ...]:
    """Words of a stretch without white space."""
    if chunk[-1] in _CLOSING and chunk[:-1].isalpha():
        return (chunk[:-1], chunk[-1])
    if chunk[0] in _OPENING and chunk[1:2].isalnum():
        return (chunk[0], *_split_chunk(chunk[1:], language))
    if simple := _simple(chunk):
        return (simple[1], simple[2]) if simple[2] else (simple[1],)
    if chunk[0] in _SHAPING:
        chunk = chunk.lstrip(_SHAPING)
    rest, last = (chunk[:-1], chunk[-1:]) if chunk[-1:] in _CLOSING else (chunk, "")
    if _is_plain(rest):
        return (rest, last) if last else (rest,)
    web = any(sign in chunk for sign in _WEB)
    initial = _INITIAL_APOSTROPHE.get(language, "")
    cut_words = _CUT_WORDS.get(language, "")
    pattern = _pattern(
        language in _FINAL_APOSTROPHE, language in COLON_LANGUAGES, web, initial, cut_words
    )
    return tuple([found[0] for found in pattern.finditer(chunk)])


def is_emoji(character: str) -> bool:
    """Whether a character that is no letter is an emoji, or one with U+FE0F after it.

    >>> is_emoji("😀"), is_emoji("↔"), is_emoji("+")
    (True, True, False)
    """
    return _is_pictograph(character) is not None


def is_invisible(character: str) -> bool:
    r"""Whether a character shows nothing by itself, and is no white space.

    >>> is_invisible("\u200b"), is_invisible("\ufe0f"), is_invisible(" ")
    (True, True, False)
    """
    return ord(character) in _INVISIBLE or character in _SHAPING


def count_invisible(text: str) -> int:
    r"""Characters of a text that are in none of its words and are not white space.

    >>> count_invisible("a\u200fb\u200e"), count_invisible("ab")
    (2, 0)
    """
    if text.isprintable() and _shapes_nothing(text):
        return 0
    n_leading = sum(map(len, _nothing_before().findall(clean(text))))
    return n_leading + sum(ord(character) in _INVISIBLE for character in text)
